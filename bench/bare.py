"""A bare Flask app to compare with: renders a form with Jinja and gzips it; parses and commits one row, durably."""

from __future__ import annotations

import gzip
import os
import secrets
import sqlite3
import threading
from typing import Any

from flask import Flask, Response, redirect, render_template_string, request
from werkzeug.wrappers import Response as BaseResponse

app = Flask(__name__)
_WHERE = os.environ["BARE_DATABASE"]
_SERVER = _WHERE.startswith("postgresql")
_ITEMS = [f"เจ้าหน้าที่ของหน่วยงานให้บริการตามขั้นตอนและระยะเวลาที่กำหนดไว้ มากน้อยเพียงใด ข้อ {n}" for n in range(15)]
_CHOICES = ["ไม่มีเลยแม้แต่น้อย", "น้อยมาก", "น้อย", "ค่อนข้างมาก", "มาก", "มากที่สุด"]
_FORM = """<!doctype html><html lang="th"><title>แบบสอบถาม</title><form method="post">
{% for item in items %}{% set n = loop.index0 %}<fieldset><legend>{{ item }}</legend>
{% for choice in choices %}<label><input type="radio" name="f{{ n }}" value="{{ loop.index }}">{{ choice }}</label>
{% endfor %}</fieldset>{% endfor %}
<input type="hidden" name="response_id" value="{{ number }}"><button>ส่ง</button></form>"""
_TABLE = "create table if not exists response (id {id} primary key, answers {blob}) {tail}"
_mine = threading.local()


def _connect() -> Any:
    if _SERVER:
        import psycopg

        return psycopg.connect(_WHERE, autocommit=True)
    database = sqlite3.connect(_WHERE, timeout=30, isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    return database


with _connect() as first:
    words = {"id": "text", "blob": "bytea", "tail": ""}
    first.execute(_TABLE.format(**(words if _SERVER else {"id": "text", "blob": "blob", "tail": "without rowid"})))


@app.get("/form")
def form() -> Response:
    """One page, rendered and compressed."""
    page = render_template_string(_FORM, items=_ITEMS, choices=_CHOICES, number=secrets.token_hex(16))
    response = Response(gzip.compress(page.encode(), 6), mimetype="text/html")
    response.headers["Content-Encoding"] = "gzip"
    return response


@app.post("/form")
def hand_in() -> BaseResponse:
    """One parse of fifteen fields, one durable insert on the thread's own connection."""
    answers = bytes(int(request.form[f"f{n}"]) for n in range(15))
    if not hasattr(_mine, "database"):
        _mine.database = _connect()
    row = (request.form["response_id"], answers)
    if _SERVER:
        _mine.database.execute("insert into response values (%s, %s) on conflict do nothing", row)
    else:
        _mine.database.execute("begin immediate")
        _mine.database.execute("insert or ignore into response values (?, ?)", row)
        _mine.database.execute("commit")
    return redirect("/form", 303)


@app.get("/healthz")
def healthz() -> str:
    """The server is up."""
    return "ok"

"""A bare Flask app to compare with: a static page, and a parse with one durable insert."""

from __future__ import annotations

import os
import sqlite3

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

app = Flask(__name__)
_PAGE = b"x" * 12_288
_PATH = os.environ["BARE_DATABASE"]


def _connect() -> sqlite3.Connection:
    database = sqlite3.connect(_PATH, timeout=30, isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    return database


with _connect() as first:
    first.execute("create table if not exists response (id text primary key, answers blob) without rowid")


@app.get("/form")
def form() -> Response:
    """One static page."""
    return Response(_PAGE, mimetype="text/html")


@app.post("/form")
def hand_in() -> BaseResponse:
    """One parse of twenty fields, one durable insert."""
    answers = bytes(int(request.form[f"f{n}"]) for n in range(20))
    database = _connect()
    database.execute("begin immediate")
    database.execute("insert or ignore into response values (?, ?)", (request.form["response_id"], answers))
    database.execute("commit")
    database.close()
    return redirect("/form", 303)


@app.get("/healthz")
def healthz() -> str:
    """The server is up."""
    return "ok"

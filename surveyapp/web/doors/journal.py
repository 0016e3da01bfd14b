"""The journal door: who did what, for the national office and auditors."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from surveyapp.domain.people import Role
from surveyapp.services.journal import JournalBook
from surveyapp.web.entrance import errand, only, person

door = Blueprint("journal", __name__, url_prefix="/admin/journal")


@door.get("")
@only(Role.NATIONAL, Role.AUDITOR)
def page() -> str:
    """Lines that hold the words searched for, the newest first."""
    search = " ".join(request.args.get("q", "").split())[:200]
    number = min(request.args.get("page", 1, type=int), 10**9)
    found = errand(JournalBook).page(person(), search, number)
    return render_template("journal/page.html", found=found, search=search)


@door.get("/journal.csv")
@only(Role.NATIONAL, Role.AUDITOR)
def export() -> Response:
    """The whole journal, to save."""
    headers = {"Content-Disposition": 'attachment; filename="journal.csv"'}
    return Response(errand(JournalBook).export(person()), mimetype="text/csv", headers=headers)

"""The roster door: the agencies, and bringing in a sheet of them in two steps."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.roster import entries_document, entries_in
from surveyapp.services.roster import Comparison, Roster
from surveyapp.web.entrance import errand, only, person
from surveyapp.web.sheets import download, seal_values, sent_file, unseal_values

door = Blueprint("roster", __name__, url_prefix="/admin/roster")


@door.get("")
@only(Role.NATIONAL)
def listing() -> str:
    """Every agency, and the way to send a sheet."""
    return _page(None, ())


@door.post("")
@only(Role.NATIONAL)
def look() -> str | tuple[str, int]:
    """A sheet: what would change, to be confirmed; or every problem. Nothing is kept yet."""
    try:
        found = errand(Roster).look(person(), sent_file())
    except Problem as problem:
        return _page(None, (problem,)), problem.status
    except Problems as refused:
        return _page(None, refused.problems), refused.problems[0].status
    problems = found.reading.problems
    return (_page(None, problems), problems[0].status) if problems else _page(found, ())


@door.post("/keep")
@only(Role.NATIONAL)
def keep() -> BaseResponse | tuple[str, int]:
    """Keep what was just shown, all of it."""
    rows, mark = unseal_values(request.form.get("rows", ""), _whose())
    try:
        kept = errand(Roster).keep(person(), entries_in(rows), mark)
    except Problem as problem:
        return _page(None, (problem,)), problem.status
    except Problems as refused:
        return _page(None, refused.problems), refused.problems[0].status
    n = len(kept.difference.new) + len(kept.difference.changed) + len(kept.difference.numbers)
    return redirect(url_for("roster.listing", kept=n), 303)


@door.get("/template.xlsx")
@only(Role.NATIONAL)
def template() -> Response:
    """The sheet to fill in, with every agency that is known."""
    return download(errand(Roster).template(person()), "roster.xlsx")


def _page(found: Comparison | None, problems: tuple[Problem, ...]) -> str:
    search = " ".join(request.args.get("q", "").split())[:100]
    agencies = errand(Roster).every(person(), search)
    sealed = seal_values([entries_document(found.reading.entries), found.mark], _whose()) if found else None
    kept = request.args.get("kept", type=int)
    return render_template(
        "roster/listing.html",
        agencies=agencies,
        search=search,
        found=found,
        problems=problems,
        sealed=sealed,
        kept=kept,
    )


def _whose() -> str:
    return f"{person().id}/roster"

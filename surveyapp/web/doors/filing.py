"""The filing door: the agency's side of the OIT checklist."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.checklist_sheet import Reading
from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem, Problems
from surveyapp.services.filing import Filing
from surveyapp.web.entrance import errand, only, person
from surveyapp.web.sheets import download, seal, sent_file, unseal

door = Blueprint("filing", __name__, url_prefix="/desk")


@door.get("/<int(fixed_digits=4):year>/<agency>/checklist")
@only(Role.COORDINATOR)
def checklist(year: int, agency: str) -> str:
    """Every item with what was filed for it, and the way to send a sheet."""
    return _page(year, agency, Reading())


@door.post("/<int(fixed_digits=4):year>/<agency>/checklist")
@only(Role.COORDINATOR)
def hand_in(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """A filled-in sheet: kept when all is right, else every problem and the choice to keep the good rows."""
    try:
        reading = errand(Filing).hand_in(person(), year, agency, sent_file())
    except Problem as problem:
        reading = Reading(problems=(problem,))
    except Problems as refused:
        reading = Reading(problems=refused.problems)
    if reading.problems:
        return _page(year, agency, reading), reading.problems[0].status
    return _done(year, agency, len(reading.lines))


@door.post("/<int(fixed_digits=4):year>/<agency>/checklist/keep-good")
@only(Role.COORDINATOR)
def keep_good(year: int, agency: str) -> BaseResponse:
    """Keep the sound rows of a sheet that was just checked."""
    errand(Filing).look(person(), year, agency)
    lines = unseal(request.form.get("rows", ""), _whose(year, agency))
    errand(Filing).keep(person(), year, agency, lines)
    return _done(year, agency, len(lines))


@door.get("/<int(fixed_digits=4):year>/<agency>/checklist.xlsx")
@only(Role.COORDINATOR)
def template(year: int, agency: str) -> Response:
    """The sheet to fill in."""
    return download(errand(Filing).template(person(), year, agency), f"OIT-{agency}-{year}.xlsx")


def _page(year: int, agency: str, reading: Reading) -> str:
    desk = errand(Filing).look(person(), year, agency)
    sealed = seal(reading.lines, _whose(year, agency)) if reading.problems and reading.lines else None
    kept = request.args.get("kept", type=int)
    return render_template("filing/checklist.html", desk=desk, reading=reading, sealed=sealed, kept=kept)


def _done(year: int, agency: str, kept: int) -> BaseResponse:
    return redirect(url_for("filing.checklist", year=year, agency=agency, kept=kept), 303)


def _whose(year: int, agency: str) -> str:
    return f"{person().id}/{year}/{agency}"

"""The filing door: the agency's side of the OIT checklist."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.checklist_sheet import Reading
from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem, Problems
from surveyapp.services.filing import Filing
from surveyapp.web.entrance import desk_readers, errand, only, person
from surveyapp.web.sheets import download, seal, sent_file, unseal

door = Blueprint("filing", __name__, url_prefix="/desk")


@door.get("/<int(fixed_digits=4):year>/<agency>/checklist")
@desk_readers
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


@door.post("/<int(fixed_digits=4):year>/<agency>/checklist/clarify")
@only(Role.COORDINATOR)
def clarify(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """Ask for another look at a failed item; when that is refused, what was typed comes back."""
    typed = {name: request.form.get(name, "").replace("\x00", "") for name in ("item", "reason", "urls")}
    try:
        errand(Filing).clarify(person(), year, agency, typed["item"], (typed["reason"], typed["urls"]))
    except Problem as problem:
        return _page(year, agency, Reading(), (problem,), typed), problem.status
    except Problems as refused:
        return _page(year, agency, Reading(), refused.problems, typed), refused.problems[0].status
    here = url_for("filing.checklist", year=year, agency=agency, asked=typed["item"], _anchor=typed["item"])
    return redirect(here, 303)


@door.get("/<int(fixed_digits=4):year>/<agency>/checklist.xlsx")
@desk_readers
def template(year: int, agency: str) -> Response:
    """The sheet to fill in."""
    return download(errand(Filing).template(person(), year, agency), f"OIT-{agency}-{year}.xlsx")


def _page(
    year: int,
    agency: str,
    reading: Reading,
    problems: tuple[Problem, ...] = (),
    typed: dict[str, str] | None = None,
) -> str:
    sealed = seal(reading.lines, _whose(year, agency)) if reading.problems and reading.lines else None
    return render_template(
        "filing/checklist.html",
        desk=errand(Filing).look(person(), year, agency),
        reading=reading,
        sealed=sealed,
        kept=request.args.get("kept", type=int),
        asked=request.args.get("asked", "")[:5],
        problems=problems,
        typed=typed or {},
    )


def _done(year: int, agency: str, kept: int) -> BaseResponse:
    return redirect(url_for("filing.checklist", year=year, agency=agency, kept=kept), 303)


def _whose(year: int, agency: str) -> str:
    return f"{person().id}/{year}/{agency}"

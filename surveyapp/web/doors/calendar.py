"""The calendar door: rounds, their phases, and the steps that need a second person."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.calendar import Phase, parse_span
from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.calendar import Calendars
from surveyapp.services.rounds import Rounds
from surveyapp.web.entrance import errand, only, person

door = Blueprint("calendar", __name__, url_prefix="/admin/rounds")


@door.get("")
@only(Role.NATIONAL)
def every() -> str:
    """Every round, and the way to prepare another."""
    return _listing(())


@door.post("")
@only(Role.NATIONAL)
def prepare() -> BaseResponse | tuple[str, int]:
    """Have a fiscal year prepared, or let agencies that are new since join it."""
    try:
        year = parse_fiscal_year(request.form.get("year", ""))
        errand(Rounds).prepare(person(), year)
    except (Problem, Problems) as refused:
        return _listing(_all(refused)), 422
    return _done(year, "prepared")


@door.get("/<int(fixed_digits=4):year>")
@only(Role.NATIONAL)
def year(year: int) -> str:
    """The calendar of a round."""
    return _page(year, ())


@door.post("/<int(fixed_digits=4):year>/phase")
@only(Role.NATIONAL)
def move(year: int) -> BaseResponse | tuple[str, int]:
    """Set or move a phase; when that is refused, what was typed comes back."""
    typed = {name: request.form.get(name, "")[:600].replace("\x00", "") for name in ("phase", "from", "to", "reason")}
    try:
        span = parse_span(typed["phase"], typed["from"], typed["to"])
        errand(Calendars).move(person(), year, span, typed["reason"])
    except (Problem, Problems) as refused:
        return _page(year, _all(refused), typed), _all(refused)[0].status
    return _done(year, "moved")


@door.post("/<int(fixed_digits=4):year>/open")
@only(Role.NATIONAL)
def open_round(year: int) -> BaseResponse | tuple[str, int]:
    """Open a prepared round."""
    try:
        errand(Rounds).open(year, person=person(), without_numbers=bool(request.form.get("without_numbers")))
    except (Problem, Problems) as refused:
        return _page(year, _all(refused)), _all(refused)[0].status
    return _done(year, "opened")


@door.post("/<int(fixed_digits=4):year>/<any(propose, confirm, withdraw):how>")
@only(Role.NATIONAL)
def step(year: int, how: str) -> BaseResponse | tuple[str, int]:
    """Propose a step, confirm one of somebody else's, or take one back."""
    calendars = errand(Calendars)
    acts = {"propose": calendars.propose, "confirm": calendars.confirm, "withdraw": calendars.withdraw}
    try:
        acts[how](person(), year, request.form.get("step", ""))
    except (Problem, Problems) as refused:
        return _page(year, _all(refused)), _all(refused)[0].status
    return _done(year, how)


def _listing(problems: Iterable[Problem]) -> str:
    return render_template("calendar/rounds.html", rounds=errand(Calendars).every(person()), problems=problems)


def _page(number: int, problems: tuple[Problem, ...], typed: dict[str, str] | None = None) -> str:
    found, done = errand(Calendars).look(person(), number), request.args.get("done")
    me = person()
    return render_template(
        "calendar/year.html", found=found, me=me, problems=problems, typed=typed or {}, phases=Phase, done=done
    )


def _all(refused: Problem | Problems) -> tuple[Problem, ...]:
    return refused.problems if isinstance(refused, Problems) else (refused,)


def _done(number: int, what: str) -> BaseResponse:
    return redirect(url_for("calendar.year", year=number, done=what), 303)

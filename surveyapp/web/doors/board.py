"""The board door: a year's agencies on one screen, and notes of visits."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.board import Wanted
from surveyapp.domain.people import Act, Role
from surveyapp.domain.problems import Problem
from surveyapp.domain.reach import reach_of
from surveyapp.services.board import Boards, Standings, look_at, sheet_of
from surveyapp.services.signs import Signs
from surveyapp.web.asked import asked, asked_year, page_number
from surveyapp.web.dress import language
from surveyapp.web.entrance import errand, only, person
from surveyapp.web.kept import kept, wants_part
from surveyapp.web.sheets import download

door = Blueprint("board", __name__, url_prefix="/board")

_supervisors = only(Role.SUPERVISOR, Role.REGIONAL, Role.NATIONAL, Role.AUDITOR)


@door.get("/")
@_supervisors
def front() -> str:
    """The agencies within reach; for printing, or only the part that is kept up to date, where asked for."""
    years, wanted = errand(Boards).years(), _wanted()
    if not years:
        return render_template("board/front.html", look=None)
    year = asked_year() or years[0]
    shown = {"look": look_at(_standings(year), wanted), "wanted": wanted, "keep": _keep(year, wanted)}
    if "print" in request.args:
        return render_template("board/print.html", **shown)
    part = kept().get(_key(year, wanted), lambda: render_template("board/part.html", **shown))
    if wants_part():
        return part
    g.live = True
    own = Markup(part)  # noqa: S704 - rendered by a template of ours
    return render_template("board/front.html", **shown, years=sorted(years, reverse=True), part=own)


@door.get("/<int(fixed_digits=4):year>/board.xlsx")
@_supervisors
def export(year: int) -> Response:
    """Everything that matches, as a sheet."""
    return download(sheet_of(_standings(year), _wanted(), gettext), f"board-{year}.xlsx")


@door.get("/<int(fixed_digits=4):year>/<agency>")
@_supervisors
def agency(year: int, agency: str) -> str:
    """One agency: how it stands, and the visits there."""
    return _page(year, agency, None)


@door.post("/<int(fixed_digits=4):year>/<agency>/visits")
@only(Role.SUPERVISOR, Role.REGIONAL, Role.NATIONAL)
def note(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """Keep a note of a visit; when it is refused it comes back as typed."""
    try:
        errand(Boards).note(person(), year, agency, request.form.get("day", ""), request.form.get("note", ""))
    except Problem as problem:
        return _page(year, agency, problem), problem.status
    return redirect(url_for("board.agency", year=year, agency=agency, kept=1), 303)


def _page(year: int, agency: str, problem: Problem | None) -> str:
    row, typed = errand(Boards).agency(person(), year, agency), request.form.to_dict()
    remarks = errand(Signs).of(person(), year, agency)
    facts = {"problem": problem, "typed": typed, "kept": "kept" in request.args}
    return render_template("board/agency.html", row=row, remarks=remarks, **facts)


def _standings(year: int) -> Standings:
    """Not older than ten seconds; shared by all who have the same reach."""
    return kept().get(_key(year), lambda: errand(Boards).standings(person(), year))


def _key(year: int, *more: Wanted) -> tuple[object, ...]:
    """What is kept is found again by this: nobody gets what was made for another reach, or before a note of a visit.

    (A note may be kept by one process of the server and looked for in another.)
    """
    if "newest_note" not in g:
        g.newest_note = errand(Boards).newest_note()
    return reach_of(person(), Act.SEE_BOARD), g.newest_note, year, *((language(), *more) if more else ())


def _wanted() -> Wanted:
    names = {"search": "q", "province": "province", "kind": "kind", "need": "need"}
    sort = asked("sort") or "need"
    return Wanted(**{field: asked(name) for field, name in names.items()}, sort=sort, page=page_number())


def _keep(year: int, wanted: Wanted) -> dict[str, str | int]:
    """What the links of the page keep of its address."""
    chosen = {"q": wanted.search, "province": wanted.province, "kind": wanted.kind, "need": wanted.need}
    return {"year": year, "sort": wanted.sort, **{name: value for name, value in chosen.items() if value}}

"""The approval door: the coordinator asks, the head signs or returns, everybody else who may reads."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem
from surveyapp.services.approval import Approvals
from surveyapp.web.entrance import desk_readers, errand, only, person, token

door = Blueprint("approval", __name__, url_prefix="/desk/<int(fixed_digits=4):year>/<agency>/approval")


@door.get("")
@desk_readers
def papers(year: int, agency: str) -> str:
    """What will be sent, and how its approval stands."""
    return _page(year, agency, None)


@door.post("/ask")
@only(Role.COORDINATOR)
def ask(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """The coordinator says that the work is ready."""
    return _tried(year, agency, lambda: errand(Approvals).ask(person(), year, agency, _note()))


@door.post("/sign")
@only(Role.HEAD)
def sign(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """The head signs what was on the page, freshly confirmed."""
    seen = request.form.get("digest", "")
    return _tried(year, agency, lambda: errand(Approvals).sign(person(), token(), year, agency, seen, _note()))


@door.post("/return")
@only(Role.HEAD)
def give_back(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """The head returns it, or withdraws the signature."""
    return _tried(year, agency, lambda: errand(Approvals).give_back(person(), year, agency, _note()))


def _note() -> str:
    return request.form.get("note", "")


def _tried(year: int, agency: str, act: Callable[[], None]) -> BaseResponse | tuple[str, int]:
    """Back to the page; when it was refused, with the note as it was typed."""
    try:
        act()
    except Problem as refused:
        return _page(year, agency, refused), refused.status
    return redirect(url_for("approval.papers", year=year, agency=agency, done=1), 303)


def _page(year: int, agency: str, problem: Problem | None) -> str:
    return render_template(
        "approval/papers.html",
        papers=errand(Approvals).look(person(), token(), year, agency),
        problem=problem,
        form=request.path.rpartition("/")[2] if request.method == "POST" else "",
        note=_note(),
        done="done" in request.args,
    )

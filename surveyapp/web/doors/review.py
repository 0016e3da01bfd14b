"""The review door: the assessor's side of the OIT checklist."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem, Problems
from surveyapp.services.review import Review
from surveyapp.services.signs import Signs
from surveyapp.web.asked import asked, page_number
from surveyapp.web.entrance import errand, only, person
from surveyapp.web.sheets import download, sent_file

door = Blueprint("review", __name__, url_prefix="/review")


@door.get("/")
@only(Role.ASSESSOR)
def waiting() -> str:
    """The agencies the assessor decides on."""
    review, search = errand(Review), asked("q")
    waiting = review.waiting(person(), search, page_number())
    closed = review.closed(person(), search, page_number("past"))
    return render_template("review/waiting.html", waiting=waiting, closed=closed, search=search)


@door.get("/<int(fixed_digits=4):year>/<agency>")
@only(Role.ASSESSOR)
def sheet(year: int, agency: str) -> str:
    """One agency's checklist with its evidence."""
    return _page(year, agency, None, {})


@door.post("/<int(fixed_digits=4):year>/<agency>")
@only(Role.ASSESSOR)
def decide(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """The decisions of the page; when one is wrong all of them come back as typed."""
    typed = {name: value.replace("\x00", "") for name, value in request.form.items()}
    try:
        new = errand(Review).decide(person(), year, agency, typed)
    except (Problem, Problems) as refused:
        return _page(year, agency, refused, typed), 422
    return _done(year, agency, new)


@door.post("/<int(fixed_digits=4):year>/<agency>/sheet")
@only(Role.ASSESSOR)
def hand_in(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """The decisions of a marked sheet."""
    try:
        new = errand(Review).hand_in(person(), year, agency, sent_file())
    except (Problem, Problems) as refused:
        return _page(year, agency, refused, {}), 422
    return _done(year, agency, new)


@door.get("/<int(fixed_digits=4):year>/<agency>/checklist.xlsx")
@only(Role.ASSESSOR)
def template(year: int, agency: str) -> Response:
    """The sheet to mark."""
    return download(errand(Review).template(person(), year, agency), f"OIT-review-{agency}-{year}.xlsx")


def _page(year: int, agency: str, refused: Problem | Problems | None, typed: dict[str, str]) -> str:
    problems = refused.problems if isinstance(refused, Problems) else [refused] if refused else []
    return render_template(
        "review/sheet.html",
        sheet=errand(Review).look(person(), year, agency),
        remarks=errand(Signs).of(person(), year, agency),
        problems=problems,
        wrong={problem.facts["code"]: problem for problem in problems if "code" in problem.facts},
        typed=typed,
        kept=request.args.get("kept", type=int),
    )


def _done(year: int, agency: str, new: int) -> BaseResponse:
    return redirect(url_for("review.sheet", year=year, agency=agency, kept=new), 303)

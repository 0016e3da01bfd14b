"""The numbers door: how many people may answer, and what follows from it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem, Problems
from surveyapp.services.numbers import Numbers
from surveyapp.web.entrance import errand, only, person

door = Blueprint("numbers", __name__, url_prefix="/desk")


@door.get("/<int(fixed_digits=4):year>/<agency>/numbers")
@only(Role.COORDINATOR, Role.NATIONAL)
def numbers(year: int, agency: str) -> str:
    """What was told, and the minimum that follows."""
    return _page(year, agency, (), {})


@door.post("/<int(fixed_digits=4):year>/<agency>/numbers")
@only(Role.COORDINATOR, Role.NATIONAL)
def tell(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """Keep the numbers; when one is wrong both come back as typed."""
    typed = {name: request.form.get(name, "")[:600].replace("\x00", "") for name in ("staff", "contacts", "reason")}
    try:
        errand(Numbers).tell(person(), year, agency, (typed["staff"], typed["contacts"]), typed["reason"])
    except Problem as problem:
        return _page(year, agency, (problem,), typed), problem.status
    except Problems as refused:
        return _page(year, agency, refused.problems, typed), refused.problems[0].status
    return redirect(url_for("numbers.numbers", year=year, agency=agency, kept=1), 303)


def _page(year: int, agency: str, problems: tuple[Problem, ...], typed: dict[str, str]) -> str:
    told, kept = errand(Numbers).look(person(), year, agency), "kept" in request.args
    return render_template("numbers/numbers.html", told=told, problems=problems, typed=typed, kept=kept)

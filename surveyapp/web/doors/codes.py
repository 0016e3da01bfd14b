"""The codes door: how staff come to the right to answer, and the slips to print."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem
from surveyapp.services.codes import Codes, parse_count
from surveyapp.web.entrance import errand, only, person

door = Blueprint("codes", __name__, url_prefix="/desk")
_BY_CODE = "code"


@door.get("/<int(fixed_digits=4):year>/<agency>/codes")
@only(Role.COORDINATOR)
def box(year: int, agency: str) -> str:
    """Which way is chosen, and how many slips are out."""
    return _page(year, agency, None)


@door.post("/<int(fixed_digits=4):year>/<agency>/codes/way")
@only(Role.COORDINATOR)
def choose(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """Choose between open link and access codes."""
    try:
        errand(Codes).choose(person(), year, agency, by_code=request.form.get("way") == _BY_CODE)
    except Problem as refused:
        return _page(year, agency, refused), refused.status
    return redirect(url_for("codes.box", year=year, agency=agency), 303)


@door.post("/<int(fixed_digits=4):year>/<agency>/codes")
@only(Role.COORDINATOR)
def issue(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """Print slips: the codes leave with this answer and are kept nowhere."""
    try:
        n = parse_count(request.form.get("n", ""))
        pdf = errand(Codes).issue(person(), year, agency, n, void_unused="void" in request.form)
    except Problem as refused:
        return _page(year, agency, refused), refused.status
    name = f"slips-{agency}-{year}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _page(year: int, agency: str, problem: Problem | None) -> str:
    return render_template(
        "codes/box.html",
        box=errand(Codes).look(person(), year, agency),
        problem=problem,
        typed=request.form.get("n", ""),
        void="void" in request.form,
    )

"""The certificates door: results on paper, for a desk's wall or to be signed for a whole province."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.certificate import LONGEST, SIGNATORIES
from surveyapp.domain.people import Role
from surveyapp.domain.problems import Problem, Problems
from surveyapp.services.certificates import Certificates
from surveyapp.web.asked import asked, asked_year
from surveyapp.web.entrance import desk_readers, errand, only, person

door = Blueprint("certificates", __name__)
_supervisors = only(Role.SUPERVISOR, Role.REGIONAL, Role.NATIONAL, Role.AUDITOR)
_TYPED: Final = (*(f"{field}{n}" for n in range(1, SIGNATORIES + 1) for field in ("name", "position")), "day", "digits")


@door.get("/desk/<int(fixed_digits=4):year>/<agency>/certificate.pdf")
@desk_readers
def one(year: int, agency: str) -> Response:
    """The certificate of an agency, as PDF."""
    return _shown(errand(Certificates).of(person(), year, agency), f"certificate-{agency}-{year}.pdf")


@door.get("/board/certificates/")
@_supervisors
def choose() -> str:
    """Which certificates to print, and who signs them."""
    return _page(asked_year())


@door.get("/board/certificates.pdf")
@_supervisors
def book() -> BaseResponse | tuple[str, int]:
    """The chosen certificates as one PDF; what is refused comes back as typed."""
    year = asked_year()
    if year is None:
        return redirect(url_for("certificates.choose"), 303)
    try:
        pdf = errand(Certificates).book(person(), year, _levels(), _typed(), province=asked("province"))
    except Problems as refused:
        return _page(year, refused.problems), refused.problems[0].status
    except Problem as problem:
        return _page(year, (problem,)), problem.status
    return _shown(pdf, f"certificates-{year}.pdf")


def _page(year: int | None, problems: tuple[Problem, ...] = ()) -> str:
    choice = errand(Certificates).choice(person(), year, asked("province"))
    passing = {level.code for level, _n in choice.levels if level.passes} if choice else set()
    return render_template(
        "certificates/choose.html",
        choice=choice,
        chosen=_levels() if problems else _levels() or passing,
        typed=_typed(),
        problems=problems,
        signatories=range(1, SIGNATORIES + 1),
        longest=LONGEST,
    )


def _levels() -> set[str]:
    return set(request.args.getlist("level")[:20])


def _typed() -> dict[str, str]:
    return {name: asked(name) for name in _TYPED}


def _shown(pdf: bytes, name: str) -> Response:
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})

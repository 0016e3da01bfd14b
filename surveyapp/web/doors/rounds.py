"""The rounds door: the desk that says what a round asks of an agency."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.people import Role
from surveyapp.services.rounds import Rounds
from surveyapp.web.asked import page_number
from surveyapp.web.entrance import desk_readers, errand, only, person

door = Blueprint("rounds", __name__, url_prefix="/desk")


@door.get("/")
@only(Role.COORDINATOR, Role.HEAD)
def mine() -> BaseResponse | str:
    """The assessments a person looks after; straight to the desk when there is one."""
    found = errand(Rounds).mine(person(), page_number())
    if found.found == 1:
        (first,) = found.items
        return redirect(url_for("rounds.desk", year=first.round.fiscal_year, agency=first.agency.code), 303)
    return render_template("rounds/mine.html", page=found)


@door.get("/<int(fixed_digits=4):year>/<agency>")
@desk_readers
def desk(year: int, agency: str) -> str:
    """What today asks: links, numbers, checklist."""
    return render_template("rounds/desk.html", desk=errand(Rounds).desk(person(), year, agency))

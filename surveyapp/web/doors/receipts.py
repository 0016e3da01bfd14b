"""The receipts door: was I counted? It knows no session, and what is typed stands in no address."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from surveyapp.domain.problems import Problem
from surveyapp.domain.receipt import LONGEST_TYPED
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.receipts import Receipts
from surveyapp.web.entrance import errand, public

door = Blueprint("receipts", __name__, url_prefix="/results")


@door.get("/receipt")
@public
def check() -> str:
    """Where a receipt is typed; year and agency may come with the address."""
    return _page(request.args.get("year", ""), request.args.get("agency", ""))


@door.post("/receipt")
@public
def answer() -> str | tuple[str, int]:
    """The same page, with the answer or with what is wrong with the question; nothing typed is lost."""
    year, agency, typed = (request.form.get(name, "") for name in ("year", "agency", "serial"))
    try:
        found = errand(Receipts).look_up(parse_fiscal_year(year), agency, typed)
    except Problem as problem:
        return _page(year, agency, typed, problem=problem), problem.status
    return _page(year, agency, typed, found=found)


def _page(year: str, agency: str, typed: str = "", **more: object) -> str:
    rounds = errand(Receipts).rounds()
    newest = str(rounds[0].fiscal_year) if rounds else ""
    return render_template(
        "receipts/check.html", year=year or newest, agency=agency, typed=typed[:LONGEST_TYPED], rounds=rounds, **more
    )

"""The results door: what the public reads, and how each score came about."""

from __future__ import annotations

from flask import Blueprint, render_template

from surveyapp.domain.levels import gates, level
from surveyapp.services.results import Results
from surveyapp.web.asked import asked, page_number
from surveyapp.web.entrance import errand, public
from surveyapp.web.radar import radar
from surveyapp.web.trend_chart import trend_chart

door = Blueprint("results", __name__, url_prefix="/results")


@door.get("/")
@public
def rounds() -> str:
    """Every round."""
    return render_template("results/rounds.html", rounds=errand(Results).rounds())


@door.get("/<int(fixed_digits=4):year>")
@public
def listing(year: int) -> str:
    """The agencies of a round, page by page."""
    search, province = asked("q"), asked("province")
    found = errand(Results).listing(year, search, province, page_number())
    return render_template("results/listing.html", listing=found, search=search, province=province)


@door.get("/<int(fixed_digits=4):year>/<agency>")
@public
def agency(year: int, agency: str) -> str:
    """One agency: total, level, instruments, ten indicators, and every step of the arithmetic."""
    scored = errand(Results).of(year, agency)
    result = scored.result
    trend = errand(Results).trend(scored)
    return render_template(
        "results/agency.html",
        scored=scored,
        result=result,
        level=level(result),
        gates=gates(result),
        radar=radar(result),
        trend=trend,
        chart=trend_chart(trend) if trend else None,
    )

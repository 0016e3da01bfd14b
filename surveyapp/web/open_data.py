"""Open data: what the result pages show, as JSON for other programs. Described in ``openapi.json`` beside this file.

Every score and count passes the same release decision as its page, and a paper is told once its round is open.
Nobody is signed in here, and nothing is asked of anybody.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from surveyapp.domain.places import Agency, Round
from surveyapp.domain.public_document import public_document
from surveyapp.services.results import Outcome, Results
from surveyapp.web.asked import asked, page_number
from surveyapp.web.entrance import errand, public

OPEN_DATA: Final = "/api/v1"

door = Blueprint("open_data", __name__, url_prefix=OPEN_DATA)

_DESCRIPTION: Final = Path(__file__).parent / "openapi.json"


@door.after_app_request
def _for_every_page(response: Response) -> Response:
    """Pages of other sites may read it, refusals too: there is nothing here that is not public."""
    if request.path.startswith(OPEN_DATA):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@door.get("/openapi.json")
@public
def description() -> Response:
    """This interface, described for programs (OpenAPI 3.1), with the address it has here."""
    document = current_app.json.loads(_DESCRIPTION.read_text("utf-8"))
    return jsonify({**document, "servers": [{"url": current_app.config["PUBLIC_URL"]}]})


@door.get("/rounds")
@public
def rounds() -> Response:
    """Every round, the newest first."""
    return jsonify(rounds=[_round(each) for each in errand(Results).rounds()])


@door.get("/rounds/<int(fixed_digits=4):year>/agencies")
@public
def agencies(year: int) -> Response:
    """A page of the agencies of a round in Thai order, with total and level where they are released."""
    found = errand(Results).listing(year, asked("q"), asked("province"), page_number())
    return jsonify(
        round=_round(found.round),
        found=found.page.found,
        page=found.page.number,
        pages=found.page.pages,
        agencies=[_line(each) for each in found.page.items],
    )


@door.get("/rounds/<int(fixed_digits=4):year>/agencies/<agency>")
@public
def result(year: int, agency: str) -> Response:
    """One agency: what its result page shows, every step down to the counts."""
    scored = errand(Results).of(year, agency)
    return jsonify(
        round=_round(scored.assessment.round),
        agency=_agency(scored.assessment.agency),
        final=scored.frozen,
        result=public_document(scored.result),
    )


@door.get("/rounds/<int(fixed_digits=4):year>/paper")
@public
def paper(year: int) -> Response:
    """The paper an open or closed round is bound to: its questionnaires, checklist and every rule."""
    return jsonify(errand(Results).paper(year))


def _round(round_: Round) -> dict[str, Any]:
    return {
        "fiscal_year": round_.fiscal_year,
        "stage": round_.stage.value,
        "released": round_.is_released,
        "rehearsal": round_.rehearsal,
        "paper": round_.digest,
    }


def _agency(agency: Agency) -> dict[str, str]:
    return {"code": agency.code, "name": agency.name, "kind": agency.kind, "province": agency.province}


def _line(outcome: Outcome) -> dict[str, Any]:
    assessment = outcome.assessment
    return {
        **_agency(assessment.agency),
        "total": None if outcome.total is None else str(outcome.total),
        "level": outcome.level.code if outcome.level else None,
        "url": url_for("open_data.result", year=assessment.round.fiscal_year, agency=assessment.agency.code),
    }

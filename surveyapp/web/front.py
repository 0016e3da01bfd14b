"""The front of the house: the home page, typing a code, and the monitor's question."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.link_code import tidy_code
from surveyapp.domain.measured import MEASURED, MEASURED_ON
from surveyapp.services.installation import Installation
from surveyapp.services.publishing import Publishing
from surveyapp.services.results import Results
from surveyapp.web.entrance import errand, public

door = Blueprint("front", __name__)


@door.get("/")
@public
def home() -> str:
    """What this is, for everybody."""
    return render_template("home.html", rounds=errand(Results).rounds())


@door.get("/trust")
@public
def trust() -> str:
    """What is kept, what is not, and who could still learn something."""
    fingerprint = errand(Publishing).fingerprint()
    return render_template("trust.html", fingerprint=fingerprint, measured=MEASURED, measured_on=MEASURED_ON)


@door.get("/s/")
@public
def typed_code() -> BaseResponse:
    """From a code typed by hand to its questionnaire."""
    code = tidy_code(request.args.get("code", ""))
    return redirect(url_for("answering.form", code=code) if code else url_for("front.home"), 303)


@door.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """200 only when the database answers and is at the newest revision."""
    try:
        healthy = errand(Installation).healthy()
    except Exception:
        healthy = False
    return jsonify(status="ok" if healthy else "unavailable"), 200 if healthy else 503

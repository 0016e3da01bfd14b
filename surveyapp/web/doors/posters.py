"""The posters door: the sheet to print, and the QR code alone."""

from __future__ import annotations

from flask import Blueprint, Response

from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Role
from surveyapp.services.posters import Posters
from surveyapp.web.entrance import errand, only, person

door = Blueprint("posters", __name__, url_prefix="/desk")


@door.get("/<int(fixed_digits=4):year>/<agency>/poster-<any(iit, eit):instrument>.pdf")
@only(Role.COORDINATOR)
def poster(year: int, agency: str, instrument: str) -> Response:
    """The A4 poster as PDF."""
    pdf = errand(Posters).make(person(), year, agency, Instrument(instrument))
    name = f"poster-{instrument}-{agency}-{year}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@door.get("/<int(fixed_digits=4):year>/<agency>/qr-<any(iit, eit):instrument>.svg")
@only(Role.COORDINATOR)
def qr(year: int, agency: str, instrument: str) -> Response:
    """The QR code alone as SVG."""
    return Response(errand(Posters).qr(person(), year, agency, Instrument(instrument)), mimetype="image/svg+xml")

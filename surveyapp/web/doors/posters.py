"""The posters door: what is printed of a link, and the QR code alone."""

from __future__ import annotations

from flask import Blueprint, Response

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Channel
from surveyapp.domain.poster import Languages, Size
from surveyapp.services.posters import Posters, Wish
from surveyapp.web.entrance import desk_readers, errand, person

door = Blueprint("posters", __name__, url_prefix="/desk/<int(fixed_digits=4):year>/<agency>")
_KINDS = {"svg": "image/svg+xml", "png": "image/png"}


@door.get("/poster-<any(iit, eit):instrument>.pdf")
@door.get(
    "/poster-<any(iit, eit):instrument>-<any(open, field):channel>"
    "-<any(a4, a3, tent, stickers):size>-<any(th, 'th-en'):languages>.pdf"
)
@desk_readers
def poster(
    year: int, agency: str, instrument: str, channel: str = "open", size: str = "a4", languages: str = "th"
) -> Response:
    """A poster as PDF: A4 in Thai, unless told otherwise."""
    wish = Wish(Instrument(instrument), Channel(channel), Size(size), Languages(languages))
    pdf = errand(Posters).make(person(), year, agency, wish)
    name = f"poster-{instrument}-{channel}-{size}-{languages}-{agency}-{year}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@door.get(
    "/links/<code>/poster-<any(iit, eit):instrument>"
    "-<any(a4, a3, tent, stickers):size>-<any(th, 'th-en'):languages>.pdf"
)
@desk_readers
def of_link(year: int, agency: str, code: str, instrument: str, size: str, languages: str) -> Response:
    """A poster of one link as PDF."""
    wish = Wish(Instrument(instrument), size=Size(size), languages=Languages(languages), code=code)
    pdf = errand(Posters).make(person(), year, agency, wish)
    name = f"poster-{instrument}-{code}-{size}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@door.get("/qr-<any(iit, eit):instrument>.<any(svg, png):kind>")
@door.get("/qr-<any(iit, eit):instrument>-<any(open, field, kiosk):channel>.<any(svg, png):kind>")
@desk_readers
def qr(year: int, agency: str, instrument: str, kind: str, channel: str = "open") -> Response:
    """The QR code alone, as SVG or PNG."""
    wish = Wish(Instrument(instrument), Channel(channel))
    return Response(errand(Posters).qr(person(), year, agency, wish, kind), mimetype=_KINDS[kind])

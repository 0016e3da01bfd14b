"""Styles, scripts and pictures of the pages, compressed once when the app starts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, request

from surveyapp.web.entrance import public
from surveyapp.web.packing import pack_file

ASSETS: Final = Path(__file__).parent / "assets"
_KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml"}
_FILES: Final = {
    each.name: pack_file(each.read_bytes(), _KINDS[each.suffix])
    for each in sorted(ASSETS.iterdir())
    if each.suffix in _KINDS
}

door = Blueprint("assets", __name__, url_prefix="/assets")


def address(name: str) -> str:
    """asset("desk.css") → its address, with a fingerprint so that it may be kept."""
    return f"/assets/{name}?v={_FILES[name].mark}"


@door.get("/<name>")
@public
def one(name: str) -> Response:
    """A file by its name."""
    found = _FILES.get(name)
    return found.answer(request.args.get("v")) if found else abort(404)

"""The A4 poster of a link, as PDF: set by typst, with Thai shaped and broken as Thai."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

import fontpkg_sarabun
import typst

from surveyapp.adapters.qr import qr_svg

_TEMPLATE: Final = Path(__file__).with_name("poster.typ")
_UNKNOWN: Final = "·"


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster.

    address: in capitals, what the QR code holds and what is printed beneath it. code: eight signs.
    closes_on: a date in words. minutes: how long answering takes. instrument: "iit" or "eit".
    """

    agency: str
    instrument: str
    fiscal_year: int
    address: str
    code: str
    closes_on: str | None
    minutes: int
    rehearsal: bool
    draft: bool = False


def render_poster(poster: Poster) -> bytes:
    """One A4 page as PDF, tagged (PDF/UA-1), fonts embedded. The same poster gives the same bytes."""
    words = asdict(poster)
    words["agency"] = _printable(poster.agency)
    words["qr"] = qr_svg(poster.address).decode("ascii")
    words["shown_address"] = poster.address.split("://", 1)[-1]
    words["shown_code"] = f"{poster.code[:4]} {poster.code[4:]}"
    compiler = typst.Compiler(_TEMPLATE.read_bytes(), font_paths=_fonts(), sys_inputs={"poster": json.dumps(words)})
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave several files for one poster")
    return pdf


@cache
def _fonts() -> typst.Fonts:
    folder = Path(str(fontpkg_sarabun.ROOT)) / "files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _printable(text: str) -> str:
    """The text with a dot for every sign the font has no shape for; emoji in a name stop nothing."""
    return "".join(sign if _has_shape(sign) else _UNKNOWN for sign in unicodedata.normalize("NFC", text))


def _has_shape(sign: str) -> bool:
    return "\u0e00" <= sign <= "\u0e5b" or " " <= sign <= "~" or "\u00a0" <= sign <= "\u017f" or sign in "–—‘’“”…"

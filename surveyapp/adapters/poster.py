"""Posters of links as PDF: sheets for a wall, a card for a counter, stickers; one, or a province in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from babel.dates import format_date

from surveyapp.adapters.emblem import emblem_svg
from surveyapp.adapters.qr import QUIET_ZONE, qr_modules, qr_svg
from surveyapp.adapters.typeset import UNKNOWN, printable, set_pages
from surveyapp.domain.poster import Languages, Size, reading_distance_mm
from surveyapp.domain.thai import thai_date

# Printed side of the code in mm, quiet zone included; poster_*.typ draw it at just this size.
_SIDES: Final = {Size.A4: 109.0, Size.A3: 154.0, Size.TENT: 64.0, Size.STICKERS: 32.0}
_BILINGUAL: Final = {Size.A4: 90.0, Size.A3: 128.0}  # the wall sheets hold more words then
_A3: Final = 2**0.5


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster.

    address: in capitals, what the QR code holds and what is printed beneath it. code: eight signs.
    minutes: how long answering takes. instrument: "iit" or "eit". field: for people who go from door to door.
    digest: the paper's, short. emblem: a PNG of the agency's.
    """

    agency: str
    instrument: str
    fiscal_year: int
    address: str
    code: str
    closes_on: date | None
    minutes: int
    rehearsal: bool
    draft: bool = False
    own_wording: bool = True
    digest: str = ""
    opens_on: date | None = None
    field: bool = False
    emblem: bytes | None = None


def render_poster(poster: Poster, size: Size = Size.A4, languages: Languages = Languages.TH) -> bytes:
    """One page as PDF, tagged (PDF/UA-1), fonts embedded. The same poster gives the same bytes."""
    return render_posters([poster], size, languages)


def render_posters(posters: Sequence[Poster], size: Size = Size.A4, languages: Languages = Languages.TH) -> bytes:
    """A page a poster, in their order, with a bookmark where each agency begins."""
    english = languages is Languages.TH_EN
    side = (_BILINGUAL if english else _SIDES).get(size, _SIDES[size])
    pages = [_words(poster, side) for poster in posters]
    for before, page in pairwise(pages):
        page["begins"] = before["agency"] != page["agency"]
    drawn_side = side / _A3 if size is Size.A3 else side  # an A3 is an A4, drawn larger
    return set_pages("poster.typ", {"size": size, "english": english, "side": drawn_side, "posters": pages})


def _words(poster: Poster, side_mm: float) -> dict[str, Any]:
    qr = qr_svg(poster.address)
    modules = qr_modules(qr)
    seen_mm = side_mm * modules / (modules + 2 * QUIET_ZONE)
    return {
        **asdict(poster),
        "agency": printable(poster.agency) or UNKNOWN,
        "begins": True,
        "qr": qr.decode("ascii"),
        "shown_address": poster.address.split("://", 1)[-1],
        "shown_code": f"{poster.code[:4]} {poster.code[4:]}",
        "distance": reading_distance_mm(seen_mm, modules) // 10,
        "opens_on": _both(poster.opens_on),
        "closes_on": _both(poster.closes_on),
        "emblem": None if poster.emblem is None else emblem_svg(poster.emblem),
    }


def _both(day: date | None) -> tuple[str, str] | None:
    """A date in words, in Thai and in English."""
    return None if day is None else (thai_date(day), format_date(day, "d MMMM y", locale="en"))

"""Slips of access codes as PDF: a minute of the drawing, then sheets to cut apart and fold. Nothing is kept.

Each slip is printed on one side of the paper and folds twice: the flap over the code, the cover to the back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from surveyapp.adapters.qr import draw_qr_svg
from surveyapp.adapters.typeset import UNKNOWN, printable, set_pages

# The grid on A4, in mm; slips.typ is handed these numbers.
COLUMNS: Final = 2
ROWS: Final = 5
WIDE: Final = 95
HIGH: Final = 53
LEFT: Final = 10
TOP: Final = 16
COVER: Final = 23  # from the left edge of a slip to the fold that goes to the back
CODE: Final = 36  # from there to the fold that the flap closes over
A_SHEET: Final = COLUMNS * ROWS


@dataclass(frozen=True, slots=True)
class Slip:
    """One right to answer. code: its signs, in whatever groups; url: what its QR code holds."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Slips:
    """What is printed for one drawing; ``slips`` come in the order they are printed, so the caller shuffles.

    address: where a code is typed, such as https://host/s/AB12CD34. printed_on, closes_on: days in words.
    """

    agency: str
    fiscal_year: int
    address: str
    slips: tuple[Slip, ...]
    printed_on: str
    closes_on: str | None = None
    rehearsal: bool = False


def render_slips(slips: Slips) -> bytes:
    """The minute and the sheets as PDF, tagged (PDF/UA-1). The same slips give the same bytes."""
    sheets = [[_words(slip) for slip in sheet] for sheet in _sheets(slips.slips)]
    data = {
        "agency": printable(slips.agency) or UNKNOWN,
        "fiscal_year": slips.fiscal_year,
        "shown_address": slips.address.split("://", 1)[-1],
        "printed_on": printable(slips.printed_on),
        "closes_on": slips.closes_on and printable(slips.closes_on),
        "rehearsal": slips.rehearsal,
        "n": len(slips.slips),
        "sheets": sheets,
        "grid": {
            "columns": COLUMNS,
            "rows": ROWS,
            "wide": WIDE,
            "high": HIGH,
            "left": LEFT,
            "top": TOP,
            "cover": COVER,
            "code": CODE,
        },
    }
    return set_pages("slips.typ", data)


def _sheets(slips: tuple[Slip, ...]) -> Iterator[tuple[Slip, ...]]:
    return (slips[start : start + A_SHEET] for start in range(0, len(slips), A_SHEET))


def _words(slip: Slip) -> dict[str, Any]:
    """The code in groups of four. The drawing of a code is not kept, unlike that of a link."""
    signs = "".join(slip.code.split())
    groups = [signs[start : start + 4] for start in range(0, len(signs), 4)]
    return {"groups": groups, "qr": draw_qr_svg(slip.url).decode("ascii")}

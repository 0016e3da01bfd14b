"""What a poster can be: its sizes, its languages, and from how far its code can be read."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

_LONGEST: Final = 33  # modules a side up to which a tenth of the distance is enough
_STEP_MM: Final = 50


class Size(StrEnum):
    """What is printed: a sheet for a wall, a card that stands on a counter, a sheet of stickers."""

    A4 = "a4"
    A3 = "a3"
    TENT = "tent"  # one A4 sheet folded across: two A5 faces, one upside down
    STICKERS = "stickers"  # one A4 sheet, 3 x 7


class Languages(StrEnum):
    """The languages on a poster."""

    TH = "th"
    TH_EN = "th-en"


def reading_distance_mm(side_mm: float, modules: int) -> int:
    """The distance a code of this printed side can be read from, rounded down to 5 cm.

    side_mm: without the quiet zone. modules: a side. Rule of thumb of code printers: ten times the side; a code
    of finer modules than version 4 is read from as much less as its modules are smaller.
    """
    distance = side_mm * 10 * min(1.0, _LONGEST / modules)
    return int(distance // _STEP_MM) * _STEP_MM

"""How often each sign was raised among made-up agencies. Written by ``python -m bench integrity --write``."""

from __future__ import annotations

from typing import Final, NamedTuple

SHARES: Final = (5, 10, 30, 80)


class Rate(NamedTuple):
    """One row of the measurement.

    way: how boxes were stuffed. raised: of so many honest ``agencies``. found: of so many ``stuffed`` ones, where
    5, 10, 30 and 80 % of the answers were put in by one hand.
    """

    mark: str
    way: str
    questions: int
    n: int
    agencies: int
    raised: int
    stuffed: int
    found: tuple[int, ...]


MEASURED_ON: Final = ""
MEASURED: Final[tuple[Rate, ...]] = ()

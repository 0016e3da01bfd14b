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


MEASURED_ON: Final = "2026-11-22"
MEASURED: Final[tuple[Rate, ...]] = (
    Rate("alike", "copies", 51, 15, 300, 0, 20, (0, 0, 18, 20)),
    Rate("alike", "copies", 51, 30, 300, 0, 20, (0, 17, 20, 20)),
    Rate("alike", "copies", 51, 100, 300, 0, 20, (18, 20, 20, 20)),
    Rate("alike", "copies", 51, 400, 300, 1, 20, (20, 20, 20, 20)),
    Rate("alike", "copies", 15, 15, 300, 0, 20, (0, 0, 16, 20)),
    Rate("alike", "copies", 15, 30, 300, 0, 20, (0, 6, 20, 20)),
    Rate("alike", "copies", 15, 100, 300, 1, 20, (5, 18, 20, 20)),
    Rate("alike", "copies", 15, 400, 300, 0, 20, (20, 19, 20, 20)),
    Rate("alike", "copies", 9, 15, 300, 0, 20, (0, 0, 8, 20)),
    Rate("alike", "copies", 9, 30, 300, 0, 20, (0, 0, 15, 20)),
    Rate("alike", "copies", 9, 100, 300, 0, 20, (0, 9, 19, 20)),
    Rate("alike", "copies", 9, 400, 300, 1, 20, (10, 18, 20, 20)),
    Rate("alike", "copies, 5 % noise", 51, 15, 300, 0, 20, (0, 0, 2, 18)),
    Rate("alike", "copies, 5 % noise", 51, 30, 300, 0, 20, (0, 3, 13, 19)),
    Rate("alike", "copies, 5 % noise", 51, 100, 300, 0, 20, (6, 16, 20, 20)),
    Rate("alike", "copies, 5 % noise", 51, 400, 300, 1, 20, (18, 20, 20, 20)),
    Rate("alike", "copies, 5 % noise", 15, 15, 300, 0, 20, (0, 0, 11, 19)),
    Rate("alike", "copies, 5 % noise", 15, 30, 300, 0, 20, (0, 3, 17, 16)),
    Rate("alike", "copies, 5 % noise", 15, 100, 300, 1, 20, (1, 18, 20, 18)),
    Rate("alike", "copies, 5 % noise", 15, 400, 300, 0, 20, (19, 19, 19, 20)),
    Rate("alike", "copies, 5 % noise", 9, 15, 300, 0, 20, (0, 0, 4, 12)),
    Rate("alike", "copies, 5 % noise", 9, 30, 300, 0, 20, (0, 0, 17, 15)),
    Rate("alike", "copies, 5 % noise", 9, 100, 300, 0, 20, (0, 9, 17, 15)),
    Rate("alike", "copies, 5 % noise", 9, 400, 300, 1, 20, (7, 18, 20, 19)),
    Rate("straight", "straight lines", 51, 15, 300, 0, 20, (0, 0, 1, 20)),
    Rate("straight", "straight lines", 51, 30, 300, 0, 20, (0, 0, 20, 20)),
    Rate("straight", "straight lines", 51, 100, 300, 0, 20, (0, 2, 20, 20)),
    Rate("straight", "straight lines", 51, 400, 300, 0, 20, (1, 20, 20, 20)),
    Rate("straight", "straight lines", 15, 15, 300, 0, 20, (0, 0, 3, 20)),
    Rate("straight", "straight lines", 15, 30, 300, 0, 20, (1, 1, 20, 20)),
    Rate("straight", "straight lines", 15, 100, 300, 0, 20, (0, 1, 20, 20)),
    Rate("straight", "straight lines", 15, 400, 300, 0, 20, (1, 20, 20, 20)),
    Rate("straight", "straight lines", 9, 15, 300, 0, 20, (0, 0, 0, 17)),
    Rate("straight", "straight lines", 9, 30, 300, 0, 20, (0, 0, 1, 20)),
    Rate("straight", "straight lines", 9, 100, 300, 0, 20, (0, 0, 16, 20)),
    Rate("straight", "straight lines", 9, 400, 300, 0, 20, (0, 0, 20, 20)),
    Rate("all_top", "full points", 51, 15, 300, 0, 20, (0, 0, 0, 20)),
    Rate("all_top", "full points", 51, 30, 300, 0, 20, (0, 0, 13, 20)),
    Rate("all_top", "full points", 51, 100, 300, 0, 20, (0, 0, 20, 20)),
    Rate("all_top", "full points", 51, 400, 300, 0, 20, (1, 8, 20, 20)),
    Rate("all_top", "full points", 15, 15, 300, 0, 20, (0, 0, 1, 20)),
    Rate("all_top", "full points", 15, 30, 300, 1, 20, (0, 0, 17, 20)),
    Rate("all_top", "full points", 15, 100, 300, 0, 20, (1, 1, 20, 20)),
    Rate("all_top", "full points", 15, 400, 300, 1, 20, (2, 9, 20, 20)),
    Rate("all_top", "full points", 9, 15, 300, 3, 20, (1, 2, 3, 20)),
    Rate("all_top", "full points", 9, 30, 300, 5, 20, (2, 2, 13, 20)),
    Rate("all_top", "full points", 9, 100, 300, 4, 20, (1, 6, 20, 20)),
    Rate("all_top", "full points", 9, 400, 300, 8, 20, (3, 13, 20, 20)),
    Rate("gap", "full points in part 1", 9, 15, 300, 0, 20, (0, 0, 0, 3)),
    Rate("gap", "full points in part 1", 9, 30, 300, 1, 20, (0, 0, 0, 3)),
    Rate("gap", "full points in part 1", 9, 100, 300, 0, 20, (0, 0, 2, 13)),
    Rate("gap", "full points in part 1", 9, 400, 300, 0, 20, (0, 0, 4, 20)),
    Rate("one_day", "on one day", 51, 15, 300, 0, 20, (0, 0, 0, 1)),
    Rate("one_day", "on one day", 51, 30, 300, 0, 20, (0, 0, 0, 20)),
    Rate("one_day", "on one day", 51, 100, 300, 0, 20, (0, 0, 0, 20)),
    Rate("one_day", "on one day", 51, 400, 300, 0, 20, (0, 0, 0, 20)),
    Rate("one_day", "on one day", 15, 15, 300, 0, 20, (0, 0, 0, 1)),
    Rate("one_day", "on one day", 15, 30, 300, 0, 20, (0, 0, 0, 20)),
    Rate("one_day", "on one day", 15, 100, 300, 1, 20, (0, 0, 0, 20)),
    Rate("one_day", "on one day", 15, 400, 300, 0, 20, (0, 0, 0, 20)),
    Rate("one_day", "on one day", 9, 15, 300, 0, 20, (0, 0, 0, 0)),
    Rate("one_day", "on one day", 9, 30, 300, 0, 20, (0, 0, 0, 20)),
    Rate("one_day", "on one day", 9, 100, 300, 0, 20, (0, 0, 0, 20)),
    Rate("one_day", "on one day", 9, 400, 300, 0, 20, (0, 0, 0, 20)),
    Rate("any", "careful hand", 51, 15, 300, 0, 20, (0, 0, 0, 0)),
    Rate("any", "careful hand", 51, 30, 300, 0, 20, (0, 0, 0, 0)),
    Rate("any", "careful hand", 51, 100, 300, 0, 20, (0, 0, 0, 0)),
    Rate("any", "careful hand", 51, 400, 300, 1, 20, (0, 0, 0, 0)),
    Rate("any", "careful hand", 15, 15, 300, 0, 20, (0, 0, 0, 0)),
    Rate("any", "careful hand", 15, 30, 300, 1, 20, (0, 0, 0, 1)),
    Rate("any", "careful hand", 15, 100, 300, 2, 20, (0, 0, 0, 2)),
    Rate("any", "careful hand", 15, 400, 300, 1, 20, (1, 1, 3, 6)),
    Rate("any", "careful hand", 9, 15, 300, 3, 20, (1, 1, 2, 4)),
    Rate("any", "careful hand", 9, 30, 300, 6, 20, (2, 2, 1, 2)),
    Rate("any", "careful hand", 9, 100, 300, 4, 20, (1, 0, 0, 6)),
    Rate("any", "careful hand", 9, 400, 300, 8, 20, (0, 0, 1, 11)),
)

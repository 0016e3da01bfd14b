"""How large a table that somebody sends may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a table may be. A filled checklist takes under 1 MB inflated and 1,000 cells; the roster
    of 8,300 agencies takes 125,000 cells."""

    file_bytes: int = 5 * MEGABYTE
    inflated_bytes: int = 24 * MEGABYTE
    entries: int = 2_000
    rows: int = 20_000
    columns: int = 200
    grid: int = 500_000  # rows × columns down to the last filled cell: calamine keeps all of them
    cells: int = 150_000  # cells that hold something
    tags: int = 1_200_000  # start and end tags walked in all parts together: 8 for each cell, 2 if it is only formatted
    cell_characters: int = 10_000
    text_characters: int = 5_000_000
    formulas_told: int = 50


DEFAULT_LIMITS: Final = Limits()

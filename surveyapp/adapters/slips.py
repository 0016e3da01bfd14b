"""temporary"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Slips:
    agency: str
    fiscal_year: int
    address: str
    slips: tuple[Slip, ...]
    printed_on: str
    closes_on: str | None
    rehearsal: bool


def render_slips(sheet: Slips) -> bytes:
    return b"%PDF-" + json.dumps(asdict(sheet)).encode()

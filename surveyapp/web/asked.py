"""What an address asks for behind its question mark."""

from __future__ import annotations

from typing import Final

from flask import request

_LONGEST: Final = 200
_FARTHEST: Final = 10**6


def page_number(name: str = "page") -> int:
    """The page that is asked for; the first where it is none."""
    return min(max(request.args.get(name, 1, type=int), 1), _FARTHEST)


def asked(name: str) -> str:
    """What is asked for by a name, on one line; "" where nothing is."""
    return " ".join(request.args.get(name, "").replace("\x00", "").split())[:_LONGEST]


def asked_year() -> int | None:
    """The year that is asked for; None where none is, or nothing that could be one."""
    year = request.args.get("year", "")
    return int(year) if len(year) == 4 and year.isascii() and year.isdecimal() else None

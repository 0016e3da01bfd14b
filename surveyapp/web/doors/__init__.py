"""The doors. Each reads a request, calls one errand, and shows or redirects."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from flask import Blueprint

NAMES = (
    "accounts",
    "answering",
    "approval",
    "board",
    "calendar",
    "certificates",
    "codes",
    "filing",
    "journal",
    "links",
    "numbers",
    "people",
    "posters",
    "receipts",
    "results",
    "review",
    "roster",
    "rounds",
)


def every() -> Iterable[Blueprint]:
    """Every door, by name."""
    return [import_module(f"{__name__}.{name}").door for name in NAMES]


def without_session() -> Iterable[Blueprint]:
    """Doors where nobody is signed in, so there is nothing a forged request could borrow."""
    return [each for each in every() if each.name in ("answering", "receipts")]

"""Cuts a text into words. Thai writes none apart, so a small model that comes with a library finds them."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import budoux

_RUN: Final = re.compile("[\u0e00-\u0e7f]+|\\s+|[^\\s\u0e00-\u0e7f]+")
_NEVER_FIRST: Final = frozenset("ะัาำิีึืฺุูๅ็่้๊๋์ํ๎")  # vowels and marks that belong to the letter before


def words(text: str) -> list[str]:
    """The words of a text, white space included: together they are the text again."""
    runs = _RUN.findall(text)
    return list(chain.from_iterable(_thai(run) if "\u0e00" <= run[0] <= "\u0e7f" else [run] for run in runs))


def _thai(run: str) -> list[str]:
    found: list[str] = []
    for word in _model().parse(run):
        if found and word[0] in _NEVER_FIRST:
            found[-1] += word
        else:
            found.append(word)
    return found


@cache
def _model() -> budoux.Parser:
    import budoux

    return budoux.load_default_thai_parser()

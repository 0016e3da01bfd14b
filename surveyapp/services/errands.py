"""Hands out the errands that were built at the start, each by its class."""

from __future__ import annotations

from typing import TypeVar

_T = TypeVar("_T")


class Errands:
    """Every errand of a running program."""

    def __init__(self, *built: object) -> None:
        self._built = {type(each): each for each in built}

    def __call__(self, kind: type[_T]) -> _T:
        """The errand of this class."""
        found = self._built[kind]
        assert isinstance(found, kind)  # noqa: S101 - keyed by its own class
        return found

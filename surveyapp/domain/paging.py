"""Long lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

MOST: Final = 200  # rows of a page: under 100 KB compressed, whatever is in them

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """Some items of a list. found: how many there are in all; number: which page this is, from 1."""

    items: tuple[_T, ...]
    found: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return _pages(self.found)


def page_near(found: int, number: int) -> int:
    """The number of the page that was asked for; the nearest there is."""
    return min(max(number, 1), _pages(found))


def skipped(number: int) -> int:
    """How many items come before a page."""
    return (number - 1) * MOST


def page_of(items: Sequence[_T], number: int) -> Page[_T]:
    """One page of a list, the nearest there is."""
    number = page_near(len(items), number)
    return Page(tuple(items[skipped(number) : skipped(number) + MOST]), len(items), number)


def _pages(found: int) -> int:
    return max(1, -(-found // MOST))

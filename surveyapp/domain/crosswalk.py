"""Crosswalks: what became of each item and indicator from one year to another.

A trend may only be drawn where the same thing was asked on the same scale. A crosswalk says where that
is, where a line goes on but breaks and why, and what was merged, split, added or dropped. Crosswalks of
consecutive years are data; those across several years are composed of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from surveyapp.domain.paper import Instrument, Paper, Status, Text

TOTAL: Final = "total"
LEVEL: Final = "level"
_WHOLES: Final = (TOTAL, LEVEL, *(instrument.value for instrument in Instrument))
_GROUPS: Final = ("", "i", "e", "O")


class MatchKind(StrEnum):
    """What became of the codes of a match. Only ``SAME`` may be compared."""

    SAME = "same"
    CHANGED = "changed"
    MERGED = "merged"
    SPLIT = "split"
    REGROUPED = "regrouped"
    NEW = "new"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Break:
    """Why a line breaks, and the fiscal year from which on it is another."""

    year: int
    why: Text


@dataclass(frozen=True, slots=True)
class Match:
    """Codes of the earlier year and what they are in the later one. Without breaks they are the same."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    breaks: tuple[Break, ...] = ()

    @property
    def kind(self) -> MatchKind:
        """What became of the codes."""
        match len(self.before), len(self.after):
            case 0, _:
                return MatchKind.NEW
            case _, 0:
                return MatchKind.DROPPED
            case 1, 1:
                return MatchKind.CHANGED if self.breaks else MatchKind.SAME
            case _, 1:
                return MatchKind.MERGED
            case 1, _:
                return MatchKind.SPLIT
            case _:
                return MatchKind.REGROUPED


@dataclass(frozen=True)
class Crosswalk:
    """Every code of two fiscal years, each in one match, in the order of the codes."""

    before_year: int
    after_year: int
    status: Status
    sources: tuple[str, ...]
    unsure: tuple[Text, ...]
    matches: tuple[Match, ...]

    def out_of(self, code: str) -> Match | None:
        """What became of a code of the earlier year; None when it is not one."""
        return next((match for match in self.matches if code in match.before), None)

    def into(self, code: str) -> Match | None:
        """What a code of the later year came from; None when it is not one."""
        return next((match for match in self.matches if code in match.after), None)


def compose(first: Crosswalk, second: Crosswalk) -> Crosswalk:
    """The crosswalk across both. A match is without breaks only where every match on the way is."""
    if first.after_year != second.before_year:
        raise ValueError(f"{first.after_year} is not {second.before_year}")
    knots: list[_Knot] = []
    for knot in [*map(_arriving, first.matches), *map(_leaving, second.matches)]:
        tied = [each for each in knots if each.middle & knot.middle]
        knots = [each for each in knots if each not in tied]
        knots.append(_tie([knot, *tied]))
    draft = Status.DRAFT in (first.status, second.status)
    return Crosswalk(
        first.before_year,
        second.after_year,
        Status.DRAFT if draft else Status.VERIFIED,
        tuple(dict.fromkeys(first.sources + second.sources)),
        tuple(dict.fromkeys(first.unsure + second.unsure)),
        in_order(_match(knot) for knot in knots if knot.before or knot.after),
    )


def in_order(matches: Iterable[Match]) -> tuple[Match, ...]:
    """The matches in the order of the later year's codes; what was dropped stands where it was."""
    return tuple(sorted(matches, key=lambda match: (code_order((match.after or match.before)[0]), match.before)))


def code_order(code: str) -> tuple[int, int, str]:
    """Total, level, instruments, then 1–10, i, e and O by their numbers."""
    if code in _WHOLES:
        return 0, _WHOLES.index(code), ""
    letters = code.rstrip("0123456789")
    number = code[len(letters) :]
    group = _GROUPS.index(letters) if letters in _GROUPS else len(_GROUPS)
    return 1 + group, int(number or 0), letters


def group_of(code: str) -> str:
    """What a code counts among: "total", "level", "instrument", "indicator", "i", "e" or "O"."""
    if code in (TOTAL, LEVEL):
        return code
    if code in _WHOLES:
        return "instrument"
    return code.rstrip("0123456789") or "indicator"


def codes_of(paper: Paper) -> dict[str, Text]:
    """Every code a crosswalk must account for → its name in that year."""
    named = {TOTAL: Text("คะแนนรวม", "Total"), LEVEL: Text("ระดับผล", "Level")}
    named |= {each.instrument.value: each.name for each in paper.questionnaires()}
    named[Instrument.OIT.value] = paper.oit.name
    for questionnaire in paper.questionnaires():
        named |= {indicator.code: indicator.name for indicator in questionnaire.indicators}
    named |= {indicator.code: indicator.name for indicator in paper.oit.indicators}
    for questionnaire in paper.questionnaires():
        named |= {item.code: item.text for item in questionnaire.items}
    return named | {item.code: item.name for item in paper.oit.items}


@dataclass(frozen=True, slots=True)
class _Knot:
    """Matches of both crosswalks that hang together by codes of the year between."""

    before: frozenset[str]
    middle: frozenset[str]
    after: frozenset[str]
    breaks: frozenset[Break]


def _arriving(match: Match) -> _Knot:
    return _Knot(frozenset(match.before), frozenset(match.after), frozenset(), frozenset(match.breaks))


def _leaving(match: Match) -> _Knot:
    return _Knot(frozenset(), frozenset(match.before), frozenset(match.after), frozenset(match.breaks))


def _tie(knots: list[_Knot]) -> _Knot:
    return _Knot(
        frozenset().union(*(knot.before for knot in knots)),
        frozenset().union(*(knot.middle for knot in knots)),
        frozenset().union(*(knot.after for knot in knots)),
        frozenset().union(*(knot.breaks for knot in knots)),
    )


def _match(knot: _Knot) -> Match:
    return Match(
        tuple(sorted(knot.before, key=code_order)),
        tuple(sorted(knot.after, key=code_order)),
        tuple(sorted(knot.breaks, key=lambda each: (each.year, each.why.th, each.why.en))),
    )

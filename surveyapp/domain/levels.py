"""Levels and their gates: which level a score has, and what it would have needed for the next.

Source: ITA grades FY2562–2565 (AA–F by the total alone) and the five levels since FY2566, the upper
two of which every instrument must reach too. The table itself is part of each year's paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from surveyapp.domain.paper import Instrument, Level, LevelOn, Paper
from surveyapp.domain.steps import Score, Withheld, settled, shown


class HasScore(Protocol):
    """A step, raw or released."""

    @property
    def score(self) -> Score:
        """Its score."""


class Scored(Protocol):
    """A result, raw or released."""

    @property
    def paper(self) -> Paper:
        """What it goes by."""

    @property
    def total(self) -> Score:
        """The total, unrounded."""

    def instruments(self) -> Mapping[Instrument, HasScore]:
        """Instrument → its step."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition of one level. ``of`` is "total" or an instrument; ``by`` is how far above (or below)."""

    level: Level
    of: str
    at_least: Decimal
    got: Decimal

    @property
    def passed(self) -> bool:
        """Whether the condition holds."""
        return self.got >= self.at_least

    @property
    def by(self) -> Decimal:
        """Points above the condition; negative when it is missed."""
        return self.got - self.at_least


def gates(result: Scored) -> tuple[Gate, ...]:
    """Every condition of every level whose score is known, in the paper's order."""
    return gates_of(result.paper, result.total, {i: step.score for i, step in result.instruments().items()})


def level(result: Scored) -> Level | None:
    """The level of a result; None while the total, or an instrument a gate needs, is withheld."""
    return level_of(result.paper, result.total, {i: step.score for i, step in result.instruments().items()})


def as_seen(total: Score) -> str | None:
    """A total as people see it; None where it is withheld."""
    return str(shown(total)) if isinstance(total, Decimal) else None


def gates_of(paper: Paper, total: Score, instruments: Mapping[Instrument, Score]) -> tuple[Gate, ...]:
    """As ``gates``, from bare scores."""
    found = []
    for each in paper.levels:
        if isinstance(total, Decimal):
            found.append(Gate(each, "total", each.total_at_least, _compared(paper, total)))
        if each.each_at_least is not None:
            found += [
                Gate(each, instrument.value, each.each_at_least, _compared(paper, value))
                for instrument, value in instruments.items()
                if isinstance(value, Decimal)
            ]
    return tuple(found)


def level_of(paper: Paper, total: Score, instruments: Mapping[Instrument, Score]) -> Level | None:
    """The first level of the paper whose conditions all hold."""
    if isinstance(total, Withheld):
        return None
    got = _compared(paper, total)
    gated = any(each.each_at_least is not None for each in paper.levels)
    known = [_compared(paper, value) for value in instruments.values() if gated and isinstance(value, Decimal)]
    for each in paper.levels:
        if got < each.total_at_least:
            continue
        if each.each_at_least is None:
            return each
        if any(value < each.each_at_least for value in known):
            continue
        return each if len(known) == len(Instrument) else None
    return None


def _compared(paper: Paper, value: Decimal) -> Decimal:
    return shown(value) if paper.settings.level_on is LevelOn.SHOWN else settled(value)

"""What if: the smallest set of OIT items that lifts an agency to a level, its gates included.

An item passed adds the same to the OIT as any other item of its sub-indicator: 100, divided by the
items of the sub-indicator, by the sub-indicators of the indicator, and by the indicators. So the search
is over how many items of each sub-indicator to mend, the cheapest first, which keeps it exact and small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, lcm
from typing import Final

from surveyapp.domain.levels import Gate, gates, level
from surveyapp.domain.paper import ChecklistItem, Instrument, Level, LevelOn, Paper
from surveyapp.domain.score_problems import MarksNeeded
from surveyapp.domain.scoring import Inputs, Result, score
from surveyapp.domain.steps import Withheld

_HALF_A_CENT: Final = Fraction(1, 200)
_SETTLED: Final = Fraction(1, 10**40)  # as far as ``shown`` looks; the other scores are exact to 60 digits
_PASSED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to a level. ``items``: what to mend, none when the level is reached already.

    cost: the sum of the efforts (of the number of items, where none were given). after: the result once
    the items pass.
    """

    target: Level
    items: tuple[ChecklistItem, ...]
    cost: Decimal
    after: Result


@dataclass(frozen=True, slots=True)
class NoPlan:
    """No change of OIT marks leads to the level. ``blocked``: the conditions that stay missed with every
    item passed; empty when the other instruments' scores are not known."""

    target: Level
    blocked: tuple[Gate, ...]
    best: Level | None


def plan(paper: Paper, inputs: Inputs, target: Level, efforts: Mapping[str, Decimal] | None = None) -> Plan | NoPlan:
    """The cheapest set of items to pass so that the agency reaches ``target`` or better.

    efforts: item code → effort above 0; an item that is not named costs 1. Items not yet decided count as
    not passed. Among equally cheap sets, one with the fewest items. Where the OIT score was given instead of
    its marks there is a plan only when none is needed; otherwise this raises ``MarksNeeded``.
    """
    if _oit_given(paper, inputs) and _reaches(score(paper, inputs), target):
        return Plan(target, (), Decimal(0), score(paper, inputs))
    everything = _with_marks(paper, inputs, {item.code for item in paper.oit.items})
    best = score(paper, everything)
    if not _reaches(best, target):
        blocked = [gate for gate in gates(best) if gate.level.code == target.code and not gate.passed]
        return NoPlan(target, tuple(blocked), level(best))
    if _oit_given(paper, inputs):
        raise MarksNeeded()
    chosen = _cheapest(paper, inputs, _needed(paper, everything, target), efforts or {})
    items = tuple(item for item in paper.oit.items if item.code in chosen)
    cost = sum((_effort(efforts or {}, item.code) for item in items), Decimal(0))
    return Plan(target, items, cost, score(paper, _with_marks(paper, inputs, _passed(inputs) | chosen)))


def next_level(paper: Paper, found: Level | None) -> Level | None:
    """The level just above, or None at the top (or without a level)."""
    if found is None:
        return None
    place = [each.code for each in paper.levels].index(found.code)
    return paper.levels[place - 1] if place else None


def _oit_given(paper: Paper, inputs: Inputs) -> bool:
    """Whether the OIT was given as a score, so that nobody can tell which items pass."""
    if inputs.marks is not None:
        return False
    indicators = {indicator.code for indicator in paper.oit.indicators}
    return (
        bool(inputs.sub_indicators) or Instrument.OIT in inputs.instruments or bool(indicators & set(inputs.indicators))
    )


def _passed(inputs: Inputs) -> set[str]:
    return {code for code, mark in (inputs.marks or {}).items() if mark == _PASSED}


def _with_marks(paper: Paper, inputs: Inputs, passed: set[str]) -> Inputs:
    marks = {item.code: _PASSED if item.code in passed else Decimal(0) for item in paper.oit.items}
    return replace(inputs, marks=marks)


def _reaches(result: Result, target: Level) -> bool:
    """Whether the result has the target level or one above it in the paper's order."""
    found = level(result)
    order = [each.code for each in result.paper.levels]
    return found is not None and order.index(found.code) <= order.index(target.code)


def _needed(paper: Paper, everything: Inputs, target: Level) -> Fraction:
    """The least OIT score with which the target's own conditions hold, given the other instruments."""
    others = Fraction(0)
    for instrument, step in score(paper, everything).instruments().items():
        if instrument is not Instrument.OIT:
            assert not isinstance(step.score, Withheld)  # noqa: S101 - the best case has a level
            others += Fraction(paper.weights[instrument]) * Fraction(step.score)
    weight = Fraction(paper.weights[Instrument.OIT])
    by_total = (_threshold(paper, target.total_at_least) - others) / weight
    gate = target.each_at_least
    return max(by_total, _threshold(paper, gate) if gate is not None else Fraction(0)) - _SETTLED


def _threshold(paper: Paper, at_least: Decimal) -> Fraction:
    """The least exact score that is shown as ``at_least`` (or is it, where levels go by exact scores)."""
    shown_counts = paper.settings.level_on is LevelOn.SHOWN
    return Fraction(at_least) - (_HALF_A_CENT if shown_counts else 0)


def _effort(efforts: Mapping[str, Decimal], code: str) -> Decimal:
    return efforts.get(code, Decimal(1))


_Choice = tuple[Decimal, int, int, frozenset[str]]  # cost, number of items, OIT in units, codes


def _cheapest(paper: Paper, inputs: Inputs, needed: Fraction, efforts: Mapping[str, Decimal]) -> set[str]:
    """Codes of the cheapest items that bring the OIT to ``needed``. OIT scores are whole units here."""
    passed = _passed(inputs)
    shares = _shares(paper)
    units = lcm(*shares.values())
    present = sum(units // shares[item.code] for item in paper.oit.items if item.code in passed)
    wanted = ceil(needed * units / 100)
    front: list[_Choice] = [(Decimal(0), 0, present, frozenset())]
    for sub in paper.oit.sub_indicators:
        missing = [item.code for item in sub.items if item.code not in passed]
        missing.sort(key=lambda code: _effort(efforts, code))
        front = _widen(front, missing, units // shares[sub.items[0].code], efforts, wanted)
    return set(next(choice for choice in front if choice[2] >= wanted)[3])


def _shares(paper: Paper) -> dict[str, int]:
    """Item code → how many such items would make the whole OIT."""
    return {
        item.code: len(sub.items) * len(indicator.sub_indicators) * len(paper.oit.indicators)
        for indicator in paper.oit.indicators
        for sub in indicator.sub_indicators
        for item in sub.items
    }


def _widen(
    front: list[_Choice], missing: list[str], gain: int, efforts: Mapping[str, Decimal], needed: int
) -> list[_Choice]:
    """Every choice so far with the 0, 1, 2 … cheapest items of one more sub-indicator; the dominated left out."""
    found = [
        (
            cost + sum((_effort(efforts, code) for code in missing[:n]), Decimal(0)),
            count + n,
            oit + n * gain,
            codes | set(missing[:n]),
        )
        for cost, count, oit, codes in front
        for n in range(len(missing) + 1)
    ]
    found.sort(key=lambda choice: (choice[0], choice[1], -choice[2]))
    kept: list[_Choice] = []
    for choice in found:
        if not kept or choice[2] > kept[-1][2]:
            kept.append(choice)
            if choice[2] >= needed:
                break  # whatever comes later costs more
    return kept

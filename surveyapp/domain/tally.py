"""Tallies: how many responses chose each choice of each sub-question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from surveyapp.domain.paper import Questionnaire

ChoiceCounts: TypeAlias = Mapping[str, int]
Tally: TypeAlias = Mapping[str, ChoiceCounts]
PlaceCounts: TypeAlias = Mapping[tuple[int, int], int]


def fold(questionnaire: Questionnaire, answers: Iterable[bytes]) -> Tally:
    """The tally of packed answers. Every choice is there, also those nobody chose."""
    counts: Counter[tuple[int, int]] = Counter()
    for packed in answers:
        counts.update(enumerate(packed, start=1))
    return name_places(questionnaire, counts)


def name_places(questionnaire: Questionnaire, counts: PlaceCounts) -> Tally:
    """A tally from counts by (place of the sub-question, place of the choice), both counted from 1."""
    return {
        sub.code: {choice.code: counts.get((where, which), 0) for which, choice in enumerate(sub.choices, start=1)}
        for where, sub in enumerate(questionnaire.sub_questions, start=1)
    }


def add(left: Tally, right: Tally) -> Tally:
    """The tally of both groups of respondents together. What only one of them names is counted from that one."""
    return {code: _add_counts(left.get(code, {}), right.get(code, {})) for code in {**left, **right}}


def _add_counts(left: ChoiceCounts, right: ChoiceCounts) -> ChoiceCounts:
    return {choice: left.get(choice, 0) + right.get(choice, 0) for choice in {**left, **right}}

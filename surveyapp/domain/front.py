"""Front questions: who is asked, what was chosen, and which groups may be told.

They are counted by themselves and belong to no response (docs/adr/0010).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from surveyapp.domain.paper import FrontItem, Instrument, Questionnaire, Text
from surveyapp.domain.places import Assessment
from surveyapp.domain.problems import AnsweredTwice, ChoiceUnknown, Problem
from surveyapp.domain.release import Released, release_groups
from surveyapp.domain.response import Raw

LEAST_ELIGIBLE: Final = 30  # people who may answer, before anybody is asked (docs/privacy.md)
LEAST_IN_GROUP: Final = 10  # people in a group that is told, and in all that are not (docs/privacy.md)

Chosen: TypeAlias = tuple[tuple[str, str], ...]  # (code of the question, code of the choice), only what was chosen
FrontCounts: TypeAlias = Mapping[str, Mapping[str, int]]  # question → choice → people


def asked(questionnaire: Questionnaire, assessment: Assessment) -> tuple[FrontItem, ...]:
    """The front questions asked about an agency: none where few may answer, nor where nobody knows how many of
    the staff may."""
    eligible = assessment.eligible(questionnaire.instrument)
    enough = questionnaire.instrument is Instrument.EIT if eligible is None else eligible >= LEAST_ELIGIBLE
    return questionnaire.front if enough else ()


def parse_front(items: Iterable[FrontItem], raw: Raw) -> tuple[Chosen, list[Problem]]:
    """What a sent form chose of these questions, and what is wrong with it. An empty answer is none, and no fault.

    What was not asked is not looked at: a page may be older than the number of people who may answer.
    """
    chosen: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for item in items:
        values = [value for value in raw.get(item.code, ()) if value]
        if len(values) > 1:
            problems.append(AnsweredTwice(code=item.code, place=item.text))
        elif values and values[0] not in {choice.code for choice in item.choices}:
            problems.append(ChoiceUnknown(code=item.code, place=item.text))
        elif values:
            chosen.append((item.code, values[0]))
    return tuple(chosen), problems


@dataclass(frozen=True, slots=True)
class Group:
    """The people who chose one answer. label None: who left it empty. n None: too few to be told."""

    label: Text | None
    n: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """One front question with its groups, in the paper's order."""

    text: Text
    groups: tuple[Group, ...]

    @property
    def hides_all(self) -> bool:
        """Whether no group is told."""
        return all(group.n is None for group in self.groups)


def who_answered(items: Sequence[FrontItem], counts: FrontCounts, received: int) -> tuple[Told, ...]:
    """What may be told of who answered, one question at a time. received: how many answers there are.

    The number of answers is known, so whoever left a question empty is a group like the others.
    """
    return tuple(_told(item, counts.get(item.code, {}), received) for item in items)


def _told(item: FrontItem, counts: Mapping[str, int], received: int) -> Told:
    groups = {choice.code: counts.get(choice.code, 0) for choice in item.choices}
    groups[""] = max(0, received - sum(groups.values()))
    found = release_groups(groups, LEAST_IN_GROUP)
    labels: dict[str, Text | None] = {choice.code: choice.label for choice in item.choices}
    shown = {code: each.value if isinstance(each, Released) else None for code, each in found.items()}
    return Told(item.text, tuple(Group(labels.get(code), shown[code]) for code in groups))

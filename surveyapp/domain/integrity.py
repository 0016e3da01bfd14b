"""Signs that answers may not be what they seem, from the answers alone: no person, no time, no address.

A sign is a remark, no proof. It moves no score, and no response is left out because of it. How often honest
agencies show it is measured on made-up ones (``integrity_rates``; docs/integrity.md tells what that is worth).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import erfc, log, sqrt
from typing import Final

from surveyapp.domain.chance import (
    Chance,
    Steps,
    Vectors,
    agreement,
    binomial_tail,
    fit_without_heaps,
    steps_of,
)
from surveyapp.domain.integrity_rates import MEASURED, Rate
from surveyapp.domain.paper import Questionnaire, Release

# A sign is raised where honest people would show so much less than once in this many agencies.
RAISED_BELOW: Final = 1e-3
# What honest people may do without a remark; our own choice, to be replaced when real rounds were looked at.
SLACK: Final = 2.0  # chance may give so many times what the model says, because no model is right
TOP_SLACK: Final = 3.0  # kind people are kinder still than the model has them, where questions are few
STRAIGHT_ALLOWED: Final = 0.05  # share of people who press one place all the way down
TOP_ALLOWED: Final = 0.10  # share of people who mean full points everywhere
GAP_ALLOWED: Final = 5.0  # points between two honest ways of asking
DAY_ALLOWED: Final = 0.50  # share of the answers on one day: a meeting, a market day


class Mark(StrEnum):
    """What a sign is about."""

    ALIKE = "alike"  # answers that are the same everywhere
    STRAIGHT = "straight"  # the same place all the way down
    ALL_TOP = "all_top"  # full points everywhere
    GAP = "gap"  # EIT part 1 scores above part 2
    ONE_DAY = "one_day"  # one day brought most


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of one questionnaire.

    value: a share of the responses (0–1); for GAP points.
    usual: the same of honest people, with what is allowed them. involved: the responses that show it.
    of: among how many. probability: how likely honest people show so much.
    """

    mark: Mark
    value: float
    usual: float
    involved: int
    of: int
    probability: float

    def raised(self, release: Release) -> bool:
        """Whether it is worth a remark: hardly ever honest, and of enough people to single nobody out."""
        return self.probability < RAISED_BELOW and self.involved >= release.least_in_cell


class Amount(StrEnum):
    """How much of a sign may be told."""

    FEW = "few"  # none, or so few that a number would point at somebody
    MOST = "most"  # all, or so many that a number would point at the others
    TOLD = "told"


def amount(sign: Sign, release: Release) -> Amount:
    """Whether the value may be told, by the paper's rule for small cells. A gap is no share: told."""
    if sign.mark is Mark.GAP:
        return Amount.TOLD
    if sign.involved < release.least_in_cell:
        return Amount.FEW
    near_all = sign.of - sign.involved < release.least_in_cell or sign.value > release.most_in_cell
    return Amount.MOST if near_all else Amount.TOLD


@dataclass(frozen=True, slots=True)
class Told:
    """A sign as a page may tell it. rate: how often honest made-up agencies show it; None: not measured."""

    sign: Sign
    amount: Amount
    raised: bool
    rate: Rate | None


def told(
    questionnaire: Questionnaire, release: Release, vectors: Vectors, *, other: Vectors, days: Iterable[int]
) -> tuple[Told, ...]:
    """Every sign of one questionnaire that has answers enough; none at all where they are too few.

    other: the answers of EIT part 2 where these are of part 1, else none. days: answers of each day.
    """
    if sum(vectors.values()) < release.least_for_steps:
        return ()
    found: list[Sign | None] = [*signs(questionnaire, vectors), one_day(days)]
    if sum(other.values()) >= release.least_for_steps:
        found.append(gap(questionnaire, vectors, other))
    return tuple(
        Told(each, amount(each, release), each.raised(release), measured(each, questionnaire))
        for each in found
        if each and each.of >= release.least_for_steps
    )


def signs(questionnaire: Questionnaire, vectors: Vectors) -> tuple[Sign, ...]:
    """The signs in the packed answers (answers → how many gave them). Answers with a blank are not looked at."""
    whole = {vector: n for vector, n in vectors.items() if 0 not in vector}
    n = sum(whole.values())
    if not n:
        return ()
    steps = steps_of(questionnaire)
    group = _largest_group(questionnaire)
    top = {vector for vector in whole if _is_top(steps, vector)}
    mixed = {vector: count for vector, count in whole.items() if vector not in top and not _is_straight(vector, group)}
    chance = fit_without_heaps(steps, mixed or dict.fromkeys(whole, 1), slack=SLACK)
    tops = sum(whole[vector] for vector in top)
    return _alike(chance, mixed, n), _straight(chance, whole, group, n), _all_top(chance, tops, n)


def gap(questionnaire: Questionnaire, first: Vectors, second: Vectors) -> Sign | None:
    """How far the first part scores above the second; None where either has fewer than two people."""
    weights = _point_weights(questionnaire)
    one, two = _mean_and_variance(weights, first), _mean_and_variance(weights, second)
    if one is None or two is None:
        return None
    points = one[0] - two[0]
    error = sqrt(one[1] + two[1])
    above = (points - GAP_ALLOWED) / max(error, 1e-9)
    people = sum(first.values())
    return Sign(Mark.GAP, points, GAP_ALLOWED, people, people, erfc(above / sqrt(2)) / 2)


def one_day(days: Iterable[int]) -> Sign | None:
    """The share of the busiest day. days: how many answers came on each, in any order."""
    counts = list(days)
    n, most = sum(counts), max(counts, default=0)
    if not n:
        return None
    return Sign(Mark.ONE_DAY, most / n, DAY_ALLOWED, most, n, binomial_tail(n, DAY_ALLOWED, most))


def measured(sign: Sign, questionnaire: Questionnaire) -> Rate | None:
    """How often the sign was raised among made-up agencies most like this one: in questions, then in size."""
    mine = [rate for rate in MEASURED if rate.mark == sign.mark]
    questions = len(questionnaire.sub_questions)
    return min(mine, key=lambda rate: (_apart(rate.questions, questions), _apart(rate.n, sign.of)), default=None)


def _apart(one: int, other: int) -> float:
    return abs(log(one / other))


def _largest_group(questionnaire: Questionnaire) -> tuple[int, ...]:
    """Where the questions stand that have the commonest number of choices; from 0."""
    sizes = [len(sub.choices) for sub in questionnaire.sub_questions]
    commonest = max(sizes, key=lambda size: (sizes.count(size), size))
    return tuple(place for place, size in enumerate(sizes) if size == commonest)


def _is_straight(vector: bytes, group: Sequence[int]) -> bool:
    return len({vector[place] for place in group}) == 1


def _alike(chance: Chance, vectors: Vectors, n: int) -> Sign:
    found = agreement(chance, vectors)
    return Sign(
        Mark.ALIKE,
        found.twins / n,
        min(1.0, SLACK * found.twins_expected / n),
        found.twins,
        n,
        found.probability(SLACK),
    )


def _straight(chance: Chance, vectors: Vectors, group: Sequence[int], n: int) -> Sign:
    """The same place at every question of the group, unless that place gives full points everywhere."""
    steps = [chance.steps[place] for place in group]
    choices = range(1, len(steps[0]))
    telling = {choice for choice in choices if any(row[choice] < max(row) for row in steps)}
    seen = sum(count for v, count in vectors.items() if _is_straight(v, group) and v[group[0]] in telling)
    part = chance.kept(group)
    expected = sum(part.share_of((choice,) * len(group)) for choice in telling)
    usual = min(1.0, STRAIGHT_ALLOWED + SLACK * expected)
    return Sign(Mark.STRAIGHT, seen / n, usual, seen, n, binomial_tail(n, usual, seen))


def _is_top(steps: Steps, vector: bytes) -> bool:
    return all(row[place] == max(row) for row, place in zip(steps, vector, strict=True))


def _all_top(chance: Chance, seen: int, n: int) -> Sign:
    best = [row.index(max(row)) for row in chance.steps]
    usual = min(1.0, TOP_ALLOWED + TOP_SLACK * chance.share_of(best))
    return Sign(Mark.ALL_TOP, seen / n, usual, seen, n, binomial_tail(n, usual, seen))


def _point_weights(questionnaire: Questionnaire) -> list[list[tuple[float, float]]]:
    """Sub-question → place → (its points times its weight in the score, its weight if it counts)."""
    rows: list[list[tuple[float, float]]] = []
    for indicator in questionnaire.indicators:
        for item in indicator.items:
            weight = 1 / (len(questionnaire.indicators) * len(indicator.items) * len(item.sub_questions))
            rows += [
                [
                    (0.0, 0.0),
                    *((0.0, 0.0) if c.points is None else (float(c.points) * weight, weight) for c in sub.choices),
                ]
                for sub in item.sub_questions
            ]
    return rows


def _mean_and_variance(weights: list[list[tuple[float, float]]], vectors: Vectors) -> tuple[float, float] | None:
    """The mean of the people's own scores, and the variance of that mean."""
    scores: list[tuple[float, int]] = []
    for vector, n in vectors.items():
        given = [row[place] for row, place in zip(weights, vector, strict=True)]
        counted = sum(weight for _, weight in given)
        if counted:
            scores.append((sum(points for points, _ in given) / counted, n))
    people = sum(n for _, n in scores)
    if people < 2:
        return None
    mean = sum(score * n for score, n in scores) / people
    return mean, sum((score - mean) ** 2 * n for score, n in scores) / (people - 1) / people

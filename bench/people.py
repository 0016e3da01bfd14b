"""Made-up agencies whose people are honest, and ways to stuff their boxes; for the signs to be measured on.

Nothing here is measured on real people: the numbers are assumptions, meant to be harder on the signs than
life. The honest answer by a graded model with discriminations of its own and thresholds per person, so that the
model behind the signs (domain/chance.py) is *not* the one that made the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log
from random import Random

from surveyapp.domain.paper import Questionnaire, SubQuestion

# What an agency may have, each drawn anew: (from, to).
QUALITY = (0.80, 0.95)  # mean points of its questions, as a share; published means of FY2564 stand around 0.9
KINDNESS = (0.6, 1.4)  # how far its people differ, in logits
ONE_MIND = (0.2, 0.6)  # how far one person differs from indicator to indicator, in logits
CARELESS = (0.0, 0.04)  # share of people who press the same place all the way down
GLAD = (0.0, 0.08)  # share of people who give full points everywhere, and mean it
MEETING = (0.0, 0.45)  # share of the answers that come on the one day of a meeting; every second agency has one
CHANNEL = 2.0  # points by which two honest ways of asking differ (standard deviation)


@dataclass(frozen=True, slots=True)
class Agency:
    """One questionnaire of one agency: vectors → people, those of the field team, and arrivals a day."""

    questionnaire: Questionnaire
    first: Mapping[bytes, int]
    second: Mapping[bytes, int]
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Character:
    """What an agency's people have in common."""

    quality: float
    kindness: float
    one_mind: float
    careless: float
    glad: float
    hardness: tuple[float, ...]
    slopes: tuple[float, ...]


def clean(dice: Random, questionnaire: Questionnaire, n: int) -> Agency:
    """Nobody cheats: n answers, a third as many to the field team (at least 10), and days with a deadline."""
    character = _character(dice, questionnaire)
    shift = dice.gauss(0, CHANNEL) / 100 / 0.09  # around 0.9 a logit is worth about nine points
    first = [_person(dice, questionnaire, character, 0.0) for _ in range(n)]
    second = [_person(dice, questionnaire, character, shift) for _ in range(max(10, n // 3))]
    return Agency(questionnaire, Counter(first), Counter(second), _days(dice, n))


def _character(dice: Random, questionnaire: Questionnaire) -> _Character:
    quality = dice.uniform(*QUALITY)
    questions = len(questionnaire.sub_questions)
    return _Character(
        quality=log(quality / (1 - quality)),
        kindness=dice.uniform(*KINDNESS),
        one_mind=dice.uniform(*ONE_MIND),
        careless=dice.uniform(*CARELESS),
        glad=dice.uniform(*GLAD),
        hardness=_hardness(dice, questions),
        slopes=tuple(exp(dice.gauss(0, 0.25)) for _ in range(questions)),
    )


def _hardness(dice: Random, questions: int) -> tuple[float, ...]:
    """How hard each question is to like; at every second agency one is a sore point for everybody."""
    found = [dice.gauss(0, 0.6) for _ in range(questions)]
    if dice.random() < 0.5:
        found[dice.randrange(questions)] += 2.5
    return tuple(found)


def _person(dice: Random, questionnaire: Questionnaire, character: _Character, shift: float) -> bytes:
    mood = dice.random()
    if mood < character.careless:
        return straight(dice, questionnaire)
    if mood < character.careless + character.glad:
        return bytes(_ladder(sub)[-1] for sub in questionnaire.sub_questions)
    kind = character.quality + shift + dice.gauss(0, character.kindness)
    width = exp(dice.gauss(0, 0.25))  # some use the ends of the scale, some its middle
    answers = bytearray()
    for indicator in questionnaire.indicators:
        here = kind + dice.gauss(0, character.one_mind)
        for sub in (sub for item in indicator.items for sub in item.sub_questions):
            place = len(answers)
            likes = character.slopes[place] * (here - character.hardness[place])
            answers.append(_choice(dice, sub, likes, width))
    return bytes(answers)


def _choice(dice: Random, sub: SubQuestion, likes: float, width: float) -> int:
    """A logistic graded answer: the more the liking, the more thresholds are passed."""
    ladder = _ladder(sub)
    felt = likes + log(1 / dice.uniform(1e-9, 1 - 1e-9) - 1)
    last = len(ladder) - 1
    middle = (last + 1) / 2
    spacing = 2.4 / last * width
    passed = sum(felt > (threshold - middle) * spacing for threshold in range(1, last + 1))
    return ladder[passed]


def _ladder(sub: SubQuestion) -> list[int]:
    """The places of the choices (from 1), from the fewest points to the most."""
    return sorted(range(1, len(sub.choices) + 1), key=lambda place: sub.choices[place - 1].points or 0)


def _days(dice: Random, n: int) -> tuple[int, ...]:
    """Sixty days, more towards the end, dragging and hurrying; and perhaps a meeting where many answer."""
    weights = [(10 + day) * exp(dice.gauss(0, 0.7)) for day in range(60)]
    came = Counter(dice.choices(range(60), weights=weights, k=n))
    if dice.random() < 0.5:
        met, at = dice.uniform(*MEETING), dice.randrange(60)
        came = Counter(at if dice.random() < met else day for day in came.elements())
    return tuple(came.values())


# --- stuffing: so many of the n answers are put in by one hand -------------------------------------------------


def all_top(dice: Random, questionnaire: Questionnaire) -> bytes:
    """Full points everywhere."""
    return bytes(_ladder(sub)[-1] for sub in questionnaire.sub_questions)


def straight(dice: Random, questionnaire: Questionnaire) -> bytes:
    """The same place all the way down, mostly a good one; the last where there are fewer."""
    place = dice.choices((4, 3, 2, 1), weights=(5, 3, 1, 1))[0]
    most = max(len(sub.choices) for sub in questionnaire.sub_questions)
    return bytes(min(place + most - 4, len(sub.choices)) for sub in questionnaire.sub_questions)


def copies(noise: float) -> Callable[[Random, Questionnaire], Callable[[Random, Questionnaire], bytes]]:
    """One kind answer put in again and again, each question answered anew with this probability."""

    def hand(dice: Random, questionnaire: Questionnaire) -> Callable[[Random, Questionnaire], bytes]:
        character = _character(dice, questionnaire)
        made = _honest(dice, questionnaire, character)

        def copy(dice: Random, questionnaire: Questionnaire) -> bytes:
            if not noise:
                return made
            other = _honest(dice, questionnaire, character)
            return bytes(b if dice.random() < noise else a for a, b in zip(made, other, strict=True))

        return copy

    return hand


def _honest(dice: Random, questionnaire: Questionnaire, character: _Character) -> bytes:
    while True:
        found = _person(dice, questionnaire, character, 0.5)
        if found != all_top(dice, questionnaire) and len(set(found)) > 2:
            return found


def careful(dice: Random, questionnaire: Questionnaire) -> Callable[[Random, Questionnaire], bytes]:
    """A patient hand that answers every sheet anew, like somebody of a much better agency."""
    character = _character(dice, questionnaire)
    return lambda dice, questionnaire: _person(dice, questionnaire, character, 1.2)


def stuffed(dice: Random, agency: Agency, share: float, make: Callable[[Random, Questionnaire], bytes]) -> Agency:
    """The agency with this share of its answers (not those of the field team) replaced; days stay as they were."""
    kept = list(Counter(agency.first).elements())
    dice.shuffle(kept)
    fake = round(share * len(kept))
    first = Counter(kept[fake:])
    first.update(make(dice, agency.questionnaire) for _ in range(fake))
    return Agency(agency.questionnaire, first, agency.second, agency.days)


def in_a_day(dice: Random, agency: Agency, share: float) -> Agency:
    """The same numbers, with this share of the answers put in on one day beside what came honestly."""
    fake = round(share * sum(agency.days))
    left = Counter(dict(enumerate(agency.days)))
    gone = dice.sample(range(sum(agency.days)), fake)
    order = list(left.elements())
    for place in gone:
        left[order[place]] -= 1
    at = dice.randrange(len(agency.days))
    left[at] += fake
    return Agency(agency.questionnaire, agency.first, agency.second, tuple(n for n in left.values() if n > 0))

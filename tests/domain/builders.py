"""Valid values to begin with; a test writes only what matters to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import settings

from surveyapp.domain.paper import (
    BelowMinimum,
    EitParts,
    Instrument,
    LevelOn,
    Paper,
    Questionnaire,
    SubQuestion,
)
from surveyapp.domain.scoring import Inputs
from surveyapp.domain.steps import Score
from surveyapp.domain.tally import Tally
from surveyapp.instruments.library import Library

LIBRARY = Library()
YEARS = LIBRARY.years()
AN_ID = "0123456789abcdef0123456789abcdef"
D = Decimal


def examples(n: int) -> settings:
    """n examples, the same ones every time, however slow the machine."""
    return settings(max_examples=n, deadline=None, derandomize=True, database=None)


def dice(seed: int | str) -> Random:
    return Random(seed)


def paper(
    year: int = 2564,
    *,
    eit_parts: EitParts | None = None,
    below_minimum: BelowMinimum | None = None,
    level_on: LevelOn | None = None,
    least_for_score: int | None = None,
) -> Paper:
    """A shipped paper, with some of its settings changed."""
    found = LIBRARY.paper(year)
    wanted = {
        "eit_parts": eit_parts,
        "below_minimum": below_minimum,
        "level_on": level_on,
        "least_for_score": least_for_score,
    }
    changes: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    return replace(found, settings=replace(found.settings, **changes)) if changes else found


# --- tallies and marks -------------------------------------------------------------------------------


def by_points(sub: SubQuestion) -> list[str]:
    """The codes of the counted choices, from the worst to the best."""
    counted = [(choice.points, choice.code) for choice in sub.choices if choice.points is not None]
    return [code for _, code in sorted(counted)]


def a_tally(questionnaire: Questionnaire, n: int = 40, *, best: bool = True) -> dict[str, dict[str, int]]:
    """n people who all chose the best answer (or the worst) everywhere."""
    chosen = {sub.code: by_points(sub)[-1 if best else 0] for sub in questionnaire.sub_questions}
    return {
        sub.code: {choice.code: n * (choice.code == chosen[sub.code]) for choice in sub.choices}
        for sub in questionnaire.sub_questions
    }


def a_divided_tally(questionnaire: Questionnaire, n: int = 40) -> dict[str, dict[str, int]]:
    """n people of whom a third chose the worst answer everywhere, and the others the best."""
    return {
        sub.code: {
            **dict.fromkeys((choice.code for choice in sub.choices), 0),
            by_points(sub)[0]: n // 3,
            by_points(sub)[-1]: n - n // 3,
        }
        for sub in questionnaire.sub_questions
    }


def a_mixed_tally(rng: Random, questionnaire: Questionnaire, n: int) -> dict[str, dict[str, int]]:
    """n people who answered at random."""
    return {
        sub.code: dict(zip((choice.code for choice in sub.choices), cut(rng, n, len(sub.choices)), strict=True))
        for sub in questionnaire.sub_questions
    }


def cut(rng: Random, n: int, pieces: int) -> list[int]:
    """n cut at random into so many whole pieces, some of them empty."""
    cuts = [0, *sorted(rng.randint(0, n) for _ in range(pieces - 1)), n]
    return [high - low for low, high in pairwise(cuts)]


def marks(of: Paper, *, missed: Iterable[str] = ()) -> dict[str, Decimal]:
    """Every item passed, but for those missed."""
    lost = set(missed)
    return {item.code: D(0) if item.code in lost else D(100) for item in of.oit.items}


def in_group(of: Paper, sub_indicator: str, n: int = 1) -> list[str]:
    """The codes of the first n items of a sub-indicator."""
    group = next(sub for sub in of.oit.sub_indicators if sub.code == sub_indicator)
    return [item.code for item in group.items[:n]]


def inputs(of: Paper, *, n: int = 40, missed: Iterable[str] = (), **changes: Any) -> Inputs:
    """A whole agency: n people on each survey who chose the best answers, and every item passed."""
    whole = Inputs(iit=a_tally(of.iit, n), eit=a_tally(of.eit, n), marks=marks(of, missed=missed))
    return replace(whole, **changes)


def given(total_of: Mapping[str, str] | str) -> Inputs:
    """The three instruments as given: one score for all, or instrument → score."""
    scores = dict.fromkeys(Instrument, total_of) if isinstance(total_of, str) else total_of
    return Inputs(instruments={Instrument(code): D(value) for code, value in scores.items()})


def number(score: Score) -> Decimal:
    """The score, which must be there."""
    assert isinstance(score, Decimal), score
    return score


# --- forms -------------------------------------------------------------------------------------------


def a_form(questionnaire: Questionnaire, *, digest: str, **changes: list[str] | None) -> dict[str, list[str]]:
    """A complete sent form: the first choice everywhere. A change of None leaves the field out."""
    form = {sub.code: [sub.choices[0].code] for sub in questionnaire.sub_questions}
    form |= {"response_id": [AN_ID], "paper": [digest]}
    for name, values in changes.items():
        if values is None:
            form.pop(name)
        else:
            form[name] = values
    return form


def some_answers(rng: Random, questionnaire: Questionnaire, n: int) -> list[bytes]:
    """n people's packed answers, at random."""
    sizes = [len(sub.choices) for sub in questionnaire.sub_questions]
    return [bytes(rng.randint(1, size) for size in sizes) for _ in range(n)]


def counted_by_hand(questionnaire: Questionnaire, answers: Iterable[bytes]) -> Tally:
    """What ``fold`` promises, the slow way: look at every answer of every person."""
    people = list(answers)
    return {
        sub.code: {
            choice.code: sum(1 for person in people if person[where] == which)
            for which, choice in enumerate(sub.choices, start=1)
        }
        for where, sub in enumerate(questionnaire.sub_questions)
    }

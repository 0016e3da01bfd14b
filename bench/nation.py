"""A made-up nation: every agency with tallies and marks, for the rules to be timed on."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from surveyapp.domain.paper import EitParts, Paper, Questionnaire
from surveyapp.domain.scoring import Inputs
from surveyapp.domain.tally import Tally


def nation(paper: Paper, agencies: int, seed: int = 1) -> list[Inputs]:
    """Agencies of 30 to 400 answers a survey, most of them good, and one item in five missed."""
    dice = Random(seed)
    return [_agency(paper, dice) for _ in range(agencies)]


def plain_sums(inputs: Inputs) -> int:
    """The least anybody could do with the same tallies: add up every count."""
    tallies = (inputs.iit or {}, inputs.eit or {}, inputs.eit2 or {})
    return sum(sum(counts.values()) for tally in tallies for counts in tally.values())


def _agency(paper: Paper, dice: Random) -> Inputs:
    two_parts = paper.settings.eit_parts is not EitParts.ONE
    return Inputs(
        iit=_tally(paper.iit, dice, dice.randint(30, 400)),
        eit=_tally(paper.eit, dice, dice.randint(30, 400)),
        eit2=_tally(paper.eit, dice, dice.randint(30, 100)) if two_parts else None,
        marks={item.code: Decimal(100 if dice.random() < 0.8 else 0) for item in paper.oit.items},
    )


def _tally(questionnaire: Questionnaire, dice: Random, n: int) -> Tally:
    tally = {}
    for sub in questionnaire.sub_questions:
        good = sorted(sub.choices, key=lambda choice: choice.points or 0, reverse=True)
        left, counts = n, {choice.code: 0 for choice in sub.choices}
        for choice in good[:-1]:
            counts[choice.code] = round(left * dice.uniform(0.5, 0.9))
            left -= counts[choice.code]
        counts[good[-1].code] = left
        tally[sub.code] = counts
    return tally

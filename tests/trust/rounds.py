"""Made-up rounds of few answers: mostly kind people and one or two who are not, or everybody of one mind."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from surveyapp.domain.paper import EitParts, Paper, Questionnaire, SubQuestion
from surveyapp.domain.scoring import Inputs
from surveyapp.domain.tally import Tally

KINDS = ("kind", "kind", "kind", "one_low", "one_low", "nearly", "alike", "low", "mixed")


def small_round(paper: Paper, dice: Random, *, most: int = 40) -> Inputs:
    """One agency: 1 to ``most`` answers to each survey, and marks."""
    two = paper.settings.eit_parts is not EitParts.ONE and dice.random() < 0.6
    return Inputs(
        iit=answers(paper.iit, dice, dice.randint(1, most)),
        eit=answers(paper.eit, dice, dice.randint(1, most)),
        eit2=answers(paper.eit, dice, dice.randint(1, most)) if two else None,
        marks={item.code: Decimal(100 if dice.random() < 0.8 else 0) for item in paper.oit.items},
    )


def answers(questionnaire: Questionnaire, dice: Random, n: int, kind: str | None = None) -> Tally:
    """n people's answers. Of the kinds, "alike" and "low" are all of one mind, "nearly" all but one or two."""
    kind = kind or dice.choice(KINDS)
    top = dice.uniform(0.6, 0.97)
    odd = dice.randint(1, 2) if kind in ("one_low", "nearly") else 0
    touched = dice.uniform(0.05, 0.5)
    return {
        sub.code: _count(sub, [_choice(sub, dice, kind, top, odd=who < odd, touched=touched) for who in range(n)])
        for sub in questionnaire.sub_questions
    }


def _choice(sub: SubQuestion, dice: Random, kind: str, top: float, *, odd: bool, touched: float) -> str:
    best = sorted(sub.choices, key=lambda choice: choice.points or Decimal(0), reverse=True)
    if kind == "mixed":
        return dice.choice(best).code
    if kind in ("alike", "low"):
        return best[-1 if kind == "low" else 0].code
    if odd:
        return (best[-1] if kind == "one_low" else dice.choice(best)).code if dice.random() < touched else best[0].code
    if kind == "nearly":
        return best[0].code
    place = 0
    while place < len(best) - 1 and dice.random() > top:
        place += 1
    return best[place].code


def _count(sub: SubQuestion, chosen: list[str]) -> dict[str, int]:
    return {choice.code: chosen.count(choice.code) for choice in sub.choices}

"""The JSON documents of ``surveyapp plan``: efforts in, a plan out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from surveyapp.domain.paper import Paper
from surveyapp.domain.plan import NoPlan, Plan
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.score_document import brief, decimal_in, gate_document, result_document
from surveyapp.domain.score_problems import EffortOutOfRange, KeyUnknown

MOST_EFFORT: Final = 1_000_000


def parse_efforts(paper: Paper, document: Mapping[str, Any]) -> dict[str, Decimal]:
    """Item code → effort above 0, or ``Problems`` naming every faulty place."""
    known = {item.code for item in paper.oit.items}
    problems: list[Problem] = []
    efforts: dict[str, Decimal] = {}
    for code, value in document.items():
        number = decimal_in(value)
        if code not in known:
            problems.append(KeyUnknown(place=brief(code), year=paper.fiscal_year))
        elif number is None or not 0 < number <= MOST_EFFORT:
            problems.append(EffortOutOfRange(place=code, most=MOST_EFFORT, got=brief(value)))
        else:
            efforts[code] = number
    if problems:
        raise Problems(problems)
    return efforts


def plan_document(found: Plan | NoPlan) -> dict[str, Any]:
    """A plan as plain values: {"target", "possible", …}."""
    if isinstance(found, NoPlan):
        return {
            "target": found.target.code,
            "possible": False,
            "blocked": [gate_document(gate) for gate in found.blocked],
            "best_level": found.best.code if found.best else None,
        }
    after = result_document(found.after)
    return {
        "target": found.target.code,
        "possible": True,
        "items": [{"code": item.code, "name": item.name.th} for item in found.items],
        "cost": str(found.cost),
        "after": {key: after[key] for key in ("total", "level", "level_th", "instruments")},
    }

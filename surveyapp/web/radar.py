"""The picture of the ten indicators: a radar drawn as SVG, with a table beside it that says the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from surveyapp.domain.paper import Text
from surveyapp.domain.release import PROTECTED, PublicResult
from surveyapp.domain.steps import Score

_MIDDLE: Final = 170.0
_RADIUS: Final = 120.0
_LABEL_AT: Final = 146.0


@dataclass(frozen=True, slots=True)
class Spoke:
    """One indicator of the radar: where its point, its end and its label are."""

    code: str
    name: Text
    score: Score
    point: tuple[float, float]
    end: tuple[float, float]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Radar:
    """The whole picture. ``shape`` joins the known points; None while any indicator is withheld."""

    spokes: tuple[Spoke, ...]
    shape: str | None
    rings: tuple[tuple[int, str], ...]
    hides: bool


def radar(result: PublicResult) -> Radar | None:
    """The radar of a result; None when its indicators are not known at all."""
    steps = list(result.indicators().values())
    if len(steps) < 3:
        return None
    spokes = tuple(
        Spoke(
            step.code,
            step.name,
            step.score,
            _at(place, len(steps), _RADIUS * float(step.score) / 100 if isinstance(step.score, Decimal) else 0),
            _at(place, len(steps), _RADIUS),
            _at(place, len(steps), _LABEL_AT),
        )
        for place, step in enumerate(steps)
    )
    known = all(isinstance(spoke.score, Decimal) for spoke in spokes)
    shape = _points([spoke.point for spoke in spokes]) if known else None
    rings = tuple((ring, _ring(ring, len(spokes))) for ring in (25, 50, 75, 100))
    return Radar(spokes, shape, rings, hides=any(spoke.score == PROTECTED for spoke in spokes))


def _ring(percent: int, n: int) -> str:
    return _points([_at(place, n, _RADIUS * percent / 100) for place in range(n)])


def _at(place: int, n: int, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * place / n - math.pi / 2
    return round(_MIDDLE + radius * math.cos(angle), 1), round(_MIDDLE + radius * math.sin(angle), 1)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)

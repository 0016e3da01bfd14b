"""The picture of the totals over the years: a line drawn as SVG, cut where the years may not be compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Final

from surveyapp.domain.crosswalk import TOTAL
from surveyapp.domain.trend import Line, StretchKind, Trend

WIDTH: Final = 340
HEIGHT: Final = 190
_LEFT: Final = 34.0
_RIGHT: Final = 312.0
_TOP: Final = 26.0
_BOTTOM: Final = 156.0


@dataclass(frozen=True, slots=True)
class Dot:
    """The total of one year: where it is; ``y`` None where there is none to show."""

    fiscal_year: int
    score: Decimal | None
    x: float
    y: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole picture: dots, the lines between comparable ones, where it is cut, and the scale."""

    dots: tuple[Dot, ...]
    lines: tuple[tuple[float, float, float, float], ...]
    cuts: tuple[float, ...]
    ticks: tuple[tuple[int, float], ...]


def trend_chart(trend: Trend) -> Chart | None:
    """The picture of the totals; None where fewer than two years have one."""
    total = next(line for line in trend.lines if line.code == TOTAL)
    known = [score for score in total.scores if isinstance(score, Decimal)]
    if len(known) < 2:
        return None
    lowest = min(80, floor(min(known) / 10) * 10)
    dots = tuple(_dots(trend, total, lowest))
    pairs = list(zip(dots, dots[1:], total.stretches, strict=False))
    lines = (
        (one.x, one.y, other.x, other.y)
        for one, other, stretch in pairs
        if stretch.kind is StretchKind.COMPARABLE and one.y is not None and other.y is not None
    )
    cuts = (
        round((one.x + other.x) / 2, 1) for one, other, stretch in pairs if stretch.kind is not StretchKind.COMPARABLE
    )
    step = 5 if lowest >= 80 else 10 if lowest >= 50 else 20
    ticks = tuple((percent, _height(percent, lowest)) for percent in range(lowest, 101, step))
    return Chart(dots, tuple(lines), tuple(cuts), ticks)


def _dots(trend: Trend, total: Line, lowest: int) -> list[Dot]:
    first, last = trend.years[0].fiscal_year, trend.years[-1].fiscal_year
    found = []
    for year, score in zip(trend.years, total.scores, strict=True):
        x = _LEFT + 22 + (_RIGHT - _LEFT - 44) * (year.fiscal_year - first) / (last - first)
        value = score if isinstance(score, Decimal) else None
        y = None if value is None else _height(float(value), lowest)
        found.append(Dot(year.fiscal_year, value, round(x, 1), y))
    return found


def _height(percent: float, lowest: int) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * (percent - lowest) / (100 - lowest), 1)

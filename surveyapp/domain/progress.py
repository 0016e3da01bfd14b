"""How answers come in: the pace of the last days, when the minimum will be reached, and by which channel.

While a round is open nobody may watch one answer arrive. So the total is rounded down; the pace is taken from
totals rounded the same way, at the end of days that are over; and channels are counted to the end of
yesterday, shown only where neither they nor what is left out of them is small (docs/privacy.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from surveyapp.domain.release import Released, release_groups

WEEK: Final = 7
_TENTH: Final = Decimal("0.1")
_ONE: Final = Decimal(1)
_TEN: Final = Decimal(10)
_FARTHEST: Final = 3650  # days; a forecast beyond is none


class Outlook(StrEnum):
    """What can be said of the minimum."""

    ENOUGH = "enough"
    NO_MINIMUM = "no_minimum"
    IN_TIME = "in_time"  # at this pace, by the forecast day
    LATE = "late"  # at this pace, not before answers end
    STILL = "still"  # nothing came in the days looked at
    TOO_SOON = "too_soon"  # no day is over yet
    OVER = "over"  # answers have ended


@dataclass(frozen=True, slots=True)
class Pace:
    """gained: how much the total grew in the last ``days`` full days (at most seven; 0: none is over yet)."""

    gained: int
    days: int

    @property
    def a_day(self) -> Decimal:
        """Answers a day: to one decimal below ten, else whole, as numbers rounded to fives tell no more."""
        exact = Decimal(self.gained) / max(self.days, 1)
        return exact.quantize(_TENTH if exact < _TEN else _ONE, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Course:
    """How one instrument of an agency stands. received, pace and channels: as they may be shown.

    day: today; last: the last day of answers, where there is one. hidden: some channels are too small to show.
    """

    received: int
    rounded: bool
    required: int | None
    enough: bool
    pace: Pace
    channels: Mapping[str, int]
    hidden: bool
    day: date
    last: date | None

    @property
    def missing(self) -> int:
        """How many are needed still, as far as may be told."""
        return 0 if self.enough or self.required is None else max(1, self.required - self.received)

    @property
    def forecast(self) -> date | None:
        """The day the minimum is reached at this pace; None where no day can be told."""
        if self.enough or self.required is None or not self.pace.gained:
            return None
        days = -(-self.missing * self.pace.days // self.pace.gained)
        return self.day + timedelta(days=days) if days <= _FARTHEST else None

    @property
    def outlook(self) -> Outlook:
        """What to say of it."""
        if self.enough:
            return Outlook.ENOUGH if self.required is not None else Outlook.NO_MINIMUM
        if self.last is not None and self.day > self.last:
            return Outlook.OVER
        if not self.pace.days:
            return Outlook.TOO_SOON
        if not self.pace.gained:
            return Outlook.STILL
        forecast = self.forecast
        in_time = forecast is not None and (self.last is None or forecast <= self.last)
        return Outlook.IN_TIME if in_time else Outlook.LATE

    @property
    def needed_a_day(self) -> int | None:
        """How many a day would still do it, today included; None where no last day is known or none is missing."""
        if self.last is None or self.day > self.last or not self.missing:
            return None
        return -(-self.missing // ((self.last - self.day).days + 1))


def rounded_down(n: int, step: int) -> int:
    """The count as it is shown: rounded down to a multiple of the step."""
    return n - n % step


def pace_of(by_day: Mapping[date, int], day: date, begins: date | None, *, step: int) -> Pace:
    """The pace over the last seven full days before ``day``, or as many as there were since answers begin.

    begins: the first day answers are taken; None: the first that has any.
    """
    begins = begins or min(by_day, default=day)
    days = min(WEEK, max(0, (day - begins).days))
    return Pace(_until(by_day, day, step) - _until(by_day, day - timedelta(days=days), step), days)


def groups_to_show(counts: Mapping[str, int], *, least: int, step: int) -> dict[str, int]:
    """The groups that may be shown, rounded: each holds at least so many, and so do those left out together.

    Where what is left out would be small but not nothing, the smallest group that could be shown goes too.
    """
    shown = release_groups({name: n for name, n in counts.items() if n}, least)
    return {name: rounded_down(each.value, step) for name, each in shown.items() if isinstance(each, Released)}


def _until(by_day: Mapping[date, int], day: date, step: int) -> int:
    """The total of all days before ``day``, rounded down."""
    return rounded_down(sum(n for each, n in by_day.items() if each < day), step)

"""The calendar of a round: its phases, when each runs, and what may be done on a day.

The phases follow the calendars agencies published for FY2562-2567 (registration and numbers, answers, OIT
answers, approval by the head, scoring, clarification, confirmation, results); their dates are data of a round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from surveyapp.domain.paper import Text
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.round_problems import (
    DayUnreadable,
    PhaseBackwards,
    PhaseFarAway,
    PhaseNotYet,
    PhaseOver,
    PhasesOutOfOrder,
    PhaseUnknown,
)
from surveyapp.domain.thai import arabic_digits, fiscal_year_of, thai_date

_T = TypeVar("_T")


class Phase(StrEnum):
    """What a round does for a while. Several may run at once."""

    REGISTER = "register"
    NUMBERS = "numbers"
    ANSWERING = "answering"
    FILING = "filing"
    APPROVAL = "approval"
    CHECKING = "checking"
    PRELIMINARY = "preliminary"
    CLARIFICATION = "clarification"
    CONFIRMATION = "confirmation"
    ANNOUNCEMENT = "announcement"


PHASE_NAMES: Final[Mapping[Phase, Text]] = {
    Phase.REGISTER: Text("ลงทะเบียนผู้ประสานงาน", "registration of coordinators"),
    Phase.NUMBERS: Text("แจ้งจำนวนผู้มีสิทธิ์ตอบ", "telling the numbers of people"),
    Phase.ANSWERING: Text("ตอบแบบวัด IIT และ EIT", "answers to the IIT and EIT"),
    Phase.FILING: Text("ส่งหลักฐาน OIT", "filing of OIT evidence"),
    Phase.APPROVAL: Text("หัวหน้าหน่วยงานรับรอง", "approval by the head"),
    Phase.CHECKING: Text("ตรวจ OIT", "checking of the OIT"),
    Phase.PRELIMINARY: Text("แจ้งผลเบื้องต้น", "preliminary result"),
    Phase.CLARIFICATION: Text("ชี้แจงผลเบื้องต้น", "clarification"),
    Phase.CONFIRMATION: Text("ยืนยันผล", "confirmation"),
    Phase.ANNOUNCEMENT: Text("ประกาศผล", "announcement"),
}
# (earlier, later): the later may not begin before the earlier begins.
_BEGINS_AFTER: Final = (
    (Phase.REGISTER, Phase.NUMBERS),
    (Phase.FILING, Phase.APPROVAL),
    (Phase.FILING, Phase.CHECKING),
    (Phase.CHECKING, Phase.PRELIMINARY),
    (Phase.PRELIMINARY, Phase.CLARIFICATION),
    (Phase.CLARIFICATION, Phase.CONFIRMATION),
)
# Nothing may still move when results are announced.
_ENDS_BEFORE_RESULTS: Final = (Phase.ANSWERING, Phase.FILING, Phase.CHECKING, Phase.CLARIFICATION)
_WRITTEN: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ERA: Final = 543
_FIRST_BUDDHIST_YEAR: Final = 2400  # no year written today is of the common era from here on


@dataclass(frozen=True, slots=True)
class Span:
    """When a phase runs, both days included."""

    phase: Phase
    starts_on: date
    ends_on: date

    @property
    def name(self) -> Text:
        """The name of the phase."""
        return PHASE_NAMES[self.phase]

    def holds(self, day: date) -> bool:
        """Whether the phase runs on a day."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Calendar:
    """The phases of a round that have dates. A phase without dates binds nobody."""

    spans: tuple[Span, ...] = ()

    def of(self, phase: Phase) -> Span | None:
        """When a phase runs; None where nobody has said."""
        return next((span for span in self.spans if span.phase is phase), None)

    def on(self, day: date) -> tuple[Span, ...]:
        """The phases that run on a day, in their order."""
        return tuple(span for span in _in_order(self.spans) if span.holds(day))

    def after(self, day: date) -> Span | None:
        """The next phase to begin after a day."""
        coming = [span for span in _in_order(self.spans) if span.starts_on > day]
        return min(coming, key=lambda span: span.starts_on, default=None)

    def moved(self, span: Span) -> Calendar:
        """The calendar with one phase set or moved."""
        others = (each for each in self.spans if each.phase is not span.phase)
        return Calendar(_in_order((*others, span)))

    def rows(self) -> Iterator[tuple[Phase, Text, Span | None]]:
        """Every phase with its name and, where there are any, its dates."""
        return ((phase, PHASE_NAMES[phase], self.of(phase)) for phase in Phase)

    def refuse_outside(self, day: date, phase: Phase, *also: Phase) -> None:
        """Refuse when ``phase`` has dates and neither it nor one of the others runs on the day."""
        if self.of(phase) is None:
            return
        spans = [span for each in (phase, *also) if (span := self.of(each))]
        if any(span.holds(day) for span in spans):
            return
        coming = min((span for span in spans if span.starts_on > day), key=lambda span: span.starts_on, default=None)
        if coming:
            days = {"first": day_text(coming.starts_on), "last": day_text(coming.ends_on)}
            raise PhaseNotYet(phase=coming.name, **days)
        last = max(spans, key=lambda span: span.ends_on)
        raise PhaseOver(phase=last.name, last=day_text(last.ends_on))


def faults_of(calendar: Calendar, fiscal_year: int) -> list[Problem]:
    """Everything about a calendar that cannot be meant."""
    found: list[Problem] = []
    for span in calendar.spans:
        if span.ends_on < span.starts_on:
            found.append(PhaseBackwards(phase=span.name))
        if any(abs(fiscal_year_of(day) - fiscal_year) > 1 for day in (span.starts_on, span.ends_on)):
            found.append(PhaseFarAway(phase=span.name, year=fiscal_year))
    for earlier, later in _BEGINS_AFTER:
        one, other = calendar.of(earlier), calendar.of(later)
        if one and other and other.starts_on < one.starts_on:
            found.append(PhasesOutOfOrder(earlier=one.name, later=other.name))
    results = calendar.of(Phase.ANNOUNCEMENT)
    for phase in _ENDS_BEFORE_RESULTS:
        before = calendar.of(phase)
        if before and results and results.starts_on <= before.ends_on:
            found.append(PhasesOutOfOrder(earlier=before.name, later=results.name))
    return found


def parse_phase(typed: str) -> Phase:
    """The phase of this code; refuses with every code there is."""
    try:
        return Phase(typed.strip().casefold())
    except ValueError:
        raise PhaseUnknown(typed=typed[:40], known=", ".join(Phase)) from None


def parse_day(typed: str) -> date:
    """A day as a browser sends it (2026-03-01) or as people write it (1/3/2569), in either digits and era.

    The years of the two eras cannot be mistaken for one another, so both are understood.
    """
    match = _WRITTEN.fullmatch(arabic_digits(typed.strip()))
    if match is None:
        raise DayUnreadable(typed=typed.strip()[:40] or "–")
    year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    era = _ERA if int(year) >= _FIRST_BUDDHIST_YEAR else 0
    try:
        return date(int(year) - era, int(month), int(day))
    except ValueError:
        raise DayUnreadable(typed=typed.strip()[:40]) from None


def parse_span(phase: str, starts_on: str, ends_on: str) -> Span:
    """A phase and its days as they were typed. Raises ``Problems`` with all that cannot be read."""
    problems: list[Problem] = []
    whole = Span(
        _read(parse_phase, phase, Phase.FILING, problems),
        _read(parse_day, starts_on, date.min, problems),
        _read(parse_day, ends_on, date.min, problems),
    )
    if problems:
        raise Problems(problems)
    return whole


def _read(parse: Callable[[str], _T], typed: str, otherwise: _T, problems: list[Problem]) -> _T:
    try:
        return parse(typed)
    except Problem as refused:
        problems.append(refused)
        return otherwise


def day_text(day: date) -> Text:
    """A day in words, in both languages."""
    return Text(thai_date(day), f"{day.day} {day:%B %Y}")


def _in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    order = list(Phase)
    return tuple(sorted(spans, key=lambda span: order.index(span.phase)))

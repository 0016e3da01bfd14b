"""The board: a year's agencies side by side, who is behind and with what, in the order of need.

What is late is told by a straight line: of a phase that is 40 % over, 40 % of the work should be there. Only
ten points behind the line count, as counts are rounded down and people work in bursts (our own choice).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from surveyapp.domain.calendar import Calendar, Phase, Span
from surveyapp.domain.paper import Level
from surveyapp.domain.places import Agency, Round, Stage
from surveyapp.domain.problems import N_, Problem
from surveyapp.domain.thai import one_spelling

LONGEST_NOTE: Final = 500
LATE_FROM: Final = 10  # points behind the line
_WHOLE: Final = 100


class NoteMissing(Problem):
    sentence = N_("The note is empty. Write in a sentence what you saw or agreed on.")


class NoteLong(Problem):
    sentence = N_("The note has %(n)s signs; at most %(longest)s fit. Shorten it.")


class VisitInFuture(Problem):
    sentence = N_("The visit would be after today. Note it once it has happened.")


class VisitLongAgo(Problem):
    sentence = N_("The visit would be more than a year ago. Check the year of the day.")


class State(StrEnum):
    """How an agency stands, the neediest first."""

    BEHIND = "behind"
    NOT_STARTED = "not_started"
    GOING = "going"
    DONE = "done"


class Work(StrEnum):
    """What an agency has to bring."""

    NUMBERS = "numbers"
    IIT = "iit"
    EIT = "eit"
    OIT = "oit"


@dataclass(frozen=True, slots=True)
class Count:
    """Answers of one instrument, as they may be shown. required None: there is no minimum."""

    received: int
    required: int | None
    enough: bool

    @property
    def percent(self) -> int:
        """How far it is to the minimum, 0-100."""
        if self.enough or not self.required:
            return _WHOLE
        return min(_WHOLE - 1, self.received * _WHOLE // self.required)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of the clinic at an agency: the day, who was there, what they noted."""

    day: date
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an agency in a round. touched: items with evidence or a decision, of ``items``."""

    agency: Agency
    told: bool
    iit: Count
    eit: Count
    filed: int
    decided: int
    touched: int
    items: int
    total: Decimal | None = None
    level: Level | None = None
    visit: Visit | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the board. late: what is behind; lag: by how many points the worst is behind the line."""

    facts: Facts
    state: State
    late: tuple[Work, ...]
    lag: int
    percent: int


@dataclass(frozen=True, slots=True)
class Expected:
    """How many of 100 should be there by now, by work; what has no dates is not expected yet."""

    stage: Stage
    points: Mapping[Work, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person looks for. sort: a column, "-" before it to turn it round."""

    search: str = ""
    province: str = ""
    kind: str = ""
    need: str = ""
    sort: str = "need"
    page: int = 1


def expected(round_: Round, calendar: Calendar, day: date) -> Expected:
    """What a round expects on a day."""
    if round_.stage is Stage.CLOSED:
        return Expected(round_.stage, {Work.IIT: _WHOLE, Work.EIT: _WHOLE, Work.OIT: _WHOLE})
    spans = {Work.NUMBERS: calendar.of(Phase.NUMBERS), Work.OIT: calendar.of(Phase.FILING)}
    spans[Work.IIT] = spans[Work.EIT] = calendar.of(Phase.ANSWERING) or _days_of(round_)
    return Expected(round_.stage, {work: _gone_by(span, day) for work, span in spans.items() if span})


def line_of(facts: Facts, now: Expected) -> Line:
    """How an agency stands against what is expected."""
    shares = _shares(facts, now.stage)
    behind = {work: now.points.get(work, 0) - share for work, share in shares.items()}
    late = tuple(work for work, lag in behind.items() if lag >= LATE_FROM)
    state = _state(facts, shares, late)
    percent = sum(shares.values()) // len(shares)
    return Line(facts, state, () if state is State.DONE else late, max(0, *behind.values()), percent)


def matching(lines: Iterable[Line], wanted: Wanted) -> list[Line]:
    """The lines a person looks for: words in the name, code or place; province, kind; a state, or what is late."""
    words = one_spelling(wanted.search).casefold().split()
    return [
        line
        for line in lines
        if wanted.province in ("", line.facts.agency.province)
        and wanted.kind in ("", line.facts.agency.kind)
        and (wanted.need in ("", line.state.value) or wanted.need in line.late)
        and (not words or _says(line.facts.agency, words))
    ]


def ordered(lines: Sequence[Line], sort: str) -> list[Line]:
    """The lines by a column; those that come in the order of names keep it where they are equal."""
    found = sorted(lines, key=_KEYS.get(sort.removeprefix("-"), _need))
    return found[::-1] if sort.startswith("-") else found


def summary(lines: Iterable[Line]) -> dict[State, int]:
    """How many agencies stand where."""
    counted = Counter(line.state for line in lines)
    return {state: counted[state] for state in State}


def parse_note(day: date, typed: str, today: date) -> Visit:
    """A visit from what was typed, without who; refuses days that cannot be meant and notes too long or empty."""
    note = "\n".join(" ".join(line.split()) for line in typed.replace("\x00", "").splitlines()).strip()
    if not note:
        raise NoteMissing()
    if len(note) > LONGEST_NOTE:
        raise NoteLong(n=len(note), longest=LONGEST_NOTE)
    if day > today:
        raise VisitInFuture()
    if (today - day).days > 366:
        raise VisitLongAgo()
    return Visit(day, "", note)


def _shares(facts: Facts, stage: Stage) -> dict[Work, int]:
    """How many of 100 are there, by work: before the round opens only its numbers are asked for."""
    if stage is Stage.PREPARED:
        return {Work.NUMBERS: _WHOLE if facts.told else 0}
    oit = facts.touched * _WHOLE // facts.items if facts.items else _WHOLE
    return {Work.IIT: facts.iit.percent, Work.EIT: facts.eit.percent, Work.OIT: oit}


def _state(facts: Facts, shares: Mapping[Work, int], late: tuple[Work, ...]) -> State:
    if all(share == _WHOLE for share in shares.values()):
        return State.DONE
    started = facts.touched or facts.iit.received or facts.eit.received
    if not started and (Work.NUMBERS not in shares or not late):
        return State.NOT_STARTED
    return State.BEHIND if late else State.GOING


def _days_of(round_: Round) -> Span | None:
    if round_.opens_on is None or round_.closes_on is None:
        return None
    return Span(Phase.ANSWERING, round_.opens_on, round_.closes_on)


def _gone_by(span: Span, day: date) -> int:
    """How many of 100 parts of a span are over when a day begins."""
    whole = (span.ends_on - span.starts_on).days + 1
    return min(max((day - span.starts_on).days, 0), whole) * _WHOLE // whole


def _says(agency: Agency, words: Iterable[str]) -> bool:
    text = one_spelling(f"{agency.name} {agency.code} {agency.district or ''} {agency.province}").casefold()
    return all(word in text for word in words)


def _need(line: Line) -> tuple[bool, int, int]:
    return line.state is State.DONE, -line.lag, line.percent


_KEYS: Final[Mapping[str, Callable[[Line], Any]]] = {
    "need": _need,
    "name": lambda line: 0,  # as they come
    "district": lambda line: (line.facts.agency.province, line.facts.agency.district or "\uffff"),
    "numbers": lambda line: line.facts.told,
    "iit": lambda line: line.facts.iit.percent,
    "eit": lambda line: line.facts.eit.percent,
    "oit": lambda line: (line.facts.filed, line.facts.decided),
    "result": lambda line: -1 if line.facts.total is None else line.facts.total,
    "visit": lambda line: line.facts.visit.day if line.facts.visit else date.min,
}
SORTS: Final = tuple(_KEYS)

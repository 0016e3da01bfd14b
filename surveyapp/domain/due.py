"""What a round asks of an agency on a day, and until when: for its desk, and to be reminded of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from surveyapp.domain.calendar import Calendar, Phase, day_text
from surveyapp.domain.paper import Instrument, Text
from surveyapp.domain.places import Assessment, Stage
from surveyapp.domain.problems import N_


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do: an English sentence to be translated with its facts, and its last day, if it has one."""

    sentence: str
    facts: Mapping[str, str | int]
    until: date | None

    @property
    def last(self) -> Text | None:
        """The last day in words."""
        return day_text(self.until) if self.until else None

    def is_due(self, day: date, days: int) -> bool:
        """Whether it must be done within so many days (today is 0)."""
        return self.until is not None and 0 <= (self.until - day).days <= days


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an agency is: answers received (as its desk may show them) and needed, items without evidence."""

    assessment: Assessment
    received: Mapping[Instrument, int]
    required: Mapping[Instrument, int]
    missing: int


def due(standing: Standing, calendar: Calendar, day: date) -> list[Due]:
    """Everything the agency still has to do in the phases that run on a day."""
    round_ = standing.assessment.round
    if round_.stage is Stage.PREPARED:
        return list(_numbers(standing.assessment, calendar, day))
    return (
        [*_answers(standing, calendar, day), *_evidence(standing, calendar, day)] if round_.stage is Stage.OPEN else []
    )


def _numbers(assessment: Assessment, calendar: Calendar, day: date) -> Iterator[Due]:
    if assessment.eligible_iit is None or assessment.eligible_eit is None:
        runs, until = _running(calendar, Phase.NUMBERS, day)
        if runs:
            yield Due(N_("Tell how many staff and how many contacts may answer."), {}, until)


def _answers(standing: Standing, calendar: Calendar, day: date) -> Iterator[Due]:
    runs, until = _running(calendar, Phase.ANSWERING, day)
    until = until or standing.assessment.round.closes_on
    for instrument, needed in standing.required.items() if runs else ():
        received = standing.received.get(instrument, 0)
        if received < needed:
            facts: dict[str, str | int] = {
                "instrument": instrument.value.upper(),
                "received": received,
                "required": needed,
            }
            sentence = N_("Hand out the %(instrument)s link: %(received)s of at least %(required)s have come in.")
            yield Due(sentence, facts, until)


def _evidence(standing: Standing, calendar: Calendar, day: date) -> Iterator[Due]:
    runs, until = _running(calendar, Phase.FILING, day)
    if runs and standing.missing:
        yield Due(N_("File evidence for the OIT: %(left)s items have none yet."), {"left": standing.missing}, until)


def _running(calendar: Calendar, phase: Phase, day: date) -> tuple[bool, date | None]:
    """Whether a phase runs, and its last day. One without dates always runs."""
    span = calendar.of(phase)
    return (True, None) if span is None else (span.holds(day), span.ends_on)

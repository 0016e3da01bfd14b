"""How an agency's answers come in, as the desk and the board may show it."""

from __future__ import annotations

from collections import Counter
from datetime import date

from surveyapp.domain.calendar import Calendar, Phase
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.places import Assessment, Stage
from surveyapp.domain.progress import Course, groups_to_show, pace_of, rounded_down
from surveyapp.persistence.inputs import required_of
from surveyapp.persistence.store import Shelves


def courses(
    shelves: Shelves, assessment: Assessment, paper: Paper, calendar: Calendar, day: date
) -> dict[Instrument, Course]:
    """The course of each survey instrument on a day; all rounded while the round is open."""
    received = shelves.responses.received([assessment.id])
    counted = shelves.responses.by_channel(assessment.id)
    required, span = required_of(assessment, paper), calendar.of(Phase.ANSWERING)
    begins = span.starts_on if span else assessment.round.opens_on
    last = span.ends_on if span else assessment.round.closes_on
    is_open = assessment.round.stage is Stage.OPEN
    step = paper.release.rounded_to if is_open else 1
    found = {}
    for which in (Instrument.IIT, Instrument.EIT):
        n, needed = received.get((assessment.id, which), 0), required.get(which)
        days, channels = _counts(counted, which, day if is_open else None)
        shown = groups_to_show(channels, least=paper.release.least_for_steps, step=step)
        found[which] = Course(
            received=rounded_down(n, step),
            rounded=is_open,
            required=needed,
            enough=needed is None or n >= needed,
            pace=pace_of(days, day, begins, step=step),
            channels=shown,
            hidden=len(shown) < len(channels),
            day=day,
            last=last,
        )
    return found


def _counts(
    counted: list[tuple[Instrument, str, date, int]], which: Instrument, before: date | None
) -> tuple[Counter[date], Counter[str]]:
    """Counts by day, and by channel up to the day before (all of them where None)."""
    days: Counter[date] = Counter()
    channels: Counter[str] = Counter()
    for instrument, channel, day, n in counted:
        if instrument is which:
            days[day] += n
            channels[channel] += n if before is None or day < before else 0
    return days, +channels

"""The board as a sheet: the same columns as on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from surveyapp.domain.board import Count, Line, State, Work
from surveyapp.domain.kinds import kind_name
from surveyapp.domain.problems import N_
from surveyapp.domain.steps import shown
from surveyapp.domain.thai import short_day

HEADERS: Final = (
    (N_("Code"), 10),
    (N_("Agency"), 40),
    (N_("Kind"), 28),
    (N_("Province"), 16),
    (N_("District"), 16),
    (N_("Standing"), 14),
    (N_("Late"), 20),
    (N_("Numbers told"), 10),
    (N_("IIT received"), 10),
    (N_("IIT minimum"), 10),
    (N_("EIT received"), 10),
    (N_("EIT minimum"), 10),
    (N_("OIT with evidence"), 10),
    (N_("OIT decided"), 10),
    (N_("OIT items"), 10),
    (N_("Total"), 10),
    (N_("Level"), 20),
    (N_("Last visit"), 12),
    (N_("Note"), 40),
)
STATES: Final[Mapping[State, str]] = {
    State.BEHIND: N_("behind"),
    State.NOT_STARTED: N_("not started"),
    State.GOING: N_("on the way"),
    State.DONE: N_("done"),
}


def cells(line: Line, say: Callable[[str], str]) -> list[str]:
    """One line as cells of text."""
    facts, agency = line.facts, line.facts.agency
    return [
        agency.code,
        agency.name,
        kind_name(agency.kind).th,
        agency.province,
        agency.district or "",
        say(STATES[line.state]),
        ", ".join(say(N_("numbers")) if work is Work.NUMBERS else work.value.upper() for work in line.late),
        say(N_("yes")) if facts.told else say(N_("no")),
        *_count(facts.iit),
        *_count(facts.eit),
        str(facts.filed),
        str(facts.decided),
        str(facts.items),
        "" if facts.total is None else str(shown(facts.total)),
        facts.level.name.th if facts.level else "",
        short_day(facts.visit.day) if facts.visit else "",
        facts.visit.note if facts.visit else "",
    ]


def _count(count: Count) -> tuple[str, str]:
    return str(count.received), "" if count.required is None else str(count.required)

"""The board: a year's agencies on one screen for whoever supervises them, and notes of visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from surveyapp.adapters.spreadsheet_writing import Column, write_sheet
from surveyapp.domain.board import (
    Count,
    Facts,
    Line,
    State,
    Visit,
    Wanted,
    expected,
    line_of,
    matching,
    ordered,
    parse_note,
    summary,
)
from surveyapp.domain.calendar import Calendar, parse_day
from surveyapp.domain.paging import Page, page_of
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.people import Act, Person, may, place_of
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.problems import N_, NotAllowed
from surveyapp.domain.progress import Course, rounded_down
from surveyapp.domain.reach import Reach, reach_of
from surveyapp.domain.sample import minimum_sample, rule_for
from surveyapp.domain.thai import civil_day, short_day
from surveyapp.instruments.library import Library
from surveyapp.persistence.board import Member
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.board_sheet import HEADERS, cells
from surveyapp.services.progress import courses

_SURVEYS = (Instrument.IIT, Instrument.EIT)


@dataclass(frozen=True, slots=True)
class Standings:
    """Every agency of a round that is within a reach. day, at: when it was counted."""

    round: Round
    calendar: Calendar
    day: date
    lines: tuple[Line, ...]
    at: datetime

    @property
    def provinces(self) -> tuple[str, ...]:
        """The provinces there are to choose from."""
        return tuple(sorted({each.facts.agency.province for each in self.lines}))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds there are to choose from."""
        return tuple(sorted({each.facts.agency.kind for each in self.lines}))


@dataclass(frozen=True, slots=True)
class Look:
    """The board as a person asked for it. page: the lines of one page; tallies: of all that match."""

    standings: Standings
    page: Page[Line]
    tallies: dict[State, int]
    provinces: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def round(self) -> Round:
        """The round."""
        return self.standings.round


def look_at(standings: Standings, wanted: Wanted) -> Look:
    """One page of what matches, in the order that is asked for."""
    found = ordered(matching(standings.lines, wanted), wanted.sort)
    return Look(standings, page_of(found, wanted.page), summary(found), standings.provinces, standings.kinds)


def sheet_of(standings: Standings, wanted: Wanted, say: Callable[[str], str]) -> bytes:
    """All that matches as a sheet, in the same columns. say: an English sentence in the reader's words."""
    year = standings.round.fiscal_year
    rows = [cells(line, say) for line in ordered(matching(standings.lines, wanted), wanted.sort)]
    columns = [Column(say(header), width) for header, width in HEADERS]
    title = f"{say(N_('Board'))} {year} · {short_day(standings.day)}"
    return write_sheet(columns, rows, sheet_name=str(year), title_lines=[title])


@dataclass(frozen=True, slots=True)
class Row:
    """One agency of the board with all that may be told of it."""

    assessment: Assessment
    paper: Paper
    calendar: Calendar
    day: date
    line: Line
    courses: dict[Instrument, Course]
    visits: tuple[Visit, ...]
    may_note: bool


@dataclass(frozen=True)
class Boards:
    """What supervisors, the national office and auditors need. Nobody sees an agency outside their reach."""

    store: Store
    library: Library
    now: Callable[[], datetime]

    def years(self) -> list[int]:
        """The years there is a round of: the open ones first, the newest first."""
        with self.store.reading() as shelves:
            rounds = shelves.rounds.every()
        return [each.fiscal_year for each in sorted(rounds, key=lambda each: each.stage is not Stage.OPEN)]

    def newest_note(self) -> int:
        """The number of the newest note of a visit: whatever was made before another one has come is out of date."""
        with self.store.reading(answers=False) as shelves:
            return shelves.visits.newest()

    def standings(self, person: Person, year: int) -> Standings:
        """Every agency in the person's reach, in Thai order; a constant number of questions."""
        now = self.now()
        with self.store.reading() as shelves:
            round_ = shelves.rounds.of_year(year)
            calendar = shelves.calendars.of(round_.id)
            lines = tuple(self._lines(shelves, round_, reach_of(person, Act.SEE_BOARD), calendar, civil_day(now)))
        return Standings(round_, calendar, civil_day(now), lines, now)

    def agency(self, person: Person, year: int, agency: str) -> Row:
        """One agency's standing, and the visits there."""
        day = civil_day(self.now())
        with self.store.reading() as shelves:
            assessment = self._own(shelves, person, year, agency, Act.SEE_BOARD)
            paper, round_ = self.library.bound(assessment.round), assessment.round
            calendar = shelves.calendars.of(round_.id)
            only = Reach(agencies=frozenset({assessment.agency.code}))
            (line,) = self._lines(shelves, round_, only, calendar, day)
            found = courses(shelves, assessment, paper, calendar, day)
            visits = tuple(shelves.visits.of(assessment.id))
        may_note = may(person, Act.NOTE_VISIT, place_of(assessment.agency))
        return Row(assessment, paper, calendar, day, line, found, visits, may_note)

    def note(self, person: Person, year: int, agency: str, day: str, note: str) -> None:
        """Keep a note of a visit, with the name of whoever writes it."""
        now = self.now()
        with self.store.writing() as shelves:
            assessment = self._own(shelves, person, year, agency, Act.NOTE_VISIT)
            visit = parse_note(parse_day(day), note, civil_day(now))
            shelves.visits.add(assessment.id, Visit(visit.day, person.full_name, visit.note))
            facts = {"day": visit.day.isoformat()}
            shelves.journal.note(person.sign_in_name, "note_visit", f"{year}/{agency}", now, facts)

    def _own(self, shelves: Shelves, person: Person, year: int, agency: str, act: Act) -> Assessment:
        assessment = shelves.rounds.assessment(year, agency)
        if not may(person, act, place_of(assessment.agency)):
            raise NotAllowed()
        return assessment

    def _lines(self, shelves: Shelves, round_: Round, reach: Reach, calendar: Calendar, day: date) -> Iterator[Line]:
        """Every agency of a round in a reach, in Thai order."""
        paper = self.library.bound(round_)
        members = shelves.boards.members(round_.id, reach)
        received = shelves.boards.received(round_.id, reach)
        steps = shelves.boards.checklists(round_.id, reach)
        outcomes = shelves.boards.outcomes(round_.id, reach) if round_.is_released else {}
        visits = shelves.boards.last_visits(round_.id, reach)
        now, count = expected(round_, calendar, day), _counter(round_, paper, received, members)
        for each in members:
            total, code = outcomes.get(each.id, (None, None))
            filed, decided, touched = steps.get(each.id, (0, 0, 0))
            facts = Facts(
                agency=each.agency,
                told=None not in each.eligible.values(),
                iit=count(each, Instrument.IIT),
                eit=count(each, Instrument.EIT),
                filed=filed,
                decided=decided,
                touched=touched,
                items=len(paper.oit.items),
                total=Decimal(total) if total else None,
                level=paper.level(code) if code else None,
                visit=visits.get(each.id),
            )
            yield line_of(facts, now)


def _counter(
    round_: Round, paper: Paper, received: dict[tuple[int, Instrument], int], members: Iterable[Member]
) -> Callable[[Member, Instrument], Count]:
    """Counts as they may be shown; the rule of each kind is looked up once."""
    step = paper.release.rounded_to if round_.stage is Stage.OPEN else 1
    kinds = {each.agency.kind for each in members}
    rules = {(which, kind): rule_for(paper, which, kind) for which in _SURVEYS for kind in kinds}

    def count(member: Member, which: Instrument) -> Count:
        n, rule = received.get((member.id, which), 0), rules[which, member.agency.kind]
        needed = minimum_sample(rule, member.eligible[which]) if rule else None
        return Count(rounded_down(n, step), needed, needed is None or n >= needed)

    return count

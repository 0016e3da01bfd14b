"""Rounds: opening and closing a fiscal year, and the desk that says what a round asks of an agency."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from surveyapp.domain.approval import Approval
from surveyapp.domain.calendar import Calendar, Phase
from surveyapp.domain.checklist import ItemState, ItemStatus, fold
from surveyapp.domain.front import Told, who_answered
from surveyapp.domain.levels import as_seen
from surveyapp.domain.link_code import make_code
from surveyapp.domain.paging import Page
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.people import Act, Person, acts_of, may, place_of
from surveyapp.domain.places import RECEIPTS, Assessment, Channel, Link, Round, Stage
from surveyapp.domain.problems import (
    NoAgencies,
    NotAllowed,
    NotNow,
    Problem,
    Problems,
    RehearsalHere,
    RoundAlreadyOpen,
    RoundClosed,
    RoundNotClosing,
)
from surveyapp.domain.progress import Course
from surveyapp.domain.reach import reach_of
from surveyapp.domain.release import may_be_read, standing
from surveyapp.domain.round_problems import AgenciesWithoutNumbers, AgencyWithoutNumbers, RoundNotPrepared
from surveyapp.domain.score_document import inputs_document
from surveyapp.domain.scoring import score
from surveyapp.domain.thai import civil_day
from surveyapp.instruments.library import Library, document_of
from surveyapp.persistence.inputs import inputs_of
from surveyapp.persistence.joining import join
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.checks import OPERATOR, signed
from surveyapp.services.progress import courses

_MOST_NAMED: Final = 50

_ON_DESK: Final = (Channel.OPEN, Channel.KIOSK)  # the field team's link is not the agency's; others have their page


@dataclass(frozen=True, slots=True)
class Survey:
    """How one survey instrument stands: its link, and how answers come in (rounded while it is open)."""

    link: Link
    url: str
    course: Course

    @property
    def received(self) -> int:
        """How many came in, as may be shown."""
        return self.course.received

    @property
    def rounded(self) -> bool:
        """Whether the count is rounded down."""
        return self.course.rounded

    @property
    def required(self) -> int | None:
        """How many are needed."""
        return self.course.required

    @property
    def enough(self) -> bool:
        """Whether as many as needed came in."""
        return self.course.enough


@dataclass(frozen=True, slots=True)
class Desk:
    """What a coordinator sees first. who: what may be told of who answered; nothing while the round is open.

    may: what whoever looks may do here. settled: its result is announced with a total and a level.
    """

    assessment: Assessment
    paper: Paper
    surveys: tuple[Survey, ...]
    states: dict[str, ItemState]
    calendar: Calendar
    day: date
    who: dict[Instrument, tuple[Told, ...]]
    approval: Approval
    may: frozenset[Act]
    settled: bool

    @property
    def filed(self) -> int:
        """How many items have evidence."""
        return sum(1 for state in self.states.values() if state.evidence is not None)

    @property
    def missing(self) -> int:
        """How many items still wait for evidence."""
        touched = sum(1 for state in self.states.values() if state.status is not ItemStatus.EMPTY)
        return len(self.paper.oit.items) - touched

    @property
    def decided(self) -> int:
        """How many items are decided."""
        return sum(1 for state in self.states.values() if state.decision is not None)


@dataclass(frozen=True)
class Rounds:
    """What the national office and the coordinators need of a round."""

    store: Store
    library: Library
    public_url: str
    now: Callable[[], datetime]
    draw: Callable[[int], int]

    def prepare(self, person: Person | None, year: int) -> int:
        """Have a fiscal year prepared: every agency gets its links and can tell its numbers; nothing is answered.

        Comes back with how many agencies joined; called again, those that are new since. The paper may still
        change until the round is opened.
        """
        who = signed(person, Act.RUN_ROUND)
        with self.store.writing() as shelves:
            shelves.papers.hold()
            _, joined = self._prepared(shelves, year, None)
            shelves.journal.note(who, "prepare_round", str(year), self.now(), {"agencies": joined})
        return joined

    def open(
        self,
        year: int,
        *,
        closes_on: date | None = None,
        person: Person | None = None,
        without_numbers: bool = False,
        receipts: frozenset[Instrument] = RECEIPTS,
    ) -> int:
        """Open a fiscal year for every agency, each with its links. Comes back with how many agencies.

        The round is bound to the exact paper of this moment, and the numbers stand from now on. One that was
        prepared is refused while agencies have not told theirs, unless ``without_numbers``. Only the operator
        opens one that was not prepared. receipts: the instruments that give them.
        """
        who, now = signed(person, Act.RUN_ROUND), self.now()
        with self.store.writing() as shelves:
            shelves.papers.hold()
            was_prepared = any(each.fiscal_year == year for each in shelves.rounds.every())
            if person is not None and not was_prepared:
                raise RoundNotPrepared(year=year)
            round_, _ = self._prepared(shelves, year, closes_on)
            assessments = shelves.rounds.assessments(year)
            if was_prepared and not without_numbers:
                _refuse_without_numbers(assessments)
            shelves.rounds.give_receipts(round_, receipts)
            shelves.rounds.move(round_, Stage.OPEN)
            shelves.journal.note(who, "open_round", str(year), now, {"agencies": len(assessments)})
        return len(assessments)

    def close(self, year: int, *, who: str = OPERATOR, settle: Callable[[Shelves, Round], str] | None = None) -> int:
        """Close a round, then freeze every result in it. Comes back with how many were frozen.

        Two steps, so that nobody waits long for a lock: from the first on nothing more is taken. Called
        again after an interruption it freezes what is left. settle: asked in the first step who proposed it,
        and may refuse. Results of a round with a phase for announcing them wait for that. At the end the
        storage forgets in which order the last responses came.
        """
        with self.store.writing() as shelves:
            shelves.rounds.hold(year, to_change=True)
            round_ = shelves.rounds.of_year(year)
            frozen = shelves.results.outcomes(round_.id)
            assessments = [each for each in shelves.rounds.assessments(year) if each.id not in frozen]
            if round_.stage is Stage.OPEN:
                first = settle(shelves, round_) if settle else ""
                waits = not round_.rehearsal and shelves.calendars.of(round_.id).of(Phase.ANNOUNCEMENT) is not None
                shelves.rounds.move(round_, Stage.CLOSED)
                shelves.rounds.hold_back(round_, waits)
                facts: dict[str, str | int] = {
                    "agencies": len(assessments),
                    **({"proposed_by": first} if first else {}),
                }
                shelves.journal.note(who, "close_round", str(year), self.now(), facts)
            elif not assessments or round_.stage is Stage.PREPARED:
                raise RoundNotClosing(year=year)
        for assessment in assessments:
            with self.store.writing() as shelves:
                self._freeze(shelves, assessment, self.now())
        with suppress(NotNow):  # somebody is reading all the while; the nightly step will do it
            self.store.blur()
        return len(assessments)

    def add_kiosk(self, year: int, agency: str) -> str:
        """A link of the EIT for a shared device at the agency's counter; the one it has, or a new one. Its code."""
        with self.store.writing() as shelves:
            assessment = shelves.rounds.held(year, agency)
            links = shelves.links.of_year(year, agency)
            there = next((link for link in links if link.channel is Channel.KIOSK), None)
            if there is not None:
                return there.code
            if assessment.round.stage is Stage.CLOSED:
                raise RoundClosed()
            code = make_code(self.draw)
            shelves.links.add([(code, assessment.id, Instrument.EIT, Channel.KIOSK)])
            shelves.journal.note("operator", "add_link", f"{year}/{agency}", self.now(), {"channel": "kiosk"})
        return code

    def mine(self, person: Person, number: int = 1) -> Page[Assessment]:
        """A page of the assessments a person looks after, the newest round first."""
        with self.store.reading() as shelves:
            return shelves.rounds.within(Stage, reach_of(person, Act.SEE_DESK), number)

    def desk(self, person: Person, year: int, agency: str) -> Desk:
        """What an agency's round asks of its coordinator."""
        day = civil_day(self.now())
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            if not may(person, Act.SEE_DESK, place_of(assessment.agency)):
                raise NotAllowed()
            paper = self.library.bound(assessment.round)
            links = shelves.links.of_year(year, agency)
            states = fold(shelves.checklists.history(assessment.id))
            calendar = shelves.calendars.of(assessment.round.id)
            found = courses(shelves, assessment, paper, calendar, day)
            who = _who(shelves, assessment, paper, shelves.responses.received([assessment.id]))
            approval = shelves.approvals.of(assessment.id)
            settled = assessment.round.is_released and shelves.results.is_settled(assessment.id)
        first = (link for link in links if link.channel in _ON_DESK and not link.replaced)
        surveys = tuple(Survey(link, f"{self.public_url}/s/{link.code}", found[link.instrument]) for link in first)
        may_do = acts_of(person, place_of(assessment.agency))
        return Desk(assessment, paper, surveys, states, calendar, day, who, approval, may_do, settled)

    def _prepared(self, shelves: Shelves, year: int, closes_on: date | None) -> tuple[Round, int]:
        """The round in preparation, bound to the paper in use, with every agency in it; and how many joined."""
        self._refuse_twice(shelves, year)
        paper = self.library.paper(year)
        if not shelves.agencies.every():
            raise NoAgencies()
        shelves.papers.keep(paper.digest, year, document_of(paper), self.now())
        found = next((each for each in shelves.rounds.every() if each.fiscal_year == year), None)
        if found is None:
            found = shelves.rounds.add(Round(0, year, Stage.PREPARED, paper.digest, False, closes_on))
        shelves.rounds.bind(found, paper.digest)
        return found, join(shelves, found, self.draw)

    def _freeze(self, shelves: Shelves, assessment: Assessment, now: datetime) -> None:
        paper = self.library.bound(assessment.round)
        inputs = inputs_of(shelves, assessment, paper)
        found = standing(score(paper, inputs), rehearsal=assessment.round.rehearsal)
        document = inputs_document(paper, assessment.agency.code, inputs)
        slips = shelves.access_codes.counts(assessment.id)
        shelves.access_codes.remove(assessment.id)  # from now on nobody can ask whether a slip was used
        shelves.receipts.gather([assessment.id])
        shelves.results.freeze(
            assessment.id,
            json.dumps(
                {"document": document, "required": inputs.required, "slips": [slips.issued, slips.spent]},
                ensure_ascii=False,
            ),
            total=as_seen(found.total),
            level=found.level.code if found.level else None,
            digest=paper.digest,
            at=now,
        )

    def _refuse_twice(self, shelves: Shelves, year: int) -> None:
        for round_ in shelves.rounds.every():
            if round_.rehearsal:
                raise RehearsalHere()
            if round_.fiscal_year == year and round_.stage is not Stage.PREPARED:
                raise RoundAlreadyOpen(year=year)


def _refuse_without_numbers(assessments: list[Assessment]) -> None:
    """Refuse with the agencies that have not told how many may answer, up to a page of them by name."""
    silent = [each.agency for each in assessments if each.eligible_iit is None or each.eligible_eit is None]
    named: list[Problem] = [AgencyWithoutNumbers(agency=each.code, name=each.name) for each in silent[:_MOST_NAMED]]
    if len(silent) > _MOST_NAMED:
        named.append(AgenciesWithoutNumbers(n=len(silent) - _MOST_NAMED))
    if named:
        raise Problems(named)


def _who(
    shelves: Shelves, assessment: Assessment, paper: Paper, received: dict[tuple[int, Instrument], int]
) -> dict[Instrument, tuple[Told, ...]]:
    """Instrument → the front questions with what may be told of them; only where somebody has chosen something."""
    counts = shelves.front_counts.of(assessment.id) if may_be_read(assessment.round) else {}
    return {
        each.instrument: who_answered(
            each.front, counts[each.instrument], received.get((assessment.id, each.instrument), 0)
        )
        for each in paper.questionnaires()
        if each.instrument in counts
    }

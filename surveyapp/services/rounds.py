"""Rounds: opening and closing a fiscal year, and the desk that says what a round asks of an agency."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from surveyapp.domain.checklist import ItemState, ItemStatus, fold
from surveyapp.domain.levels import as_seen
from surveyapp.domain.link_code import make_code
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.people import Act, Person, Place, may
from surveyapp.domain.places import Assessment, Channel, Link, Round, Stage
from surveyapp.domain.problems import (
    NoAgencies,
    NotAllowed,
    RehearsalHere,
    RoundAlreadyOpen,
    RoundClosed,
    RoundNotClosing,
)
from surveyapp.domain.release import Released, received, standing
from surveyapp.domain.score_document import inputs_document
from surveyapp.domain.scoring import score
from surveyapp.instruments.library import Library, document_of
from surveyapp.persistence.inputs import inputs_of, required_of
from surveyapp.persistence.store import Shelves, Store


@dataclass(frozen=True, slots=True)
class Survey:
    """How one survey instrument stands: its link, what came in (rounded while it is open), what is needed."""

    link: Link
    url: str
    received: Released[int]
    rounded: bool
    required: int | None
    enough: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What a coordinator sees first."""

    assessment: Assessment
    paper: Paper
    surveys: tuple[Survey, ...]
    states: dict[str, ItemState]

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

    def open(self, year: int, *, closes_on: date | None = None) -> int:
        """Open a fiscal year for every agency, each with its links. Comes back with how many agencies.

        The round is bound to the exact paper of this moment.
        """
        now = self.now()
        with self.store.writing() as shelves:
            shelves.papers.hold()
            self._refuse_twice(shelves, year)
            paper = self.library.paper(year)
            agencies = shelves.agencies.every()
            if not agencies:
                raise NoAgencies()
            shelves.papers.keep(paper.digest, year, document_of(paper), now)
            round_ = shelves.rounds.add(Round(0, year, Stage.OPEN, paper.digest, False, closes_on))
            shelves.rounds.add_assessments(round_.id, [(each.id, None, None) for each in agencies])
            shelves.links.add(self._links(shelves.rounds.assessments(year)))
            shelves.journal.note("operator", "open_round", str(year), now, {"agencies": len(agencies)})
        return len(agencies)

    def close(self, year: int) -> int:
        """Close a round, then freeze every result in it. Comes back with how many were frozen.

        Two steps, so that nobody waits long for a lock: from the first on nothing more is taken. Called
        again after an interruption it freezes what is left.
        """
        with self.store.writing() as shelves:
            shelves.rounds.hold(year, to_change=True)
            round_ = shelves.rounds.of_year(year)
            frozen = shelves.results.outcomes(round_.id)
            assessments = [each for each in shelves.rounds.assessments(year) if each.id not in frozen]
            if round_.stage is Stage.OPEN:
                shelves.rounds.move(round_, Stage.CLOSED)
                shelves.journal.note("operator", "close_round", str(year), self.now(), {"agencies": len(assessments)})
            elif not assessments:
                raise RoundNotClosing(year=year)
        for assessment in assessments:
            with self.store.writing() as shelves:
                self._freeze(shelves, assessment, self.now())
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

    def mine(self, person: Person) -> list[Assessment]:
        """The assessments a person looks after, the newest round first."""
        with self.store.reading() as shelves:
            found = [
                each for round_ in shelves.rounds.every() for each in shelves.rounds.assessments(round_.fiscal_year)
            ]
        return [each for each in found if may(person, Act.SEE_DESK, _place(each))]

    def desk(self, person: Person, year: int, agency: str) -> Desk:
        """What an agency's round asks of its coordinator."""
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            if not may(person, Act.SEE_DESK, _place(assessment)):
                raise NotAllowed()
            paper = self.library.bound(assessment.round)
            counts = shelves.responses.received([assessment.id])
            links = shelves.links.of_year(year, agency)
            states = fold(shelves.checklists.history(assessment.id))
        required = required_of(assessment, paper)
        surveys = (self._survey(link, counts, required, paper) for link in links)
        return Desk(assessment, paper, tuple(surveys), states)

    def _survey(
        self, link: Link, counts: dict[tuple[int, Instrument], int], required: dict[Instrument, int], paper: Paper
    ) -> Survey:
        n = counts.get((link.assessment.id, link.instrument), 0)
        needed = required.get(link.instrument)
        live = link.assessment.round.stage is Stage.OPEN
        shown = received(paper.release, n, live=live)
        url = f"{self.public_url}/s/{link.code}"
        return Survey(link, url, shown, live, needed, needed is None or n >= needed)

    def _links(self, assessments: list[Assessment]) -> list[tuple[str, int, Instrument, Channel]]:
        return [
            (make_code(self.draw), assessment.id, instrument, Channel.OPEN)
            for assessment in assessments
            for instrument in (Instrument.IIT, Instrument.EIT)
        ]

    def _freeze(self, shelves: Shelves, assessment: Assessment, now: datetime) -> None:
        paper = self.library.bound(assessment.round)
        inputs = inputs_of(shelves, assessment, paper)
        found = standing(score(paper, inputs), rehearsal=assessment.round.rehearsal)
        document = inputs_document(paper, assessment.agency.code, inputs)
        shelves.results.freeze(
            assessment.id,
            json.dumps({"document": document, "required": inputs.required}, ensure_ascii=False),
            total=as_seen(found.total),
            level=found.level.code if found.level else None,
            digest=paper.digest,
            at=now,
        )

    def _refuse_twice(self, shelves: Shelves, year: int) -> None:
        for round_ in shelves.rounds.every():
            if round_.rehearsal:
                raise RehearsalHere()
            if round_.fiscal_year == year:
                raise RoundAlreadyOpen(year=year)


def _place(assessment: Assessment) -> Place:
    return Place(assessment.agency.code, assessment.agency.province)

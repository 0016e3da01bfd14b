"""Review: the assessor's side of the OIT checklist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from surveyapp.adapters.checklist_file import read_filled, write_template
from surveyapp.domain.approval import Approval, digest_of
from surveyapp.domain.calendar import Phase
from surveyapp.domain.checklist import Decision, Evidence, ItemState, ItemStatus, ItemStep, fold, new_steps
from surveyapp.domain.checklist_sheet import SheetReader, parse_decisions
from surveyapp.domain.paging import Page
from surveyapp.domain.paper import Paper
from surveyapp.domain.people import Act, Person, may, place_of
from surveyapp.domain.places import Assessment, Stage
from surveyapp.domain.problems import NotAllowed, NothingToKeep, Problems
from surveyapp.domain.reach import reach_of
from surveyapp.domain.release import Released, received
from surveyapp.domain.thai import civil_day
from surveyapp.instruments.library import Library
from surveyapp.persistence.checklists import undecided
from surveyapp.persistence.inputs import required_of
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.checks import refuse_unless_due

Wanted = tuple[str, Evidence | None, Decision | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An agency in an assessor's list, with how far its checklist is.

    new: items with evidence that wait for a decision; again: items to be looked at again.
    """

    assessment: Assessment
    filed: int
    decided: int
    items: int
    new: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checklist as the assessor sees it. approval: the head's; changed: the content is another since."""

    assessment: Assessment
    paper: Paper
    states: dict[str, ItemState]
    signs: dict[str, Released[int]]
    approval: Approval
    changed: bool


@dataclass(frozen=True)
class Review:
    """What an assessor needs to decide items, on a page or in a sheet."""

    store: Store
    library: Library
    now: Callable[[], datetime]

    def waiting(self, person: Person, search: str = "", number: int = 1) -> Page[Waiting]:
        """A page of the agencies of rounds that are not closed that the person may decide on.

        First those where something waits for a decision, then the others; both in Thai order.
        """
        reach = reach_of(person, Act.DECIDE_ITEM)
        with self.store.reading() as shelves:
            mine = shelves.rounds.within((Stage.PREPARED, Stage.OPEN), reach, number, search, first=undecided())
            counts = shelves.checklists.counts(each.id for each in mine.items)
            waits = shelves.checklists.waiting(each.id for each in mine.items)
        nothing = (0, 0)
        found = tuple(
            self._waiting(each, *counts.get(each.id, nothing), *waits.get(each.id, nothing)) for each in mine.items
        )
        return Page(found, mine.found, mine.number)

    def closed(self, person: Person, search: str = "", number: int = 1) -> Page[Assessment]:
        """A page of the agencies of the closed rounds that the person decided on, the newest round first."""
        with self.store.reading() as shelves:
            return shelves.rounds.within((Stage.CLOSED,), reach_of(person, Act.DECIDE_ITEM), number, search)

    def look(self, person: Person, year: int, agency: str) -> Sheet:
        """The checklist of an agency with its evidence and decisions."""
        with self.store.reading() as shelves:
            return self._sheet(shelves, person, year, agency)

    def template(self, person: Person, year: int, agency: str) -> bytes:
        """The sheet of an agency with its evidence, to be marked in a spreadsheet."""
        sheet = self.look(person, year, agency)
        return write_template(sheet.paper.oit, year, sheet.assessment.agency.name, sheet.states)

    def hand_in(self, person: Person, year: int, agency: str, data: bytes) -> int:
        """Read a marked sheet and keep its marks; evidence in it is not touched.

        Comes back with how many decisions were new. Raises ``Problems`` with every fault, keeping nothing.
        """
        sheet = self.look(person, year, agency)
        reading = read_filled(data, SheetReader(sheet.paper.oit, year, may_decide=True))
        if reading.problems:
            raise Problems(reading.problems)
        return self._keep(person, year, agency, {line.item: line.decision for line in reading.lines if line.decision})

    def decide(self, person: Person, year: int, agency: str, typed: Mapping[str, str]) -> int:
        """Keep the decisions of a page: "mark-O1" and "reason-O1". Comes back with how many were new."""
        paper = self.look(person, year, agency).paper
        return self._keep(person, year, agency, parse_decisions(paper.oit, typed))

    def _keep(self, person: Person, year: int, agency: str, decisions: dict[str, Decision]) -> int:
        if not decisions:
            raise NothingToKeep()
        wanted: list[Wanted] = [(item, None, decision) for item, decision in decisions.items()]
        now = self.now()
        with self.store.writing() as shelves:
            shelves.rounds.held(year, agency)
            sheet = self._sheet(shelves, person, year, agency)
            steps = new_steps(sheet.states, wanted, now, person.full_name)
            phases = (Phase.CHECKING, Phase.CLARIFICATION, *_after(sheet.states, steps))
            refuse_unless_due(shelves, sheet.assessment.round, civil_day(now), *phases)
            shelves.checklists.add(sheet.assessment.id, steps)
            facts = {"items": len(steps)}
            shelves.journal.note(person.sign_in_name, "decide_items", f"{year}/{agency}", now, facts)
        return len(steps)

    def _sheet(self, shelves: Shelves, person: Person, year: int, agency: str) -> Sheet:
        assessment = self._own(shelves, person, year, agency)
        paper = self.library.bound(assessment.round)
        live = assessment.round.stage is Stage.OPEN
        counts = shelves.responses.signs(assessment.id)
        signs = {sign: received(paper.release, n, live=live) for sign, n in counts.items()}
        states = fold(shelves.checklists.history(assessment.id))
        approval = shelves.approvals.of(assessment.id)
        changed = approval.changed(digest_of(assessment, paper.digest, required_of(assessment, paper), states))
        return Sheet(assessment, paper, states, signs, approval, changed)

    def _own(self, shelves: Shelves, person: Person, year: int, agency: str) -> Assessment:
        assessment = shelves.rounds.assessment(year, agency)
        if not may(person, Act.DECIDE_ITEM, place_of(assessment.agency)):
            raise NotAllowed()
        return assessment

    def _waiting(self, assessment: Assessment, filed: int, decided: int, new: int, again: int) -> Waiting:
        items = len(self.library.bound(assessment.round).oit.items)
        return Waiting(assessment, filed, decided, items, new, again)


def _after(states: Mapping[str, ItemState], steps: list[ItemStep]) -> tuple[Phase, ...]:
    """Whoever asked on the last day is still answered: final decisions alone are taken while results are confirmed."""
    final = all(step.item in states and states[step.item].status is ItemStatus.CLARIFYING for step in steps)
    return (Phase.CONFIRMATION,) if final else ()

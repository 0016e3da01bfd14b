"""Filing: the agency's side of the OIT checklist."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from surveyapp.adapters.checklist_file import read_filled, write_template
from surveyapp.domain.approval import Approval, Approved
from surveyapp.domain.approval_problems import SignedOff
from surveyapp.domain.calendar import Phase
from surveyapp.domain.checklist import ItemState, ItemStep, fold, new_steps
from surveyapp.domain.checklist_sheet import Line, Reading, SheetReader, parse_clarification
from surveyapp.domain.paper import Paper
from surveyapp.domain.people import Act, Person, acts_of, may, place_of
from surveyapp.domain.places import Assessment
from surveyapp.domain.problems import NotAllowed, NothingToKeep, Problem
from surveyapp.domain.thai import civil_day
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.checks import refuse_unless_due

OPERATOR = "ผู้ดูแลเครื่อง"


@dataclass(frozen=True, slots=True)
class Desk:
    """A checklist as the agency sees it: every item with its state.

    closed: why nothing can be filed now; clarify_closed: why no item can be looked at again.
    may: what whoever looks may do here.
    """

    assessment: Assessment
    paper: Paper
    states: dict[str, ItemState]
    approval: Approval
    closed: Problem | None = None
    clarify_closed: Problem | None = None
    may: frozenset[Act] = frozenset()


@dataclass(frozen=True)
class Filing:
    """What a coordinator needs to file evidence, one sheet at a time."""

    store: Store
    library: Library
    now: Callable[[], datetime]

    def look(self, person: Person, year: int, agency: str) -> Desk:
        """The checklist of an agency, as it stands."""
        with self.store.reading() as shelves:
            assessment = self._allowed(shelves, person, year, agency, Act.SEE_CHECKLIST)
            day = civil_day(self.now())
            return replace(
                self._desk(shelves, assessment),
                closed=_reason(lambda: self._refuse_late(shelves, assessment, person)),
                clarify_closed=_reason(lambda: refuse_unless_due(shelves, assessment.round, day, Phase.CLARIFICATION)),
                may=acts_of(person, place_of(assessment.agency)),
            )

    def template(self, person: Person, year: int, agency: str) -> bytes:
        """The agency's sheet, filled with what it has filed already."""
        desk = self.look(person, year, agency)
        return write_template(desk.paper.oit, year, desk.assessment.agency.name, desk.states)

    def blank_template(self, year: int) -> bytes:
        """A sheet of the year for no agency in particular."""
        return write_template(self.library.paper(year).oit, year, "", {})

    def hand_in(
        self, person: Person | None, year: int, agency: str, data: bytes, *, keep_good: bool = False
    ) -> Reading:
        """Read a filled-in sheet, and keep it when all of it is right (or the good rows, if so chosen).

        person None: the operator at the command line, who may also bring marks. Comes back with every
        sound row and every problem; when there are problems and ``keep_good`` is not set, nothing was kept.
        """
        with self.store.reading() as shelves:
            desk = self._desk(shelves, self._allowed(shelves, person, year, agency))
            self._refuse_late(shelves, desk.assessment, person)
        reader = SheetReader(desk.paper.oit, year, may_decide=person is None, states=desk.states)
        reading = read_filled(data, reader)
        if reading.problems and not keep_good:
            return reading
        self.keep(person, year, agency, reading.lines)
        return reading

    def keep(self, person: Person | None, year: int, agency: str, lines: Iterable[Line]) -> int:
        """Keep sound rows. Comes back with how many steps were new; refuses all when one is illegal."""
        wanted = [(line.item, line.evidence, line.decision) for line in lines]
        if not wanted:
            raise NothingToKeep()
        now = self.now()
        who = person.full_name if person else OPERATOR
        with self.store.writing() as shelves:
            shelves.rounds.held(year, agency)
            assessment = self._allowed(shelves, person, year, agency)
            self._refuse_late(shelves, assessment, person)
            steps = new_steps(fold(shelves.checklists.history(assessment.id)), wanted, now, who)
            shelves.checklists.add(assessment.id, steps)
            signed = person.sign_in_name if person else "operator"
            shelves.journal.note(signed, "file_evidence", f"{year}/{agency}", now, {"items": len(steps)})
        return len(steps)

    def clarify(self, person: Person, year: int, agency: str, item: str, typed: tuple[str, str]) -> None:
        """Ask for another look at an item decided as failed. typed: the reason, and addresses one on a line.

        Only while the round is open, and where its clarification has days only on these. Raises ``Problems``
        with everything wrong with what was typed.
        """
        asked, now = parse_clarification(item[:5], *typed), self.now()
        with self.store.writing() as shelves:
            shelves.rounds.held(year, agency)
            assessment = self._allowed(shelves, person, year, agency)
            refuse_unless_due(shelves, assessment.round, civil_day(now), Phase.CLARIFICATION)
            step = ItemStep(item[:5], now, person.full_name, clarification=asked)
            state = fold(shelves.checklists.history(assessment.id)).get(step.item, ItemState())
            state.after(step)
            if state.clarification == asked:
                return
            shelves.checklists.add(assessment.id, [step])
            shelves.journal.note(person.sign_in_name, "ask_again", f"{year}/{agency}", now, {"item": step.item})

    def _refuse_late(self, shelves: Shelves, assessment: Assessment, person: Person | None) -> None:
        """Evidence is taken in the phase of filing; what the head returned also while heads approve.

        Nothing once the head has signed. The operator, who may bring marks, also while marks are made.
        """
        day = civil_day(self.now())
        if person is None:
            refuse_unless_due(shelves, assessment.round, day, Phase.FILING, Phase.CHECKING, Phase.CLARIFICATION)
            return
        approval = shelves.approvals.of(assessment.id)
        mending = (Phase.APPROVAL,) if approval.state is Approved.RETURNED else ()
        refuse_unless_due(shelves, assessment.round, day, Phase.FILING, *mending)
        if approval.is_signed:
            raise SignedOff()

    def _desk(self, shelves: Shelves, assessment: Assessment) -> Desk:
        paper = self.library.bound(assessment.round)
        states = fold(shelves.checklists.history(assessment.id))
        return Desk(assessment, paper, states, shelves.approvals.of(assessment.id))

    def _allowed(
        self, shelves: Shelves, person: Person | None, year: int, agency: str, act: Act = Act.FILE_EVIDENCE
    ) -> Assessment:
        assessment = shelves.rounds.assessment(year, agency)
        if person is not None and not may(person, act, place_of(assessment.agency)):
            raise NotAllowed()
        return assessment


def _reason(check: Callable[[], None]) -> Problem | None:
    """Why a check refuses; None where it does not."""
    try:
        check()
    except Problem as refused:
        return refused
    return None

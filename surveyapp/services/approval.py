"""Approval: the coordinator says the work is ready, and the head signs it or returns it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from surveyapp.domain.account_problems import ConfirmNeeded
from surveyapp.domain.approval import Approval, ApprovalStep, StepKind, digest_of, fold, parse_note
from surveyapp.domain.approval_problems import ContentMoved
from surveyapp.domain.calendar import Phase
from surveyapp.domain.checklist import ItemState
from surveyapp.domain.checklist import fold as fold_items
from surveyapp.domain.paper import ChecklistItem, Instrument, Paper
from surveyapp.domain.people import Act, Person, acts_of, may, place_of
from surveyapp.domain.places import Assessment, Stage
from surveyapp.domain.problems import NotAllowed, Problem
from surveyapp.domain.thai import civil_day
from surveyapp.instruments.library import Library
from surveyapp.persistence.inputs import required_of
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.checks import refuse_unless_due

_ACTS: Final = {StepKind.ASK: Act.FILE_EVIDENCE, StepKind.SIGN: Act.SIGN_OFF, StepKind.RETURN: Act.SIGN_OFF}


@dataclass(frozen=True, slots=True)
class Sample:
    """One survey: how many may answer (None: not told), must answer and did; rounded down while the round is open."""

    instrument: Instrument
    eligible: int | None
    required: int | None
    received: int
    rounded: bool
    enough: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What an agency sends, and its digest. missing: the items without evidence."""

    assessment: Assessment
    paper: Paper
    samples: tuple[Sample, ...]
    states: dict[str, ItemState]
    missing: tuple[ChecklistItem, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Papers:
    """The content with what was done about it, the newest first.

    steps: what whoever looks may do now; closed: why nobody can do anything now; confirmed: whether this
    sign-in was just confirmed, as signing asks.
    """

    content: Content
    approval: Approval
    history: tuple[ApprovalStep, ...]
    steps: frozenset[StepKind]
    closed: Problem | None
    confirmed: bool
    may: frozenset[Act]

    @property
    def changed(self) -> bool:
        """Whether the content is another since the head signed."""
        return self.approval.changed(self.content.digest)


@dataclass(frozen=True)
class Approvals:
    """What asking, signing and returning need. freshly_confirmed: ``Accounts.freshly_confirmed``, by token."""

    store: Store
    library: Library
    now: Callable[[], datetime]
    freshly_confirmed: Callable[[str | None], bool]

    def look(self, person: Person, token: str, year: int, agency: str) -> Papers:
        """Exactly what will be sent, and how its approval stands."""
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            allowed = acts_of(person, place_of(assessment.agency))
            if Act.SEE_CHECKLIST not in allowed:
                raise NotAllowed()
            content = self._content(shelves, assessment)
            history = tuple(shelves.approvals.history(assessment.id))
            closed = self._closed(shelves, assessment)
        approval = fold(history)
        legal = (kind for kind, act in _ACTS.items() if act in allowed and approval.may(kind, content.digest))
        steps = frozenset(() if closed else legal)
        return Papers(content, approval, history[::-1], steps, closed, self.freshly_confirmed(token), allowed)

    def ask(self, person: Person, year: int, agency: str, note: str) -> None:
        """Say that the work is ready for the head. note: at most 1000 characters, may be empty."""
        self._step(person, year, agency, StepKind.ASK, parse_note(note))

    def sign(self, person: Person, token: str, year: int, agency: str, seen: str, note: str) -> None:
        """Sign the content whose digest was seen. Refuses another, and a sign-in that is not freshly confirmed."""
        confirmed = self.freshly_confirmed(token)
        self._step(person, year, agency, StepKind.SIGN, parse_note(note), seen, confirmed=confirmed)

    def give_back(self, person: Person, year: int, agency: str, note: str) -> None:
        """Return the work, or withdraw a signature, with what has to be mended."""
        self._step(person, year, agency, StepKind.RETURN, parse_note(note, needed=True))

    def _step(
        self,
        person: Person,
        year: int,
        agency: str,
        kind: StepKind,
        note: str,
        seen: str | None = None,
        *,
        confirmed: bool = True,
    ) -> None:
        now = self.now()
        with self.store.writing() as shelves:
            assessment = shelves.rounds.held(year, agency)
            if not may(person, _ACTS[kind], place_of(assessment.agency)):
                raise NotAllowed()
            if not confirmed:
                raise ConfirmNeeded()
            self._refuse_late(shelves, assessment)
            digest = self._content(shelves, assessment).digest
            if seen is not None and seen != digest:
                raise ContentMoved()
            step = ApprovalStep(kind, now, person.full_name, note, digest)
            shelves.approvals.of(assessment.id).after(step)
            shelves.approvals.add(assessment.id, step)
            facts = {"digest": digest}
            shelves.journal.note(person.sign_in_name, f"{kind}_approval", f"{year}/{agency}", now, facts)

    def _closed(self, shelves: Shelves, assessment: Assessment) -> Problem | None:
        try:
            self._refuse_late(shelves, assessment)
        except Problem as refused:
            return refused
        return None

    def _refuse_late(self, shelves: Shelves, assessment: Assessment) -> None:
        """While the round is open; where approval has days, on these, or earlier while evidence is filed."""
        refuse_unless_due(shelves, assessment.round, civil_day(self.now()), Phase.APPROVAL, Phase.FILING)

    def _content(self, shelves: Shelves, assessment: Assessment) -> Content:
        paper = self.library.bound(assessment.round)
        states = fold_items(shelves.checklists.history(assessment.id))
        required = required_of(assessment, paper)
        received = shelves.responses.received([assessment.id])
        samples = tuple(
            _sample(assessment, each, required.get(each), received.get((assessment.id, each), 0), paper)
            for each in (Instrument.IIT, Instrument.EIT)
        )
        filed = {code for code, state in states.items() if state.evidence}
        missing = tuple(item for item in paper.oit.items if item.code not in filed)
        digest = digest_of(assessment, paper.digest, required, states)
        return Content(assessment, paper, samples, states, missing, digest)


def _sample(assessment: Assessment, which: Instrument, needed: int | None, n: int, paper: Paper) -> Sample:
    """As at the desk: no exact count while the round is open."""
    rounded = assessment.round.stage is Stage.OPEN
    shown = n - n % paper.release.rounded_to if rounded else n
    return Sample(which, assessment.eligible(which), needed, shown, rounded, needed is None or n >= needed)

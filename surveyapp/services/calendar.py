"""Calendar: the phases of a round, and the steps that need a second person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from surveyapp.domain.calendar import Calendar, Phase, Span, faults_of
from surveyapp.domain.people import Act, Person, may_everywhere
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.problems import Problem, Problems, RoundNotClosing
from surveyapp.domain.round_problems import (
    AlreadyProposed,
    NothingHeldBack,
    NothingProposed,
    ReasonNeeded,
    RoundReleased,
    SecondPersonNeeded,
    StepUnknown,
)
from surveyapp.domain.thai import civil_day
from surveyapp.persistence.proposals import Proposal
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.checks import signed


class Step(StrEnum):
    """What one person of the national office proposes and a second confirms."""

    CLOSE = "close"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Year:
    """A round with its calendar. without_numbers: its agencies that have not told how many may answer."""

    round: Round
    calendar: Calendar
    day: date
    agencies: int
    without_numbers: tuple[Assessment, ...]
    proposals: dict[str, Proposal]


@dataclass(frozen=True)
class Calendars:
    """What the national office needs of a round's year. person None is the operator at the command line.

    close: ``Rounds.close``, which this asks to do what two persons agreed on.
    """

    store: Store
    close: Callable[..., int]
    now: Callable[[], datetime]

    def every(self, person: Person | None) -> list[Round]:
        """Every round, the newest first."""
        signed(person, Act.RUN_ROUND)
        with self.store.reading() as shelves:
            return shelves.rounds.every()

    def look(self, person: Person | None, year: int) -> Year:
        """A round and its calendar."""
        signed(person, Act.RUN_ROUND)
        with self.store.reading() as shelves:
            round_ = shelves.rounds.of_year(year)
            found = shelves.rounds.assessments(year)
            silent = tuple(each for each in found if each.eligible_iit is None or each.eligible_eit is None)
            calendar, proposals = shelves.calendars.of(round_.id), _valid(shelves, round_)
        return Year(round_, calendar, civil_day(self.now()), len(found), silent, proposals)

    def move(self, person: Person | None, year: int, span: Span, reason: str) -> None:
        """Set or move a phase. Raises ``Problems`` with everything wrong with the calendar it would make.

        The days of the answers are kept at the round too, where every answer is checked against them.
        """
        who, now = signed(person, Act.RUN_ROUND), self.now()
        reason = " ".join(reason.split())[:500]
        with self.store.writing() as shelves:
            shelves.rounds.hold(year, to_change=True)
            round_ = shelves.rounds.of_year(year)
            before = shelves.calendars.of(round_.id)
            old = before.of(span.phase)
            self._refuse_move(round_, old, before.moved(span), span, reason)
            shelves.calendars.put(round_.id, span)
            if span.phase is Phase.ANSWERING:
                shelves.rounds.take_answers(round_, span.starts_on, span.ends_on)
            facts = {"phase": span.phase.value, "from": _days(old), "to": _days(span), "reason": reason}
            shelves.journal.note(who, "move_phase", str(year), now, facts)

    def propose(self, person: Person, year: int, typed: str) -> None:
        """Ask for a step that a second person confirms."""
        who, step, now = signed(person, Act.RUN_ROUND), _step(typed), self.now()
        with self.store.writing() as shelves:
            shelves.rounds.hold(year, to_change=True)
            round_ = shelves.rounds.of_year(year)
            _refuse_step(round_, step)
            there = _valid(shelves, round_).get(step)
            if there:
                raise AlreadyProposed(who=there.who)
            shelves.proposals.remove(round_.id, step)  # a void one may lie there
            shelves.proposals.put(round_.id, step, person.id, now)
            shelves.journal.note(who, f"propose_{step}", str(year), now)

    def withdraw(self, person: Person, year: int, typed: str) -> None:
        """Take a proposal back; anybody of the office may."""
        who, step = signed(person, Act.RUN_ROUND), _step(typed)
        with self.store.writing() as shelves:
            shelves.rounds.hold(year, to_change=True)
            round_ = shelves.rounds.of_year(year)
            if step not in _valid(shelves, round_):
                raise NothingProposed()
            shelves.proposals.remove(round_.id, step)
            shelves.journal.note(who, f"withdraw_{step}", str(year), self.now())

    def confirm(self, person: Person, year: int, typed: str) -> int:
        """Do a step that another person proposed. Comes back with how many results it froze."""
        who, step = signed(person, Act.RUN_ROUND), _step(typed)

        def settle(shelves: Shelves, round_: Round) -> str:
            there = _valid(shelves, round_).get(step)
            if there is None:
                raise NothingProposed()
            if there.person_id == person.id:
                raise SecondPersonNeeded()
            shelves.proposals.remove(round_.id, step)
            return there.who

        if step is Step.CLOSE:
            return self.close(year, who=who, settle=settle)
        self._release(year, who, settle)
        return 0

    def release(self, year: int) -> None:
        """Announce the results of a closed round: the operator may do it alone, and the journal says so."""
        self._release(year, signed(None, Act.RUN_ROUND), lambda _shelves, _round: "")

    def _release(self, year: int, who: str, settle: Callable[[Shelves, Round], str]) -> None:
        with self.store.writing() as shelves:
            shelves.rounds.hold(year, to_change=True)
            round_ = shelves.rounds.of_year(year)
            _refuse_step(round_, Step.RELEASE)
            first = settle(shelves, round_)
            shelves.rounds.hold_back(round_, False)
            facts = {"proposed_by": first} if first else {}
            shelves.journal.note(who, "release_results", str(year), self.now(), facts)

    def _refuse_move(self, round_: Round, old: Span | None, after: Calendar, span: Span, reason: str) -> None:
        if round_.stage is Stage.CLOSED and not round_.held_back:
            raise RoundReleased(year=round_.fiscal_year)
        problems: list[Problem] = faults_of(after, round_.fiscal_year)
        if not reason and (old is not None or (span.phase is Phase.ANSWERING and round_.stage is not Stage.PREPARED)):
            problems.append(ReasonNeeded())
        if problems:
            raise Problems(problems)


def _valid(shelves: Shelves, round_: Round) -> dict[str, Proposal]:
    """Step → the proposal that waits, of whoever may still run rounds; that of anybody else is void."""
    return {
        step: each
        for step, each in shelves.proposals.of(round_.id).items()
        if may_everywhere(shelves.people.with_id(each.person_id), Act.RUN_ROUND)
    }


def _refuse_step(round_: Round, step: Step) -> None:
    if step is Step.CLOSE and round_.stage is not Stage.OPEN:
        raise RoundNotClosing(year=round_.fiscal_year)
    if step is Step.RELEASE and (round_.stage is not Stage.CLOSED or not round_.held_back):
        raise NothingHeldBack(year=round_.fiscal_year)


def _step(typed: str) -> Step:
    try:
        return Step(typed)
    except ValueError:
        raise StepUnknown() from None


def _days(span: Span | None) -> str:
    return f"{span.starts_on.isoformat()}/{span.ends_on.isoformat()}" if span else ""

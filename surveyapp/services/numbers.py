"""Numbers: how many people may answer, and the minimum sample that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from surveyapp.domain.calendar import Calendar
from surveyapp.domain.paper import Instrument, Paper, SampleRule
from surveyapp.domain.people import Act, Person, may, may_everywhere, place_of
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.problems import NoRounds, NotAllowed, Problem, Problems
from surveyapp.domain.roster import CONTACTS, STAFF, parse_count
from surveyapp.domain.round_problems import NumbersFixed, NumbersFrozen, ReasonNeeded
from surveyapp.domain.sample import Explained, explain, minimum_sample, rule_for
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.checks import OPERATOR


@dataclass(frozen=True, slots=True)
class Minimum:
    """The minimum sample of an instrument: the number, why, and the rule it comes from."""

    instrument: Instrument
    eligible: int | None
    needed: int
    why: Explained
    rule: SampleRule


@dataclass(frozen=True, slots=True)
class Told:
    """What an agency has told, and what follows. may_change: this person, now; needs_reason: and must say why."""

    assessment: Assessment
    calendar: Calendar
    minimums: tuple[Minimum, ...]
    may_change: bool
    needs_reason: bool


@dataclass(frozen=True)
class Numbers:
    """What telling the numbers needs. person None is the operator at the command line."""

    store: Store
    library: Library
    now: Callable[[], datetime]

    def look(self, person: Person | None, year: int, agency: str) -> Told:
        """The numbers of an agency with the minimum they lead to."""
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            if not _may_tell(person, assessment):
                raise NotAllowed()
            calendar = shelves.calendars.of(assessment.round.id)
        stage = assessment.round.stage
        prepared, office = stage is Stage.PREPARED, _is_office(person)
        free = prepared or (office and stage is Stage.OPEN)
        return Told(assessment, calendar, self._minimums(assessment), free, not prepared)

    def tell(self, person: Person | None, year: int, agency: str, typed: tuple[str, str], reason: str) -> Told:
        """Keep how many staff and contacts may answer, as they were typed. Raises ``Problems`` with every fault.

        Once the round is open only the national office changes them, with a reason; once it is closed nobody.
        """
        counts, reason = _counts(typed), " ".join(reason.split())[:500]
        who = person.sign_in_name if person else OPERATOR
        with self.store.writing() as shelves:
            assessment = shelves.rounds.held(year, agency)
            if not _may_tell(person, assessment):
                raise NotAllowed()
            self._refuse_late(assessment.round, person, reason)
            self._keep(shelves, who, assessment, counts, reason)
        return self.look(person, year, agency)

    def newest_year(self) -> int:
        """The newest round in preparation, else the newest open one; refuses when there is none."""
        with self.store.reading() as shelves:
            rounds = sorted(shelves.rounds.every(), key=lambda each: each.stage is not Stage.PREPARED)
        found = next((each.fiscal_year for each in rounds if each.stage is not Stage.CLOSED), None)
        if found is None:
            raise NoRounds()
        return found

    def _keep(self, shelves: Shelves, who: str, assessment: Assessment, counts: tuple[int, int], reason: str) -> None:
        before = (assessment.eligible_iit, assessment.eligible_eit)
        if before == counts:
            return
        shelves.rounds.tell([(assessment.id, *counts)])
        facts = {"staff": f"{before[0]} → {counts[0]}", "contacts": f"{before[1]} → {counts[1]}"}
        facts |= {"reason": reason} if reason else {}
        subject = f"{assessment.round.fiscal_year}/{assessment.agency.code}"
        shelves.journal.note(who, "tell_numbers", subject, self.now(), facts)

    def _refuse_late(self, round_: Round, person: Person | None, reason: str) -> None:
        if round_.stage is Stage.CLOSED:
            raise NumbersFrozen()
        if round_.stage is Stage.OPEN:
            if not _is_office(person):
                raise NumbersFixed()
            if not reason:
                raise ReasonNeeded()

    def _minimums(self, assessment: Assessment) -> tuple[Minimum, ...]:
        paper: Paper = self.library.bound(assessment.round)
        found = []
        for instrument in (Instrument.IIT, Instrument.EIT):
            rule, eligible = rule_for(paper, instrument, assessment.agency.kind), assessment.eligible(instrument)
            if rule:
                needed = minimum_sample(rule, eligible)
                found.append(Minimum(instrument, eligible, needed, explain(rule, eligible), rule))
        return tuple(found)


def _counts(typed: tuple[str, str]) -> tuple[int, int]:
    found: list[int] = []
    problems: list[Problem] = []
    for what, text in zip((STAFF, CONTACTS), typed, strict=True):
        try:
            found.append(parse_count(text, what))
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise Problems(problems)
    return found[0], found[1]


def _may_tell(person: Person | None, assessment: Assessment) -> bool:
    return person is None or may(person, Act.TELL_NUMBERS, place_of(assessment.agency))


def _is_office(person: Person | None) -> bool:
    return person is None or may_everywhere(person, Act.TELL_NUMBERS)

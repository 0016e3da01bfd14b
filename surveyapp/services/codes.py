"""Codes: how an agency's staff come to the right to answer, and the slips that are drawn for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from surveyapp.adapters.slips import Slip, Slips, render_slips
from surveyapp.domain.access_code import Seal, in_groups, make_access_code
from surveyapp.domain.code_problems import CodeCountUnreadable, CodesNotUsed, EligibleUnknown, TooManyCodes, WayFixed
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Act, Person, may, place_of
from surveyapp.domain.places import Assessment, Channel, Link, Stage
from surveyapp.domain.problems import LinkUnknown, NotAllowed, RoundClosed
from surveyapp.domain.thai import arabic_digits, civil_day, thai_date
from surveyapp.instruments.library import Library
from surveyapp.persistence.access_codes import CodeCounts
from surveyapp.persistence.store import Shelves, Store

_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Box:
    """How the slips of an agency stand.

    used: rounded down while the round is open, as every number received is. fixed: answers are in, so the
    way of answering stays. can_change: whether who looks may print and choose.
    """

    assessment: Assessment
    issued: int
    used: int
    rounded: bool
    fixed: bool

    @property
    def left(self) -> int | None:
        """How many more slips may be printed; None while the eligible are not known."""
        eligible = self.assessment.eligible_iit
        return None if eligible is None else max(0, eligible - self.issued)


@dataclass(frozen=True)
class Codes:
    """Chooses between open link and access codes, and issues the codes. What is printed is kept nowhere."""

    store: Store
    library: Library
    public_url: str
    seal: Seal
    now: Callable[[], datetime]
    draw: Callable[[int], int]

    def look(self, person: Person, year: int, agency: str) -> Box:
        """How the slips of an agency stand."""
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            _refuse_unless_allowed(person, assessment)
            return self._box(shelves, assessment)

    def choose(self, person: Person | None, year: int, agency: str, *, by_code: bool) -> None:
        """Have the IIT answered by access code, or by open link. Refused once an answer is in.

        Codes that are out are void when the open link is chosen.
        """
        with self.store.writing() as shelves:
            assessment = self._held(shelves, person, year, agency)
            if assessment.by_code == by_code:
                return
            if self._answers(shelves, assessment):
                raise WayFixed()
            shelves.access_codes.choose(assessment.id, by_code=by_code)
            voided = shelves.access_codes.void_unspent(assessment.id)
            self._note(shelves, person, "choose_way", assessment, {"by_code": int(by_code), "voided": voided})

    def issue(self, person: Person | None, year: int, agency: str, n: int, *, void_unused: bool = False) -> bytes:
        """Make n codes and give the slips to print, with the minute of the drawing, as PDF.

        The codes stand in that PDF and nowhere else: lost, it cannot be had again. Codes that are out stay
        valid unless ``void_unused``; there are never more than people who may answer.
        """
        with self.store.writing() as shelves:
            assessment = self._held(shelves, person, year, agency)
            if not assessment.by_code:
                raise CodesNotUsed()
            voided = shelves.access_codes.void_unspent(assessment.id) if void_unused else 0
            self._refuse_too_many(shelves, assessment, n)
            codes = self._new_codes(n)
            shelves.access_codes.add(assessment.id, (self.seal(assessment.id, code) for code in codes))
            self._note(shelves, person, "issue_codes", assessment, {"issued": n, "voided": voided})
            sheet = self._sheet(self._link(shelves, assessment), codes)
        return render_slips(sheet)

    def _new_codes(self, n: int) -> list[str]:
        codes: dict[str, None] = {}
        while len(codes) < n:
            codes[make_access_code(self.draw)] = None
        return list(codes)

    def _refuse_too_many(self, shelves: Shelves, assessment: Assessment, n: int) -> None:
        if n < 1:
            raise CodeCountUnreadable(typed=n)
        if assessment.eligible_iit is None:
            raise EligibleUnknown()
        there = shelves.access_codes.counts(assessment.id).issued
        if there + n > assessment.eligible_iit:
            left = max(0, assessment.eligible_iit - there)
            raise TooManyCodes(eligible=assessment.eligible_iit, there=there, left=left)

    def _box(self, shelves: Shelves, assessment: Assessment) -> Box:
        slips = self._slips(shelves, assessment)
        rounded = assessment.round.stage is not Stage.CLOSED
        step = self.library.bound(assessment.round).release.rounded_to
        used = slips.spent - slips.spent % step if rounded else slips.spent
        return Box(assessment, slips.issued, used, rounded, self._answers(shelves, assessment) > 0)

    def _slips(self, shelves: Shelves, assessment: Assessment) -> CodeCounts:
        """Counted, or as they were frozen: the codes themselves are gone when a round has closed."""
        frozen = shelves.results.frozen(assessment.id)
        if frozen is None:
            return shelves.access_codes.counts(assessment.id)
        return CodeCounts(*json.loads(frozen.inputs).get("slips", (0, 0)))

    def _answers(self, shelves: Shelves, assessment: Assessment) -> int:
        return shelves.responses.received([assessment.id]).get((assessment.id, Instrument.IIT), 0)

    def _held(self, shelves: Shelves, person: Person | None, year: int, agency: str) -> Assessment:
        assessment = shelves.rounds.held(year, agency)
        _refuse_unless_allowed(person, assessment)
        if assessment.round.stage is Stage.CLOSED:
            raise RoundClosed()
        return assessment

    def _link(self, shelves: Shelves, assessment: Assessment) -> Link:
        links = shelves.links.of_year(assessment.round.fiscal_year, assessment.agency.code)
        for link in links:
            if link.instrument is Instrument.IIT and link.channel is Channel.OPEN:
                return link
        raise LinkUnknown(code=assessment.agency.code)

    def _sheet(self, link: Link, codes: list[str]) -> Slips:
        round_ = link.assessment.round
        address = f"{self.public_url}/s/{link.code}"
        return Slips(
            agency=link.assessment.agency.name,
            fiscal_year=round_.fiscal_year,
            address=address,
            slips=tuple(Slip(in_groups(code), f"{address}#{code}") for code in codes),
            printed_on=thai_date(civil_day(self.now())),
            closes_on=thai_date(round_.closes_on) if round_.closes_on else None,
            rehearsal=round_.rehearsal,
        )

    def _note(
        self, shelves: Shelves, person: Person | None, act: str, assessment: Assessment, facts: dict[str, str | int]
    ) -> None:
        who = person.sign_in_name if person else "operator"
        where = f"{assessment.round.fiscal_year}/{assessment.agency.code}"
        shelves.journal.note(who, act, where, self.now(), facts)


def parse_count(typed: str) -> int:
    """The number of slips somebody typed, in either kind of digits."""
    text = arabic_digits(typed.strip().replace(",", ""))
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 6 and 1 <= int(text) <= _MOST):
        raise CodeCountUnreadable(typed=typed.strip()[:40])
    return int(text)


def _refuse_unless_allowed(person: Person | None, assessment: Assessment) -> None:
    if person is not None and not may(person, Act.ISSUE_CODES, place_of(assessment.agency)):
        raise NotAllowed()

"""Answering: open a questionnaire, and hand in one response."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from surveyapp.domain.access_code import FIELD, Seal, parse_access_code
from surveyapp.domain.code_problems import AccessCodeRefused
from surveyapp.domain.front import Chosen, asked, parse_front
from surveyapp.domain.link_code import is_code, tidy_code
from surveyapp.domain.paper import FrontItem, Paper, Questionnaire
from surveyapp.domain.places import Link, Stage
from surveyapp.domain.problems import (
    AnsweredDifferently,
    DatabaseMissing,
    LinkPaused,
    LinkReplaced,
    LinkUnknown,
    NotNow,
    Problem,
    Problems,
    RoundClosed,
    RoundNotOpen,
)
from surveyapp.domain.receipt import LEAF_BYTES, leaf_of, serial_in
from surveyapp.domain.response import Raw, Response, parse_response
from surveyapp.domain.thai import civil_day
from surveyapp.instruments.library import Library
from surveyapp.persistence.intake import rehearse
from surveyapp.persistence.responses import Offer, Outcome
from surveyapp.persistence.store import Store

LONGEST_TYPED: Final = 40  # a code with every hyphen and space somebody may put into it
MOST_REMEMBERED: Final = 4_000
Signs: TypeAlias = Callable[[Link], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire that may be answered now."""

    link: Link
    paper: Paper
    questionnaire: Questionnaire

    @property
    def front(self) -> tuple[FrontItem, ...]:
        """What is asked about whoever answers; nothing where few may answer."""
        return asked(self.questionnaire, self.link.assessment)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a form came with. right: what its access code is kept as, where one is needed."""

    response: Response
    right: bytes | None
    front: Chosen


@dataclass(frozen=True, slots=True)
class Receipt:
    """A response that is durably kept. ``new``: by this call; else it was there before, with the same answers.

    serial: of the receipt, for whoever sent it and nobody else; None where there is none.
    """

    link: Link
    id: str
    new: bool
    serial: str | None = None


def _no_signs(_link: Link) -> Iterable[str]:
    return ()


class Remembered:
    """Forms as they were a moment ago, so that a busy poster asks the database once in a while only."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._forms: dict[str, tuple[float, Form]] = {}

    def get(self, code: str) -> Form | None:
        """The form behind a code, if it was looked up a moment ago."""
        until, form = self._forms.get(code, (0.0, None))
        return form if self._clock() < until else None

    def put(self, code: str, form: Form) -> Form:
        """Remember a form. Where nothing changed, the one remembered before stays the same object."""
        _, before = self._forms.get(code, (0.0, None))
        if before is not None and (before.link, before.paper.digest) == (form.link, form.paper.digest):
            form = before
        if len(self._forms) >= MOST_REMEMBERED:
            self._forms.pop(next(iter(self._forms)), None)
        self._forms[code] = (self._clock() + self._seconds, form)
        return form


@dataclass(frozen=True)
class Answering:
    """What people who answer need. It is never told who they are."""

    store: Store
    library: Library
    now: Callable[[], datetime]
    seal: Seal
    remembered: Remembered = field(default_factory=lambda: Remembered(0))
    draw: Callable[[int], bytes] = secrets.token_bytes

    def find(self, typed_code: str) -> Link:
        """The link with this code, open or not; either letter case, spaces and hyphens allowed."""
        code = tidy_code(typed_code)
        if not is_code(code) or len(typed_code) > LONGEST_TYPED:
            raise LinkUnknown(code=code)
        with self.store.reading(answers=False) as shelves:
            return shelves.links.with_code(code)

    def link(self, typed_code: str) -> Link:
        """As ``find``; what was looked up a moment ago is not looked up again."""
        return self._form(typed_code).link

    def open(self, typed_code: str) -> Form:
        """The questionnaire behind a code. Changes nothing; refuses while the round is not open.

        What was looked up a moment ago is not looked up again; ``submit`` relies on the database alone.
        """
        form = self._form(typed_code)
        self._refuse_unless_open(form.link)
        return form

    def samples(self) -> list[str]:
        """Codes whose forms a server may get ready before anybody asks; none where the database is not there."""
        try:
            with self.store.reading(answers=False) as shelves:
                return shelves.links.samples()
        except (DatabaseMissing, NotNow):
            return []

    def rehearse(self, code: str) -> None:
        """Hand in a made-up response and take it back: a server does it once, before anybody answers.

        Raises what ``open`` and ``submit`` do.
        """
        form = self._form(code)
        link, answers = form.link, bytes(1 for _ in form.questionnaire.sub_questions)
        given = Response(self.draw(16), link.instrument, link.eit_part, answers)
        front = tuple((item.code, item.choices[0].code) for item in form.front)
        offer = Offer(link, given, civil_day(self.now()), leaf=self._leaf(link, None), front=front)
        rehearse(self.store.database, offer)

    def submit(self, typed_code: str, raw: Raw, signs: Signs = _no_signs) -> Receipt:
        """Keep one response, durably, once. The same id with the same answers again is a success.

        Raises ``Problems`` with everything that is wrong with the answers, ``AnsweredDifferently``
        when the id came before with others. signs: asked, on watched links only, what speaks for a second
        answer of the same person.
        """
        form = self._form(typed_code)
        if form.link.assessment.round.stage is Stage.PREPARED:
            raise RoundNotOpen()
        try:
            parsed = self._parsed(form, raw)
        except Problems:
            self._refuse_unless_open(form.link)  # nobody mends what cannot be sent any more
            raise
        noticed = tuple(signs(form.link)) if form.link.is_watched else ()
        serial = serial_in(raw) if form.link.gives_receipt else None
        leaf = self._leaf(form.link, serial)
        today = civil_day(self.now())
        offer = Offer(form.link, parsed.response, today, noticed, parsed.right, leaf, parsed.front)
        outcome = self.store.intake.keep(offer)
        if outcome is Outcome.DIFFERENT:
            raise AnsweredDifferently()
        if outcome is Outcome.NO_RIGHT:
            raise Problems([AccessCodeRefused(code=FIELD)])
        if outcome is Outcome.SHUT:
            self._refuse_unless_open(self.find(form.link.code))
            raise NotNow()  # it was shut a moment ago, and is open again
        return Receipt(form.link, parsed.response.id.hex(), outcome is Outcome.NEW, serial)

    def _leaf(self, link: Link, serial: str | None) -> bytes | None:
        """What is kept of the receipt: a random leaf where nobody wants one, so that there are as many as answers."""
        if link.instrument not in link.assessment.round.receipts:
            return None
        return leaf_of(serial) if serial else self.draw(LEAF_BYTES)

    def _parsed(self, form: Form, raw: Raw) -> Parsed:
        """What the form came with; or every problem at once."""
        code = parse_access_code(raw) if form.link.needs_code else None
        front, wrong = parse_front(form.front, raw)
        problems = [code] if isinstance(code, Problem) else []
        try:
            response = parse_response(form.questionnaire, raw, digest=form.paper.digest, eit_part=form.link.eit_part)
        except Problems as refused:
            raise Problems([*problems, *refused.problems, *wrong]) from None
        if isinstance(code, Problem) or wrong:
            raise Problems([*problems, *wrong])
        return Parsed(response, self.seal(form.link.assessment.id, code) if code else None, front)

    def _form(self, typed_code: str) -> Form:
        code = tidy_code(typed_code)
        form = self.remembered.get(code)
        if form is None:
            link = self.find(typed_code)
            paper = self.library.bound(link.assessment.round)
            form = self.remembered.put(code, Form(link, paper, paper.questionnaire(link.instrument)))
        return form

    def _refuse_unless_open(self, link: Link) -> None:
        round_ = link.assessment.round
        if round_.stage is Stage.PREPARED or (round_.opens_on and civil_day(self.now()) < round_.opens_on):
            raise RoundNotOpen()
        if round_.stage is Stage.CLOSED or (round_.closes_on and civil_day(self.now()) > round_.closes_on):
            raise RoundClosed(**_where_it_went(link))
        if link.replaced:
            raise LinkReplaced()
        if link.paused:
            raise LinkPaused()


def _where_it_went(link: Link) -> dict[str, str | int]:
    """What a page may lead to after the last day: the result once it may be read, receipts once they are counted."""
    round_ = link.assessment.round
    counted = link.gives_receipt and round_.stage is Stage.CLOSED
    return {
        "agency": link.assessment.agency.code,
        "year": round_.fiscal_year,
        "released": int(round_.is_released),
        "receipts": int(counted),
    }

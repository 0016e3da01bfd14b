"""Answering: open a questionnaire, and hand in one response."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from surveyapp.domain.link_code import is_code, tidy_code
from surveyapp.domain.paper import Paper, Questionnaire
from surveyapp.domain.places import Link, Stage
from surveyapp.domain.problems import LinkPaused, LinkUnknown, RoundClosed, RoundNotOpen
from surveyapp.domain.response import Raw, parse_response
from surveyapp.domain.thai import civil_day
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Store


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire that may be answered now."""

    link: Link
    paper: Paper
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Receipt:
    """A response that is durably kept. ``new``: by this call; else it was there before, with the same answers."""

    link: Link
    id: str
    new: bool


@dataclass(frozen=True)
class Answering:
    """What people who answer need. It is never told who they are."""

    store: Store
    library: Library
    now: Callable[[], datetime]

    def find(self, typed_code: str) -> Link:
        """The link with this code, open or not; either letter case, spaces and hyphens allowed."""
        code = tidy_code(typed_code)
        if not is_code(code):
            raise LinkUnknown(code=code)
        with self.store.reading() as shelves:
            return shelves.links.with_code(code)

    def open(self, typed_code: str) -> Form:
        """The questionnaire behind a code. Changes nothing; refuses while the round is not open."""
        link = self.find(typed_code)
        self._refuse_unless_open(link)
        paper = self.library.bound(link.assessment.round)
        return Form(link, paper, paper.questionnaire(link.instrument))

    def submit(self, typed_code: str, raw: Raw) -> Receipt:
        """Keep one response, durably, once. The same id with the same answers again is a success.

        Raises ``Problems`` with everything that is wrong with the answers, ``AnsweredDifferently``
        when the id came before with others.
        """
        form = self.open(typed_code)
        response = parse_response(form.questionnaire, raw, digest=form.paper.digest, eit_part=form.link.eit_part)
        with self.store.writing() as shelves:
            shelves.rounds.hold(form.link.assessment.round.fiscal_year)
            self._refuse_unless_open(shelves.links.with_code(form.link.code))  # it may have closed meanwhile
            new = shelves.responses.keep(form.link.assessment.id, response, form.link.channel, civil_day(self.now()))
        return Receipt(form.link, response.id.hex(), new)

    def _refuse_unless_open(self, link: Link) -> None:
        round_ = link.assessment.round
        if round_.stage is Stage.PREPARED:
            raise RoundNotOpen()
        if round_.stage is Stage.CLOSED or (round_.closes_on and civil_day(self.now()) > round_.closes_on):
            raise RoundClosed()
        if link.paused:
            raise LinkPaused()

"""Results: the tally of an agency, its score, and how the score came about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from surveyapp.domain.levels import level
from surveyapp.domain.paging import Page
from surveyapp.domain.paper import ChecklistItem, Instrument, Level, Paper
from surveyapp.domain.paper_document import paper_document
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.plan import NoPlan, next_level, plan
from surveyapp.domain.problems import PaperChanged, ResultNotReleased, RoundNotOpen
from surveyapp.domain.release import PublicResult, release
from surveyapp.domain.score_document import inputs_document
from surveyapp.domain.scoring import Inputs, score
from surveyapp.domain.steps import Score
from surveyapp.domain.trend import Trend, trend
from surveyapp.instruments.library import Library
from surveyapp.persistence.inputs import inputs_of
from surveyapp.persistence.results import Frozen
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.settled import refuse_changed, thawed


@dataclass(frozen=True, slots=True)
class Outlook:
    """The OIT items that would lift an agency to the next level, and the total it would then have."""

    target: Level
    items: tuple[ChecklistItem, ...]
    total: Score


@dataclass(frozen=True, slots=True)
class Scored:
    """An agency's result, as the public may read it.

    frozen: the round is closed and this cannot change any more. outlook: what OIT items would lift it to
    the next level; None at the top, or while there is no level.
    """

    assessment: Assessment
    paper: Paper
    result: PublicResult
    frozen: bool
    outlook: Outlook | NoPlan | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line in the list of a round. total and level are None where nothing is released."""

    assessment: Assessment
    total: Decimal | None
    level: Level | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a round's list. provinces: those with an agency in it."""

    round: Round
    page: Page[Outcome]
    provinces: tuple[str, ...]


@dataclass(frozen=True)
class Results:
    """What the public may read, and what the command line recomputes."""

    store: Store
    library: Library

    def rounds(self) -> list[Round]:
        """Every round, the newest first."""
        with self.store.reading() as shelves:
            return shelves.rounds.every()

    def newest_year(self) -> int:
        """The fiscal year of the newest open round, else of the newest round."""
        with self.store.reading() as shelves:
            return shelves.rounds.newest_open().fiscal_year

    def listing(self, year: int, search: str = "", province: str = "", number: int = 1) -> Listing:
        """A page of a round's agencies in Thai order, with total and level where they are released.

        search: words of the name, code or place; province: only its agencies; "" for all of either.
        """
        with self.store.reading() as shelves:
            round_ = shelves.rounds.of_year(year)
            found = shelves.rounds.listed(year, number, search, province)
            ids = [each.id for each in found.items]
            outcomes = shelves.results.outcomes_of(ids) if round_.is_released else {}
            provinces = tuple(shelves.rounds.provinces(year))
        lines = tuple(self._outcome(each, outcomes) for each in found.items)
        return Listing(round_, Page(lines, found.found, found.number), provinces)

    def of(self, year: int, agency: str) -> Scored:
        """An agency's result. While a real round is open there is none to see, for anybody."""
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            if not assessment.round.is_released:
                raise ResultNotReleased()
            known = self._known(shelves, assessment)
        result = known.released()
        return Scored(assessment, known.paper, result, known.frozen is not None, _outlook(result, known.inputs))

    def paper(self, year: int) -> dict[str, Any]:
        """The paper a round is bound to, as a document of plain values; nobody reads it before the round opens."""
        with self.store.reading() as shelves:
            round_ = shelves.rounds.of_year(year)
            if round_.stage is Stage.PREPARED:
                raise RoundNotOpen()
            return paper_document(self.library.bound(round_))

    def trend(self, scored: Scored) -> Trend | None:
        """The agency's lines from its earlier released rounds to this one; None where this is the first.

        Every year goes through the release decision of its own page. A year whose paper is nowhere to be found
        is left out, as its own page is; so are the years from the last one on whose imported paper has another
        structure than the crosswalks were checked against.
        """
        now = scored.assessment
        if not self.library.is_walked(scored.paper):
            return None
        with self.store.reading() as shelves:
            earlier = [
                each
                for each in shelves.rounds.of_agency(now.agency.code)
                if each.round.fiscal_year < now.round.fiscal_year and each.round.is_released
            ]
            past = [result for each in earlier for result in self._public(shelves, each)]
        strange = max((at for at, each in enumerate(past, 1) if not self.library.is_walked(each.paper)), default=0)
        past = past[strange:]
        return trend([*past, scored.result], self.library.crosswalk)

    def tally(self, agency: str, year: int | None = None) -> dict[str, Any]:
        """The counts of one agency as a document ``score`` can read. For the operator, not for pages."""
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year or shelves.rounds.newest_open().fiscal_year, agency)
            paper = self.library.bound(assessment.round)
            return inputs_document(paper, agency, inputs_of(shelves, assessment, paper))

    def _known(self, shelves: Shelves, assessment: Assessment) -> _Known:
        frozen = shelves.results.frozen(assessment.id)
        paper = self.library.bound(assessment.round)
        inputs = thawed(paper, frozen) if frozen else inputs_of(shelves, assessment, paper)
        return _Known(paper, inputs, frozen, assessment.round.rehearsal)

    def _public(self, shelves: Shelves, assessment: Assessment) -> list[PublicResult]:
        """The result as its page shows it; none where the paper has changed, as that page shows none."""
        try:
            return [self._known(shelves, assessment).released()]
        except PaperChanged:
            return []

    def _outcome(self, assessment: Assessment, outcomes: dict[int, tuple[str | None, str | None]]) -> Outcome:
        total, code = outcomes.get(assessment.id, (None, None))
        found = self.library.bound(assessment.round).level(code) if code else None
        return Outcome(assessment, Decimal(total) if total else None, found)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a result is computed from."""

    paper: Paper
    inputs: Inputs
    frozen: Frozen | None
    rehearsal: bool

    def released(self) -> PublicResult:
        """The score as the public may read it; refuses when a frozen one would come out otherwise today."""
        released = release(score(self.paper, self.inputs), rehearsal=self.rehearsal)
        if self.frozen:
            refuse_changed(self.paper, self.frozen, released.total, level(released))
        return released


def _outlook(result: PublicResult, inputs: Inputs) -> Outlook | NoPlan | None:
    """What would lift it, computed from released scores and the marks of the OIT alone."""
    target = next_level(result.paper, level(result))
    if target is None:
        return None
    scores: dict[Instrument, Decimal] = {
        instrument: step.score
        for instrument, step in result.instruments().items()
        if instrument is not Instrument.OIT and isinstance(step.score, Decimal)
    }
    found = plan(result.paper, Inputs(instruments=scores, marks=inputs.marks), target)
    return found if isinstance(found, NoPlan) else Outlook(found.target, found.items, found.after.total)

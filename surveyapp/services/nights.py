"""Nights: what an installation does by itself when nobody looks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from surveyapp.domain.journal import NIGHT
from surveyapp.domain.places import Round, Stage
from surveyapp.domain.problems import NotNow, RoundNotClosed
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.checks import OPERATOR


@dataclass(frozen=True, slots=True)
class Night:
    """What came of a night: the years whose answers were removed, and whether the log of writes forgot too."""

    removed: list[int]
    log_emptied: bool


@dataclass(frozen=True)
class Nights:
    """The nightly step: the order of arrival is forgotten, and answers that were kept long enough are removed.

    keep_days: how many days after its results were frozen a round's answers are kept.
    """

    store: Store
    now: Callable[[], datetime]
    keep_days: int

    def run(self) -> Night:
        """Everything of a night, and a line in the journal that it was done."""
        gone = [each.fiscal_year for each in self._outlived()]
        for year in gone:
            self._forget(year)
        emptied = self.store.blur()
        with self.store.writing() as shelves:
            shelves.journal.note(OPERATOR, NIGHT, "", self.now(), {"log": "emptied" if emptied else "kept"})
        return Night(gone, log_emptied=emptied)

    def forget(self, year: int) -> int:
        """Remove the answers of a closed round at once; the frozen results stay. Comes back with how many."""
        removed = self._forget(year)
        with suppress(NotNow):  # they are gone; somebody is reading all the while, and the nightly step does the rest
            self.store.blur()  # so that nothing of them is left in freed pages or in the log of writes
        return removed

    def _forget(self, year: int) -> int:
        with self.store.writing() as shelves:
            shelves.rounds.hold(year, to_change=True)
            round_ = shelves.rounds.of_year(year)
            assessments = shelves.rounds.assessments(year)
            frozen = shelves.results.outcomes(round_.id)
            if round_.stage is not Stage.CLOSED or any(each.id not in frozen for each in assessments):
                raise RoundNotClosed(year=year)
            removed = shelves.responses.remove(round_.id)
            shelves.front_counts.remove(round_.id)
            shelves.journal.note(OPERATOR, "forget_answers", str(year), self.now(), {"responses": removed})
        return removed

    def _outlived(self) -> list[Round]:
        with self.store.reading() as shelves:
            return [each for each in shelves.rounds.every() if self._has_outlived(shelves, each)]

    def _has_outlived(self, shelves: Shelves, round_: Round) -> bool:
        last = shelves.results.last_frozen(round_.id)
        if round_.stage is not Stage.CLOSED or last is None or not shelves.responses.any_of(round_.id):
            return False
        return self.now() - last > timedelta(days=self.keep_days)

"""Receipts: after a round has closed, whether a serial was counted. It is told of no response."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.domain.bundle import least_published
from surveyapp.domain.bundle_problems import ReceiptsNotPublished, SerialUnreadable
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.problems import ResultNotReleased
from surveyapp.domain.receipt import leaf_of, tidy_serial
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Shelves, Store


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer about one serial. instruments: where it was counted; none where it was not."""

    assessment: Assessment
    instruments: tuple[Instrument, ...]


@dataclass(frozen=True)
class Receipts:
    """What whoever holds a receipt may ask."""

    store: Store
    library: Library

    def rounds(self) -> list[Round]:
        """The closed rounds that gave receipts, the newest first."""
        with self.store.reading() as shelves:
            return [each for each in shelves.rounds.every() if each.stage is Stage.CLOSED and each.receipts]

    def look_up(self, year: int, agency: str, typed: str) -> Counted:
        """Whether a serial was counted. The same questions are asked of the database, whatever the answer is.

        Refuses while the round is open, and where the number of answers is not released.
        """
        serial = tidy_serial(typed)
        if serial is None:
            raise SerialUnreadable()
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency.strip())
            if assessment.round.stage is not Stage.CLOSED:
                raise ResultNotReleased()
            published = self._published(shelves, assessment)
            leaf = leaf_of(serial)
            found = tuple([each for each in published if leaf in shelves.receipts.leaves(assessment.id, each)])
        return Counted(assessment, found)

    def _published(self, shelves: Shelves, assessment: Assessment) -> list[Instrument]:
        paper = self.library.bound(assessment.round)
        least = least_published(paper, rehearsal=assessment.round.rehearsal)
        n = shelves.responses.received([assessment.id])
        given = [each for each in sorted(assessment.round.receipts) if n.get((assessment.id, each), 0) >= least]
        if not given:
            raise ReceiptsNotPublished()
        return given

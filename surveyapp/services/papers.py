"""Papers: which fiscal years there are, what is in them, and whether they are sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp.domain.crosswalk_document import crosswalk_document
from surveyapp.domain.paper import Paper
from surveyapp.domain.paper_document import paper_document
from surveyapp.domain.plan import plan
from surveyapp.domain.plan_document import parse_efforts, plan_document
from surveyapp.domain.problems import NoCrosswalk, Problem
from surveyapp.domain.score_document import parse_inputs, result_document
from surveyapp.domain.score_problems import LevelUnknown
from surveyapp.domain.scoring import score
from surveyapp.instruments.library import Library


@dataclass(frozen=True)
class Papers:
    """What can be asked of the library. Without a database the papers that ship answer."""

    library: Library

    def years(self) -> tuple[int, ...]:
        """The fiscal years there are, oldest first."""
        return self.library.years()

    def every(self) -> list[Paper]:
        """Every paper, oldest first."""
        return [self.library.paper(year) for year in self.library.years()]

    def show(self, year: int) -> dict[str, Any]:
        """A paper as a document of plain values."""
        return paper_document(self.library.paper(year))

    def check(self, folder: Path | None = None) -> dict[int, list[Problem]]:
        """Fiscal year → everything wrong with its paper and the crosswalk into it; empty: they are sound."""
        library = Library(folder) if folder else self.library
        return {year: [*library.read(year)[1], *library.read_crosswalk(year)[1]] for year in library.shipped_years()}

    def is_imported(self, year: int) -> bool:
        """Whether a year uses a paper that does not come with the product."""
        return self.library.is_imported(year)

    def crosswalk(self, year: int) -> dict[str, Any]:
        """The crosswalk from the year before into a year, both as they ship, as a document of plain values."""
        after = self.library.shipped(year)
        if year - 1 not in self.library.shipped_years():
            raise NoCrosswalk(year=year)
        crosswalk = self.library.crosswalk(year - 1, year)
        return crosswalk_document(crosswalk, self.library.shipped(year - 1), after)

    def score(self, document: Mapping[str, Any], year: int) -> dict[str, Any]:
        """The result document of a score document; see docs/scoring.md."""
        paper = self.library.paper(year)
        return result_document(score(paper, parse_inputs(paper, document)))

    def plan(
        self, document: Mapping[str, Any], year: int, level: str, efforts: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The plan document for lifting the agency of a score document to a level."""
        paper = self.library.paper(year)
        target = paper.level(level)
        if target is None:
            raise LevelUnknown(level=level[:40], year=year, known=", ".join(each.code for each in paper.levels))
        inputs = parse_inputs(paper, document)
        return plan_document(plan(paper, inputs, target, parse_efforts(paper, efforts or {})))

"""Wording: a paper out to a workbook, and in again in place of the one in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from surveyapp.adapters.spreadsheet import Column, Limits, Page, Tab, read_pages, write_book
from surveyapp.domain.difference import Difference, Words, difference
from surveyapp.domain.paper import Paper, Status, Text
from surveyapp.domain.places import Stage
from surveyapp.domain.problems import PaperUnsound, Problems, YearWithoutPaper
from surveyapp.domain.wording_problems import (
    NewYearNotDraft,
    PaperMoved,
    RoundStillOpen,
    StructureFixed,
    WorkbookNeeded,
)
from surveyapp.instruments.library import Library, document_of, paper_in_sheets
from surveyapp.instruments.sheet_reading import GivenRow, GivenSheet
from surveyapp.instruments.sheets import HEADINGS, Leaf, leaves_of
from surveyapp.persistence.store import Shelves, Store

# A paper takes 7 sheets and under 5,000 cells.
_LIMITS: Final = Limits(rows=3_000, columns=40, grid=100_000, cells=20_000, text_characters=2_000_000)


@dataclass(frozen=True, slots=True)
class Change:
    """A paper that is to take the place of another. before: None where the year had none."""

    before: Paper | None
    after: Paper
    difference: Difference


@dataclass(frozen=True)
class WordingChange:
    """What an authority needs to use its own wording."""

    store: Store
    library: Library
    words: Words
    now: Callable[[], datetime]

    def export(self, year: int, *, shipped: bool = False) -> bytes:
        """The paper in use (or the one that ships) as a workbook; the same paper gives the same bytes."""
        return _workbook(self.library.shipped(year) if shipped else self.library.paper(year))

    def compare(self, source: Path) -> Change:
        """What would change if a workbook, or a folder of four TOML files, were put in use. Changes nothing.

        Raises ``Problems`` with everything that is wrong with it, and what the year does not let change.
        """
        after = self.library.read_files(source) if source.is_dir() else _paper_in(source.read_bytes())
        _refuse_what_a_workbook_loses(after, self.words)
        before = self._in_use(after.fiscal_year)
        found = difference(before, after, self.words)
        if before is None and after.status is not Status.DRAFT:
            raise NewYearNotDraft(year=after.fiscal_year)
        if before is not None and before.status is Status.VERIFIED and not self._ships(after):
            _refuse_other_structure(after.fiscal_year, found)
        with self.store.reading() as shelves:
            _refuse_while_open(shelves, after.fiscal_year)
        return Change(before, after, found)

    def put_in_use(self, change: Change) -> None:
        """Keep both papers and use the new one, unless a round was opened or the paper changed meanwhile."""
        year, before, after, now = change.after.fiscal_year, change.before, change.after, self.now()
        with self.store.writing() as shelves:
            shelves.papers.hold()
            _refuse_while_open(shelves, year)
            if self._in_use(year) != before:
                raise PaperMoved(year=year)
            for each in filter(None, (before, after)):
                shelves.papers.keep(each.digest, year, document_of(each), now)
            if self._ships(after):
                shelves.papers.use_shipped(year)
            else:
                shelves.papers.use(year, after.digest, now)
            facts = {"before": before.digest if before else "", "after": after.digest}
            texts = sum(each.times for each in change.difference.texts)
            shelves.journal.note("operator", "import_paper", str(year), now, {**facts, "texts": texts})

    def _in_use(self, year: int) -> Paper | None:
        try:
            return self.library.paper(year)
        except YearWithoutPaper:
            return None

    def _ships(self, paper: Paper) -> bool:
        """Whether this is the very paper that comes with the product. Going back to that is always allowed."""
        years = self.library.shipped_years()
        return paper.fiscal_year in years and self.library.shipped(paper.fiscal_year).digest == paper.digest


def _workbook(paper: Paper) -> bytes:
    return write_book([_tab(leaf) for leaf in leaves_of(paper)])


def _tab(leaf: Leaf) -> Tab:
    columns = [
        Column(heading.shown, heading.width, heading.words, tint=heading.key.endswith(("th", "en")) and not leaf.readme)
        for heading in leaf.headings
    ]
    return Tab(leaf.name, columns, leaf.rows)


def _paper_in(data: bytes) -> Paper:
    if not data.startswith(b"PK"):
        raise WorkbookNeeded()
    given: dict[str, GivenSheet] = {}
    for name, page in read_pages(data, HEADINGS, limits=_LIMITS).items():
        given[name] = _sheet(page) if page else GivenSheet((), ())
    return paper_in_sheets(given)


def _sheet(page: Page) -> GivenSheet:
    odd: defaultdict[int, set[int]] = defaultdict(set)
    for number, place in page.odd:
        odd[number].add(place)
    rows = (GivenRow(row.number, row.cells, frozenset(odd[row.number])) for row in page.rows)
    return GivenSheet(page.header, tuple(rows))


def _refuse_what_a_workbook_loses(paper: Paper, words: Words) -> None:
    """What is in use can always be exported and read again, so signs that no cell keeps are refused here."""
    lost = difference(paper, _paper_in(_workbook(paper)), words)
    fault = Text("มีอักขระที่ตารางทำการเก็บไม่ได้ หรือเว้นวรรคหัวท้าย", "holds signs no spreadsheet keeps, or space around it")
    places = [*(each.place for each in lost.texts), *(each.place for each in lost.structure)]
    if places:
        raise Problems(PaperUnsound(place=place, fault=fault) for place in places)


def _refuse_other_structure(year: int, found: Difference) -> None:
    if found.structure:
        raise Problems(
            StructureFixed(place=each.place, year=year, before=each.before or "–", after=each.after or "–")
            for each in found.structure
        )


def _refuse_while_open(shelves: Shelves, year: int) -> None:
    for round_ in shelves.rounds.every():
        if round_.fiscal_year == year and round_.stage is not Stage.CLOSED:
            raise RoundStillOpen(year=year)

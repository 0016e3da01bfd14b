"""The library of papers: the years that come with the product, and those an authority has put in their place."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol

from surveyapp.domain.crosswalk import Crosswalk, compose
from surveyapp.domain.crosswalk_soundness import faults_of_crosswalk
from surveyapp.domain.difference import difference
from surveyapp.domain.paper import Instrument, Paper, Text
from surveyapp.domain.places import Round
from surveyapp.domain.problems import NoCrosswalk, PaperChanged, PaperUnsound, Problem, Problems, YearWithoutPaper
from surveyapp.domain.soundness import faults_of
from surveyapp.instruments.crosswalks import parse_crosswalk
from surveyapp.instruments.files import Reading
from surveyapp.instruments.parsing import parse_checklist, parse_paper, parse_questionnaire
from surveyapp.instruments.reader import Table
from surveyapp.instruments.sheet_reading import GivenSheet, read_sheets
from surveyapp.instruments.writing import Tables, as_json, from_json, written

SHIPPED: Final = Path(__file__).parent / "papers"
_YEAR: Final = re.compile(r"[1-9][0-9]{3}", re.ASCII)


class Kept(Protocol):
    """What the installation keeps of papers. Asked only for what the library does not know yet."""

    def in_use(self) -> Mapping[int, str]:
        """Fiscal year → digest of the paper put in use there, where one was."""

    def document(self, digest: str) -> str | None:
        """The JSON document of a paper that was kept; None where there is none of this digest."""


class NothingKept:
    """An installation without a database: every paper is the one that ships."""

    def in_use(self) -> Mapping[int, str]:
        """None was put in use."""
        return {}

    def document(self, digest: str) -> str | None:
        """None was kept."""
        return None


@dataclass(frozen=True)
class Library:
    """The papers in one folder (a folder a year, four files each), and the ones kept by the installation."""

    folder: Path = SHIPPED
    kept: Kept = field(default_factory=NothingKept, compare=False)
    _shipped: dict[int, Paper] = field(default_factory=dict, compare=False)
    _known: dict[str, Paper] = field(default_factory=dict, compare=False)
    _crosswalks: dict[tuple[int, int], Crosswalk] = field(default_factory=dict, compare=False)
    _walked: dict[str, bool] = field(default_factory=dict, compare=False)
    _lock: Lock = field(default_factory=Lock, compare=False)

    def years(self) -> tuple[int, ...]:
        """The fiscal years there are, oldest first."""
        return tuple(sorted({*self.shipped_years(), *self.kept.in_use()}))

    def shipped_years(self) -> tuple[int, ...]:
        """The fiscal years that come with the product, oldest first."""
        folders = (each.name for each in self.folder.iterdir() if (each / "paper.toml").is_file())
        return tuple(sorted(int(name) for name in folders if _YEAR.fullmatch(name)))

    def paper(self, year: int) -> Paper:
        """The paper in use of a fiscal year: the one that was imported, else the one that ships.

        Refuses a year without one, and an unsound paper with every fault.
        """
        digest = self.kept.in_use().get(year)
        if digest is None:
            return self.shipped(year)
        paper = self._with_digest(digest)
        if paper is None:
            raise PaperChanged(year=year)
        return paper

    def shipped(self, year: int) -> Paper:
        """The paper of a fiscal year as it comes with the product."""
        if year not in self._shipped:
            if year not in self.shipped_years():
                raise YearWithoutPaper(year=year, known=", ".join(map(str, self.years())))
            paper, faults = self.read(year)
            if paper is None or faults:
                raise Problems(faults)
            self._shipped[year] = self._known[paper.digest] = paper
        return self._shipped[year]

    def is_imported(self, year: int) -> bool:
        """Whether a fiscal year uses a paper that does not come with the product."""
        return year in self.kept.in_use()

    def bound(self, round_: Round) -> Paper:
        """The paper a round was opened with, whatever is in use now; refuses when it is nowhere to be found.

        Once found it is remembered: the form people answer asks this each time.
        """
        paper = self._known.get(round_.digest)
        if paper is None:
            paper = self._with_digest(round_.digest)
        if paper is None and round_.fiscal_year in self.shipped_years():
            paper = self.shipped(round_.fiscal_year)
        if paper is None or (paper.digest, paper.fiscal_year) != (round_.digest, round_.fiscal_year):
            raise PaperChanged(year=round_.fiscal_year)
        return paper

    def read(self, year: int) -> tuple[Paper | None, list[PaperUnsound]]:
        """A shipped paper and everything that is wrong with it. None when it cannot even be put together."""
        reading = Reading(self.folder)
        paper = reading.paper(year)
        if reading.faults:
            return None, reading.faults
        if paper.fiscal_year != year:
            fault = Text(f"ปีในไฟล์คือ {paper.fiscal_year}", f"the file says {paper.fiscal_year}")
            reading.faults.append(PaperUnsound(place=f"{year}/paper.toml.fiscal_year", fault=fault))
        return _named(paper), [*reading.faults, *faults_of(paper)]

    def read_files(self, folder: Path) -> Paper:
        """The paper of four TOML files; ``same_as`` names a year that ships. Raises ``Problems`` with every fault."""
        reading = Reading(self.folder, given=folder)
        return _sound(reading.paper(0), reading.faults)

    def crosswalk(self, before: int, after: int) -> Crosswalk:
        """What became of everything between two shipped years, composed of the years between.

        Refuses where a year on the way has no crosswalk, and an unsound one with every fault.
        """
        if (before, after) not in self._crosswalks:
            self._crosswalks[before, after] = self._composed(before, after)
        return self._crosswalks[before, after]

    def read_crosswalk(self, year: int) -> tuple[Crosswalk | None, list[PaperUnsound]]:
        """The crosswalk into a year and everything wrong with it. None (and no faults) where there is none."""
        name = f"from_{year - 1}"
        if not (self.folder / str(year) / f"{name}.toml").exists():
            return None, []
        reading = Reading(self.folder)
        crosswalk = parse_crosswalk(reading.table(year, name))
        before, after = (self._shipped.get(each) or self.read(each)[0] for each in (year - 1, year))
        if reading.faults or before is None or after is None:
            return None, reading.faults
        return crosswalk, faults_of_crosswalk(crosswalk, before, after)

    def is_walked(self, paper: Paper) -> bool:
        """Whether a paper is one the crosswalks may speak of: it has the structure of the one that ships."""
        if paper.digest not in self._walked:
            self._walked[paper.digest] = paper.fiscal_year in self.shipped_years() and not any(
                change.place != "status"
                for change in difference(
                    _scored(self.shipped(paper.fiscal_year)), _scored(paper), lambda text: [text]
                ).structure
            )
        return self._walked[paper.digest]

    def _with_digest(self, digest: str) -> Paper | None:
        """A kept paper. One asks the installation, the others wait: every asking takes a connection more."""
        with self._lock:
            if digest not in self._known:
                document = self.kept.document(digest)
                if document is None:
                    return None
                paper = paper_in(document)
                if paper.digest != digest:
                    raise PaperChanged(year=paper.fiscal_year)
                self._known[digest] = paper
            return self._known[digest]

    def _composed(self, before: int, after: int) -> Crosswalk:
        if before < after - 1:
            return compose(self.crosswalk(before, after - 1), self.crosswalk(after - 1, after))
        self.shipped(before), self.shipped(after)
        crosswalk, faults = self.read_crosswalk(after)
        if faults:
            raise Problems(faults)
        if crosswalk is None or crosswalk.before_year != before:
            raise NoCrosswalk(year=after)
        return crosswalk


def document_of(paper: Paper) -> str:
    """A paper as the JSON document to keep; ``paper_in`` gives the very same paper back."""
    return as_json(written(paper))


def paper_in(document: str) -> Paper:
    """The paper of a kept document, with its digest computed anew."""
    faults: list[PaperUnsound] = []
    paper = _put_together(from_json(document), faults)
    return _sound(paper, faults)


def paper_in_sheets(given: Mapping[str, GivenSheet]) -> Paper:
    """The paper of a workbook. Raises ``Problems`` with everything that is wrong in it."""
    tables, problems = read_sheets(given)
    faults: list[PaperUnsound] = []
    paper = _put_together(tables, faults)
    return _sound(paper, [*problems, *faults])


def _scored(paper: Paper) -> Paper:
    """The paper without its front questions, which no crosswalk speaks of."""
    return replace(paper, iit=replace(paper.iit, front=()), eit=replace(paper.eit, front=()))


def _put_together(tables: Tables, faults: list[PaperUnsound]) -> Paper:
    return parse_paper(
        Table(tables["paper"], "paper", faults),
        parse_questionnaire(Table(tables["iit"], "iit", faults), Instrument.IIT),
        parse_questionnaire(Table(tables["eit"], "eit", faults), Instrument.EIT),
        parse_checklist(Table(tables["oit"], "oit", faults)),
    )


def _sound(paper: Paper, faults: list[Problem] | list[PaperUnsound]) -> Paper:
    """The paper with its name, or ``Problems``: of reading it, else of what it says."""
    found = faults or faults_of(paper)
    if found:
        raise Problems(found)
    return _named(paper)


def _named(paper: Paper) -> Paper:
    return replace(paper, digest=digest_of(paper))


def digest_of(paper: Paper) -> str:
    """A name for the exact content of a paper: SHA-256 over all its values, in hexadecimal."""
    content = asdict(replace(paper, digest=""))
    text = json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Numbers in one notation (100, 100.0 and 1E2 are the same), tuples as lists."""
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case dict():
            return {str(key): _plain(each) for key, each in value.items() if not _is_unsaid(key, each)}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def _is_unsaid(key: str, value: Any) -> bool:
    """The digest itself; and what came to papers later, where a paper does not have it (ADR 6)."""
    return key == "digest" or (key == "front" and not value)

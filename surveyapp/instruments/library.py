"""The library of papers: the years that come with the product, read when asked for and kept."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from surveyapp.domain.crosswalk import Crosswalk, compose
from surveyapp.domain.crosswalk_soundness import faults_of_crosswalk
from surveyapp.domain.paper import Checklist, Instrument, Paper, Questionnaire, Text
from surveyapp.domain.places import Round
from surveyapp.domain.problems import NoCrosswalk, PaperChanged, PaperUnsound, Problems, YearWithoutPaper
from surveyapp.domain.soundness import faults_of
from surveyapp.instruments.crosswalks import parse_crosswalk
from surveyapp.instruments.parsing import parse_checklist, parse_paper, parse_questionnaire, replace_items
from surveyapp.instruments.reader import Table

SHIPPED: Final = Path(__file__).parent / "papers"
LARGEST_FILE: Final = 2_000_000
MOST_DOTS: Final = 20  # in one key; ours have none
_YEAR: Final = re.compile(r"[1-9][0-9]{3}", re.ASCII)
_BETWEEN_KEYS: Final = re.compile(r"[\s,=\[\]{}]+|\.{2,}")


@dataclass(frozen=True)
class Library:
    """The papers in one folder: a folder a year, four files each."""

    folder: Path = SHIPPED
    _kept: dict[int, Paper] = field(default_factory=dict, compare=False)
    _crosswalks: dict[tuple[int, int], Crosswalk] = field(default_factory=dict, compare=False)

    def years(self) -> tuple[int, ...]:
        """The fiscal years there are, oldest first."""
        folders = (each.name for each in self.folder.iterdir() if (each / "paper.toml").is_file())
        return tuple(sorted(int(name) for name in folders if _YEAR.fullmatch(name)))

    def paper(self, year: int) -> Paper:
        """The paper of a fiscal year. Refuses a year without one, and an unsound paper with every fault."""
        if year not in self._kept:
            if year not in self.years():
                raise YearWithoutPaper(year=year, known=", ".join(map(str, self.years())))
            paper, faults = self.read(year)
            if paper is None or faults:
                raise Problems(faults)
            self._kept[year] = paper
        return self._kept[year]

    def bound(self, round_: Round) -> Paper:
        """The paper a round was opened with; refuses when the year's paper has changed since."""
        paper = self.paper(round_.fiscal_year)
        if paper.digest != round_.digest:
            raise PaperChanged(year=round_.fiscal_year)
        return paper

    def read(self, year: int) -> tuple[Paper | None, list[PaperUnsound]]:
        """A year's paper and everything that is wrong with it. None when it cannot even be put together."""
        reading = _Reading(self.folder)
        paper = reading.paper(year)
        if reading.faults:
            return None, reading.faults
        if paper.fiscal_year != year:
            fault = Text(f"ปีในไฟล์คือ {paper.fiscal_year}", f"the file says {paper.fiscal_year}")
            reading.faults.append(PaperUnsound(place=f"{year}/paper.toml.fiscal_year", fault=fault))
        return replace(paper, digest=digest_of(paper)), [*reading.faults, *faults_of(paper)]

    def crosswalk(self, before: int, after: int) -> Crosswalk:
        """What became of everything between two years, composed of the years between.

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
        reading = _Reading(self.folder)
        crosswalk = parse_crosswalk(reading.table(year, name))
        before, after = (self._kept.get(each) or self.read(each)[0] for each in (year - 1, year))
        if reading.faults or before is None or after is None:
            return None, reading.faults
        return crosswalk, faults_of_crosswalk(crosswalk, before, after)

    def _composed(self, before: int, after: int) -> Crosswalk:
        if before < after - 1:
            return compose(self.crosswalk(before, after - 1), self.crosswalk(after - 1, after))
        self.paper(before), self.paper(after)
        crosswalk, faults = self.read_crosswalk(after)
        if faults:
            raise Problems(faults)
        if crosswalk is None or crosswalk.before_year != before:
            raise NoCrosswalk(year=after)
        return crosswalk


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
            return {str(key): _plain(each) for key, each in value.items() if key != "digest"}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value


class _Reading:
    """Reads the files of one year, following ``same_as`` to another year where a file says so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[PaperUnsound] = []

    def paper(self, year: int) -> Paper:
        return parse_paper(
            self.table(year, "paper"),
            self._questionnaire(year, Instrument.IIT),
            self._questionnaire(year, Instrument.EIT),
            self._checklist(year),
        )

    def _questionnaire(self, year: int, instrument: Instrument) -> Questionnaire:
        top = self.table(year, instrument.value)
        if not top.has("same_as"):
            return parse_questionnaire(top, instrument)
        other = top.closed(top.whole("same_as"))
        return parse_questionnaire(self._other(other, instrument.value, top), instrument)

    def _checklist(self, year: int) -> Checklist:
        top = self.table(year, "oit")
        if not top.has("same_as"):
            return parse_checklist(top)
        checklist = parse_checklist(self._other(top.whole("same_as"), "oit", top))
        return top.closed(replace_items(checklist, top.tables("replace")))

    def _other(self, year: int, name: str, asker: Table) -> Table:
        """The file another year is the same as. It must stand by itself, so there are no rings."""
        table = self.table(year, name)
        if table.has("same_as"):
            asker.fault("same_as", "ต้องชี้ไปยังปีที่มีเนื้อหาเอง", "must name a year with content of its own")
            return Table({}, table.place, [])
        return table

    def table(self, year: int, name: str) -> Table:
        """One file of a year."""
        place = f"{year}/{name}.toml"
        return Table(self._values(self._folder / str(year) / f"{name}.toml", place), place, self.faults)

    def _values(self, path: Path, place: str) -> Mapping[str, Any]:
        try:
            if not path.is_file():  # nor is a folder, a pipe or a ring of links one
                raise FileNotFoundError
            return _toml(path)
        except FileNotFoundError:
            fault = Text("ไม่มีไฟล์นี้", "there is no such file")
        except OSError:
            fault = Text("เปิดไฟล์นี้ไม่ได้", "cannot be opened")
        except (tomllib.TOMLDecodeError, ValueError, ArithmeticError, RecursionError) as error:
            fault = Text(f"อ่านเป็น TOML ไม่ได้: {error}"[:300], f"is not readable as TOML: {error}"[:300])
        self.faults.append(PaperUnsound(place=place, fault=fault))
        return {}


def _toml(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError("too large")
    text = path.read_text("utf-8")
    if any(map(_has_endless_key, text.split("\n"))):
        raise ValueError("a key has too many dots")
    return tomllib.loads(text, parse_float=Decimal)


def _has_endless_key(line: str) -> bool:
    """Whether a line may hold a key of more than ``MOST_DOTS`` dots.

    The parser's time grows with the square of the dots: 100 KB of "a.a.a" take it minutes. This looks at
    runs of dotted words without knowing strings from keys; no sentence has runs as long as that.
    """
    tight = " ".join(line.split()).replace(" .", ".").replace(". ", ".")
    quoted = tight.count('".') + tight.count("'.")
    return quoted > MOST_DOTS or any(run.count(".") > MOST_DOTS for run in _BETWEEN_KEYS.split(tight))

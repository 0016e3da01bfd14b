"""The four TOML files of a fiscal year, read with care and put together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from surveyapp.domain.paper import Checklist, Instrument, Paper, Questionnaire, Text
from surveyapp.domain.problems import PaperUnsound
from surveyapp.instruments.parsing import parse_checklist, parse_front, parse_paper, parse_questionnaire, replace_items
from surveyapp.instruments.reader import Table

LARGEST_FILE: Final = 2_000_000
MOST_DOTS: Final = 20  # in one key; ours have none
_BETWEEN_KEYS: Final = re.compile(r"[\s,=\[\]{}]+|\.{2,}")


class Reading:
    """Reads the files of one year, following ``same_as`` to another year where a file says so.

    folder: a folder a year, four files each. given: four files that stand for themselves; their year is 0.
    """

    def __init__(self, folder: Path, given: Path | None = None) -> None:
        self._folder = folder
        self._given = given
        self.faults: list[PaperUnsound] = []

    def paper(self, year: int) -> Paper:
        """The year's paper; worth nothing when there are faults."""
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
        questionnaire = parse_questionnaire(self._other(top.whole("same_as"), instrument.value, top), instrument)
        return top.closed(replace(questionnaire, front=parse_front(top)))  # each year says anew whom it asks about

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
        place = f"{year}/{name}.toml" if year else f"{name}.toml"
        folder = self._folder / str(year) if year or self._given is None else self._given
        return Table(self._values(folder / f"{name}.toml", place), place, self.faults)

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

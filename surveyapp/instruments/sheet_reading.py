"""Sheets of text cells → the plain tables a paper is parsed from, with every fault by sheet and row."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from surveyapp.domain.paper import Instrument, Text
from surveyapp.domain.problems import Problem
from surveyapp.domain.thai import arabic_digits
from surveyapp.domain.wording_problems import CellUnsound, SheetUnsound
from surveyapp.instruments.sheets import HEADINGS, KEYS, README, Holds
from surveyapp.instruments.writing import Tables

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,20})?", re.ASCII)
_WHOLE: Final = re.compile(r"[0-9]+", re.ASCII)
_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_NUMBERS: Final = frozenset({"total_at_least", "each_at_least", "points", "fixed", "share", "at_least", "at_most"})
_CODES: Final = frozenset({"code", "scale", "key", "kinds"})
_LONGEST_TOLD: Final = 60
_ROWS_OF: Final = {
    "indicator": frozenset({"kind", "code", "th", "en"}),
    "sub": frozenset({"kind", "code", "th", "en"}),
    "ask": frozenset({"kind", "code", "th", "en", "direction", "scale"}),
    "front": frozenset({"kind", "code", "th", "en"}),
    "choice": frozenset({"kind", "code", "th", "en"}),
}


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row as it was found. odd: the places of cells that hold a number or a date instead of text."""

    number: int
    cells: tuple[str, ...]
    odd: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class GivenSheet:
    """A sheet as it was found."""

    header: tuple[str, ...]
    rows: tuple[GivenRow, ...]


def read_sheets(given: Mapping[str, GivenSheet]) -> tuple[Tables, list[Problem]]:
    """The tables "paper", "iit", "eit" and "oit", as far as they can be put together, and every fault."""
    problems: list[Problem] = []
    for name in given.keys() - HEADINGS.keys() - {README}:
        problems.append(_sheet_fault(name, "ไม่รู้จักแผ่นนี้ ให้ลบหรือเปลี่ยนชื่อ", "is not a known sheet. Remove or rename it."))
    problems.sort(key=str)
    rows = {name: list(_rows(name, given.get(name), problems)) for name in HEADINGS}
    tables = _paper(rows["paper"])
    tables["paper"]["level"] = [_level(row) for row in rows["levels"]]
    tables["paper"]["sample"] = [_sample(row) for row in rows["samples"]]
    scales = _scales(rows["scales"])
    for instrument in (Instrument.IIT, Instrument.EIT):
        table = tables[instrument.value]
        table |= _questionnaire(rows[instrument.value])
        used = _used(table)
        table["scale"] = {name: scale for name, scale in scales.items() if name in used}
    tables["oit"]["indicator"] = list(_checklist(rows["oit"]))
    _unused_scales(rows["scales"], tables)
    for name in HEADINGS:
        problems += [fault for row in rows[name] for fault in row.faults]
    return tables, problems


class _Row:
    """One row: its cells by key, and what is wrong with it."""

    def __init__(self, sheet: str, given: GivenRow, places: Mapping[str, int]) -> None:
        self.faults: list[Problem] = []
        self._sheet = sheet
        self._number = given.number
        self._cells = {key: given.cells[at] for key, at in places.items() if at < len(given.cells)}
        for key, at in places.items():
            text = self[key]
            if at in given.odd and not self._may_be_number(key, text):
                self.fault(key, "เป็นตัวเลขหรือวันที่ ต้องพิมพ์เป็นข้อความ", "holds a number or a date; type it as text")
            elif text in _ERRORS:
                self.fault(key, f"เป็นค่าผิดพลาด {text}", f"holds the error {text}")

    def __getitem__(self, key: str) -> str:
        return self._cells.get(key, "")

    @property
    def number(self) -> int:
        return self._number

    def fault(self, key: str, th: str, en: str) -> None:
        self.faults.append(CellUnsound(sheet=self._sheet, row=self._number, column=key, fault=Text(th, en)))

    def text(self, key: str = "") -> dict[str, str]:
        """The Thai and English of a pair of columns, without what is blank."""
        names = {language: f"{key}_{language}" if key else language for language in ("th", "en")}
        return {language: self[name] for language, name in names.items() if self[name]}

    def given(self, *keys: str) -> Tables:
        """The columns that are not blank, numbers as numbers."""
        return {key: _number(self[key]) if key in _NUMBERS else self[key] for key in keys if self[key]}

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._cells)

    def only(self, allowed: Collection[str]) -> None:
        """Fault every filled cell that a row of this kind has no use for."""
        for key, text in self._cells.items():
            if text and key not in allowed:
                kind = self["kind"]
                self.fault(key, f"แถวชนิด {kind} ต้องเว้นช่องนี้ว่าง", f"stays empty in a row of the kind {kind}")

    def _may_be_number(self, key: str, text: str) -> bool:
        """A code typed as 9.1 may have been 9.10, so only whole numbers pass for codes."""
        if key == "th":
            return KEYS.get(self["key"]) is Holds.NUMBER
        return key in _NUMBERS or (key in _CODES and _WHOLE.fullmatch(text) is not None)


def _rows(name: str, sheet: GivenSheet | None, problems: list[Problem]) -> Iterator[_Row]:
    if sheet is None:
        problems.append(_sheet_fault(name, "ไม่มีแผ่นนี้", "is missing."))
        return
    keys = [heading.key for heading in HEADINGS[name]]
    places: dict[str, int] = {}
    for at, shown in enumerate(sheet.header):
        key = (shown.split() or [""])[0]
        if key and (key not in keys or key in places):
            told = key[:_LONGEST_TOLD]
            problems.append(_sheet_fault(name, f"ไม่รู้จักคอลัมน์ {told} หรือมีซ้ำ", f"column {told} is unknown or doubled."))
        places.setdefault(key, at)
    for key in keys:
        if key not in places:
            problems.append(_sheet_fault(name, f"ไม่มีคอลัมน์ {key}", f"column {key} is missing."))
    known = {key: at for key, at in places.items() if key in keys}
    for row in sheet.rows:
        found = _Row(name, row, known)
        if any(text and (at >= len(sheet.header) or not sheet.header[at]) for at, text in enumerate(row.cells)):
            found.fault("?", "มีข้อความในคอลัมน์ที่ไม่มีหัว", "text stands in a column without a heading")
        yield found


def _paper(rows: list[_Row]) -> Tables:
    tables: Tables = {"paper": {"weights": {}, "settings": {}, "release": {}}, "iit": {}, "eit": {}, "oit": {}}
    first: dict[str, int] = {}
    for row in rows:
        key = row["key"]
        holds = KEYS.get(key)
        if holds is None:
            told = key[:_LONGEST_TOLD] or "–"
            row.fault("key", f"ไม่รู้จักรายการ {told}", f"{told} is not a known key")
            continue
        table, last = _home(tables, key)
        if holds in (Holds.TEXTS, Holds.LINES):
            table.setdefault(last, []).append(row.text() if holds is Holds.TEXTS else row["th"])
        elif key in first:
            row.fault("key", f"ซ้ำกับแถว {first[key]}", f"was given in row {first[key]} already")
        elif holds is Holds.TEXT:
            table[last] = row.text()
        else:
            table[last] = _number(row["th"]) if holds is Holds.NUMBER else row["th"]
        first.setdefault(key, row.number)
        if row["en"] and holds not in (Holds.TEXT, Holds.TEXTS):
            row.fault("en", "รายการนี้มีช่องเดียว ให้เว้นช่องนี้ว่าง", "stays empty; this key has one value, under th")
    return tables


def _home(tables: Tables, key: str) -> tuple[Tables, str]:
    """The table a key of the sheet ``paper`` belongs to, and its name there."""
    first, _, rest = key.partition(".")
    if first in tables and rest:
        return tables[first], rest
    return (tables["paper"][first], rest) if rest else (tables["paper"], first)


def _level(row: _Row) -> Tables:
    passes = {"true": True, "false": False}.get(row["passes"].casefold(), row["passes"])
    limits = row.given("code", "total_at_least", "each_at_least")
    return {**limits, "name": row.text("name"), "passes": passes}


def _sample(row: _Row) -> Tables:
    kinds = [kind.strip() for kind in re.split(r"[\n,]", row["kinds"]) if kind.strip()]
    return {**row.given("instrument", "fixed", "share", "at_least", "at_most", "source"), "kinds": kinds}


def _scales(rows: list[_Row]) -> dict[str, Tables]:
    scales: dict[str, Tables] = {}
    for row in rows:
        if not row["scale"]:
            row.fault("scale", "ขาดชื่อมาตรวัด", "has no name of a scale")
            continue
        scale = scales.setdefault(row["scale"], {"choices": []})
        scale["choices"].append({**row.given("code", "points"), "label": row.text()})
    return scales


def _used(table: Tables) -> set[Any]:
    asking = [ask for indicator in table["indicator"] for item in indicator["item"] for ask in (item, *_asks(item))]
    return {ask.get("scale") for ask in asking}


def _asks(item: Tables) -> list[Tables]:
    found: list[Tables] = item.get("ask", [])
    return found


def _unused_scales(rows: list[_Row], tables: Tables) -> None:
    used = _used(tables["iit"]) | _used(tables["eit"])
    for row in rows:
        if row["scale"] and row["scale"] not in used:
            row.fault("scale", "ไม่มีข้อใดใช้มาตรวัดนี้", "no question uses this scale")


def _questionnaire(rows: list[_Row]) -> Tables:
    """Indicators, each with the items under it, each with the sub-questions under it; and the front questions."""
    indicators: list[Tables] = []
    front: list[Tables] = []
    for row in rows:
        kind = row["kind"].casefold()
        row.only(_ROWS_OF.get(kind, row.keys))
        items = indicators[-1]["item"] if indicators else None
        if kind == "indicator":
            indicators.append({**row.given("code"), "name": row.text(), "item": []})
        elif kind == "item" and items is not None:
            hint = {"hint": row.text("hint")} if row.text("hint") else {}
            items.append({**row.given("code", "direction", "scale"), "text": row.text(), **hint})
        elif kind == "ask" and items:
            _ask(row, items[-1])
        elif kind == "front":
            front.append({**row.given("code"), "text": row.text(), "choices": []})
        elif kind == "choice" and front:
            front[-1]["choices"].append({**row.given("code"), "label": row.text()})
        else:
            _misplaced(row, "indicator, item, ask, front, choice")
    return {"indicator": indicators, **({"front": front} if front else {})}


def _ask(row: _Row, item: Tables) -> None:
    asks = item.setdefault("ask", [])
    asks.append({**row.given("direction", "scale"), "text": row.text()})
    wanted = f"{item.get('code', '?')}.{len(asks)}"
    if row["code"] != wanted:
        row.fault("code", f"ต้องเป็น {wanted}", f"must be {wanted} here")


def _checklist(rows: list[_Row]) -> Iterator[Tables]:
    indicators: list[Tables] = []
    for row in rows:
        kind = row["kind"].casefold()
        row.only(_ROWS_OF.get(kind, row.keys))
        subs = indicators[-1]["sub"] if indicators else None
        if kind == "indicator":
            indicators.append({**row.given("code"), "name": row.text(), "sub": []})
        elif kind == "sub" and subs is not None:
            subs.append({**row.given("code"), "name": row.text(), "item": []})
        elif kind == "item" and subs:
            item = {**row.given("code", "evidence_year"), "name": row.text(), "evidence": row.text("evidence")}
            subs[-1]["item"].append(item)
        else:
            _misplaced(row, "indicator, sub, item")
    yield from indicators


def _misplaced(row: _Row, kinds: str) -> None:
    th = f"ต้องเป็นหนึ่งใน {kinds} และอยู่ใต้แถวที่ใหญ่กว่า"
    row.fault("kind", th, f"must be one of {kinds}, below the row it belongs to")


def _number(text: str) -> Decimal | str:
    """The number a cell holds; the cell as it is where it holds none, for the parser to refuse."""
    digits = arabic_digits(text)
    return Decimal(digits) if _NUMBER.fullmatch(digits) else text


def _sheet_fault(sheet: str, th: str, en: str) -> SheetUnsound:
    return SheetUnsound(sheet=sheet[:_LONGEST_TOLD], fault=Text(th, en))

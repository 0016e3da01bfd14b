"""The checklist spreadsheet: its columns, and reading a filled-in one with every problem at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from urllib.parse import urlsplit

from surveyapp.domain.approval_problems import (
    ClarificationLinksTooMany,
    ClarificationLinkUnsound,
    ClarificationMissing,
    ClarificationTooLong,
)
from surveyapp.domain.checklist import FAILED, PASSED, Clarification, Decision, Evidence, ItemState
from surveyapp.domain.paper import Checklist, ChecklistItem, Text
from surveyapp.domain.problems import (
    ColumnMissing,
    ColumnTwice,
    MarkMissing,
    Problem,
    Problems,
    ReasonMissing,
    ReasonTooLong,
    RowEvidenceGone,
    RowItemDecided,
    RowItemMissing,
    RowItemTwice,
    RowItemUnknown,
    RowLinkUnsound,
    RowMarkNotYours,
    RowMarkUnknown,
    RowReasonMissing,
    RowTooLong,
    RowYearCommonEra,
    RowYearWrong,
    YearIsCommonEra,
    YearUnreadable,
)
from surveyapp.domain.score_problems import MarkNotWhole
from surveyapp.domain.thai import arabic_digits, parse_fiscal_year

LONGEST_NOTE: Final = 2000
LONGEST_URL: Final = 2000
MOST_URLS: Final = 20


class Column(Enum):
    """The columns of the sheet with their headings; the order is the template's."""

    ITEM = Text("รหัสข้อ", "Item")
    YEAR = Text("ปีงบประมาณ", "Fiscal year")
    NAME = Text("ชื่อข้อ", "Name")
    EVIDENCE = Text("หลักฐานที่ต้องมี", "Evidence needed")
    URLS = Text("ลิงก์หลักฐาน", "Links")
    NOTE = Text("คำอธิบายถึงผู้ตรวจ", "Note")
    MARK = Text("ผลตรวจ", "Mark")
    REASON = Text("เหตุผล", "Reason")

    @property
    def heading(self) -> str:
        """The Thai heading, as the template writes it."""
        return self.value.th


PASS_WORDS: Final = Text("ผ่าน", "pass")
FAIL_WORDS: Final = Text("ไม่ผ่าน", "fail")
_PASS: Final = frozenset({"ผ่าน", "pass", "passed", "100", "1", "มี", "yes"})
_FAIL: Final = frozenset({"ไม่ผ่าน", "fail", "failed", "0", "ไม่มี", "no"})
_OTHER_NAMES: Final = {
    "code": Column.ITEM,
    "รหัส": Column.ITEM,
    "ข้อ": Column.ITEM,
    "ปี": Column.YEAR,
    "year": Column.YEAR,
    "url": Column.URLS,
    "urls": Column.URLS,
    "link": Column.URLS,
    "ลิงก์": Column.URLS,
    "ลิงค์": Column.URLS,
    "คำอธิบาย": Column.NOTE,
    "หมายเหตุ": Column.NOTE,
    "ผลการตรวจ": Column.MARK,
    "คะแนน": Column.MARK,
}
_NEEDED: Final = (Column.ITEM, Column.YEAR, Column.URLS)
_ITEM_CODE: Final = re.compile(r"[O0o][-.]?0*([1-9][0-9]{0,2})", re.ASCII)
_SPACES: Final = re.compile(r"\s+")
_BETWEEN_URLS: Final = re.compile(r"\s+|[,;](?=https?://)", re.IGNORECASE)
# "ปี 2569", "พ.ศ. 2569", and what a spreadsheet makes of a number: "2,569", "2569.0"
_YEAR: Final = re.compile(r"(?:ปี)?(?:งบประมาณ)?\s*(?:พ\.?\s?ศ\.?)?\s*([0-9]),?([0-9]{3})(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One sound row: what it files for an item, what it decides, or both."""

    row: int
    item: str
    evidence: Evidence | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet after reading: the sound rows, and every problem with its row and column."""

    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class SheetReader:
    """Reads filled-in sheets of one checklist.

    may_decide: whether marks and reasons may be in the sheet; otherwise they are a problem, unless they
    repeat what is stored, as our own template does. states: item code → what is stored now.
    """

    checklist: Checklist
    fiscal_year: int
    may_decide: bool
    states: Mapping[str, ItemState] = field(default_factory=dict)
    _items: dict[str, ChecklistItem] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_items", {item.code: item for item in self.checklist.items})

    def read(self, header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> Reading:
        """Every sound row and every problem. Raises ``Problems`` when the columns themselves are wrong.

        rows: (row number as a person sees it, cells in the order of the header).
        """
        columns = find_columns(header)
        seen: dict[str, int] = {}
        lines: list[Line] = []
        problems: list[Problem] = []
        for number, cells in rows:
            found, faults = self._line(_Row(number, cells, columns), seen)
            problems += faults
            if found is not None:
                lines.append(found)
        # Of two rows for one item nobody can tell which was meant, so the first is not good either.
        twice = {problem.facts["item"] for problem in problems if isinstance(problem, RowItemTwice)}
        return Reading(tuple(line for line in lines if line.item not in twice), tuple(problems))

    def _line(self, row: _Row, seen: dict[str, int]) -> tuple[Line | None, list[Problem]]:
        """The row's line (None when it says nothing) and its problems."""
        if not any(row.text(column) for column in Column if column not in (Column.NAME, Column.EVIDENCE)):
            return None, []
        code = item_code(row.text(Column.ITEM))
        state = self.states.get(code, ItemState())
        faults = [*self._code_faults(row, seen), *self._year_faults(row)]
        faults += [*_url_faults(row), *self._evidence_faults(row, code, state)]
        faults += [*_length_faults(row), *self._mark_faults(row, state)]
        # The evidence of a decided item is unchanged here, or a fault: there is nothing to file.
        evidence = None if state.decision else _evidence(row)
        decision = _decision(row) if self.may_decide else None
        if faults or (evidence is None and decision is None):
            return None, faults
        return Line(row.number, code, evidence, decision), []

    def _code_faults(self, row: _Row, seen: dict[str, int]) -> Iterator[Problem]:
        typed = row.text(Column.ITEM)
        code = item_code(typed)
        if not typed:
            yield RowItemMissing(**row.at(Column.ITEM))
        elif code not in self._items:
            yield RowItemUnknown(**row.at(Column.ITEM), typed=_brief(typed), year=self.fiscal_year)
        elif code in seen:
            yield RowItemTwice(**row.at(Column.ITEM), item=code, first=seen[code])
        else:
            seen[code] = row.number

    def _year_faults(self, row: _Row) -> Iterator[Problem]:
        typed = row.text(Column.YEAR)
        try:
            year = parse_fiscal_year(_plain_year(typed))
        except YearIsCommonEra as problem:
            yield RowYearCommonEra(**row.at(Column.YEAR), **problem.facts, year=self.fiscal_year)
            return
        except YearUnreadable:
            year = 0
        if year != self.fiscal_year:
            yield RowYearWrong(**row.at(Column.YEAR), typed=_brief(typed) or "–", year=self.fiscal_year)

    def _evidence_faults(self, row: _Row, code: str, state: ItemState) -> Iterator[Problem]:
        """Changes of evidence that cannot be kept. A row that only decides leaves the evidence alone."""
        evidence = _evidence(row)
        if evidence is None and (state.evidence is None or (self.may_decide and row.text(Column.MARK))):
            return
        if state.decision is not None and _gist(evidence) != _gist(state.evidence):
            yield RowItemDecided(**row.at(Column.URLS), item=code)
        elif state.evidence is not None and state.evidence.urls and not (evidence and evidence.urls):
            yield RowEvidenceGone(**row.at(Column.URLS), item=code)

    def _mark_faults(self, row: _Row, state: ItemState) -> Iterator[Problem]:
        typed = row.text(Column.MARK)
        if not self.may_decide:
            yield from _foreign_marks(row, state.decision)
        elif typed and _mark_word(typed) not in _PASS | _FAIL:
            yield RowMarkUnknown(**row.at(Column.MARK), typed=_brief(typed))
        elif _mark_word(typed) in _FAIL and not row.text(Column.REASON):
            yield RowReasonMissing(**row.at(Column.REASON), item=item_code(row.text(Column.ITEM)))


class _Row:
    """One row with its cells by column."""

    def __init__(self, number: int, cells: Sequence[str], columns: dict[Column, int]) -> None:
        self.number = number
        self._cells = cells
        self._columns = columns

    def text(self, column: Column) -> str:
        place = self._columns.get(column)
        return self._cells[place].strip() if place is not None and place < len(self._cells) else ""

    def at(self, column: Column) -> dict[str, int | Text]:
        return {"row": self.number, "column": column.value}


def template_rows(checklist: Checklist, fiscal_year: int, states: Mapping[str, ItemState]) -> list[list[str]]:
    """The rows of a template in the order of ``Column``, filled with what is known already."""
    return [_template_row(item, fiscal_year, states.get(item.code, ItemState())) for item in checklist.items]


def _template_row(item: ChecklistItem, fiscal_year: int, state: ItemState) -> list[str]:
    evidence = state.evidence or Evidence(())
    mark = reason = ""
    if state.decision:
        mark = (PASS_WORDS if state.decision.mark == PASSED else FAIL_WORDS).th
        reason = state.decision.reason
    names = [item.code, str(fiscal_year), item.name.th, item.evidence.th]
    return [*names, "\n".join(evidence.urls), evidence.note, mark, reason]


def parse_decisions(checklist: Checklist, typed: Mapping[str, str]) -> dict[str, Decision]:
    """The decisions of a page ("mark-O1" → "100" or "0", "reason-O1"), or ``Problems`` with every fault."""
    found: dict[str, Decision] = {}
    problems: list[Problem] = []
    for item in checklist.items:
        word, reason = typed.get(f"mark-{item.code}", ""), typed.get(f"reason-{item.code}", "").strip()
        if not word:
            if reason:
                problems.append(MarkMissing(item=item.code, code=item.code))
            continue
        if word not in ("0", "100"):
            problems.append(MarkNotWhole(place=item.code, got=_brief(word), code=item.code))
        elif word == "0" and not reason:
            problems.append(ReasonMissing(item=item.code, code=item.code))
        elif len(reason) > LONGEST_NOTE:
            problems.append(ReasonTooLong(item=item.code, limit=LONGEST_NOTE, code=item.code))
        found[item.code] = Decision(PASSED if word == "100" else FAILED, reason)
    if problems:
        raise Problems(problems)
    return found


def parse_clarification(item: str, typed_reason: str, typed_urls: str) -> Clarification:
    """What an agency types to have an item looked at again, or ``Problems`` with every fault.

    typed_urls: up to 20 addresses, one on a line; may be empty.
    """
    reason, urls = typed_reason.replace("\x00", "").strip(), _split_urls(typed_urls)
    problems: list[Problem] = []
    if not reason:
        problems.append(ClarificationMissing(item=item))
    if len(reason) > LONGEST_NOTE:
        problems.append(ClarificationTooLong(item=item, limit=LONGEST_NOTE))
    if len(urls) > MOST_URLS:
        problems.append(ClarificationLinksTooMany(item=item, limit=MOST_URLS))
    unsound = [url for url in urls[:MOST_URLS] if not is_web_address(url)]
    problems += [ClarificationLinkUnsound(item=item, typed=_brief(url)) for url in unsound]
    if problems:
        raise Problems(problems)
    return Clarification(reason, tuple(urls))


def lines_document(lines: Iterable[Line]) -> list[list[Any]]:
    """Sound rows as plain values, to be handed back later."""
    return [
        [
            line.row,
            line.item,
            [list(line.evidence.urls), line.evidence.note] if line.evidence else None,
            [int(line.decision.mark), line.decision.reason] if line.decision else None,
        ]
        for line in lines
    ]


def lines_in(document: list[list[Any]]) -> tuple[Line, ...]:
    """What ``lines_document`` gave, as lines again."""
    return tuple(
        Line(
            row,
            item,
            Evidence(tuple(evidence[0]), evidence[1]) if evidence else None,
            Decision(Decimal(decision[0]), decision[1]) if decision else None,
        )
        for row, item, evidence, decision in document
    )


def find_columns(header: Sequence[str]) -> dict[Column, int]:
    """Column → its place. Headings in Thai or English, in any order; unknown ones are left alone."""
    names = {_heading(name): column for column in Column for name in (column.value.th, column.value.en)}
    names |= {_heading(name): column for name, column in _OTHER_NAMES.items()}
    found: dict[Column, int] = {}
    problems: list[Problem] = []
    for place, heading in enumerate(header):
        column = names.get(_heading(heading))
        if column in found:
            problems.append(ColumnTwice(column=column.value))
        elif column is not None:
            found[column] = place
    problems += [ColumnMissing(column=column.value) for column in _NEEDED if column not in found]
    if problems:
        raise Problems(problems)
    return found


def known_headings() -> frozenset[str]:
    """Every heading that is understood, so that a reader can tell the heading row from title lines."""
    return frozenset({name for column in Column for name in (column.value.th, column.value.en)} | set(_OTHER_NAMES))


def item_code(typed: str) -> str:
    """ "o ๑", "0-1" and "O01" all mean O1. Anything else comes back as it was, in capitals."""
    text = arabic_digits(_SPACES.sub("", typed))
    match = _ITEM_CODE.fullmatch(text)
    return f"O{match[1]}" if match else text.upper()


def _heading(name: str) -> str:
    return _SPACES.sub("", name.split("(")[0]).casefold()


def _mark_word(typed: str) -> str:
    return arabic_digits(_SPACES.sub("", typed)).casefold()


def _urls(row: _Row) -> list[str]:
    return _split_urls(row.text(Column.URLS))


def _split_urls(text: str) -> list[str]:
    """The addresses of a cell: between them stands white space, or a comma or semicolon."""
    urls = (url.rstrip(",;") for url in _BETWEEN_URLS.split(text))
    return [url for url in urls if url]


def _plain_year(typed: str) -> str:
    """The four digits of a year as sheets hold it; what is no such year comes back as it was."""
    match = _YEAR.fullmatch(arabic_digits(typed))
    return match[1] + match[2] if match else typed


def _foreign_marks(row: _Row, stored: Decision | None) -> Iterator[Problem]:
    """Marks and reasons of somebody who may not decide, unless they only repeat what is stored."""
    word, reason = _mark_word(row.text(Column.MARK)), row.text(Column.REASON)
    known = (_PASS if stored.mark == PASSED else _FAIL) if stored else frozenset[str]()
    if word and word not in known:
        yield RowMarkNotYours(**row.at(Column.MARK))
    if reason and (stored is None or reason.split() != stored.reason.split()):
        yield RowMarkNotYours(**row.at(Column.REASON))


def _gist(evidence: Evidence | None) -> tuple[list[str], list[str]]:
    """Evidence for comparing a cell with what is stored: a spreadsheet may change white space."""
    return (_split_urls("\n".join(evidence.urls)), evidence.note.split()) if evidence else ([], [])


def _evidence(row: _Row) -> Evidence | None:
    urls, note = _urls(row), row.text(Column.NOTE)
    return Evidence(tuple(urls), note) if urls or note else None


def _decision(row: _Row) -> Decision | None:
    word = _mark_word(row.text(Column.MARK))
    if not word:
        return None
    return Decision(PASSED if word in _PASS else FAILED, row.text(Column.REASON))


def _url_faults(row: _Row) -> Iterator[Problem]:
    for url in _urls(row):
        if not is_web_address(url):
            yield RowLinkUnsound(**row.at(Column.URLS), typed=_brief(url))


def _length_faults(row: _Row) -> Iterator[Problem]:
    for column in (Column.NOTE, Column.REASON):
        if len(row.text(column)) > LONGEST_NOTE:
            yield RowTooLong(**row.at(column), limit=LONGEST_NOTE)


def is_web_address(url: str) -> bool:
    """Whether this is a whole http(s) address with a host, without a password in it."""
    if len(url) > LONGEST_URL or any(ord(sign) < 33 for sign in url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and _is_host(host or "") and "@" not in parts.netloc


def _is_host(host: str) -> bool:
    """Whether this can be the name of a host: two labels or more, in any script."""
    labels = host.split(".")
    return len(labels) > 1 and all(map(_is_label, labels))


def _is_label(label: str) -> bool:
    """1 to 63 letters, marks, digits, hyphens or underscores, with no hyphen at the ends."""
    sound = all(sign in "-_" or unicodedata.category(sign)[0] in "LMN" for sign in label)
    return 1 <= len(label) <= 63 and sound and label.strip("-") == label


def _brief(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"

"""Tables in and out of office files: .xlsx and .csv read, .xlsx written.

A reader gets text and nothing but text, with the row numbers a person sees, so that a refusal can name
the cell. What a person wrote stays what it was: "=1+1" typed as text comes back as "=1+1", and leaves
as a text cell that no program computes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Final

from surveyapp.adapters.spreadsheet_cells import column_letter
from surveyapp.adapters.spreadsheet_guard import fresh_copy, fresh_pages
from surveyapp.adapters.spreadsheet_limits import DEFAULT_LIMITS, MEGABYTE, Limits
from surveyapp.adapters.spreadsheet_text import clean, header_name
from surveyapp.adapters.spreadsheet_writing import CHOICES_SHEET, Column, Tab, write_book, write_sheet
from surveyapp.domain.problems import FileEmpty, FileNotReadable, FileSuspicious, FileTooLarge, Problem

__all__ = [
    "Column",
    "Limits",
    "Page",
    "Row",
    "Sheet",
    "Tab",
    "clean",
    "column_letter",
    "header_name",
    "read_pages",
    "read_sheet",
    "write_book",
    "write_sheet",
]


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` is the row a person sees in Excel, from 1; in a CSV, the record's."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under a header, each as wide as the header. Blank rows are gone, blank columns are not."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a workbook: a heading row, the rows under it, and the (row, place) of every cell that
    holds a number or a date instead of text."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    odd: frozenset[tuple[int, int]]


def read_sheet(data: bytes, *, header_needs: Collection[str] = (), limits: Limits = DEFAULT_LIMITS) -> Sheet:
    """The table in an .xlsx (its first visible sheet) or a .csv, told apart by content.

    header_needs: header names of which the header row holds at least one, so that title lines may stand
    above it; compared through ``header_name``. Without one to be found, the first row with text is the
    header.
    Refusals: FileTooLarge, FileNotReadable, FileSuspicious, FileEmpty (nothing under the header), or
    Problems of CellIsFormula.
    """
    if len(data) > limits.file_bytes:
        raise FileTooLarge(limit_megabytes=limits.file_bytes // MEGABYTE)
    needs = frozenset(header_name(need) for need in header_needs)
    if data.startswith(b"PK\x03\x04"):
        return _sheet(_workbook_records(data, limits), needs, limits)
    return _sheet(_csv_records(data, needs), needs, limits)


def read_pages(data: bytes, names: Collection[str], *, limits: Limits = DEFAULT_LIMITS) -> dict[str, Page | None]:
    """Every worksheet of an .xlsx by its name, hidden ones too; None for one that is not among ``names``.

    The first filled row of a sheet is its header; a sheet may hold nothing.
    Refusals: FileTooLarge, FileNotReadable, FileSuspicious, or Problems of CellIsFormula.
    """
    if len(data) > limits.file_bytes:
        raise FileTooLarge(limit_megabytes=limits.file_bytes // MEGABYTE)
    copies = fresh_pages(data, names, limits)
    return {
        name: None if copy is None else _page(copy, limits) for name, copy in copies.items() if name != CHOICES_SHEET
    }


# --- values --------------------------------------------------------------------------------------------


def _text(value: object) -> str:
    """A cell as text: numbers as Excel shows them, dates in ISO 8601."""
    match value:
        case "":
            return ""
        case str():
            return clean(value)
        case float() | int():
            return _number(value)
        case datetime():
            moment = value + timedelta(microseconds=500_000)
            return moment.date().isoformat() if moment.time() < time(0, 0, 1) else moment.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="seconds")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return clean(str(value))


def _number(value: float) -> str:
    """15 digits, as Excel keeps them, never with an exponent and never with a trailing ".0"."""
    digits = format(Decimal(format(value, ".15g")), "f")
    return "0" if digits == "-0" else digits


# --- reading -----------------------------------------------------------------------------------------

_Record = tuple[int, Sequence[str]]
_ROWS_TO_HEADER: Final = 50  # title lines and notes above a header end sooner than this


def _sheet(records: Iterable[_Record], needs: frozenset[str], limits: Limits) -> Sheet:
    filled = list(_within_limits(records, limits))
    top = next((at for at, (_, cells) in enumerate(filled[:_ROWS_TO_HEADER]) if _names(cells, needs)), 0)
    table = filled[top:]
    if len(table) < 2:  # a header alone is a template not yet filled in
        raise FileEmpty
    width = max(len(cells) for _, cells in table)
    rows = [Row(number, tuple(cells) + ("",) * (width - len(cells))) for number, cells in table]
    return Sheet(header=rows[0].cells, rows=tuple(rows[1:]))


def _names(cells: Sequence[str], needs: frozenset[str]) -> bool:
    return any(header_name(cell) in needs for cell in cells)


def _within_limits(records: Iterable[_Record], limits: Limits) -> Iterator[_Record]:
    """The rows that hold something, cut after their last filled cell."""
    count = characters = 0
    for number, cells in records:
        width = len(cells)
        while width and not cells[width - 1]:
            width -= 1
        if not width:
            continue
        cells = tuple(cells[:width])
        count += sum(map(bool, cells))
        characters += sum(map(len, cells))
        if (
            number > limits.rows
            or len(cells) > limits.columns
            or count > limits.cells
            or characters > limits.text_characters
            or max(map(len, cells)) > limits.cell_characters
        ):
            raise FileSuspicious
        yield number, cells


def _page(copy: bytes, limits: Limits) -> Page:
    odd: set[tuple[int, int]] = set()
    records = list(_within_limits(_records_of(copy, odd), limits))
    width = max((len(cells) for _, cells in records), default=0)
    rows = [Row(number, tuple(cells) + ("",) * (width - len(cells))) for number, cells in records]
    return Page(rows[0].cells if rows else (), tuple(rows[1:]), frozenset(odd))


def _workbook_records(data: bytes, limits: Limits) -> Iterator[_Record]:
    yield from _records_of(fresh_copy(data, limits))


def _records_of(copy: bytes, odd: set[tuple[int, int]] | None = None) -> Iterator[_Record]:
    """The rows of a copy of ours. odd: is told the (row, place) of every cell that is no text."""
    from python_calamine import load_workbook

    with _refusing_what_calamine_refuses(), load_workbook(io.BytesIO(copy)) as book:
        sheet = book.get_sheet_by_index(0)
        margin = [""] * (sheet.start or (0, 0))[1]
        for number, values in enumerate(sheet.iter_rows(), start=1):
            if odd is not None:
                odd |= {(number, at) for at, value in enumerate(values, len(margin)) if not isinstance(value, str)}
            yield number, margin + [_text(value) for value in values]


@contextmanager
def _refusing_what_calamine_refuses() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # A panic in Rust arrives as a BaseException, of a class that cannot be imported.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise FileNotReadable from None
        raise


_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
_OTHER_FORMATS: Final = (b"%pdf-", b"{\\rtf", b"<?xml", b"<!doctype", b"<html", b"<table")
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = (",", ";", "\t")
_RECORD_CHARACTERS: Final = 131_072  # of one record; also the csv module's own limit for a field
_LINES: Final = 500_000  # 5 MB of bare line ends would take seconds


def _csv_records(data: bytes, needs: frozenset[str]) -> Iterator[_Record]:
    if data[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_OTHER_FORMATS):
        raise FileNotReadable
    encoding = _encoding(data)
    return _split(data, encoding, _delimiter(data, encoding, needs))


def _encoding(data: bytes) -> str:
    """The encoding by its byte order mark, else UTF-8, else Windows-874, which holds TIS-620."""
    marked = [encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)]
    for encoding in marked or ("utf-8", "cp874"):
        if _is_text(data, encoding):
            return encoding
    raise FileNotReadable


def _is_text(data: bytes, encoding: str) -> bool:
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    try:
        return not any(map(_NOT_TEXT.search, iter(lambda: stream.read(65_536), "")))
    except UnicodeError:
        return False


def _delimiter(data: bytes, encoding: str, needs: frozenset[str]) -> str:
    """The delimiter that brings out a wanted header name; else the one that cuts the first row finest."""

    def finds(delimiter: str) -> tuple[bool, int]:
        records = islice(_split(data, encoding, delimiter), _ROWS_TO_HEADER)
        try:
            filled = [cells for _, cells in records if "".join(cells).strip(",;\t")]
        except Problem:  # cut at the wrong places, quotes may stop matching
            return False, 0
        headers = [cells for cells in filled if _names(cells, needs)]
        return bool(headers), len((headers or filled or [[]])[0])

    return max(_DELIMITERS, key=finds)


def _split(data: bytes, encoding: str, delimiter: str) -> Iterator[_Record]:
    lines = _Lines(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""))
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            lines.in_record = 0
            yield number, [clean(cell) for cell in cells] if any(cells) else []
    except csv.Error:
        raise FileNotReadable from None


class _Lines:
    """The lines of a file, while a record stays small: one quote too few swallows all that follows."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.in_record = 0
        self._stream = stream
        self._count = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(_RECORD_CHARACTERS + 1)
        self.in_record += len(line)
        self._count += 1
        if self.in_record > _RECORD_CHARACTERS or self._count > _LINES:
            raise FileSuspicious
        if not line:
            raise StopIteration
        return line

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
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Final

import xlsxwriter
from python_calamine import load_workbook

from surveyapp.adapters.spreadsheet_cells import column_letter
from surveyapp.adapters.spreadsheet_guard import fresh_copy
from surveyapp.adapters.spreadsheet_limits import DEFAULT_LIMITS, MEGABYTE, Limits
from surveyapp.domain.problems import FileEmpty, FileNotReadable, FileSuspicious, FileTooLarge, Problem

__all__ = ["Column", "Limits", "Row", "Sheet", "clean", "column_letter", "header_name", "read_sheet", "write_sheet"]


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
class Column:
    """One column to write. ``width`` in characters; ``choices`` become a drop-down list; ``tint`` marks
    where to write; ``help`` is shown when a cell is entered."""

    header: str
    width: int
    choices: tuple[str, ...] = ()
    tint: bool = False
    help: str = ""


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


def write_sheet(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    sheet_name: str,
    title_lines: Sequence[str] = (),
    notes: Sequence[str] = (),
    spare_rows: int = 0,
) -> bytes:
    """An .xlsx of text cells: titles, notes, header, rows. The same input gives the same bytes.

    spare_rows: empty rows under the last, which get the tint and the drop-down lists too.
    Text is kept as it is but for what no spreadsheet can hold: control characters are dropped, line ends
    become LF, and past Excel's 32,767 characters the text ends in "…".
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    _write_book(book, columns, rows, _tab_name(sheet_name), title_lines, notes, spare_rows)
    book.close()
    return out.getvalue()


# --- text --------------------------------------------------------------------------------------------

# Zero-width space, word joiner and byte order mark come with copied web pages and make equal words
# differ; controls, surrogates and non-characters cannot be stored. Joiners (U+200C, U+200D) mean
# something in emoji and in other scripts, and stay.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END: Final = re.compile("\r\n?")


def clean(text: str) -> str:
    """The text without what nobody can see: zero-width and control characters, space around it."""
    return _LINE_END.sub("\n", _UNSEEN.sub("", text)).strip()


def header_name(text: str) -> str:
    """A header for comparison: case, width, spacing and the two spellings of ำ make no difference."""
    return " ".join(unicodedata.normalize("NFKC", clean(text)).casefold().split())


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


def _workbook_records(data: bytes, limits: Limits) -> Iterator[_Record]:
    copy = fresh_copy(data, limits)
    with _refusing_what_calamine_refuses(), load_workbook(io.BytesIO(copy)) as book:
        sheet = book.get_sheet_by_index(0)
        margin = [""] * (sheet.start or (0, 0))[1]
        for number, values in enumerate(sheet.iter_rows(), start=1):
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


# --- writing -----------------------------------------------------------------------------------------

_FONT: Final = {"font_name": "Tahoma", "font_size": 10}  # on every Windows and Mac, with Thai
_A4: Final = 9
_TEXT_FORMAT: Final = "@"  # what a person types stays text: 0012, 1/2, =1+1
_EDGE: Final = "#BFBFBF"
_HEADER_GROUND: Final = "#D9E2F3"
_TINT_GROUND: Final = "#FFF8E1"
_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)  # a constant, so that the same table is the same file
_CHOICES_SHEET: Final = "_choices"
_LONGEST_TEXT: Final = 32_767  # UTF-16 units; Excel's limit for a cell
_LONGEST_TAB: Final = 31
_LONGEST_HELP: Final = 255
_LONGEST_HELP_TITLE: Final = 32
_NOT_IN_TAB: Final = re.compile(r"[\[\]:*?/\\\s]")


def _write_book(
    book: Any,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    tab: str,
    title_lines: Sequence[str],
    notes: Sequence[str],
    spare_rows: int,
) -> None:
    book.set_properties({"title": tab, "created": _CREATED})
    page = book.add_worksheet(tab)
    styles = _PageStyles(book)
    lines = [(line, styles.title) for line in title_lines] + [(line, styles.note) for line in notes]
    for at, (line, style) in enumerate(lines):
        _put(page, at, 0, line, style)
    top = len(lines)
    for at, column in enumerate(columns):
        page.set_column(at, at, column.width, styles.free)
        _put(page, top, at, column.header, styles.header)
    blank = [""] * len(columns)
    for at, row in enumerate((*rows, *[blank] * spare_rows), start=top + 1):
        for across, (column, text) in enumerate(zip(columns, row, strict=True)):
            _put(page, at, across, text, styles.tinted if column.tint else styles.plain)
    last = top + len(rows) + spare_rows
    if last > top:
        _guide(book, page, columns, range(top + 1, last + 1), styles)
    _set_up_print(page, top)


class _PageStyles:
    def __init__(self, book: Any) -> None:
        cell = {**_FONT, "num_format": _TEXT_FORMAT, "valign": "top", "text_wrap": True}
        framed = {**cell, "border": 1, "border_color": _EDGE}
        self.title = book.add_format({**_FONT, "bold": True, "font_size": 14})
        self.note = book.add_format(_FONT)
        self.free = book.add_format(cell)
        self.header = book.add_format({**framed, "bold": True, "bg_color": _HEADER_GROUND})
        self.plain = book.add_format(framed)
        self.tinted = book.add_format({**framed, "bg_color": _TINT_GROUND})


def _put(page: Any, row: int, column: int, text: str, style: Any) -> None:
    text = _storable(text)
    if not text:
        page.write_blank(row, column, None, style)
    elif text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a text for rich text of its own making and writes it unescaped, tags and
        # all. A zero-width space ends the likeness; nobody sees it, and reading drops it.
        page.write_string(row, column, f"{text}\u200b", style)
    else:
        page.write_string(row, column, text, style)


def _storable(text: str) -> str:
    return _cut(_LINE_END.sub("\n", _UNSTORABLE.sub("", text)), _LONGEST_TEXT, "…")


def _cut(text: str, longest: int, end: str = "") -> str:
    """The text, or as much of it as Excel takes, which counts in UTF-16."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return text
    return units[: 2 * (longest - len(end))].decode("utf-16-le", "ignore") + end


def _guide(book: Any, page: Any, columns: Sequence[Column], rows: range, styles: _PageStyles) -> None:
    """Drop-down lists and input messages. Lists live in a hidden sheet: written into the rule itself
    they may neither hold a comma nor pass 255 characters."""
    lists = None
    for at, column in enumerate(columns):
        rule: dict[str, Any] = {"validate": "any"}
        if column.choices:
            lists = lists or book.add_worksheet(_CHOICES_SHEET)
            for below, choice in enumerate(column.choices):
                _put(lists, below, at, choice, styles.free)
            letter = column_letter(at)
            source = f"='{_CHOICES_SHEET}'!${letter}$1:${letter}${len(column.choices)}"
            rule = {"validate": "list", "source": source}
        if column.help:
            rule["input_title"] = _cut(_storable(column.header), _LONGEST_HELP_TITLE)
            rule["input_message"] = _cut(_storable(column.help), _LONGEST_HELP, "…")
        if column.choices or column.help:
            page.data_validation(rows[0], at, rows[-1], at, rule)
    if lists is not None:
        lists.very_hidden()


def _set_up_print(page: Any, header_row: int) -> None:
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # or a green corner in each code
    page.freeze_panes(header_row + 1, 0)
    page.repeat_rows(header_row)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")


def _tab_name(name: str) -> str:
    """The name as Excel allows it for a tab."""
    tab = _cut(_NOT_IN_TAB.sub(" ", clean(name)), _LONGEST_TAB).strip(" '")
    return f"{tab[:-1]}_" if tab.casefold() in ("history", _CHOICES_SHEET) else tab or "1"

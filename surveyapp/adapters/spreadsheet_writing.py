"""Tables of text cells → an .xlsx. The same input gives the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from surveyapp.adapters.spreadsheet_cells import column_letter
from surveyapp.adapters.spreadsheet_text import LINE_END, UNSTORABLE, clean


@dataclass(frozen=True, slots=True)
class Column:
    """One column to write. ``width`` in characters; ``choices`` become a drop-down list; ``tint`` marks
    where to write; ``help`` is shown when a cell is entered."""

    header: str
    width: int
    choices: tuple[str, ...] = ()
    tint: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet to write: titles, notes, header, rows. spare_rows: empty ones under the last, which get
    the tint and the drop-down lists too."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    title_lines: Sequence[str] = ()
    notes: Sequence[str] = ()
    spare_rows: int = 0


def write_sheet(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    sheet_name: str,
    title_lines: Sequence[str] = (),
    notes: Sequence[str] = (),
    spare_rows: int = 0,
) -> bytes:
    """An .xlsx of one sheet; see ``write_book``."""
    return write_book([Tab(sheet_name, columns, rows, title_lines, notes, spare_rows)])


def write_book(tabs: Sequence[Tab]) -> bytes:
    """An .xlsx of text cells. The same input gives the same bytes.

    Text is kept as it is but for what no spreadsheet can hold: control characters are dropped, line ends
    become LF, and past Excel's 32,767 characters the text ends in "…".
    """
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    import xlsxwriter

    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    book.set_properties({"title": _tab_name(tabs[0].name), "created": _CREATED})
    styles = _PageStyles(book)
    pages = [book.add_worksheet(_tab_name(tab.name)) for tab in tabs]
    lists = _Lists(book, styles)
    for page, tab in zip(pages, tabs, strict=True):
        _write_page(page, tab, styles, lists)
    book.close()
    return out.getvalue()


_FONT: Final = {"font_name": "Tahoma", "font_size": 10}  # on every Windows and Mac, with Thai
_A4: Final = 9
_TEXT_FORMAT: Final = "@"  # what a person types stays text: 0012, 1/2, =1+1
_EDGE: Final = "#BFBFBF"
_HEADER_GROUND: Final = "#D9E2F3"
_TINT_GROUND: Final = "#FFF8E1"
_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)  # a constant, so that the same table is the same file
CHOICES_SHEET: Final = "_choices"
_LONGEST_TEXT: Final = 32_767  # UTF-16 units; Excel's limit for a cell
_LONGEST_TAB: Final = 31
_LONGEST_HELP: Final = 255
_LONGEST_HELP_TITLE: Final = 32
_NOT_IN_TAB: Final = re.compile(r"[\[\]:*?/\\\s]")


def _write_page(page: Any, tab: Tab, styles: _PageStyles, lists: _Lists) -> None:
    lines = [(line, styles.title) for line in tab.title_lines] + [(line, styles.note) for line in tab.notes]
    for at, (line, style) in enumerate(lines):
        _put(page, at, 0, line, style)
    top = len(lines)
    for at, column in enumerate(tab.columns):
        page.set_column(at, at, column.width, styles.free)
        _put(page, top, at, column.header, styles.header)
    blank = [""] * len(tab.columns)
    for at, row in enumerate((*tab.rows, *[blank] * tab.spare_rows), start=top + 1):
        for across, (column, text) in enumerate(zip(tab.columns, row, strict=True)):
            _put(page, at, across, text, styles.tinted if column.tint else styles.plain)
    last = top + len(tab.rows) + tab.spare_rows
    if last > top:
        _guide(page, tab.columns, range(top + 1, last + 1), lists)
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
    return _cut(LINE_END.sub("\n", UNSTORABLE.sub("", text)), _LONGEST_TEXT, "…")


def _cut(text: str, longest: int, end: str = "") -> str:
    """The text, or as much of it as Excel takes, which counts in UTF-16."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return text
    return units[: 2 * (longest - len(end))].decode("utf-16-le", "ignore") + end


class _Lists:
    """The lists of all drop-downs, in a hidden sheet: written into the rule itself they may neither hold a
    comma nor pass 255 characters."""

    def __init__(self, book: Any, styles: _PageStyles) -> None:
        self._book = book
        self._styles = styles
        self._sheet: Any = None
        self._sources: dict[tuple[str, ...], str] = {}

    def source(self, choices: tuple[str, ...]) -> str:
        """Where a list stands; written there when it is first asked for."""
        if choices not in self._sources:
            if self._sheet is None:
                self._sheet = self._book.add_worksheet(CHOICES_SHEET)
                self._sheet.very_hidden()
            letter = column_letter(len(self._sources))
            for below, choice in enumerate(choices):
                _put(self._sheet, below, len(self._sources), choice, self._styles.free)
            self._sources[choices] = f"='{CHOICES_SHEET}'!${letter}$1:${letter}${len(choices)}"
        return self._sources[choices]


def _guide(page: Any, columns: Sequence[Column], rows: range, lists: _Lists) -> None:
    """Drop-down lists and input messages."""
    for at, column in enumerate(columns):
        rule: dict[str, Any] = {"validate": "any"}
        if column.choices:
            rule = {"validate": "list", "source": lists.source(tuple(column.choices))}
        if column.help:
            rule["input_title"] = _cut(_storable(column.header), _LONGEST_HELP_TITLE)
            rule["input_message"] = _cut(_storable(column.help), _LONGEST_HELP, "…")
        if column.choices or column.help:
            page.data_validation(rows[0], at, rows[-1], at, rule)


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
    return f"{tab[:-1]}_" if tab.casefold() in ("history", CHOICES_SHEET) else tab or "1"

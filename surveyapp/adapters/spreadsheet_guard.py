"""A workbook nobody vouches for, turned into a small workbook that we wrote ourselves.

An .xlsx is a zip of XML, and both can be made to unpack into gigabytes: by repetition, by lying about
sizes, by entities, by one cell in the last corner of the grid, by a long shared string named a
million times, or by a declared count that the reader believes and reserves memory for. Rust's
allocator answers such a request by ending the process, so none of it may reach calamine.

Nothing of the sender's file is therefore passed on. The zip is inflated in small pieces and counted;
the parts that matter are walked by expat, which never holds more than one tag; and the values of the
first visible sheet are copied into a fresh workbook that holds nothing else. What is refused is
refused on the way.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection
from typing import Final
from xml.sax.saxutils import quoteattr

from surveyapp.adapters.spreadsheet_cells import Cells
from surveyapp.adapters.spreadsheet_limits import DEFAULT_LIMITS, Limits
from surveyapp.adapters.spreadsheet_package import Package
from surveyapp.adapters.spreadsheet_parts import Book, Strings, Styles, read_book
from surveyapp.domain.problems import CellIsFormula, FileSuspicious, Problems


def fresh_copy(data: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The values of the first visible worksheet, at their places, in a workbook written here.

    Text is text, true and false and errors become text, numbers keep the number format that tells a
    date from a number. Cells at the same addresses; no formula, no other sheet, no other part.
    data: no longer than ``limits.file_bytes``; whoever reads the upload sees to that.
    Refusals: FileNotReadable, FileSuspicious, or Problems of CellIsFormula.
    """
    opened = _Opened(data, limits)
    copy, cells = opened.copy(opened.book.sheet)
    if cells.formulas:
        raise cells.formula_problems()
    return copy


def fresh_pages(data: bytes, names: Collection[str], limits: Limits = DEFAULT_LIMITS) -> dict[str, bytes | None]:
    """As ``fresh_copy``, for every worksheet with one of these names, hidden or not; None for another one.

    A formula is told with the name of its sheet, and those of all sheets together.
    """
    opened = _Opened(data, limits)
    pages: dict[str, bytes | None] = {}
    formulas: list[str] = []
    for name, part in opened.book.pages:
        if name in pages:  # Office never writes two of a name: one of them would go unread
            raise FileSuspicious
        pages[name] = None
        if name in names:
            pages[name], cells = opened.copy(part)
            formulas += [f"{name}!{cell}" for cell in cells.formulas]
    if formulas:
        raise Problems(CellIsFormula(cell=cell) for cell in formulas)
    return pages


class _Opened:
    """A workbook found to be what it says it is, of which worksheets can be copied one by one."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._package = Package(data, limits)
        self.book, targets = read_book(self._package)
        self._styles, self._strings = Styles(), Strings(limits)
        for kind, walker in (("styles", self._styles), ("sharedStrings", self._strings)):
            if part := targets.of_kind(kind):
                walker.walk(self._package.xml(part))

    def copy(self, part: str) -> tuple[bytes, Cells]:
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, text in _frame(self.book, self._styles).items():
                archive.writestr(name, text)
            with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
                cells = Cells(self._strings.texts, len(self._styles.styles), sheet, self._limits)
                sheet.write(b"<worksheet><sheetData>")
                cells.walk(self._package.xml(part))
                sheet.write(b"</sheetData></worksheet>")
        return copy.getvalue(), cells


_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def _frame(book: Book, styles: Styles) -> dict[str, str]:
    """Everything of the copy but its cells: name → XML."""

    def related(kind: str, target: str) -> str:
        link = f'<Relationship Id="{kind}" Type="{_RELATED}{kind}" Target="{target}"/>'
        return f"<Relationships>{link}</Relationships>"

    codes = "".join(
        f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for number, code in styles.codes.items()
    )
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in ("0", *styles.styles))
    return {
        "[Content_Types].xml": "<Types></Types>",
        "_rels/.rels": related("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": related("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook><workbookPr date1904="{int(book.from_1904)}"/><sheets>'
        '<sheet name="1" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/styles.xml": f"<styleSheet><numFmts>{codes}</numFmts><cellXfs>{formats}</cellXfs></styleSheet>",
    }

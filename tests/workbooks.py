"""Exported workbooks, changed by hand."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeAlias

import xlsxwriter

from surveyapp.adapters.spreadsheet import read_pages
from surveyapp.instruments.sheets import HEADINGS

Cells: TypeAlias = dict[str, list[list[Any]]]  # sheet → rows, the heading row first


def cells_of(data: bytes) -> Cells:
    """Every sheet of an export but the instructions; row 1 of the sheet is place 0."""
    pages = read_pages(data, HEADINGS)
    return {name: [list(page.header), *(list(row.cells) for row in page.rows)] for name, page in pages.items() if page}


def workbook(cells: Cells, more: Callable[[Any, Any], None] | None = None) -> bytes:
    """The cells as an office program writes them: numbers as numbers, text that begins with = as formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in cells.items():
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for across, value in enumerate(row):
                if isinstance(value, str) and not value.startswith("="):
                    page.write_string(at, across, value)
                else:
                    page.write(at, across, value)
        if more:
            more(book, page)
    book.close()
    return out.getvalue()


def put(data: bytes, sheet: str, old: object, new: object) -> bytes:
    """The workbook with every cell of a sheet that held ``old`` holding ``new``."""
    cells = cells_of(data)
    found = [[new if cell == old else cell for cell in row] for row in cells[sheet]]
    assert found != cells[sheet], f"{old} is not in {sheet}"
    return workbook({**cells, sheet: found})

"""The filled cells of one worksheet, copied out row by row; formulas and impossible cells are refused."""

from __future__ import annotations

import math
import re
from typing import IO, Final

from surveyapp.adapters.spreadsheet_limits import Limits
from surveyapp.adapters.spreadsheet_parts import Attributes, Text, Walker, copied_text
from surveyapp.domain.problems import CellIsFormula, FileNotReadable, FileSuspicious, Problems

COPIED_STYLE_SHIFT: Final = 1  # style 0 of the copy is a plain number

_COLUMN: Final = re.compile(r"[A-Z]{1,3}")
_ROW: Final = re.compile(r"[1-9][0-9]{0,6}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LAST_SERIAL: Final = 2_958_465  # 31 December 9999, the last day that Excel can write
_TRUTHS: Final = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}


class Cells(Walker):
    """The filled cells of one sheet, row by row, as XML for the copy.

    The busiest code here: some 6 calls for each cell of the file, so it asks little in each.
    """

    def __init__(self, strings: list[Text], style_count: int, copy: IO[bytes], limits: Limits) -> None:
        super().__init__()
        self.formulas: list[str] = []
        self._strings = strings
        self._style_count = style_count
        self._copy = copy
        self._limits = limits
        self._in_data = self._in_row = self._in_cell = self._in_guide = self._taking = False
        self._row = self._column = self._widest = self._cells = self._characters = 0
        self._row_text = self._address = self._kind = self._style = ""
        self._columns: dict[str, int] = {}
        self._pieces: list[str] = []
        self._heard = 0
        self._done: list[str] = []

    def opened(self, tag: str, attributes: Attributes) -> None:
        if self._in_cell:
            if tag == "v":
                self._taking = self._kind != "inlineStr"
            elif tag == "t":
                self._taking = self._kind == "inlineStr" and not self._in_guide
            elif tag == "rPh":
                self._in_guide = True
            elif tag == "f":
                self._note_formula()
        elif tag == "c":
            if self._in_row:
                self._open_cell(attributes)
        elif tag == "row":
            if self._in_data:
                self._open_row(attributes.get("r"))
        elif tag == "sheetData":
            self._in_data = True

    def said(self, text: str) -> None:
        if self._taking:
            self._pieces.append(text)
            self._heard += len(text)
            if self._heard > self._limits.cell_characters:
                raise FileSuspicious

    def closed(self, tag: str) -> None:
        if self._in_cell:
            self._taking = False
            if tag == "c":
                self._in_cell = False
                if self._pieces:
                    self._keep("".join(self._pieces))
            elif tag == "rPh":
                self._in_guide = False
        elif tag == "row":
            self._in_row = False
            if self._done:
                self._close_row()
        elif tag == "sheetData":
            self._in_data = False

    def formula_problems(self) -> Problems:
        return Problems(CellIsFormula(cell=cell) for cell in self.formulas)

    def _open_row(self, number: str | None) -> None:
        row = self._row + 1 if number is None else int(number) if _ROW.fullmatch(number) else 0
        if row <= self._row:  # Office writes rows in order, and calamine counts on it
            raise FileNotReadable
        self._row, self._row_text, self._column, self._in_row = row, str(row), 0, True

    def _close_row(self) -> None:
        limits = self._limits
        self._cells += len(self._done)
        self._widest = max(self._widest, self._column)
        if (
            self._row > limits.rows
            or self._column > limits.columns
            or self._row * self._widest > limits.grid
            or self._cells > limits.cells
        ):
            raise FileSuspicious
        self._copy.write(f'<row r="{self._row_text}">{"".join(self._done)}</row>'.encode())
        self._done = []

    def _open_cell(self, attributes: Attributes) -> None:
        address = attributes.get("r")
        if address is None:
            address = column_letter(self._column) + self._row_text
        letters = address.removesuffix(self._row_text)
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = _column_number(letters)
        if column <= self._column or len(letters) == len(address):
            raise FileNotReadable
        self._column, self._address, self._in_cell = column, address, True
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._pieces, self._heard = [], 0

    def _note_formula(self) -> None:
        if self._address not in self.formulas[-1:]:
            self.formulas.append(self._address)
        if len(self.formulas) >= self._limits.formulas_told:
            raise self.formula_problems()

    def _keep(self, raw: str) -> None:
        if self._kind == "n":
            self._keep_number(raw.strip())
            return
        if self._kind == "s":
            length, text = self._shared(raw)
        elif self._kind == "b":
            length, text = copied_text(_TRUTHS.get(raw.strip(), raw))
        else:
            length, text = copied_text(raw)
        self._characters += length
        if length > self._limits.cell_characters or self._characters > self._limits.text_characters:
            raise FileSuspicious
        if text:
            self._done.append(f'<c r="{self._address}" t="inlineStr"><is><t>{text}</t></is></c>')

    def _shared(self, raw: str) -> Text:
        try:
            index = int(raw)
        except ValueError:
            raise FileNotReadable from None
        if not 0 <= index < len(self._strings):
            raise FileNotReadable
        return self._strings[index]

    def _keep_number(self, number: str) -> None:
        if not number:
            return
        if not (_NUMBER.fullmatch(number) and math.isfinite(float(number))):
            raise FileNotReadable
        self._done.append(f'<c r="{self._address}" s="{self._style_for(float(number))}"><v>{number}</v></c>')

    def _style_for(self, number: float) -> int:
        """The cell's style; none where Excel shows ##### because no date has that number."""
        if not (0 <= number < _LAST_SERIAL and self._style.isdecimal() and len(self._style) < 6):
            return 0
        style = int(self._style)
        return style + COPIED_STYLE_SHIFT if style < self._style_count else 0


def column_letter(index: int) -> str:
    """The letters of a column counted from 0: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _column_number(letters: str) -> int:
    if not _COLUMN.fullmatch(letters):
        raise FileNotReadable
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number

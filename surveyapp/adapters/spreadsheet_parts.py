"""The XML parts of a workbook around its cells, walked by expat one tag at a time."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterator, Mapping
from typing import Final
from xml.parsers import expat

from surveyapp.adapters.spreadsheet_limits import Limits
from surveyapp.adapters.spreadsheet_package import Package
from surveyapp.domain.problems import FileNotReadable, FileSuspicious

_LONGEST_TAG: Final = 64 * 1024
_NAMES_CHARACTERS: Final = 16 * 1024  # of all the names in one part; a worksheet of Excel's has 2,000
_DEEPEST: Final = 64

Attributes = Mapping[str, str]


class _LocalNames(dict[str, str]):
    """Name → name without its prefix: prefixes differ between programs."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition(":")[2]
        return local


class Walker:
    """One part walked by expat, which here never holds more than one tag and a few names."""

    def __init__(self) -> None:
        self._depth = 0
        self._local = _LocalNames()

    def opened(self, tag: str, attributes: Attributes) -> None:
        """A start tag."""

    def closed(self, tag: str) -> None:
        """An end tag."""

    def said(self, text: str) -> None:
        """A run of text, perhaps not all of it."""

    def walk(self, pieces: Iterator[bytes]) -> None:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._opened
        parser.EndElementHandler = self._closed
        parser.CharacterDataHandler = self.said
        parser.StartDoctypeDeclHandler = _refuse_doctype
        fed = 0
        try:
            for piece in pieces:
                parser.Parse(piece, False)
                fed += len(piece)
                # What expat keeps: a tag not yet closed, and every name it has met.
                pending, names = fed - parser.CurrentByteIndex, sum(map(len, parser.intern))
                if pending > _LONGEST_TAG or names > _NAMES_CHARACTERS:
                    raise FileSuspicious
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise FileNotReadable from None

    def _opened(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FileSuspicious
        self.opened(self._local[name], attributes)

    def _closed(self, name: str) -> None:
        self._depth -= 1
        self.closed(self._local[name])


def _refuse_doctype(*_declaration: object) -> None:
    raise FileSuspicious


_MOST_PARTS: Final = 2_000


class Relations(Walker):
    """Id → kind and part name of what a part refers to inside the package."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self._met = 0
        self.parts: dict[str, tuple[str, str]] = {}

    def opened(self, tag: str, attributes: Attributes) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = posixpath.normpath(posixpath.join("/", self._folder, attributes.get("Target", "")))
        self.parts[attributes.get("Id", "")] = (kind, target.lstrip("/"))
        self._met += 1
        if self._met > _MOST_PARTS:
            raise FileSuspicious

    def of_kind(self, wanted: str) -> str | None:
        return next((part for kind, part in self.parts.values() if kind == wanted), None)


class Book(Walker):
    """The first visible worksheet ("" without any), every worksheet by name, hidden ones too, and which of
    the two calendars the dates count from."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = ""
        self.from_1904 = False
        self.pages: list[tuple[str, str]] = []
        self._sheets: list[str] = []
        self._named: list[tuple[str, str]] = []

    def opened(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in ("1", "true", "on")
        elif tag == "sheet":
            ids = [value for name, value in attributes.items() if name.endswith(":id")]
            self._named.extend((attributes.get("name", ""), value) for value in ids)
            if attributes.get("state", "visible") == "visible":
                self._sheets.extend(ids)
            if len(self._named) > _MOST_PARTS:
                raise FileSuspicious

    def choose(self, targets: Relations) -> None:
        worksheets = (targets.parts.get(sheet, ("", "")) for sheet in self._sheets)
        self.sheet = next((part for kind, part in worksheets if kind == "worksheet"), "")
        named = ((name, targets.parts.get(sheet, ("", ""))) for name, sheet in self._named)
        self.pages = [(name, part) for name, (kind, part) in named if kind == "worksheet"]


def read_book(package: Package) -> tuple[Book, Relations]:
    root = Relations("")
    root.walk(package.xml("_rels/.rels"))
    main = root.of_kind("officeDocument") or "xl/workbook.xml"
    folder, name = posixpath.split(main)
    targets = Relations(folder)
    targets.walk(package.xml(posixpath.join(folder, "_rels", name + ".rels")))
    book = Book()
    book.walk(package.xml(main))
    book.choose(targets)
    return book, targets


class Styles(Walker):
    """The number format of each cell style."""

    _MOST_STYLES: Final = 70_000  # Excel stops at 65,490
    _MOST_FORMATS: Final = 5_000  # Excel stops at about 250
    _LONGEST_FORMAT: Final = 1_000

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}
        self.styles: list[str] = []
        self._within = ""

    def opened(self, tag: str, attributes: Attributes) -> None:
        if tag in ("numFmts", "cellXfs"):
            self._within = tag
            return
        number = attributes.get("numFmtId", "0")
        if not (number.isascii() and number.isdecimal() and len(number) < 6):
            number = "0"
        if tag == "xf" and self._within == "cellXfs":
            self.styles.append(number)
        elif tag == "numFmt" and self._within == "numFmts":
            self.codes[number] = attributes.get("formatCode", "")[: self._LONGEST_FORMAT]
        if len(self.styles) > self._MOST_STYLES or len(self.codes) > self._MOST_FORMATS:
            raise FileSuspicious

    def closed(self, tag: str) -> None:
        if tag == self._within:
            self._within = ""


Text = tuple[int, str]  # how many characters a person would see at most, and the text as XML


def copied_text(raw: str) -> Text:
    text = raw.strip()
    return len(text), html.escape(text, quote=False)


class Strings(Walker):
    """The shared strings, phonetic guides left out, each with its length and escaped once for the copy."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self.texts: list[Text] = []
        self._pieces: list[str] = []
        self._characters = 0
        self._in_text = self._in_guide = False

    def opened(self, tag: str, attributes: Attributes) -> None:
        if tag == "si":
            self._pieces = []
        elif tag == "rPh":
            self._in_guide = True
        elif tag == "t":
            self._in_text = not self._in_guide

    def said(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)
            self._characters += len(text)
            if self._characters > self._limits.text_characters:
                raise FileSuspicious

    def closed(self, tag: str) -> None:
        if tag == "t":
            self._in_text = False
        elif tag == "rPh":
            self._in_guide = False
        elif tag == "si":
            self.texts.append(copied_text("".join(self._pieces)))
            if len(self.texts) > self._limits.cells:
                raise FileSuspicious

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
import math
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from surveyapp.domain.problems import CellIsFormula, FileNotReadable, FileSuspicious, Problems

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a table may be. A filled checklist takes under 1 MB inflated and 1,000 cells; the roster
    of 8,300 agencies takes 125,000 cells."""

    file_bytes: int = 5 * MEGABYTE
    inflated_bytes: int = 24 * MEGABYTE
    entries: int = 2_000
    rows: int = 20_000
    columns: int = 200
    grid: int = 500_000  # rows × columns down to the last filled cell: calamine keeps all of them
    cells: int = 150_000  # cells that hold something
    tags: int = 1_200_000  # start and end tags walked in all parts together: 8 for each cell, 2 if it is only formatted
    cell_characters: int = 10_000
    text_characters: int = 5_000_000
    formulas_told: int = 50


DEFAULT_LIMITS: Final = Limits()


def fresh_copy(data: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The values of the first visible worksheet, at their places, in a workbook written here.

    Text is text, true and false and errors become text, numbers keep the number format that tells a
    date from a number. Cells at the same addresses; no formula, no other sheet, no other part.
    data: no longer than ``limits.file_bytes``; whoever reads the upload sees to that.
    Refusals: FileNotReadable, FileSuspicious, or Problems of CellIsFormula.
    """
    package = _Package(data, limits)
    book, targets = _book(package)
    styles, strings = _Styles(), _Strings(limits)
    for kind, walker in (("styles", styles), ("sharedStrings", strings)):
        if part := targets.of_kind(kind):
            walker.walk(package.xml(part))
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in _frame(book, styles).items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            cells = _Cells(strings.texts, len(styles.styles), sheet, limits)
            sheet.write(b"<worksheet><sheetData>")
            cells.walk(package.xml(book.sheet))
            sheet.write(b"</sheetData></worksheet>")
    if cells.formulas:
        raise cells.formula_problems()
    return copy.getvalue()


_RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_COPIED_STYLE_SHIFT: Final = 1  # style 0 of the copy is a plain number


def _frame(book: _Book, styles: _Styles) -> dict[str, str]:
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


# --- the zip -----------------------------------------------------------------------------------------

_PIECE: Final = 64 * 1024
_SIP: Final = 16 * 1024
_CENTRAL_ENTRY: Final = b"PK\x01\x02"
_LOCAL_ENTRY: Final = b"PK\x03\x04"
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_XML_NAMES: Final = (".xml", ".rels")
_NOBODYS_XML: Final = "customxml/"  # never walked; Power Query keeps UTF-16 there in honest workbooks
_HEAD: Final = 1024
_FORBIDDEN_IN_XML: Final = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)
_DECLARED_ENCODING: Final = re.compile(rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")


class _Package:
    """The parts of a zip, every one of them inflated once and found to be what it says it is."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._tags_left = limits.tags
        self._tags: dict[str, int] = {}
        self._parts: dict[str, zipfile.ZipInfo] = {}
        entries = _entries(data, limits)
        self._spans = _spans(data, entries)
        for entry in entries:
            name = _part_name(entry)
            if name in self._parts:
                raise FileSuspicious
            self._parts[name] = entry
        self._weigh(limits.inflated_bytes)

    def xml(self, part: str) -> Iterator[bytes]:
        """The inflated bytes of one part to be walked, as long as all that is walked is not too much."""
        name = part.casefold()
        if name not in self._parts:
            raise FileNotReadable
        self._tags_left -= self._tags[name]
        if self._tags_left < 0:
            raise FileSuspicious
        return _plain_xml(self._inflated(self._parts[name]))

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        start, end = self._spans[entry.header_offset]
        return _inflate(memoryview(self._data)[start:end], entry.compress_type)

    def _weigh(self, room: int) -> None:
        for name, entry in self._parts.items():
            pieces = self._inflated(entry)
            if name.endswith(_XML_NAMES) and not name.startswith(_NOBODYS_XML):
                pieces = _plain_xml(pieces)
            size = checksum = tags = 0
            for piece in pieces:
                size += len(piece)
                tags += piece.count(b"<") + piece.count(b"/>")
                checksum = zlib.crc32(piece, checksum)
                if size > entry.file_size or size > room:
                    raise FileSuspicious
            if size != entry.file_size:
                raise FileSuspicious
            if checksum != entry.CRC:
                raise FileNotReadable
            self._tags[name] = tags
            room -= size


def _entries(data: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    # Counted in the bytes first: zipfile makes an object of each entry before anyone can ask how many.
    if data.count(_CENTRAL_ENTRY) > limits.entries:
        raise FileSuspicious
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except Exception:  # a broken directory raises BadZipFile, struct.error, ValueError, UnicodeError...
        raise FileNotReadable from None
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise FileNotReadable
    return entries


def _spans(data: bytes, entries: list[zipfile.ZipInfo]) -> dict[int, tuple[int, int]]:
    """Header offset → where the entry's packed bytes start and end. No byte serves two entries."""
    spans: dict[int, tuple[int, int]] = {}
    end_of_last = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        offset = entry.header_offset
        if offset < end_of_last:
            raise FileSuspicious
        if offset + _LOCAL_HEADER.size > len(data):
            raise FileNotReadable
        signature, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, offset)
        start = offset + _LOCAL_HEADER.size + name_length + extra_length
        end_of_last = start + entry.compress_size
        if signature != _LOCAL_ENTRY or end_of_last > len(data):
            raise FileNotReadable
        spans[offset] = (start, end_of_last)
    return spans


def _part_name(entry: zipfile.ZipInfo) -> str:
    """Names are compared without case, as Office does; a name that climbs or repeats is a trick."""
    name = entry.orig_filename.replace("\\", "/")
    if "\0" in name or ":" in name or name.startswith("/") or ".." in name.split("/"):
        raise FileSuspicious
    return name.casefold()


def _inflate(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _PIECE):
            yield bytes(packed[at : at + _PIECE])
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    at = 0
    while not inflater.eof:
        sip: bytes | memoryview = inflater.unconsumed_tail
        if not sip:
            sip, at = packed[at : at + _SIP], at + _SIP
        try:
            piece = inflater.decompress(sip, _PIECE)
        except zlib.error:
            raise FileNotReadable from None
        if piece:
            yield piece
        elif not sip:
            raise FileNotReadable
    if inflater.unused_data or at < len(packed):
        raise FileSuspicious


def _plain_xml(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, unless they hold a DTD or are in another encoding, where one could hide."""
    head = tail = b""
    for piece in pieces:
        if len(head) < _HEAD:  # a first piece may be made as short as one byte
            head += piece[:_HEAD]
            _refuse_other_encoding(head)
        window = tail + piece
        if _FORBIDDEN_IN_XML.search(window):
            raise FileSuspicious
        tail = window[-len(b"<!doctype") :]
        yield piece


def _refuse_other_encoding(head: bytes) -> None:
    if b"\0" in head[:4] or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileSuspicious
    declared = _DECLARED_ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        raise FileSuspicious


# --- the XML -----------------------------------------------------------------------------------------

_LONGEST_TAG: Final = 64 * 1024
_NAMES_CHARACTERS: Final = 16 * 1024  # of all the names in one part; a worksheet of Excel's has 2,000
_DEEPEST: Final = 64

_Attributes = Mapping[str, str]


class _LocalNames(dict[str, str]):
    """Name → name without its prefix: prefixes differ between programs."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition(":")[2]
        return local


class _Walker:
    """One part walked by expat, which here never holds more than one tag and a few names."""

    def __init__(self) -> None:
        self._depth = 0
        self._local = _LocalNames()

    def opened(self, tag: str, attributes: _Attributes) -> None:
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

    def _opened(self, name: str, attributes: _Attributes) -> None:
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


class _Relations(_Walker):
    """Id → kind and part name of what a part refers to inside the package."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self._met = 0
        self.parts: dict[str, tuple[str, str]] = {}

    def opened(self, tag: str, attributes: _Attributes) -> None:
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


class _Book(_Walker):
    """The first visible worksheet ("" without any), and which of the two calendars the dates count from."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = ""
        self.from_1904 = False
        self._sheets: list[str] = []

    def opened(self, tag: str, attributes: _Attributes) -> None:
        if tag == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in ("1", "true", "on")
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            self._sheets.extend(value for name, value in attributes.items() if name.endswith(":id"))
            if len(self._sheets) > _MOST_PARTS:
                raise FileSuspicious

    def choose(self, targets: _Relations) -> None:
        worksheets = (targets.parts.get(sheet, ("", "")) for sheet in self._sheets)
        self.sheet = next((part for kind, part in worksheets if kind == "worksheet"), "")


def _book(package: _Package) -> tuple[_Book, _Relations]:
    root = _Relations("")
    root.walk(package.xml("_rels/.rels"))
    main = root.of_kind("officeDocument") or "xl/workbook.xml"
    folder, name = posixpath.split(main)
    targets = _Relations(folder)
    targets.walk(package.xml(posixpath.join(folder, "_rels", name + ".rels")))
    book = _Book()
    book.walk(package.xml(main))
    book.choose(targets)
    return book, targets


class _Styles(_Walker):
    """The number format of each cell style."""

    _MOST_STYLES: Final = 70_000  # Excel stops at 65,490
    _MOST_FORMATS: Final = 5_000  # Excel stops at about 250
    _LONGEST_FORMAT: Final = 1_000

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}
        self.styles: list[str] = []
        self._within = ""

    def opened(self, tag: str, attributes: _Attributes) -> None:
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


_Text = tuple[int, str]  # how many characters a person would see at most, and the text as XML


def _copied_text(raw: str) -> _Text:
    text = raw.strip()
    return len(text), escape(text)


class _Strings(_Walker):
    """The shared strings, phonetic guides left out, each with its length and escaped once for the copy."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self.texts: list[_Text] = []
        self._pieces: list[str] = []
        self._characters = 0
        self._in_text = self._in_guide = False

    def opened(self, tag: str, attributes: _Attributes) -> None:
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
            self.texts.append(_copied_text("".join(self._pieces)))
            if len(self.texts) > self._limits.cells:
                raise FileSuspicious


# --- the cells ---------------------------------------------------------------------------------------

_COLUMN: Final = re.compile(r"[A-Z]{1,3}")
_ROW: Final = re.compile(r"[1-9][0-9]{0,6}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LAST_SERIAL: Final = 2_958_465  # 31 December 9999, the last day that Excel can write
_TRUTHS: Final = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}


class _Cells(_Walker):
    """The filled cells of one sheet, row by row, as XML for the copy.

    The busiest code here: some 6 calls for each cell of the file, so it asks little in each.
    """

    def __init__(self, strings: list[_Text], style_count: int, copy: IO[bytes], limits: Limits) -> None:
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

    def opened(self, tag: str, attributes: _Attributes) -> None:
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

    def _open_cell(self, attributes: _Attributes) -> None:
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
            length, text = _copied_text(_TRUTHS.get(raw.strip(), raw))
        else:
            length, text = _copied_text(raw)
        self._characters += length
        if length > self._limits.cell_characters or self._characters > self._limits.text_characters:
            raise FileSuspicious
        if text:
            self._done.append(f'<c r="{self._address}" t="inlineStr"><is><t>{text}</t></is></c>')

    def _shared(self, raw: str) -> _Text:
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
        return style + _COPIED_STYLE_SHIFT if style < self._style_count else 0


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

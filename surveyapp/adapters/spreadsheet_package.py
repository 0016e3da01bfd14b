"""The zip of a workbook nobody vouches for: inflated in small pieces, counted, and refused on the way."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from surveyapp.adapters.spreadsheet_limits import Limits
from surveyapp.domain.problems import FileNotReadable, FileSuspicious

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


class Package:
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

"""Packing: pages compressed by ourselves, and questionnaires kept rendered and compressed.

All of a questionnaire's page but its last line is the same for everybody. So it is rendered and compressed
once; a visit adds its own last line as a deflate block of its own, which costs microseconds.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, request, session

from surveyapp.services.answering import Form

LEAST_TO_PACK: Final = 1_000  # bytes; smaller ones fit a packet anyway
_MOST_KEPT: Final = 600  # pages a process, about 12 KB each
_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # gzip: deflate, no name, no time
_GZIP: Final = "gzip"
_KEPT_FOR_EVER: Final = "public, max-age=31536000, immutable"


class KeptPage:
    """A page whose end differs from visit to visit."""

    def __init__(self, form: Form, before: str) -> None:
        self.form = form
        content = before.encode()
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
        self._packed = _HEAD + packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
        self._sum = zlib.crc32(content)
        self._size = len(content)

    def with_end(self, end: str, *, packed: bool) -> bytes:
        """The whole page, as a gzip file or plain."""
        last = end.encode()
        if not packed:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self._packed[len(_HEAD) :]) + last
        packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        block = packer.compress(last) + packer.flush()
        return self._packed + block + struct.pack("<2L", zlib.crc32(last, self._sum), self._size + len(last))


class KeptPages:
    """The questionnaires people are looking at just now, by link and language."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], KeptPage] = {}

    def get(self, form: Form, language: str) -> KeptPage | None:
        """The page of exactly this form, if it was kept."""
        kept = self._pages.get((form.link.code, language))
        return kept if kept is not None and kept.form is form else None

    def put(self, form: Form, language: str, before: str) -> KeptPage:
        """Keep a page; ``before`` is all of it but its end."""
        if len(self._pages) >= _MOST_KEPT:
            self._pages.pop(next(iter(self._pages)), None)
        page = self._pages[form.link.code, language] = KeptPage(form, before)
        return page


def takes_gzip() -> bool:
    """Whether whoever asks can unpack."""
    return request.accept_encodings[_GZIP] > 0


def as_packed(body: bytes, *, packed: bool, mimetype: str = "text/html") -> Response:
    """An answer whose body is packed already (or was asked for plain)."""
    response = Response(body, mimetype=mimetype)
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = _GZIP
    return response


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file as it is served: its bytes, the same compressed (where that helps), and the mark of its address."""

    plain: bytes
    packed: bytes | None
    mark: str
    mimetype: str

    def answer(self, asked_mark: str | None) -> Response:
        """The file; kept for ever where it is asked for by its mark, since other bytes have another mark."""
        packed = self.packed is not None and takes_gzip()
        response = as_packed((self.packed if packed else None) or self.plain, packed=packed, mimetype=self.mimetype)
        response.headers["Cache-Control"] = _KEPT_FOR_EVER if asked_mark == self.mark else "no-cache"
        return response


def pack_file(plain: bytes, mimetype: str) -> PackedFile:
    """Compress a file once, as small as it gets."""
    packed = gzip.compress(plain, 9, mtime=0)
    helps = len(packed) < len(plain)
    return PackedFile(plain, packed if helps else None, hashlib.sha256(plain).hexdigest()[:12], mimetype)


def pack(app: Flask) -> None:
    """Compress the pages of people who are not signed in. A page with somebody's token in it stays as it is:
    the length of what is compressed together would tell about its content."""

    def smaller(response: Response) -> Response:
        text = response.mimetype in ("text/html", "application/json", "image/svg+xml")
        if not text or response.direct_passthrough or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if len(response.get_data()) >= LEAST_TO_PACK and takes_gzip() and not session:
            response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
            response.headers["Content-Encoding"] = _GZIP
        return response

    app.after_request(smaller)

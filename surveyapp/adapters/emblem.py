"""The emblem of an agency: a PNG read to its last byte, and written anew with nothing but its pixels."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from surveyapp.adapters.qr import chunk
from surveyapp.domain.problems import EmblemUnreadable

LARGEST_BYTES: Final = 2_000_000
_LARGEST_SIDE: Final = 3_000  # pixels
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour type → samples a pixel
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_KEPT: Final = (b"PLTE", b"tRNS")


def clean_emblem(content: bytes) -> bytes:
    """The same picture with every chunk gone that is not pixels: names, places, times, comments, profiles.

    A PNG, not interlaced, at most 2 MB and 3,000 pixels a side. Refuses what is broken anywhere, so that
    nothing further on meets a file it cannot read.
    """
    if len(content) > LARGEST_BYTES:
        raise EmblemUnreadable()
    try:
        return _rebuilt(content)
    except (ValueError, KeyError, IndexError, struct.error, zlib.error):
        raise EmblemUnreadable() from None


def emblem_svg(content: bytes) -> str:
    """The clean picture inside an SVG, which travels as text."""
    png = clean_emblem(content)
    width, height = struct.unpack_from(">II", png, 16)
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )


def _rebuilt(content: bytes) -> bytes:
    if not content.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    chunks = list(_chunks(content))
    if chunks[0][0] != b"IHDR" or chunks[-1] != (b"IEND", b""):
        raise ValueError("not a whole PNG")
    head = chunks[0][1]
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    kept = {kind: body for kind, body in chunks if kind in _KEPT}
    pixels = _pixels(head, packed, kept.get(b"PLTE", b""))
    colours = b"".join(chunk(kind, kept[kind]) for kind in _KEPT if _belongs(kind, head[9], kept))
    return _SIGNATURE + chunk(b"IHDR", head) + colours + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        (told,) = struct.unpack_from(">I", content, at + 8 + length)
        if told != zlib.crc32(kind + body):
            raise ValueError("a chunk is damaged")
        yield kind, body
        at += 12 + length
        if kind == b"IEND":
            return


def _pixels(head: bytes, packed: bytes, palette: bytes) -> bytes:
    """The filtered rows, unpacked; refuses a size, a depth or a number of bytes that cannot be."""
    width, height, depth, colour, method, filters, interlaced = struct.unpack(">IIBBBBB", head)
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE) or (method, filters, interlaced) != (0, 0, 0):
        raise ValueError("too large, or interlaced")
    if depth not in _DEPTHS[colour] or (colour == 3 and not _is_palette(palette, depth)):
        raise ValueError("no such colours")
    row = (width * depth * _SAMPLES[colour] + 7) // 8 + 1
    reader = zlib.decompressobj()
    pixels = reader.decompress(packed, row * height)
    if len(pixels) != row * height or max(pixels[::row]) > 4:
        raise ValueError("too few pixels, or an unknown filter")
    return pixels


def _is_palette(palette: bytes, depth: int) -> bool:
    return len(palette) % 3 == 0 and 0 < len(palette) // 3 <= 2**depth


def _belongs(kind: bytes, colour: int, kept: dict[bytes, bytes]) -> bool:
    """Whether a palette (or its transparency) goes with pictures of this colour type."""
    if kind not in kept or colour != 3:
        return False
    return kind == b"PLTE" or len(kept[kind]) <= len(kept[b"PLTE"]) // 3

"""Draw the picture that goes with a shared link: python scripts/preview.py

A picture of few colours: each is rounded to one of a palette, which makes the file a third as large.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import fontpkg_sarabun
import typst

HERE = Path(__file__).parent
PICTURE = HERE.parent / "surveyapp/web/assets/preview.png"
WIDTH, HEIGHT, DEPTH = 1200, 630, 4
Colour = tuple[int, int, int]


def main() -> None:
    """preview.png, 1200x630, with a palette of at most 64 colours."""
    fonts = Path(str(fontpkg_sarabun.ROOT)) / "files"
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
    drawn = typst.Compiler((HERE / "preview.typ").read_bytes(), font_paths=known).compile(format="png", ppi=144)
    if not isinstance(drawn, bytes):
        raise TypeError("typst gave several pictures")
    rows = [[tuple(row[at : at + 3]) for at in range(0, len(row), DEPTH)] for row in _rows(drawn)]
    PICTURE.write_bytes(_with_palette(rows))  # type: ignore[arg-type]


def _rows(png: bytes) -> Iterator[bytearray]:
    """The lines of points of an RGBA picture, with the filters of PNG undone."""
    packed, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += length + 12
    data, stride = zlib.decompress(packed), WIDTH * DEPTH
    above = bytearray(stride)
    for line in range(HEIGHT):
        start = line * (stride + 1)
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for i in range(stride):
            left, corner = (row[i - DEPTH], above[i - DEPTH]) if i >= DEPTH else (0, 0)
            row[i] = (
                row[i] + (0, left, above[i], (left + above[i]) // 2, _nearest(left, above[i], corner))[kind]
            ) & 255
        above = row
        yield row


def _nearest(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))


def _with_palette(rows: list[list[Colour]]) -> bytes:
    common = [colour for colour, _ in Counter(point for row in rows for point in row).most_common(64)]
    place: dict[Colour, int] = {}
    for colour in {point for row in rows for point in row}:
        place[colour] = min(
            range(len(common)), key=lambda i: sum((a - b) ** 2 for a, b in zip(common[i], colour, strict=True))
        )
    lines = b"".join(b"\0" + bytes(place[point] for point in row) for row in rows)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", bytes(sum(common, ()))), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(*each) for each in parts)


def _part(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


if __name__ == "__main__":
    main()

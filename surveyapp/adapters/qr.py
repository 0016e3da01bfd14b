"""QR codes: as SVG and PNG for paper and pages, and as signs for a terminal."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from itertools import groupby
from typing import Final

QUIET_ZONE: Final = 4  # modules, as the standard asks
_MODULE_PIXELS: Final = 16
_BLACK_ON_WHITE: Final = "\x1b[30;107m"
_PLAIN: Final = "\x1b[0m"
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_Matrix = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=4096)
def qr_svg(text: str) -> bytes:
    """The code of a link's address as SVG, kept for the next time; see ``draw_qr_svg``."""
    return draw_qr_svg(text)


def draw_qr_svg(text: str) -> bytes:
    """The code of a text as SVG, at error correction Q: a quarter of it may be torn or dirty. Kept nowhere.

    The ground is white, quiet zone included, so that the code can be read on a dark page too.
    Capitals, digits and ``:/.-`` alone make a smaller code (alphanumeric mode).
    """
    rows = _matrix(text)
    side = len(rows)
    path = "".join(_runs(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>'
    ).encode("ascii")


def qr_png(text: str) -> bytes:
    """The same code as a picture of black and white, 16 pixels a module."""
    rows = _matrix(text)
    side = len(rows) * _MODULE_PIXELS
    lines = bytearray()
    for row in rows:
        signs = "".join(("0" if dark else "1") * _MODULE_PIXELS for dark in row)
        lines += (b"\x00" + int(signs, 2).to_bytes(side // 8, "big")) * _MODULE_PIXELS
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(lines), 9)) + chunk(b"IEND")


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """One chunk of a PNG, with its length and its sum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def qr_modules(svg: bytes) -> int:
    """How many modules a side a code of ours has, without the quiet zone."""
    return int(svg.split(b'viewBox="0 0 ', 1)[1].split(b" ", 1)[0]) - 2 * QUIET_ZONE


def qr_terminal(text: str) -> str:
    """The code of a text in half blocks, black on white whatever the terminal's colours are."""
    rows = [list(row) for row in _matrix(text, correction="L")]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = ("".join(_HALVES[top, bottom] for top, bottom in zip(*pair, strict=True)) for pair in pairs)
    return "\n".join(f"{_BLACK_ON_WHITE}{line}{_PLAIN}" for line in lines)


def _matrix(text: str, *, correction: str = "Q") -> _Matrix:
    """The modules row by row, quiet zone included; True is dark."""
    import qrcode  # brings a library of pictures along that a server of forms has no use for
    from qrcode import constants

    code = qrcode.QRCode(error_correction=getattr(constants, f"ERROR_CORRECT_{correction}"), border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


def _runs(rows: _Matrix) -> list[str]:
    """A rectangle for each run of dark modules, as parts of one path."""
    found = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                found.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return found

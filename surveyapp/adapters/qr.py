"""QR codes: as SVG for paper and pages, and as signs for a terminal."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

QUIET_ZONE: Final = 4  # modules, as the standard asks
_BLACK_ON_WHITE: Final = "\x1b[30;107m"
_PLAIN: Final = "\x1b[0m"
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


@lru_cache(maxsize=4096)
def qr_svg(text: str) -> bytes:
    """The code of a text as SVG, at error correction Q: a quarter of it may be torn or dirty.

    The ground is white, quiet zone included, so that the code can be read on a dark page too.
    Capitals, digits and ``:/.-`` alone make a smaller code (alphanumeric mode).
    """
    import qrcode  # brings a library of pictures along that a server of forms has no use for
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.image.svg import SvgPathFillImage

    image = qrcode.make(text, error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE, image_factory=SvgPathFillImage)
    out = io.BytesIO()
    image.save(out)
    return out.getvalue()


def qr_terminal(text: str) -> str:
    """The code of a text in half blocks, black on white whatever the terminal's colours are."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_L

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = ("".join(_HALVES[top, bottom] for top, bottom in zip(*pair, strict=True)) for pair in pairs)
    return "\n".join(f"{_BLACK_ON_WHITE}{line}{_PLAIN}" for line in lines)

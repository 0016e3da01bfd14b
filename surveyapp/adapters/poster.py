"""The A4 poster of a link, as PDF: set by typst, with Thai shaped and broken as Thai."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from surveyapp.adapters.qr import qr_svg

if TYPE_CHECKING:
    import typst

_TEMPLATE: Final = Path(__file__).with_name("poster.typ")
_UNKNOWN: Final = "·"


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster.

    address: in capitals, what the QR code holds and what is printed beneath it. code: eight signs.
    closes_on: a date in words. minutes: how long answering takes. instrument: "iit" or "eit". digest: the
    paper's, short.
    """

    agency: str
    instrument: str
    fiscal_year: int
    address: str
    code: str
    closes_on: str | None
    minutes: int
    rehearsal: bool
    draft: bool = False
    own_wording: bool = True
    digest: str = ""


def render_poster(poster: Poster) -> bytes:
    """One A4 page as PDF, tagged (PDF/UA-1), fonts embedded. The same poster gives the same bytes."""
    words = asdict(poster)
    words["agency"] = _printable(poster.agency) or _UNKNOWN
    words["qr"] = qr_svg(poster.address).decode("ascii")
    words["shown_address"] = poster.address.split("://", 1)[-1]
    words["shown_code"] = f"{poster.code[:4]} {poster.code[4:]}"
    # A compiler of its own for each poster: a shared one refuses a second thread ("Already borrowed"),
    # and this one costs nothing beside the fonts, which are shared.
    import typst  # 4 MB that a server of forms has no use for

    compiler = typst.Compiler(_template(), font_paths=_fonts(), sys_inputs={"poster": json.dumps(words)})
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave several files for one poster")
    return pdf


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


@cache
def _fonts() -> typst.Fonts:
    import fontpkg_sarabun
    import typst

    folder = Path(str(fontpkg_sarabun.ROOT)) / "files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _printable(text: str) -> str:
    """The text on one line, with a dot for every sign the font has no shape for.

    Signs without a shape of their own (zero-width spaces, byte-order marks) are left out: they come
    along when a name is copied from a page. An emoji in a name must not stop a poster.
    """
    seen = (sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    return "".join(sign if _has_shape(sign) else _UNKNOWN for sign in " ".join("".join(seen).split()))


def _has_shape(sign: str) -> bool:
    """Whether Sarabun can show a sign; PDF/UA refuses a page with a sign that no font shows."""
    thai = "\u0e01" <= sign <= "\u0e3a" or "\u0e3f" <= sign <= "\u0e5b"
    return thai or " " <= sign <= "~" or "\u00a1" <= sign <= "\u017e" or sign in "–—‘’“”…"

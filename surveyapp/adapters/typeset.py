"""Sets pages with typst: our templates, our fonts, what varies as data. Thai is shaped and broken as Thai."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surveyapp.domain.problems import NotNow

if TYPE_CHECKING:
    import typst

UNKNOWN: Final = "·"
_ONE_AT_A_TIME: Final = threading.Lock()


def set_pages(template: str, data: dict[str, Any]) -> bytes:
    """A template beside this file as PDF, tagged (PDF/UA-1), fonts embedded. The same data gives the same bytes."""
    # A compiler of its own for each file: a shared one refuses a second thread ("Already borrowed"),
    # and this one costs nothing beside the fonts, which are shared.
    import typst  # 4 MB that a server of forms has no use for

    files: Any = {**_templates(), "main": _templates()[template]}
    compiler = typst.Compiler(files, font_paths=_fonts(), sys_inputs={"data": json.dumps(data)})
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave several files for one")
    return pdf


def set_apart(template: str, data: dict[str, Any]) -> bytes:
    """As ``set_pages``, in a process of its own; refuses with ``NotNow`` while another is being set so.

    For many pages: typst keeps what it has set (half a megabyte a page, and more), and a server would keep it for ever.
    Nobody waits for a turn: each who waits would take a thread from those who answer.
    """
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        raise NotNow()
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", __name__, template],
            input=json.dumps(data).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
    finally:
        _ONE_AT_A_TIME.release()
    return done.stdout


def printable(text: str) -> str:
    """The text on one line, with a dot for every sign the font has no shape for.

    Signs without a shape of their own (zero-width spaces, byte-order marks) are left out: they come
    along when a name is copied from a page. An emoji in a name must not stop a poster.
    """
    seen = (sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    return "".join(sign if _has_shape(sign) else UNKNOWN for sign in " ".join("".join(seen).split()))


def _has_shape(sign: str) -> bool:
    """Whether Sarabun can show a sign; PDF/UA refuses a page with a sign that no font shows."""
    thai = "\u0e01" <= sign <= "\u0e3a" or "\u0e3f" <= sign <= "\u0e5b"
    return thai or " " <= sign <= "~" or "\u00a1" <= sign <= "\u017e" or sign in "–—‘’“”…"


@cache
def _templates() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(__file__).parent.glob("*.typ")}


@cache
def _fonts() -> typst.Fonts:
    """Sarabun, and the plain typewriter letters that come with typst."""
    import fontpkg_sarabun
    import typst

    folder = Path(str(fontpkg_sarabun.ROOT)) / "files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


if __name__ == "__main__":
    sys.stdout.buffer.write(set_pages(sys.argv[1], json.load(sys.stdin)))

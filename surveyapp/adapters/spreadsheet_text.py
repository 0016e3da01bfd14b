"""Text as a cell can hold it, and as it is compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Zero-width space, word joiner and byte order mark come with copied web pages and make equal words
# differ; controls, surrogates and non-characters cannot be stored. Joiners (U+200C, U+200D) mean
# something in emoji and in other scripts, and stay.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LINE_END: Final = re.compile("\r\n?")


def clean(text: str) -> str:
    """The text without what nobody can see: zero-width and control characters, space around it."""
    return LINE_END.sub("\n", _UNSEEN.sub("", text)).strip()


def header_name(text: str) -> str:
    """A header for comparison: case, width, spacing and the two spellings of ำ make no difference."""
    return " ".join(unicodedata.normalize("NFKC", clean(text)).casefold().split())

"""Receipts: a random serial that says nothing, and the leaf that is kept of it.

The page makes the serial; it comes with the answers and is not kept. What is kept is its leaf, beside no response.
Source: docs/adr/0009-receipts.md, 0011-sheaves.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

SERIAL_FIELD: Final = "serial"
LEAF_BYTES: Final = 10  # docs/adr/0011: what 80 bits keep out
LONGEST_TYPED: Final = 100  # 32 signs with every space and hyphen somebody may put between them
_SERIAL: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_MARK: Final = b"surveyapp receipt 1"
_BETWEEN: Final = re.compile(r"[\s\u200b\u00ad\u2010-\u2015-]+")
_ARABIC: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def tidy_serial(typed: str) -> str | None:
    """A serial as 32 small hexadecimal digits; None where it is none.

    Either letter case, Thai digits, spaces and hyphens between the digits are allowed.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    serial = _BETWEEN.sub("", typed).translate(_ARABIC).lower()
    return serial if _SERIAL.fullmatch(serial) else None


def serial_in(raw: Mapping[str, Sequence[str]]) -> str | None:
    """The serial a form came with. None without a sound one: no answer is refused because of it."""
    values = raw.get(SERIAL_FIELD, ())
    return tidy_serial(values[0]) if len(values) == 1 else None


def leaf_of(serial: str) -> bytes:
    """What is kept of a (tidied) serial: 10 bytes that do not give it back."""
    return hashlib.sha256(_MARK + bytes.fromhex(serial)).digest()[:LEAF_BYTES]


def in_groups(digits: str) -> str:
    """Hexadecimal digits in groups of four, so that they can be read and copied."""
    return "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))

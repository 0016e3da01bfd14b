"""Access codes: a single-use right to answer the IIT, printed on a slip that somebody draws from a box.

No table says who holds which code. What is kept of one is a keyed hash and whether it is spent
(docs/privacy.md); the code itself exists on its slip alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from surveyapp.domain.code_problems import AccessCodeMissing, AccessCodeWrong
from surveyapp.domain.link_code import make_signs, signs_are_right, tidy_code
from surveyapp.domain.problems import Problem
from surveyapp.domain.response import Raw

FIELD: Final = "access_code"
LENGTH: Final = 12  # eleven drawn signs of 31 (more than 2**54 codes) and a check sign
GROUP: Final = 4
LONGEST_TYPED: Final = 60
_PURPOSE: Final = b"access codes 1"


def make_access_code(draw: Callable[[int], int]) -> str:
    """A new code of 12 signs, the last a check sign. ``draw(n)`` gives a random number below n."""
    return make_signs(draw, LENGTH)


def in_groups(code: str) -> str:
    """The code as it is printed: groups of four."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def parse_access_code(raw: Raw) -> str | Problem:
    """The tidied code in a sent form, or what is wrong with it."""
    values = raw.get(FIELD, ())
    typed = values[0] if len(values) == 1 and len(values[0]) <= LONGEST_TYPED else ""
    code = tidy_code(typed)
    if not code:
        return AccessCodeMissing(code=FIELD)
    return code if signs_are_right(code, LENGTH) else AccessCodeWrong(code=FIELD)


@dataclass(frozen=True)
class Seal:
    """Turns a code into what is kept of it. ``secret``: gives the installation's own key.

    Without that key a copy of the database does not tell whether a guessed code is right.
    """

    secret: Callable[[], str]

    def __call__(self, assessment_id: int, code: str) -> bytes:
        """32 bytes; the same code means nothing at another assessment."""
        return hmac.digest(self._key, f"{assessment_id} {code}".encode(), hashlib.sha256)

    @cached_property
    def _key(self) -> bytes:
        return hmac.digest(self.secret().encode(), _PURPOSE, hashlib.sha256)

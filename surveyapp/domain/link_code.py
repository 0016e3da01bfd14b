"""Codes of links: short enough to type from a poster, with a sign that catches typing mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from surveyapp.domain.thai import arabic_digits

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31 signs; no 0 O, no 1 I L
LENGTH: Final = 8
_WHITE: Final = str.maketrans("", "", " -\t\u200b\ufeff")


def make_code(draw: Callable[[int], int]) -> str:
    """A new code of 8 signs, the last a check sign. ``draw(n)`` gives a random number below n."""
    return make_signs(draw, LENGTH)


def make_signs(draw: Callable[[int], int], length: int) -> str:
    """So many signs, all drawn but the last, which checks the others."""
    body = "".join(ALPHABET[draw(len(ALPHABET))] for _ in range(length - 1))
    return body + _check_sign(body)


def tidy_code(typed: str) -> str:
    """What was typed or scanned, in capitals and Arabic digits, without spaces or hyphens."""
    return arabic_digits(typed.translate(_WHITE)).upper()[:40]


def is_code(code: str) -> bool:
    """Whether a tidied code can exist at all: length, signs and check sign."""
    return signs_are_right(code, LENGTH)


def signs_are_right(code: str, length: int) -> bool:
    """Whether there are so many signs, all of ours, and the last one fits the others."""
    return len(code) == length and all(sign in ALPHABET for sign in code) and _check_sign(code[:-1]) == code[-1]


def _check_sign(body: str) -> str:
    """31 is prime and the weights differ, so one wrong sign or two swapped ones always show."""
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]

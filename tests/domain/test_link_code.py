"""Codes of links: what a poster prints, a thumb mistypes and a robot guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.link_code import ALPHABET, LENGTH, is_code, make_code, tidy_code

from .builders import dice, examples

CODES = st.integers(0, 2**64).map(lambda seed: make_code(dice(seed).randrange))


def test_the_alphabet_has_31_signs_that_cannot_be_taken_for_each_other() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set("01OIL") & set(ALPHABET)
    assert ALPHABET.isascii()
    assert ALPHABET.isupper()


@examples(100)
@given(code=CODES)
def test_every_code_that_is_made_can_exist(code: str) -> None:
    assert len(code) == LENGTH
    assert is_code(code)
    assert tidy_code(code) == code


@pytest.mark.parametrize("sign", range(len(ALPHABET)))
def test_codes_of_the_lowest_and_highest_draws_can_exist(sign: int) -> None:
    assert is_code(make_code(lambda _: sign))


def test_every_sign_can_stand_in_every_place() -> None:
    codes = [make_code(dice(seed).randrange) for seed in range(2000)]
    assert all({code[place] for code in codes} == set(ALPHABET) for place in range(LENGTH))


def test_the_draw_is_asked_for_every_sign_but_the_check_sign() -> None:
    asked: list[int] = []

    def draw(below: int) -> int:
        asked.append(below)
        return 0

    make_code(draw)
    assert asked == [31] * (LENGTH - 1)


@examples(60)
@given(code=CODES)
def test_one_wrong_sign_is_always_noticed(code: str) -> None:
    for place in range(LENGTH):
        for sign in ALPHABET.replace(code[place], ""):
            assert not is_code(code[:place] + sign + code[place + 1 :])


@examples(100)
@given(code=CODES)
def test_two_neighbours_that_changed_places_are_always_noticed(code: str) -> None:
    for place in range(LENGTH - 1):
        left, right = code[place], code[place + 1]
        swapped = code[:place] + right + left + code[place + 2 :]
        assert is_code(swapped) == (left == right)


@examples(50)
@given(code=CODES)
def test_a_sign_too_many_or_too_few_is_always_noticed(code: str) -> None:
    assert not any(is_code(code[:place] + code[place + 1 :]) for place in range(LENGTH))
    assert not any(is_code(code[:place] + sign + code[place:]) for place in range(LENGTH + 1) for sign in "2Z")


@pytest.mark.parametrize(
    "code", ["", "2222222", "22222223", "O2222222", "２２２２２２２２", "2222222\n", "\ud800" * 8, "\x00" * 8]
)
def test_what_cannot_be_a_code_is_not_one(code: str) -> None:
    assert not is_code(code)


def test_eight_twos_are_a_code() -> None:
    assert is_code("22222222")


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("abcd2345", "ABCD2345"),
        (" abcd 2345 ", "ABCD2345"),
        ("ABCD-2345", "ABCD2345"),
        ("ab\tcd\u200b23\ufeff45", "ABCD2345"),
        ("", ""),
        ("--- ", ""),
    ],
)
def test_what_was_typed_is_tidied(typed: str, tidied: str) -> None:
    assert tidy_code(typed) == tidied


@examples(100)
@given(code=CODES, gaps=st.lists(st.sampled_from([" ", "-", "\t", "\u200b", "\ufeff"]), min_size=9, max_size=9))
def test_a_code_is_found_however_it_was_spaced_and_in_either_case(code: str, gaps: list[str]) -> None:
    typed = "".join(gap + sign for gap, sign in zip(gaps, code, strict=False)) + gaps[-1]
    assert tidy_code(typed.lower()) == code


@examples(100)
@given(typed=st.text())
def test_whatever_is_typed_is_tidied_to_something_short_and_tidying_again_changes_nothing(typed: str) -> None:
    tidied = tidy_code(typed)
    assert len(tidied) <= 40
    assert tidy_code(tidied) == tidied


def test_a_guess_is_a_code_once_in_31() -> None:
    rng = dice(1)
    guesses = ("".join(rng.choices(ALPHABET, k=LENGTH)) for _ in range(31_000))
    assert 850 < sum(map(is_code, guesses)) < 1150

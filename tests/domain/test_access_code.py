"""Codes on slips: typed by hand, mistyped, guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.access_code import FIELD, LENGTH, Seal, in_groups, make_access_code, parse_access_code
from surveyapp.domain.code_problems import AccessCodeMissing, AccessCodeWrong
from surveyapp.domain.link_code import ALPHABET, is_code

from .builders import dice, examples

CODES = st.integers(0, 2**64).map(lambda seed: make_access_code(dice(seed).randrange))


def typed(text: str) -> object:
    return parse_access_code({FIELD: [text]})


@examples(200)
@given(code=CODES, spaces=st.sampled_from(["", " ", "-", "\t", "\u200b"]))
def test_a_code_is_read_as_it_stands_on_the_slip_or_in_small_letters(code: str, spaces: str) -> None:
    assert typed(in_groups(code).replace(" ", spaces)) == code
    assert typed(code.lower()) == code


@examples(200)
@given(code=CODES, place=st.integers(0, LENGTH - 1), other=st.sampled_from(ALPHABET))
def test_one_wrong_sign_or_two_swapped_ones_are_noticed_before_the_database_is_asked(
    code: str, place: int, other: str
) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    swapped = code[:place] + code[place : place + 2][::-1] + code[place + 2 :]
    for attempt in {wrong, swapped} - {code}:
        assert isinstance(typed(attempt), AccessCodeWrong)


@pytest.mark.parametrize("nothing", ["", "   ", "-"])
def test_nothing_typed_is_asked_for(nothing: str) -> None:
    assert isinstance(typed(nothing), AccessCodeMissing)
    assert isinstance(parse_access_code({}), AccessCodeMissing)


def test_two_codes_in_one_form_are_none() -> None:
    assert isinstance(parse_access_code({FIELD: ["A", "B"]}), AccessCodeMissing)


@examples(100)
@given(code=CODES)
def test_no_code_of_a_slip_is_a_code_of_a_link(code: str) -> None:
    assert not is_code(code)
    assert not is_code(code[:8]) or len(code) > 8


def test_there_are_far_more_codes_than_anybody_can_guess() -> None:
    """200 live codes, a thousand guesses a second: the first hit is awaited for more than a thousand years."""
    codes = len(ALPHABET) ** (LENGTH - 1)
    years = codes / 200 / 1_000 / (3600 * 24 * 365)
    assert years > 1_000


def test_what_is_kept_of_a_code_depends_on_the_key_and_on_the_office() -> None:
    code = make_access_code(dice(1).randrange)
    mine, other = Seal(lambda: "k" * 40), Seal(lambda: "l" * 40)
    assert len({mine(1, code), mine(2, code), other(1, code)}) == 3
    assert mine(1, code) == Seal(lambda: "k" * 40)(1, code)
    assert len(mine(1, code)) == 32

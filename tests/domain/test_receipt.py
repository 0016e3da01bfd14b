"""A receipt: easy to copy, impossible to guess, and no way back from what is kept of it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.receipt import LEAF_BYTES, in_groups, leaf_of, serial_in, tidy_serial

serials = st.binary(min_size=16, max_size=16).map(bytes.hex)


@given(serials, st.sampled_from([str.lower, str.upper, lambda text: text.translate(str.maketrans("0123", "๐๑๒๓"))]))
def test_a_serial_is_read_however_it_was_copied(serial: str, written: object) -> None:
    assert callable(written)
    assert tidy_serial(f"  {written(in_groups(serial))}\n") == serial
    assert tidy_serial(written(serial)) == serial


@given(st.text(max_size=120))
def test_whatever_else_is_typed_is_no_serial_and_breaks_nothing(typed: str) -> None:
    found = tidy_serial(typed)
    assert found is None or (len(found) == 32 and int(found, 16) >= 0)


@pytest.mark.parametrize("values", [[], ["x"], ["0" * 31], ["0" * 33], ["0" * 32, "1" * 32], ["0" * 10_000]])
def test_a_form_without_one_sound_serial_has_none(values: list[str]) -> None:
    assert serial_in({"serial": values}) is None


@given(serials)
def test_the_leaf_is_the_documented_sum(serial: str) -> None:
    expected = hashlib.sha256(b"surveyapp receipt 1" + bytes.fromhex(serial)).digest()[:10]
    assert leaf_of(serial) == expected
    assert len(expected) == LEAF_BYTES


@given(st.sets(serials, min_size=2, max_size=50))
def test_different_serials_have_different_leaves(some: set[str]) -> None:
    assert len({leaf_of(each) for each in some}) == len(some)

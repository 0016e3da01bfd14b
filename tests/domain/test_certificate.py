"""Who signs a certificate: read as typed, with every fault at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.certificate import LONGEST, Signatory, Signed, parse_signed
from surveyapp.domain.certificate_problems import SignatoryTooLong, SignatoryWithoutName
from surveyapp.domain.problems import Problems
from surveyapp.domain.round_problems import DayUnreadable


def test_what_is_empty_is_left_out_and_space_is_tidied() -> None:
    assert parse_signed({}) == Signed()
    typed = {"name1": "  นายสมชาย   ใจดี ", "position1": " ", "name2": "", "day": "๑/๖/๒๕๖๙", "digits": "thai"}
    assert parse_signed(typed) == Signed((Signatory("นายสมชาย ใจดี"),), date(2026, 6, 1), thai_digits=True)
    assert parse_signed({"name2": "ข", "position2": "ค"}).signatories == (Signatory("ข", "ค"),)


def test_every_fault_is_told_at_once() -> None:
    typed = {"position1": "ผู้ว่าราชการจังหวัด", "name2": "ก" * (LONGEST + 1), "day": "พรุ่งนี้"}
    with pytest.raises(Problems) as refused:
        parse_signed(typed)
    found = [(type(each), each.facts["code"]) for each in refused.value.problems]
    assert found == [(SignatoryWithoutName, "name1"), (SignatoryTooLong, "name2"), (DayUnreadable, "day")]


@given(st.dictionaries(st.sampled_from(["name1", "position1", "name2", "position2", "day", "digits"]), st.text()))
def test_anything_typed_is_read_or_refused_in_words(typed: dict[str, str]) -> None:
    with suppress(Problems):
        signed = parse_signed(typed)
        assert all(0 < len(each.name) <= LONGEST >= len(each.position) for each in signed.signatories)

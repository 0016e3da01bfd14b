"""Who signs a certificate and which are asked for: read as typed, with every fault at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.certificate import LONGEST, Signatory, Signed, parse_signed, parse_wish
from surveyapp.domain.certificate_problems import (
    DayFarAway,
    LevelMissing,
    LevelUnknown,
    SignatoryTooLong,
    SignatoryUnreadable,
    SignatoryWithoutName,
)
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.round_problems import DayUnreadable
from tests.conftest import LIBRARY

PAPER = LIBRARY.paper(2569)


def faults(typed: dict[str, str], levels: list[str] | None = None) -> list[tuple[type[Problem], object]]:
    with pytest.raises(Problems) as refused:
        parse_wish(PAPER, levels, typed)
    return [(type(each), each.facts.get("code")) for each in refused.value.problems]


def test_what_is_empty_is_left_out_and_what_has_no_shape_too() -> None:
    assert parse_signed({}, 2569) == Signed()
    typed = {
        "name1": "  นาย\u200bสมชาย \n ใจดี\x00 ",
        "position1": " ",
        "name2": "\u200b",
        "day": "๑/๖/๒๕๖๙",
        "digits": "thai",
    }
    assert parse_signed(typed, 2569) == Signed((Signatory("นายสมชาย ใจดี"),), date(2026, 6, 1), thai_digits=True)
    assert parse_signed({"name2": "ข", "position2": "ค"}, 2569).signatories == (Signatory("ข", "ค"),)


def test_every_fault_is_told_at_once_with_its_field() -> None:
    typed = {"position1": "ผู้ว่าราชการจังหวัด", "name2": "ก" * (LONGEST + 1), "day": "พรุ่งนี้"}
    found = [(SignatoryWithoutName, "name1"), (SignatoryTooLong, "name2"), (DayUnreadable, "day")]
    assert faults(typed) == found
    assert faults(typed, []) == [(LevelMissing, None), *found]
    assert faults({"name1": "ก" + "ื่" * 9}, ["good", "?"]) == [(LevelUnknown, None), (SignatoryUnreadable, "name1")]
    for day in ("1/1/2568", "1/1/9999", "0001-01-01", "1/10/2574"):
        assert faults({"day": day})[0][0] in (DayFarAway, DayUnreadable)


def test_without_a_word_about_levels_those_that_pass_are_meant() -> None:
    assert parse_wish(PAPER, None, {}).levels == {"excellent", "good", "pass"}
    assert parse_wish(PAPER, ["good", "good"], {}).levels == {"good"}


@given(st.dictionaries(st.sampled_from(["name1", "position1", "name2", "position2", "day", "digits"]), st.text()))
def test_anything_typed_is_read_or_refused_in_words(typed: dict[str, str]) -> None:
    with suppress(Problems):
        signed = parse_signed(typed, 2569)
        assert all(0 < len(each.name) <= LONGEST >= len(each.position) for each in signed.signatories)

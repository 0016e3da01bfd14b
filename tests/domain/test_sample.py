"""How many people must answer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.paper import Instrument, SampleRule
from surveyapp.domain.sample import minimum_sample, rule_for

from .builders import D, examples, paper

A_TENTH = D("0.10")


def a_rule(
    *, fixed: int | None = None, share: Decimal | None = A_TENTH, at_least: int = 30, at_most: int | None = 400
) -> SampleRule:
    return SampleRule(Instrument.IIT, (), fixed, share, at_least, at_most, "คู่มือ")


def needed(year: int, instrument: Instrument, kind: str, eligible: int | None) -> int:
    rule = rule_for(paper(year), instrument, kind)
    assert rule is not None
    return minimum_sample(rule, eligible)


@pytest.mark.parametrize("instrument", [Instrument.IIT, Instrument.EIT])
@pytest.mark.parametrize("year", [2562, 2563, 2564, 2565, 2566])
@pytest.mark.parametrize(
    ("eligible", "minimum"),
    [
        (0, 0),
        (1, 1),
        (12, 12),
        (29, 29),
        (30, 30),
        (31, 30),
        (300, 30),
        (301, 31),
        (309, 31),
        (310, 31),
        (311, 32),
        (3999, 400),
        (4000, 400),
        (4001, 400),
        (1_000_000, 400),
        (None, 30),
    ],
)
def test_a_tenth_but_not_under_30_nor_over_400_nor_more_than_there_are(
    year: int, instrument: Instrument, eligible: int | None, minimum: int
) -> None:
    assert needed(year, instrument, "oboto_m", eligible) == minimum


@pytest.mark.parametrize("year", [2567, 2568, 2569])
@pytest.mark.parametrize(
    ("kind", "minimum"),
    [
        ("department", 100),
        ("central_service", 400),
        ("university", 400),
        ("thesaban_tambon_m", 70),
        ("thesaban_tambon_s", 60),
        ("oboto_l", 50),
        ("oboto_m", 40),
        ("oboto_s", 30),
    ],
)
def test_since_2567_the_eit_has_a_fixed_minimum_by_kind_and_size(year: int, kind: str, minimum: int) -> None:
    assert needed(year, Instrument.EIT, kind, None) == minimum
    assert needed(year, Instrument.EIT, kind, 100_000) == minimum
    assert needed(year, Instrument.EIT, kind, 20) == 20


@pytest.mark.parametrize("year", [2567, 2568, 2569])
def test_a_kind_without_a_rule_of_its_own_has_the_general_one(year: int) -> None:
    assert needed(year, Instrument.EIT, "obojo", 5000) == 400
    assert needed(year, Instrument.EIT, "", None) == 30
    assert needed(year, Instrument.IIT, "oboto_l", 110) == 30


def test_nobody_is_asked_for_the_oit() -> None:
    assert rule_for(paper(2569), Instrument.OIT, "oboto_l") is None


def test_a_share_is_rounded_up_to_a_whole_person() -> None:
    assert minimum_sample(a_rule(share=D("0.333"), at_least=0, at_most=None), 10) == 4
    assert minimum_sample(a_rule(share=D("0.1"), at_least=0, at_most=None), 10) == 1


@examples(200)
@given(
    eligible=st.integers(0, 10**7),
    share=st.decimals("0.01", 1, places=2),
    at_least=st.integers(0, 500),
    above=st.none() | st.integers(0, 500),
)
def test_no_rule_ever_asks_for_more_people_than_there_are(
    eligible: int, share: Decimal, at_least: int, above: int | None
) -> None:
    rule = a_rule(share=share, at_least=at_least, at_most=None if above is None else at_least + above)
    found = minimum_sample(rule, eligible)
    assert 0 <= found <= eligible
    assert found >= min(at_least, eligible)
    assert rule.at_most is None or found <= rule.at_most
    assert minimum_sample(rule, eligible + 1) >= found

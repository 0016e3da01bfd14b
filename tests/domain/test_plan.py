"""The cheapest way to a level is really the cheapest, and an impossible one is said to be impossible."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.domain.levels import level
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.plan import NoPlan, Plan, next_level, plan
from surveyapp.domain.scoring import Inputs, score
from surveyapp.instruments.library import Library

LIBRARY = Library()
PASS, FAIL = Decimal(100), Decimal(0)


def inputs(paper: Paper, iit: str, eit: str, failed: set[str]) -> Inputs:
    marks = {item.code: FAIL if item.code in failed else PASS for item in paper.oit.items}
    return Inputs(instruments={Instrument.IIT: Decimal(iit), Instrument.EIT: Decimal(eit)}, marks=marks)


def reaches(paper: Paper, given: Inputs, code: str) -> bool:
    found = level(score(paper, given))
    codes = [each.code for each in paper.levels]
    return found is not None and codes.index(found.code) <= codes.index(code)


def cheapest_by_trying_everything(
    paper: Paper, given: Inputs, code: str, efforts: dict[str, Decimal]
) -> tuple[Decimal, int] | None:
    failed = [item for item, mark in (given.marks or {}).items() if mark == FAIL]
    found = []
    for n in range(len(failed) + 1):
        for chosen in itertools.combinations(failed, n):
            tried = replace(given, marks={**(given.marks or {}), **dict.fromkeys(chosen, PASS)})
            if reaches(paper, tried, code):
                found.append((sum((efforts.get(each, Decimal(1)) for each in chosen), Decimal(0)), n))
    return min(found, default=None)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_plan_is_the_cheapest_there_is(data: st.DataObject) -> None:
    paper = LIBRARY.paper(data.draw(st.sampled_from([2564, 2566, 2568, 2569])))
    codes = [item.code for item in paper.oit.items]
    failed = set(data.draw(st.lists(st.sampled_from(codes), max_size=7, unique=True)))
    scores = st.decimals("80", "100", places=2).map(str)
    now = inputs(paper, data.draw(scores), data.draw(scores), failed)
    efforts = data.draw(st.dictionaries(st.sampled_from(codes), st.integers(1, 9).map(Decimal), max_size=20))
    target = data.draw(st.sampled_from(paper.levels))
    wanted = cheapest_by_trying_everything(paper, now, target.code, efforts)
    found = plan(paper, now, target, efforts)
    if wanted is None:
        assert isinstance(found, NoPlan)
    else:
        assert isinstance(found, Plan)
        assert (found.cost, len(found.items)) == wanted
        assert reaches(
            paper, replace(now, marks={**(now.marks or {}), **{i.code: PASS for i in found.items}}), target.code
        )


def test_no_oit_change_mends_a_missed_eit_gate() -> None:
    paper = LIBRARY.paper(2568)
    found = plan(paper, inputs(paper, "97", "84.99", {"O1"}), paper.levels[1])
    assert isinstance(found, NoPlan)
    assert [(gate.of, gate.by) for gate in found.blocked] == [("eit", Decimal("-0.01"))]
    assert found.best == paper.level("pass")


def test_a_level_that_is_reached_needs_nothing() -> None:
    paper = LIBRARY.paper(2568)
    found = plan(paper, inputs(paper, "96", "96", set()), paper.levels[1])
    assert isinstance(found, Plan)
    assert found.items == ()
    assert found.cost == 0


@pytest.mark.parametrize(("oit_needed", "items"), [("85", 1)])
def test_an_item_of_a_small_sub_indicator_brings_more(oit_needed: str, items: int) -> None:
    """FY2568: one of the two items of 9.3 is worth 5 points of the OIT, one of the seven of 9.2 only 1.43."""
    paper = LIBRARY.paper(2568)
    found = plan(paper, inputs(paper, "90", "90", {"O12", "O13", "O5", "O6", "O7", "O8"}), paper.levels[1])
    assert isinstance(found, Plan)
    assert len(found.items) == items
    assert found.items[0].code in ("O12", "O13")
    assert oit_needed == "85"


def test_items_not_yet_decided_count_as_not_passed() -> None:
    paper = LIBRARY.paper(2569)
    bare = Inputs(instruments={Instrument.IIT: Decimal(96), Instrument.EIT: Decimal(96)})
    found = plan(paper, bare, paper.levels[0])
    assert isinstance(found, Plan)
    assert reaches(
        paper, inputs(paper, "96", "96", {i.code for i in paper.oit.items} - {i.code for i in found.items}), "excellent"
    )


def test_without_the_other_instruments_there_is_no_telling() -> None:
    paper = LIBRARY.paper(2569)
    found = plan(paper, Inputs(), paper.levels[0])
    assert isinstance(found, NoPlan)
    assert found.best is None


def test_the_next_level_is_the_one_above() -> None:
    paper = LIBRARY.paper(2564)
    assert next_level(paper, paper.levels[0]) is None
    assert next_level(paper, paper.levels[2]) == paper.levels[1]
    assert next_level(paper, None) is None

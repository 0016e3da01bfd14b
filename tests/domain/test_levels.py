"""Levels and their gates, at every border."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from surveyapp.domain.levels import Gate, gates, level, level_of
from surveyapp.domain.paper import Instrument, LevelOn, Paper, SubQuestion
from surveyapp.domain.scoring import Inputs, score
from surveyapp.domain.steps import Reason, Withheld

from .builders import YEARS, D, examples, given, paper

GRADES = [year for year in YEARS if year <= 2565]
FIVE_LEVELS = [year for year in YEARS if year >= 2566]


def code_of(of: Paper, known: Inputs) -> str | None:
    found = level(score(of, known))
    return found.code if found else None


@pytest.mark.parametrize("year", GRADES)
@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "AA"),
        ("95", "AA"),
        ("94.995", "AA"),
        ("94.9949", "A"),
        ("85", "A"),
        ("84.995", "A"),
        ("84.9949", "B"),
        ("75", "B"),
        ("74.995", "B"),
        ("74.9949", "C"),
        ("65", "C"),
        ("64.995", "C"),
        ("64.9949", "D"),
        ("55", "D"),
        ("54.995", "D"),
        ("54.9949", "E"),
        ("50", "E"),
        ("49.995", "E"),
        ("49.9949", "F"),
        ("0", "F"),
    ],
)
def test_the_shown_score_decides_the_grade(year: int, total: str, grade: str) -> None:
    assert code_of(paper(year), given(total)) == grade


@pytest.mark.parametrize(
    ("total", "grade"), [("94.995", "A"), ("95", "AA"), ("84.995", "B"), ("49.995", "F"), ("54.99999", "E")]
)
def test_a_year_could_decide_on_the_exact_score_instead(total: str, grade: str) -> None:
    assert code_of(paper(2564, level_on=LevelOn.EXACT), given(total)) == grade


@pytest.mark.parametrize("year", GRADES)
@pytest.mark.parametrize("grade", ["AA", "A"])
def test_only_aa_and_a_pass(year: int, grade: str) -> None:
    assert {each.code for each in paper(year).levels if each.passes} == {"AA", "A"}
    found = paper(year).level(grade)
    assert found is not None
    assert found.each_at_least is None


@pytest.mark.parametrize("year", FIVE_LEVELS)
@pytest.mark.parametrize(
    ("iit", "eit", "oit", "expected"),
    [
        ("100", "100", "100", "excellent"),
        ("95", "95", "95", "excellent"),
        ("94.995", "94.995", "94.995", "excellent"),
        ("94.9949", "99", "99", "good"),
        ("94.99", "100", "100", "good"),
        ("100", "94.99", "100", "good"),
        ("100", "100", "94.99", "good"),
        ("94.99", "94.99", "94.99", "good"),
        ("85", "85", "85", "good"),
        ("84.995", "84.995", "84.995", "good"),
        ("84.9949", "86", "86", "pass"),
        ("84.99", "85", "85.01", "pass"),
        ("84.99", "85.01", "85", "pass"),
        ("85.02", "85.02", "84.97", "pass"),
        ("50", "100", "100", "pass"),
        ("84.99", "84.99", "84.99", "improve"),
        ("70", "70", "70", "improve"),
        ("69.995", "69.995", "69.995", "improve"),
        ("69.99", "69.99", "69.99", "urgent"),
        ("100", "100", "24.9", "urgent"),
        ("0", "0", "0", "urgent"),
    ],
)
def test_every_instrument_must_reach_the_two_upper_levels(
    year: int, iit: str, eit: str, oit: str, expected: str
) -> None:
    assert code_of(paper(year), given({"iit": iit, "eit": eit, "oit": oit})) == expected


@pytest.mark.parametrize("low", Instrument)
def test_85_00_with_one_instrument_at_84_99_is_only_a_pass(low: Instrument) -> None:
    scores: dict[Instrument, Decimal | Withheld] = dict.fromkeys(Instrument, D("85.00"))
    of = paper(2568)
    assert level_of(of, D("85.00"), scores) == of.level("good")
    assert level_of(of, D("85.00"), scores | {low: D("84.99")}) == of.level("pass")
    assert level_of(of, D("85.00"), scores | {low: D("84.995")}) == of.level("good")


@pytest.mark.parametrize("low", Instrument)
def test_95_00_with_one_instrument_just_under_is_only_a_good_pass(low: Instrument) -> None:
    scores: dict[Instrument, Decimal | Withheld] = dict.fromkeys(Instrument, D("95.00"))
    of = paper(2568)
    assert level_of(of, D("94.995"), scores | {low: D("94.995")}) == of.level("excellent")
    assert level_of(of, D("95.00"), scores | {low: D("94.9949")}) == of.level("good")


def test_an_iit_of_exactly_85_made_of_thirds_is_not_below_85() -> None:
    """12 people, 15 questions, points that add up to 85 × 15 × 12: exactly 85, though no part comes out even."""
    of = paper(2568, level_on=LevelOn.EXACT)
    points = [1020, 1020, 1000, 1020, 980, 1020, 1140, 1020, 980, 1020, 1020, 1020, 1020, 1000, 1020]
    assert sum(points) == 85 * 15 * 12
    iit = {sub.code: people_with(sub, 12, wanted) for sub, wanted in zip(of.iit.sub_questions, points, strict=True)}
    known = Inputs(iit=iit, instruments={Instrument.EIT: D(90), Instrument.OIT: D(90)})
    assert code_of(of, known) == "good"


def people_with(sub: SubQuestion, n: int, points: int) -> dict[str, int]:
    """n people whose points add up to so many: full marks, one in between, the rest nothing."""
    counts = {int(choice.points): 0 for choice in sub.choices if choice.points is not None}
    counts[100] = points // 100
    if points % 100:
        counts[points % 100] = 1
    counts[0] = n - points // 100 - bool(points % 100)
    return {choice.code: counts[int(choice.points)] for choice in sub.choices if choice.points is not None}


# --- what is not known ---------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_without_a_total_there_is_no_level(year: int) -> None:
    why = Withheld(Reason.PART_MISSING)
    assert level_of(paper(year), why, dict.fromkeys(Instrument, D(100))) is None


def test_a_gate_whose_instrument_is_not_known_leaves_the_level_open() -> None:
    of = paper(2568)
    known: dict[Instrument, Decimal | Withheld] = {Instrument.IIT: D(96), Instrument.OIT: D(96)}
    assert level_of(of, D(96), known) is None
    assert level_of(of, D(96), known | {Instrument.EIT: Withheld(Reason.NOT_GIVEN)}) is None


def test_an_instrument_that_is_known_to_miss_a_gate_rules_the_level_out_all_the_same() -> None:
    of = paper(2568)
    assert level_of(of, D(90), {Instrument.IIT: D(80)}) == of.level("pass")


def test_below_85_the_instruments_need_not_be_known() -> None:
    of = paper(2568)
    assert level_of(of, D("84.99"), {}) == of.level("improve")


# --- gates ---------------------------------------------------------------------------------------------


def test_gates_name_every_condition_of_every_level_in_order() -> None:
    found = gates(score(paper(2568), given({"iit": "97.50", "eit": "84.99", "oit": "99.75"})))
    assert [(gate.level.code, gate.of) for gate in found] == [
        ("excellent", "total"),
        ("excellent", "iit"),
        ("excellent", "eit"),
        ("excellent", "oit"),
        ("good", "total"),
        ("good", "iit"),
        ("good", "eit"),
        ("good", "oit"),
        ("pass", "total"),
        ("improve", "total"),
        ("urgent", "total"),
    ]


def test_a_gate_says_by_how_much_it_was_missed() -> None:
    found = gates(score(paper(2568), given({"iit": "97.50", "eit": "84.99", "oit": "99.75"})))
    missed = {(gate.level.code, gate.of): gate.by for gate in found if not gate.passed}
    assert missed == {
        ("excellent", "total"): D("-0.35"),
        ("excellent", "eit"): D("-10.01"),
        ("good", "eit"): D("-0.01"),
    }


def test_gates_of_scores_that_are_not_there_are_left_out() -> None:
    found = gates(score(paper(2568), Inputs(instruments={Instrument.IIT: D(96)})))
    assert {(gate.level.code, gate.of) for gate in found} == {("excellent", "iit"), ("good", "iit")}


def test_a_border_reached_exactly_is_reached() -> None:
    border = paper(2564).levels[0]
    assert Gate(border, "total", D(95), D("95.00")).passed
    assert not Gate(border, "total", D(95), D("94.99")).passed


@pytest.mark.parametrize("year", YEARS)
@examples(30)
@for_any(scores=st.tuples(*[st.decimals(0, 100, places=3)] * 3))
def test_everybody_has_the_first_level_all_of_whose_gates_hold(year: int, scores: tuple[Decimal, ...]) -> None:
    of = paper(year)
    result = score(of, Inputs(instruments=dict(zip(Instrument, scores, strict=True))))
    held = [each for each in of.levels if all(gate.passed for gate in gates(result) if gate.level == each)]
    assert level(result) == held[0]


@pytest.mark.parametrize("year", YEARS)
@examples(30)
@for_any(scores=st.tuples(*[st.decimals(0, 100, places=2)] * 3), more=st.tuples(*[st.decimals(0, 10, places=2)] * 3))
def test_better_scores_never_have_a_lower_level(
    year: int, scores: tuple[Decimal, ...], more: tuple[Decimal, ...]
) -> None:
    of = paper(year)
    places = []
    for each in (scores, [min(D(100), value + extra) for value, extra in zip(scores, more, strict=True)]):
        found = level(score(of, Inputs(instruments=dict(zip(Instrument, each, strict=True)))))
        assert found is not None
        places.append(of.levels.index(found))
    assert places[1] <= places[0]

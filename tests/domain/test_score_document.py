"""The documents of ``surveyapp score``: what comes in is checked at once, what goes out is plain."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.score_document import MOST_RESPONSES, inputs_document, parse_inputs, result_document
from surveyapp.domain.score_problems import KeyUnknown, MarkNotWhole, NotAnObject, NumberOutOfRange, PartNotInYear
from surveyapp.domain.scoring import Inputs, score

from .builders import YEARS, D, a_mixed_tally, a_tally, dice, examples, inputs, marks, paper

PAPER = paper(2564)
TRAT = {
    "fiscal_year": 2564,
    "indicators": {
        "1": D("93.55"),
        "2": D("87.72"),
        "3": D("91.01"),
        "4": D("87.93"),
        "5": D("89.52"),
        "6": D("90.55"),
        "7": D("88.68"),
        "8": D("88.58"),
        "9": D("72.89"),
        "10": D("65.56"),
    },
}


def problems_of(document: dict[str, Any], year: int = 2564) -> list[Problem]:
    with pytest.raises(Problems) as refusal:
        parse_inputs(paper(year), document)
    return list(refusal.value.problems)


def out_of_range(place: str, got: str, most: int = 100) -> NumberOutOfRange:
    return NumberOutOfRange(place=place, least=0, most=most, got=got)


# --- the example everybody relies on -------------------------------------------------------------------


def test_the_example_of_the_design_comes_out_as_written_there() -> None:
    document = result_document(score(PAPER, parse_inputs(PAPER, TRAT)))
    assert document["fiscal_year"] == 2564
    assert document["status"] == "verified"
    assert document["digest"] == PAPER.digest
    assert document["instruments"] == {"iit": "89.95", "eit": "89.27", "oit": "69.23"}
    assert document["indicators"]["1"] == "93.55"
    assert document["sub_indicators"] == {}
    assert (document["total"], document["exact"]) == ("81.45", {"total": "81.4548"})
    assert (document["level"], document["level_th"], document["level_en"]) == ("B", "ระดับ B", "Level B")
    assert document["withheld"] == []
    assert document["samples"] == []


def test_the_gates_of_the_example_tell_how_far_the_next_grade_was() -> None:
    document = result_document(score(PAPER, parse_inputs(PAPER, TRAT)))
    assert document["gates"][1] == {
        "level": "A",
        "of": "total",
        "at_least": "85.00",
        "got": "81.45",
        "passed": False,
        "by": "-3.55",
    }
    assert [gate["passed"] for gate in document["gates"]] == [False, False, True, True, True, True, True]


def test_the_steps_of_the_example_can_be_followed_with_a_calculator() -> None:
    (total,) = result_document(score(PAPER, parse_inputs(PAPER, TRAT)))["steps"]
    assert (total["code"], total["how"], total["score"]) == ("total", "weighted", "81.45")
    assert [(part["code"], part["weight"], part["exact"]) for part in total["parts"]] == [
        ("iit", "0.30", "89.946"),
        ("eit", "0.30", "89.27"),
        ("oit", "0.40", "69.225"),
    ]
    assert [part["how"] for part in total["parts"][0]["parts"]] == ["given"] * 5


def test_an_empty_document_withholds_everything_and_scores_nothing() -> None:
    document = result_document(score(PAPER, parse_inputs(PAPER, {})))
    assert document["instruments"] == {"iit": None, "eit": None, "oit": None}
    assert (document["total"], document["level"], document["level_th"]) == (None, None, None)
    assert document["withheld"][0] == {"code": "total", "reason": "part_missing", "missing": "iit, eit, oit"}


def test_counts_of_a_document_come_out_with_their_points() -> None:
    document = {"tallies": {"eit": {"e4.1": {"y": 1, "n": 3}}}}
    (total,) = result_document(score(PAPER, parse_inputs(PAPER, document)))["steps"]
    found = next(step for step in walk(total) if step["code"] == "e4.1")
    assert found["counts"] == [{"choice": "y", "points": "0", "n": 1}, {"choice": "n", "points": "100", "n": 3}]
    assert (found["score"], found["exact"]) == ("75.00", "75")


def test_a_draft_year_says_so_and_lists_what_it_takes_for_granted() -> None:
    of = paper(2569)
    document = result_document(score(of, inputs(of)))
    assert document["status"] == "draft"
    assert len(document["assumptions"]) == len(of.unsure)
    assert all(each["th"] and each["en"] for each in document["assumptions"])


def walk(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for part in step.get("parts", ()):
        yield from walk(part)


@pytest.mark.parametrize("year", YEARS)
@examples(6)
@given(seed=st.integers(0, 2**32))
def test_every_score_that_goes_out_is_a_string_with_two_decimals(year: int, seed: int) -> None:
    of, rng = paper(year), dice(seed)
    known = inputs(
        of,
        iit=a_mixed_tally(rng, of.iit, 31),
        eit=a_mixed_tally(rng, of.eit, 17),
        missed=rng.sample([item.code for item in of.oit.items], 5),
    )
    document = json.loads(json.dumps(result_document(score(of, known)), ensure_ascii=False))
    scores = [*document["instruments"].values(), *document["indicators"].values()]
    scores += [*document["sub_indicators"].values(), document["total"]]
    scores += [step["score"] for step in walk(document["steps"][0])]
    scores += [gate["got"] for gate in document["gates"]]
    assert all(re.fullmatch(r"\d{1,3}\.\d\d", each) for each in scores)
    exact = [document["exact"]["total"], *(step["exact"] for step in walk(document["steps"][0]))]
    assert all(re.fullmatch(r"\d{1,3}(\.\d{1,20})?", each) for each in exact)


def test_an_exact_score_is_written_without_an_exponent() -> None:
    of = paper(2564)
    assert result_document(score(of, inputs(of)))["exact"] == {"total": "100"}
    nothing = Inputs(
        iit=a_tally(of.iit, best=False), eit=a_tally(of.eit, best=False), marks=dict.fromkeys(marks(of), D(0))
    )
    assert result_document(score(of, nothing))["exact"] == {"total": "0"}


# --- there and back again ------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
@examples(8)
@given(seed=st.integers(0, 2**32), n=st.integers(0, 3000))
def test_tallies_and_marks_come_back_from_their_document_as_they_went_in(year: int, seed: int, n: int) -> None:
    of, rng = paper(year), dice(seed)
    known = Inputs(
        iit=a_mixed_tally(rng, of.iit, n),
        eit=a_mixed_tally(rng, of.eit, n),
        eit2=a_mixed_tally(rng, of.eit, n // 7) if year >= 2566 else None,
        marks={code: mark for code, mark in marks(of, missed=["O1", "O7"]).items() if rng.random() < 0.9},
    )
    document = json.loads(json.dumps(inputs_document(of, "TT001", known)))
    assert (document["agency"], document["fiscal_year"]) == ("TT001", year)
    assert parse_inputs(of, document) == known


def test_an_agency_of_which_nothing_is_known_comes_back_as_such() -> None:
    assert parse_inputs(PAPER, inputs_document(PAPER, "TT001", Inputs())) == Inputs()


def test_minimum_samples_are_added_after_reading() -> None:
    of = paper(2564)
    known = parse_inputs(of, inputs_document(of, "TT001", inputs(of)))
    assert known.requiring({}) == known


# --- what is refused -----------------------------------------------------------------------------------


def test_unknown_names_are_named_with_their_place() -> None:
    document = {
        "total": 1,
        "instruments": {"IIT": 1},
        "indicators": {"11": 1, "9.1": 1},
        "sub_indicators": {"9": 1},
        "oit": {"O44": 100, "o1": 100},
        "tallies": {"iit2": {}, "iit": {"i31": {}, "e1.1": {}, "i1.1": {"5": 1}}},
    }
    assert {problem.facts["place"] for problem in problems_of(document)} == {
        "total",
        "instruments.IIT",
        "indicators.11",
        "indicators.9.1",
        "sub_indicators.9",
        "oit.O44",
        "oit.o1",
        "tallies.iit2",
        "tallies.iit.i31",
        "tallies.iit.e1.1",
        "tallies.iit.i1.1.5",
    }
    assert {type(problem) for problem in problems_of(document)} == {KeyUnknown}


def test_the_names_of_another_year_are_refused() -> None:
    assert problems_of({"oit": {"O43": 100}}, 2569) == [KeyUnknown(place="oit.O43", year=2569)]
    assert problems_of({"tallies": {"iit": {"i1.1": {"1": 1}}}}, 2569) == [
        KeyUnknown(place="tallies.iit.i1.1", year=2569)
    ]


@pytest.mark.parametrize("key", ["instruments", "indicators", "sub_indicators", "oit", "tallies"])
@pytest.mark.parametrize("value", [0, 1, True, False, "", "x", [], [1], D("NaN"), 1.5, [[]]])
def test_a_section_must_be_an_object(key: str, value: object) -> None:
    assert problems_of({key: value}) == [NotAnObject(place=key)]


@pytest.mark.parametrize("value", [1, True, "x", [1], D(1), 1.5, 0, False, "", []])
def test_a_tally_must_be_an_object(value: object) -> None:
    (problem,) = problems_of({"tallies": {"iit": value}})
    assert isinstance(problem, NotAnObject)


@pytest.mark.parametrize("value", [0, 1, True, False, "", "x", [], [1], D(1), 1.5])
def test_the_counts_of_a_question_must_be_an_object(value: object) -> None:
    (problem,) = problems_of({"tallies": {"iit": {"i1.1": value}}})
    assert isinstance(problem, NotAnObject)


def test_null_is_the_same_as_leaving_a_section_out() -> None:
    document = dict.fromkeys(("instruments", "indicators", "sub_indicators", "oit", "tallies", "agency"))
    assert parse_inputs(PAPER, document) == Inputs()
    assert parse_inputs(PAPER, {"tallies": {"iit": None, "eit": {}}}) == Inputs()


NO_NUMBERS: list[object] = [
    True,
    False,
    None,
    "",
    " ",
    "x",
    "1_0",
    "0x10",
    "1,5",
    "NaN",
    "sNaN",
    "Infinity",
    "-Infinity",
    D("NaN"),
    D("sNaN"),
    D("Infinity"),
    D("-Infinity"),
    float("nan"),
    float("inf"),
    50.5,
    -1,
    -1e-300,
    "-0.01",
    10**30,
    10**5000,
    -(10**5000),
    "9" * 5000,
    "1e1000000",
    "1e-1000000",
    D("1e400"),
    D("1e-400"),
    D("0." + "3" * 200),
    "1e99999999999999999999",
    [],
    [90],
    {},
    {"score": 90},
    "\x00",
    "\ud800",
    "๙๐ คะแนน",
]


def named(value: object) -> str:
    return "int" if isinstance(value, int) else ascii(value)[:20]


@pytest.mark.parametrize("value", [*NO_NUMBERS, 101, "100.01"], ids=named)
@pytest.mark.parametrize(
    ("key", "code"), [("instruments", "iit"), ("indicators", "9"), ("sub_indicators", "9.1"), ("oit", "O1")]
)
def test_what_is_no_number_from_0_to_100_is_refused_at_its_place(key: str, code: str, value: object) -> None:
    (problem,) = problems_of({key: {code: value}})
    assert isinstance(problem, NumberOutOfRange)
    assert problem.facts["place"] == f"{key}.{code}"
    assert len(str(problem)) < 300


@pytest.mark.parametrize("value", [*NO_NUMBERS, "1.5", D("0.1"), MOST_RESPONSES + 1], ids=named)
def test_what_is_no_count_is_refused_at_its_place(value: object) -> None:
    (problem,) = problems_of({"tallies": {"eit": {"e2": {"1": value}}}})
    assert isinstance(problem, NumberOutOfRange)
    assert (problem.facts["place"], problem.facts["most"]) == ("tallies.eit.e2.1", MOST_RESPONSES)


@pytest.mark.parametrize("value", [[10**5000], {"a": 10**5000}, [[[10**5000]]]])
def test_an_endless_number_inside_a_wrong_type_is_refused_like_any_other(value: object) -> None:
    assert len(problems_of({"oit": {"O1": value}, "tallies": {"iit": {"i2": {"1": value}}}})) == 2


def test_lists_in_lists_in_lists_are_refused_like_any_other_wrong_type() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert len(problems_of({"oit": {"O1": deep}})) == 1


@pytest.mark.parametrize("value", [50, 1, "99.99", D("0.01"), "1e1"])
def test_a_mark_is_0_or_100_and_nothing_between(value: object) -> None:
    assert problems_of({"oit": {"O1": value}}) == [MarkNotWhole(place="oit.O1", got=str(value))]


@pytest.mark.parametrize(
    ("value", "mark"), [(100, 100), ("100", 100), (D("100.00"), 100), ("1e2", 100), (0, 0), ("-0", 0)]
)
def test_a_mark_may_be_written_in_any_way_a_number_is_written(value: object, mark: int) -> None:
    assert dict(parse_inputs(PAPER, {"oit": {"O1": value}}).marks or {}) == {"O1": D(mark)}


@pytest.mark.parametrize(
    ("value", "score_"), [(0, "0"), (100, "100"), ("93.55", "93.55"), (" 7 ", "7"), (D("1e1"), "10")]
)
def test_a_score_may_be_a_number_or_a_string(value: object, score_: str) -> None:
    assert parse_inputs(PAPER, {"indicators": {"1": value}}).indicators == {"1": D(score_)}


def test_the_largest_count_is_taken() -> None:
    known = parse_inputs(PAPER, {"tallies": {"iit": {"i2": {"1": MOST_RESPONSES, "2": str(MOST_RESPONSES)}}}})
    assert known.iit == {"i2": {"1": MOST_RESPONSES, "2": MOST_RESPONSES}}


@pytest.mark.parametrize("year", [2562, 2563, 2564, 2565])
def test_a_year_with_one_eit_part_refuses_a_second(year: int) -> None:
    assert problems_of({"tallies": {"eit2": a_tally(paper(year).eit)}}, year) == [
        PartNotInYear(place="tallies.eit2", year=year)
    ]


def test_everything_wrong_with_a_document_is_said_at_once() -> None:
    document = {
        "colour": "red",
        "instruments": {"iit": 101, "iti": 1},
        "indicators": {"1": "x"},
        "sub_indicators": [],
        "oit": {"O1": 50, "O2": True},
        "tallies": {"iit": {"i2": {"1": -1, "9": 1}}, "eit": 3},
    }
    found = problems_of(document)
    assert sorted((type(problem).__name__, str(problem.facts.get("place", ""))) for problem in found) == [
        ("KeyUnknown", "colour"),
        ("KeyUnknown", "instruments.iti"),
        ("KeyUnknown", "tallies.iit.i2.9"),
        ("MarkNotWhole", "oit.O1"),
        ("NotAnObject", "sub_indicators"),
        ("NotAnObject", "tallies.eit"),
        ("NumberOutOfRange", "indicators.1"),
        ("NumberOutOfRange", "instruments.iit"),
        ("NumberOutOfRange", "oit.O2"),
        ("NumberOutOfRange", "tallies.iit.i2.1"),
    ]


# --- anything at all -----------------------------------------------------------------------------------

KNOWN_NAMES = st.sampled_from(
    (
        "fiscal_year agency instruments indicators sub_indicators oit tallies iit eit eit2 1 9 10 9.1 O1 i2 i1.1 e4.1 y"
    ).split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(0, 100)
    | st.decimals(allow_nan=True, allow_infinity=True)
    | st.floats()
    | st.text(max_size=8)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KNOWN_NAMES | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def read_anything(year: int, document: dict[str, Any]) -> None:
    of = paper(year)
    try:
        known = parse_inputs(of, document)
    except Problems as refusal:
        told = [str(problem) for problem in refusal.problems]
    else:
        told = [json.dumps(result_document(score(of, known)))]
    assert told
    assert all(told)


@examples(100)
@given(document=st.dictionaries(KNOWN_NAMES | st.text(max_size=4), ANYTHING, max_size=5))
def test_any_json_object_is_read_or_refused_with_problems(document: dict[str, Any]) -> None:
    read_anything(2564, document)


def sound_document(rng_seed: int) -> dict[str, Any]:
    of, rng = paper(2568), dice(rng_seed)
    known = inputs(of, iit=a_mixed_tally(rng, of.iit, 9), eit=a_mixed_tally(rng, of.eit, 9), eit2=a_tally(of.eit, 2))
    return inputs_document(of, "TT001", known) | {"indicators": {"1": D(90)}, "instruments": {"oit": 80}}


def places_in(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from places_in(each, (*path, key))


@examples(80)
@given(seed=st.integers(0, 99), where=st.randoms(use_true_random=False), value=ANYTHING)
def test_a_sound_document_with_anything_in_one_place_is_read_or_refused_with_problems(
    seed: int, where: Any, value: object
) -> None:
    document = sound_document(seed)
    *path, last = where.choice(list(places_in(document)))
    table = document
    for key in path:
        table = table[key]
    table[last] = value
    read_anything(2568, document)


@pytest.mark.parametrize("decimals", [D("0.1"), Decimal("33.333333333333333333333333333333333333")])
def test_long_decimals_are_kept_exactly(decimals: Decimal) -> None:
    assert parse_inputs(PAPER, {"indicators": {"1": decimals}}).indicators["1"] == decimals

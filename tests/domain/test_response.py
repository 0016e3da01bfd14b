"""Answers as they arrive: parsed once with every problem at once, then packed, counted and trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.paper import Instrument, Questionnaire
from surveyapp.domain.problems import (
    AnsweredTwice,
    ChoiceUnknown,
    OtherQuestionnaire,
    Problem,
    Problems,
    QuestionUnanswered,
    ResponseIdMissing,
)
from surveyapp.domain.response import Raw, Response, chosen, parse_response, place_of, unpack
from surveyapp.domain.tally import add, fold, name_places

from .builders import AN_ID, YEARS, a_form, counted_by_hand, dice, examples, paper, some_answers

IIT = paper(2564).iit
DIGEST = paper(2564).digest


def parsed(raw: Raw, *, questionnaire: Questionnaire = IIT, digest: str = DIGEST, eit_part: int = 0) -> Response:
    return parse_response(questionnaire, raw, digest=digest, eit_part=eit_part)


def problems_of(raw: Raw, questionnaire: Questionnaire = IIT) -> list[Problem]:
    with pytest.raises(Problems) as refusal:
        parsed(raw, questionnaire=questionnaire)
    return list(refusal.value.problems)


def form(**changes: list[str] | None) -> dict[str, list[str]]:
    return a_form(IIT, digest=DIGEST, **changes)


# --- complete answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("instrument", ["iit", "eit"])
@examples(25)
@given(seed=st.integers(0, 2**32), part=st.integers(0, 2))
def test_complete_answers_come_back_as_they_were_given(year: int, instrument: str, seed: int, part: int) -> None:
    questionnaire, rng = paper(year).questionnaire(Instrument(instrument)), dice(seed)
    answers = {sub.code: rng.choice(sub.choices).code for sub in questionnaire.sub_questions}
    raw = {code: [choice] for code, choice in answers.items()} | {"response_id": [AN_ID], "paper": [DIGEST]}
    response = parsed(raw, questionnaire=questionnaire, eit_part=part)
    assert unpack(questionnaire, response.answers) == answers
    assert (response.id.hex(), response.instrument, response.eit_part) == (AN_ID, questionnaire.instrument, part)


def test_answers_are_packed_one_byte_a_question_in_the_order_of_the_paper() -> None:
    response = parsed(form(i2=["4"], **{"i1.2": ["3"]}))
    assert response.answers == bytes([1, 3, 4] + [1] * 48)


def test_a_page_without_the_name_of_its_paper_is_taken() -> None:
    assert parsed(form(paper=None)) == parsed(form())


def test_the_order_of_the_fields_makes_no_difference() -> None:
    assert parsed(dict(reversed(form().items()))) == parsed(form())


def test_a_blank_byte_is_left_out_when_answers_are_unpacked() -> None:
    assert "i1.2" not in unpack(IIT, bytes([1, 0] + [1] * 49))


def test_answers_of_another_length_cannot_be_unpacked() -> None:
    with pytest.raises(ValueError, match="do not belong"):
        unpack(IIT, bytes(50))


def test_a_page_numbers_a_question_without_its_letter() -> None:
    assert (place_of("i11.2"), place_of("e4")) == ("11.2", "4")


# --- everything that is wrong, at once -----------------------------------------------------------------


def test_an_empty_form_names_every_question_in_the_order_of_the_paper() -> None:
    found = problems_of({"response_id": [AN_ID], "paper": [DIGEST]})
    assert found == [QuestionUnanswered(code=sub.code, place=sub.code[1:]) for sub in IIT.sub_questions]


def test_every_problem_is_reported_at_once_and_in_order() -> None:
    raw = form(
        response_id=None,
        paper=["0" * 64],
        i2=[],
        i9=["5"],
        **{"i1.1": ["1", "2"], "i12.3": [""], "i30.4": ["y"]},
    )
    assert problems_of(raw) == [
        ResponseIdMissing(),
        OtherQuestionnaire(),
        AnsweredTwice(code="i1.1", place="1.1"),
        QuestionUnanswered(code="i2", place="2"),
        ChoiceUnknown(code="i9", place="9"),
        QuestionUnanswered(code="i12.3", place="12.3"),
        ChoiceUnknown(code="i30.4", place="30.4"),
    ]


@pytest.mark.parametrize("values", [["1", "1"], ["1", "2"], ["", "1"], ["1"] * 1000])
def test_a_question_answered_twice_is_refused_even_when_both_answers_agree(values: list[str]) -> None:
    assert problems_of(form(i2=values)) == [AnsweredTwice(code="i2", place="2")]


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "5",
        "01",
        " 1",
        "1 ",
        "1\n",
        "๑",
        "１",
        "y",
        "None",
        "1\x00",
        "\x00",
        "\ud800",
        "1\udfff",
        "1" * 1_000_000,
        "ก่้๊๋" * 200_000,
        "😀" * 10_000,
        "' or '1'='1",
        "<script>alert(1)</script>",
    ],
    ids=lambda value: ascii(value[:24]),
)
def test_a_value_that_is_not_a_choice_is_refused_whatever_it_is(value: str) -> None:
    assert problems_of(form(i2=[value])) == [ChoiceUnknown(code="i2", place="2")]


def test_only_the_exact_code_of_a_choice_is_an_answer() -> None:
    assert problems_of(form(**{"i4.1": ["Y"]})) == [ChoiceUnknown(code="i4.1", place="4.1")]


@pytest.mark.parametrize(
    "ids",
    [
        None,
        [],
        [""],
        [AN_ID, AN_ID],
        [AN_ID[:-1]],
        [AN_ID + "0"],
        [AN_ID[:-1] + "g"],
        [AN_ID + "\n"],
        [" " + AN_ID],
        ["๐" * 32],
        ["\ud800" * 32],
        ["\x00" * 32],
        ["0" * 1_000_000],
    ],
    ids=lambda ids: ascii(ids)[:30],
)
def test_a_page_that_lost_its_number_is_refused(ids: list[str] | None) -> None:
    assert problems_of(form(response_id=ids)) == [ResponseIdMissing()]


def test_a_number_in_capitals_is_the_same_number() -> None:
    assert parsed(form(response_id=[AN_ID.upper()])) == parsed(form())


@pytest.mark.parametrize("digests", [[""], ["0" * 64], [DIGEST, "0" * 64], [DIGEST.upper()], ["\ud800"]])
def test_answers_to_another_version_of_the_paper_are_refused(digests: list[str]) -> None:
    assert problems_of(form(paper=digests)) == [OtherQuestionnaire()]


@pytest.mark.parametrize("field", ["e1", "e1.1", "i1", "i2.1", "i31", "i1.3", "i100.9"])
def test_a_question_of_another_questionnaire_is_refused(field: str) -> None:
    assert problems_of(form(**{field: ["1"]})) == [OtherQuestionnaire()]


@pytest.mark.parametrize("other", [2562, 2567, 2569])
def test_the_answers_of_the_eit_are_not_taken_for_the_iit(other: int) -> None:
    eit = a_form(paper(other).eit, digest=paper(other).digest)
    assert problems_of(eit)[0] == OtherQuestionnaire()


def test_the_short_form_is_not_taken_for_the_long_one_nor_the_long_for_the_short() -> None:
    long, short = paper(2564), paper(2569)
    assert OtherQuestionnaire() in problems_of(a_form(short.iit, digest=DIGEST), long.iit)
    assert OtherQuestionnaire() in problems_of(a_form(long.iit, digest=DIGEST), short.iit)


@pytest.mark.parametrize(
    "field",
    [
        "csrf_token",
        "lang",
        "",
        "I2",
        "i2 ",
        "i 2",
        "i๒",
        "ie",
        "i1.",
        "i1000",
        "x" * 1_000_000,
        "\x00",
        "\ud800",
        "i2\n",
    ],
    ids=lambda field: ascii(field[:12]),
)
def test_fields_that_are_no_questions_are_none_of_our_business(field: str) -> None:
    assert parsed(form(**{field: ["anything", "\x00", "\ud800"]})) == parsed(form())


def test_ten_thousand_unknown_fields_change_nothing() -> None:
    noise = {f"x{n}": ["1"] * 3 for n in range(10_000)}
    assert parsed(form() | noise) == parsed(form())


def test_ten_thousand_strange_questions_are_one_problem() -> None:
    noise = {f"i{n // 10}.{n % 100}": ["1"] for n in range(310, 10_310)}
    assert problems_of(form() | noise) == [OtherQuestionnaire()]


@examples(60)
@given(raw=st.dictionaries(st.sampled_from([sub.code for sub in IIT.sub_questions]) | st.text(), st.lists(st.text())))
def test_whatever_is_sent_is_either_a_response_or_a_list_of_problems(raw: dict[str, list[str]]) -> None:
    found = problems_of(raw)
    assert all(str(problem) for problem in found)
    refused = {str(problem.facts["code"]) for problem in found if "code" in problem.facts}
    assert refused == {sub.code for sub in IIT.sub_questions} - chosen(IIT, raw).keys()


# --- filling the form again ----------------------------------------------------------------------------


def test_sound_answers_are_kept_for_the_form_and_the_others_are_asked_again() -> None:
    kept = chosen(IIT, form(i2=["4"], i9=["5"], **{"i1.1": ["1", "2"], "i1.2": [""], "i4.1": ["n"], "e1": ["1"]}))
    assert len(kept) == len(IIT.sub_questions) - 3
    assert (kept["i2"], kept["i4.1"]) == ("4", "n")
    assert not kept.keys() & {"i9", "i1.1", "i1.2", "e1"}


@examples(40)
@given(seed=st.integers(0, 2**32))
def test_what_is_kept_for_the_form_is_what_would_have_been_taken(seed: int) -> None:
    (answers,) = some_answers(dice(seed), IIT, 1)
    raw = {code: [choice] for code, choice in unpack(IIT, answers).items()} | {"response_id": [AN_ID]}
    assert chosen(IIT, raw) == unpack(IIT, parsed(raw).answers)


# --- counting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2564, 2569])
@examples(30)
@given(seed=st.integers(0, 2**32), n=st.integers(0, 30))
def test_a_tally_is_what_counting_by_hand_gives(year: int, seed: int, n: int) -> None:
    questionnaire = paper(year).eit
    answers = some_answers(dice(seed), questionnaire, n)
    assert fold(questionnaire, answers) == counted_by_hand(questionnaire, answers)


def test_a_tally_names_every_choice_also_those_nobody_chose() -> None:
    tally = fold(IIT, [])
    assert {code: set(counts) for code, counts in tally.items()} == {
        sub.code: {choice.code for choice in sub.choices} for sub in IIT.sub_questions
    }
    assert {n for counts in tally.values() for n in counts.values()} == {0}


def test_a_tally_can_be_named_from_counts_by_place() -> None:
    tally = name_places(IIT, {(1, 4): 3, (6 + 1, 2): 5})
    assert tally["i1.1"] == {"1": 0, "2": 0, "3": 0, "4": 3}
    assert tally["i4.1"] == {"y": 0, "n": 5}


def test_adding_two_tallies_counts_everybody_once() -> None:
    answers = some_answers(dice(4), IIT, 9)
    assert add(fold(IIT, answers[:4]), fold(IIT, answers[4:])) == fold(IIT, answers)
    assert add(fold(IIT, answers), fold(IIT, [])) == fold(IIT, answers)

"""Front questions: who is asked, what counts as chosen, and which groups nobody can be found in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.front import LEAST_IN_GROUP, asked, parse_front, who_answered
from surveyapp.domain.paper import FrontChoice, FrontItem, Instrument, Questionnaire, Text
from surveyapp.domain.places import Agency, Assessment, Round, Stage
from surveyapp.domain.problems import AnsweredTwice, ChoiceUnknown
from surveyapp.domain.release import may_be_read

AGE = FrontItem("f1", Text("ช่วงอายุ", "Age"), tuple(FrontChoice(code, Text(code, code)) for code in "abc"))
KIND = FrontItem("f2", Text("เพศ", "Gender"), tuple(FrontChoice(code, Text(code, code)) for code in "mf"))


def an_assessment(*, staff: int | None, clients: int | None) -> Assessment:
    round_ = Round(1, 2569, Stage.OPEN, "0", False, None)
    return Assessment(1, round_, Agency(1, "A1", "ก", "x", "ธารทอง"), staff, clients)


@pytest.mark.parametrize(
    ("instrument", "eligible", "is_asked"),
    [
        (Instrument.IIT, None, False),
        (Instrument.IIT, 29, False),
        (Instrument.IIT, 30, True),
        (Instrument.EIT, None, True),
        (Instrument.EIT, 29, False),
        (Instrument.EIT, 30, True),
    ],
)
def test_nobody_is_asked_where_few_may_answer_nor_where_the_number_of_staff_is_unknown(
    instrument: Instrument, eligible: int | None, is_asked: bool
) -> None:
    questionnaire = Questionnaire(instrument, Text("ก", "a"), (), (AGE, KIND))
    other = 1000 if eligible is None or eligible < 30 else 1  # the other instrument's number decides nothing
    staff, clients = (eligible, other) if instrument is Instrument.IIT else (other, eligible)
    assert bool(asked(questionnaire, an_assessment(staff=staff, clients=clients))) is is_asked


def test_an_empty_answer_is_none_and_no_fault() -> None:
    assert parse_front([AGE, KIND], {"f1": [""], "f2": []}) == ((), [])
    assert parse_front([AGE, KIND], {}) == ((), [])
    assert parse_front([AGE, KIND], {"f1": ["b"], "f2": [""]}) == ((("f1", "b"),), [])


def test_a_choice_there_is_not_and_two_choices_are_told_together() -> None:
    chosen, problems = parse_front([AGE, KIND], {"f1": ["z"], "f2": ["m", "f"]})
    assert chosen == ()
    assert problems == [ChoiceUnknown(code="f1", place=AGE.text), AnsweredTwice(code="f2", place=KIND.text)]


def test_what_was_not_asked_is_not_looked_at() -> None:
    """A page may be older than the number of people who may answer."""
    assert parse_front([], {"f1": ["z"]}) == ((), [])


def test_groups_are_told_of_closed_rounds_and_rehearsals_only() -> None:
    def a_round(stage: Stage, *, rehearsal: bool) -> Round:
        return Round(1, 2569, stage, "0", rehearsal, None)

    assert [may_be_read(a_round(stage, rehearsal=False)) for stage in Stage] == [False, False, True]
    assert may_be_read(a_round(Stage.OPEN, rehearsal=True))


@given(st.lists(st.sampled_from([0, 1, 3, 9, 10, 11, 25, 200]), min_size=3, max_size=3), st.integers(0, 40))
def test_no_small_group_is_told_nor_can_be_worked_out(counts: list[int], empty: int) -> None:
    n = sum(counts) + empty
    (told,) = who_answered([AGE], {"f1": dict(zip("abc", counts, strict=True))}, n)
    shown = [group.n for group in told.groups if group.n is not None]
    assert all(each >= LEAST_IN_GROUP for each in shown)
    assert n - sum(shown) == 0 or n - sum(shown) >= LEAST_IN_GROUP or not shown
    assert [group.label for group in told.groups][-1] is None
    assert told.hides_all is (shown == [])


def test_whoever_left_it_empty_is_a_group_like_the_others() -> None:
    """The number of answers is known: 40 of 45 told, and the five would be told too."""
    (told,) = who_answered([AGE], {"f1": {"a": 20, "b": 12, "c": 8}}, 45)
    assert [group.n for group in told.groups] == [20, 12, None, None]
    (told,) = who_answered([AGE], {"f1": {"a": 20, "b": 20}}, 45)
    assert [group.n for group in told.groups] == [None, 20, None, None]

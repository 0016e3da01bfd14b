"""What passes the gate: by the number of answers, and never what one person said or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.levels import level
from surveyapp.domain.paper import BelowMinimum, Instrument, Paper, Questionnaire
from surveyapp.domain.places import Round, Stage
from surveyapp.domain.release import (
    MoreThan,
    PublicResult,
    PublicStep,
    Released,
    following,
    may_be_read,
    may_follow,
    received,
    release,
    release_groups,
    standing,
)
from surveyapp.domain.scoring import Inputs, score
from surveyapp.domain.steps import Reason, Withheld
from surveyapp.domain.tally import Tally
from tests.domain.builders import (
    a_divided_tally,
    a_mixed_tally,
    a_tally,
    by_points,
    dice,
    examples,
    inputs,
    marks,
    paper,
)

PAPER = paper(2569)
IIT = Instrument.IIT
QUESTION = tuple[int, ...]


def answered(questionnaire: Questionnaire, usual: Mapping[int, QUESTION], **other: QUESTION) -> Tally:
    """Counts from the worst choice to the best: the usual ones of a question with so many choices, or its own."""
    return {
        sub.code: dict(zip(by_points(sub), other.get(sub.code, usual[len(sub.choices)]), strict=True))
        for sub in questionnaire.sub_questions
    }


def shown(iit: Tally, of: Paper = PAPER, eit2: Tally | None = None) -> PublicResult:
    known = Inputs(iit=iit, eit=a_divided_tally(of.eit, 60), eit2=eit2, marks=marks(of))
    return release(score(of, known), rehearsal=False)


def questions(step: PublicStep) -> Iterator[PublicStep]:
    return (each for each in step.walk() if each.code[:1] in ("i", "e") and each.code[1:2].isdigit())


def reason(step: PublicStep) -> Reason:
    assert isinstance(step.score, Withheld), step.code
    return step.score.reason


# --- by the number of answers ------------------------------------------------------------------------


def test_the_thresholds_are_those_of_the_paper() -> None:
    strict = replace(PAPER, release=replace(PAPER.release, least_for_instrument=20, least_for_steps=40))
    for n, score_shown, steps_shown in ((19, False, False), (20, True, False), (39, True, False), (40, True, True)):
        found = shown(a_divided_tally(strict.iit, n), strict).instruments()[IIT]
        assert isinstance(found.score, Decimal) is score_shown
        assert bool(found.parts) is steps_shown


@pytest.mark.parametrize("n", [1, 4])
def test_under_five_neither_the_instrument_nor_the_total_is_there(n: int) -> None:
    found = shown(a_divided_tally(PAPER.iit, n))
    assert reason(found.instruments()[IIT]) is Reason.TOO_FEW
    assert reason(found.tree) is Reason.PART_MISSING
    assert found.instruments()[IIT].parts == ()
    assert level(found) is None


@pytest.mark.parametrize("n", [5, 9])
def test_under_ten_the_instrument_is_there_and_nothing_below_it(n: int) -> None:
    found = shown(a_divided_tally(PAPER.iit, n))
    assert isinstance(found.total, Decimal)
    assert found.instruments()[IIT].parts == ()
    assert not {"1", "2", "3", "4", "5"} & set(found.indicators())
    assert found.indicators()["6"].parts


@pytest.mark.parametrize(("thin", "steps"), [(0, True), (1, False), (9, False), (10, True)])
def test_one_thin_part_of_the_eit_takes_the_other_with_it(thin: int, steps: bool) -> None:
    """Part 1 and the mean of both would give part 2 away, which few people stand behind."""
    part_2 = a_divided_tally(PAPER.eit, thin)
    found = shown(a_divided_tally(PAPER.iit, 60), eit2=part_2).instruments()[Instrument.EIT]
    assert isinstance(found.score, Decimal)
    assert bool(found.parts) is steps


def test_what_is_withheld_by_the_years_rules_shows_no_more_below_it() -> None:
    """A score that is blank under the minimum sample leaves its counts no less at risk."""
    of = paper(2569, below_minimum=BelowMinimum.BLANK)
    for n in (3, 7):
        known = Inputs(iit=a_divided_tally(of.iit, n), eit=a_divided_tally(of.eit), marks=marks(of), required={IIT: 30})
        found = release(score(of, known), rehearsal=False).instruments()[IIT]
        assert reason(found) is Reason.BELOW_MINIMUM
        assert found.parts == ()


def test_made_up_answers_are_shown_whole() -> None:
    known = inputs(PAPER, n=1)
    whole = score(PAPER, known)
    found = release(whole, rehearsal=True)
    told = [(step.code, step.score, step.weight) for step in found.tree.walk()]
    assert told == [(step.code, step.score, step.weight) for step in whole.tree.walk()]
    counts = [
        [cell.people.value for cell in step.cells if isinstance(cell.people, Released)] for step in found.tree.walk()
    ]
    assert counts == [[counted.n for counted in step.counts] for step in whole.tree.walk()]


@given(st.sampled_from([2562, 2569]), st.integers(0, 40), st.integers(0, 40), st.integers(0, 10**6))
@examples(60)
def test_lists_and_pages_have_the_same_total_and_level(year: int, staff: int, others: int, seed: int) -> None:
    of, rng = paper(year), dice(seed)
    known = Inputs(iit=a_mixed_tally(rng, of.iit, staff), eit=a_tally(of.eit, others), marks=marks(of))
    whole = score(of, known)
    for rehearsal in (True, False):
        page, line = release(whole, rehearsal=rehearsal), standing(whole, rehearsal=rehearsal)
        assert (line.total, line.level) == (page.total, level(page))


def test_scores_that_were_given_hide_nobody() -> None:
    given_ = Inputs(indicators={str(n): Decimal(100) for n in range(1, 11)})
    assert release(score(PAPER, given_), rehearsal=False).total == 100


# --- what one person said, and what all said ---------------------------------------------------------


def test_counts_of_three_and_more_are_shown_with_the_scores_they_make() -> None:
    found = shown(answered(PAPER.iit, {6: (3, 4, 3, 0, 10, 10), 2: (6, 24)})).instruments()[IIT]
    for step in questions(found):
        assert step.is_counted_out
        assert isinstance(step.score, Decimal)


def test_one_low_answer_hides_in_a_line_of_neighbours_and_the_score_goes_with_it() -> None:
    found = shown(answered(PAPER.iit, {6: (0, 0, 0, 5, 10, 15), 2: (6, 24)}, i1=(1, 0, 4, 5, 5, 15)))
    first = found.indicators()["1"]
    assert isinstance(first.score, Decimal)
    i1, i2, _ = first.parts
    assert reason(i1) is Reason.PROTECTED
    assert [len(cell.choices) for cell in i1.cells] == [3, 1, 1, 1]
    assert [cell.people for cell in i1.cells] == [Released(5), Released(5), Released(5), Released(15)]
    assert first.hides
    assert i2.is_counted_out
    assert all(isinstance(step.score, Decimal) for step in found.indicators()["2"].parts)


def test_nearly_everybody_is_more_than_95_per_cent_and_no_number() -> None:
    found = shown(answered(PAPER.iit, {6: (0, 0, 20, 30, 40, 110), 2: (40, 160)}, i1=(0, 0, 0, 0, 1, 199)))
    i1 = found.indicators()["1"].parts[0]
    (cell,) = i1.cells
    assert cell.people == MoreThan(Decimal("0.95"))
    assert reason(i1) is Reason.PROTECTED


def test_an_indicator_where_all_said_the_same_goes_and_takes_another_with_it() -> None:
    """With one hidden indicator, the instrument's score would give it back."""
    everybody = {6: (0, 0, 0, 5, 10, 15), 2: (6, 24)}
    found = shown(
        answered(PAPER.iit, everybody, i7=(0, 0, 0, 0, 0, 30), i8=(0, 0, 0, 0, 0, 30), i9=(0, 0, 0, 0, 0, 30))
    ).instruments()[IIT]
    hidden = [step.code for step in found.parts if isinstance(step.score, Withheld)]
    assert hidden == ["3", "4"]
    assert {reason(step) for step in found.parts if step.code in hidden} == {Reason.PROTECTED}
    assert all(step.parts == () for step in found.parts if step.code in hidden)
    assert isinstance(found.score, Decimal)


@pytest.mark.parametrize("best", [True, False])
@pytest.mark.parametrize("n", [5, 12, 60, 400])
@pytest.mark.parametrize("year", [2564, 2569])
def test_a_survey_where_everybody_said_the_same_has_no_score_and_no_total(year: int, n: int, best: bool) -> None:
    of = paper(year)
    found = shown(a_tally(of.iit, n, best=best), of)
    assert reason(found.instruments()[IIT]) is Reason.ALL_ALIKE
    assert found.instruments()[IIT].parts == ()
    assert reason(found.tree) is Reason.PART_MISSING


@given(st.sampled_from([2562, 2566, 2569]), st.integers(10, 40), st.integers(0, 10**6))
@examples(40)
def test_no_count_of_one_or_two_and_nobody_of_one_mind_is_ever_shown(year: int, n: int, seed: int) -> None:
    of = paper(year)
    found = shown(a_mixed_tally(dice(seed), of.iit, n), of).instruments()[IIT]
    for step in questions(found):
        for cell in step.cells:
            if isinstance(cell.people, Released):
                assert cell.people.value == 0 or 3 <= cell.people.value <= n * Decimal("0.95")
        assert isinstance(step.score, Withheld) or step.is_counted_out or step.parts
        if step.parts and isinstance(step.score, Decimal):
            assert all(isinstance(part.score, Decimal) for part in step.parts)
    for step in found.walk():
        assert step.score not in (0, 100)


@given(st.integers(10, 40), st.integers(0, 10**6))
@examples(40)
def test_one_line_alone_is_never_left_out(n: int, seed: int) -> None:
    of = PAPER
    found = shown(a_mixed_tally(dice(seed), of.iit, n), of).instruments()[IIT]
    assert len([step for step in found.parts if isinstance(step.score, Withheld)]) != 1


# --- while the round is open -------------------------------------------------------------------------


@given(st.integers(0, 10**6))
def test_numbers_received_are_rounded_down_while_they_come_in(n: int) -> None:
    live = received(PAPER.release, n, live=True).value
    assert live % 5 == 0
    assert 0 <= n - live < 5
    assert received(PAPER.release, n, live=False) == Released(n)


@pytest.mark.parametrize(
    ("stage", "rehearsal", "readable"),
    [(Stage.OPEN, False, False), (Stage.CLOSED, False, True), (Stage.OPEN, True, True), (Stage.CLOSED, True, True)],
)
def test_a_real_round_has_results_once_it_is_closed(stage: Stage, rehearsal: bool, readable: bool) -> None:
    assert may_be_read(Round(1, 2569, stage, "", rehearsal, None)) is readable


# --- groups, and releases after one another ----------------------------------------------------------


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 40)), st.integers(2, 12))
def test_groups_shown_and_groups_hidden_are_large_enough(groups: dict[str, int], k: int) -> None:
    found = release_groups(groups, k)
    shown_ = {name: each.value for name, each in found.items() if isinstance(each, Released)}
    rest = sum(groups.values()) - sum(shown_.values())
    assert list(found) == list(groups)
    assert all(n >= k and n == groups[name] for name, n in shown_.items())
    assert rest == 0 or rest >= k or not shown_
    large = {name for name, n in groups.items() if n >= k}
    assert len(large - set(shown_)) <= 1


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    found = release_groups({"open": 30, "kiosk": 12, "field": 2}, 10)
    assert {name for name, each in found.items() if isinstance(each, Withheld)} == {"kiosk", "field"}


@given(st.integers(0, 200), st.integers(0, 200), st.integers(2, 20))
def test_a_second_release_differs_by_nobody_or_by_enough(before: int, after: int, k: int) -> None:
    told = following((before, "first"), (after, "second"), k)
    assert (told == "second") is may_follow(before, after, k)
    assert may_follow(before, after, k) is (abs(before - after) == 0 or abs(before - after) >= k)

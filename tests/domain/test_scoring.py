"""The arithmetic: what moves a score, what must not, and what a missing score does to the rest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.levels import level
from surveyapp.domain.paper import BelowMinimum, EitMinimum, EitParts, Instrument, Paper, Questionnaire
from surveyapp.domain.score_document import result_document
from surveyapp.domain.scoring import Inputs, Result, Sample, responses_in, score
from surveyapp.domain.steps import Kind, Reason, Withheld, settled, shown
from surveyapp.domain.tally import Tally, add, fold

from .builders import (
    YEARS,
    D,
    a_mixed_tally,
    a_tally,
    by_points,
    dice,
    examples,
    in_group,
    inputs,
    marks,
    number,
    paper,
    some_answers,
)

SEEDS = st.integers(0, 2**32)
SOME_YEARS = st.sampled_from((2562, 2564, 2566, 2567, 2569))


def total(of: Paper, known: Inputs) -> Decimal:
    return number(score(of, known).total)


def withheld(result: Result) -> dict[str, tuple[str, dict[str, Any]]]:
    """Code → why, for every score that is not there."""
    return {
        step.code: (step.score.reason.value, dict(step.score.facts))
        for step in result.tree.walk()
        if isinstance(step.score, Withheld)
    }


# --- from answers to a total ---------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_the_best_answers_and_a_whole_checklist_make_100_and_the_worst_make_0(year: int) -> None:
    of = paper(year)
    assert total(of, inputs(of)) == 100
    worst = Inputs(
        iit=a_tally(of.iit, best=False),
        eit=a_tally(of.eit, best=False),
        marks=marks(of, missed=[item.code for item in of.oit.items]),
    )
    assert total(of, worst) == 0


def test_an_item_is_the_mean_of_its_sub_questions_however_many_answered_each() -> None:
    of = paper(2564)
    tally = a_tally(of.iit, 10)
    tally["i4.1"] = {"y": 30, "n": 10}  # 25 points, from four times as many people
    item = next(step for step in score(of, inputs(of, iit=tally)).tree.walk() if step.code == "i4")
    assert shown(number(item.score)) == D("75.00")


def test_published_item_scores_follow_from_their_sub_questions() -> None:
    """i5 of a published table: 98.54 from 98.59, 98.94 and 98.10 (FY2563); 99.02 in FY2564."""
    for parts, published in ((("98.59", "98.94", "98.10"), "98.54"), (("99.05", "99.34", "98.65"), "99.02")):
        tally = a_tally(paper(2564).iit, 10_000)
        for code, points in zip(("i5.1", "i5.2", "i5.3"), parts, strict=True):
            tally[code] = {"y": 10_000 - int(D(points) * 100), "n": int(D(points) * 100)}
        steps = {step.code: step for step in score(paper(2564), Inputs(iit=tally)).tree.walk()}
        assert abs(number(steps["i5"].score) - D(published)) <= D("0.01")


@examples(40)
@given(year=SOME_YEARS, seed=SEEDS, n=st.integers(1, 25))
def test_the_order_in_which_responses_came_changes_nothing(year: int, seed: int, n: int) -> None:
    of, rng = paper(year), dice(seed)
    answers = some_answers(rng, of.iit, n)
    mixed = rng.sample(answers, n)
    assert fold(of.iit, mixed) == fold(of.iit, answers)


@examples(40)
@given(year=SOME_YEARS, seed=SEEDS, n=st.integers(1, 25), left=st.integers(0, 25))
def test_counting_in_two_heaps_changes_nothing(year: int, seed: int, n: int, left: int) -> None:
    of = paper(year)
    answers = some_answers(dice(seed), of.eit, n)
    heaps = add(fold(of.eit, answers[:left]), fold(of.eit, answers[left:]))
    together = fold(of.eit, answers)
    assert heaps == together
    assert total(of, inputs(of, eit=heaps)) == total(of, inputs(of, eit=together))


@examples(40)
@given(seed=SEEDS, times=st.integers(2, 1000))
def test_the_same_shares_of_a_larger_crowd_give_the_same_score(seed: int, times: int) -> None:
    of = paper(2564)
    tally = a_mixed_tally(dice(seed), of.iit, 37)
    larger = {code: {choice: n * times for choice, n in counts.items()} for code, counts in tally.items()}
    assert shown(total(of, inputs(of, iit=larger))) == shown(total(of, inputs(of, iit=tally)))


@examples(80)
@given(year=SOME_YEARS, seed=SEEDS, instrument=st.sampled_from(("iit", "eit")))
def test_one_better_answer_always_raises_the_total(year: int, seed: int, instrument: str) -> None:
    of, rng = paper(year), dice(seed)
    questionnaire = of.questionnaire(Instrument(instrument))
    tally = a_mixed_tally(rng, questionnaire, rng.choice((1, 2, 30, 1000)))
    sub = rng.choice(questionnaire.sub_questions)
    ladder = by_points(sub)
    low = rng.choice([code for code in ladder if tally[sub.code][code]] or ladder)
    tally[sub.code][low] = max(1, tally[sub.code][low])
    whole = inputs(of)
    before = total(of, with_answers(whole, instrument, tally))
    for better in ladder[ladder.index(low) + 1 :]:
        raised = dict(tally[sub.code])
        raised[low] -= 1
        raised[better] += 1
        assert total(of, with_answers(whole, instrument, tally | {sub.code: raised})) > before


def with_answers(known: Inputs, instrument: str, tally: Tally) -> Inputs:
    return replace(known, iit=tally) if instrument == "iit" else replace(known, eit=tally)


@examples(30)
@given(year=SOME_YEARS, seed=SEEDS)
def test_one_more_item_passed_always_raises_the_total(year: int, seed: int) -> None:
    of, rng = paper(year), dice(seed)
    found = marks(of, missed=rng.sample([item.code for item in of.oit.items], 6))
    before = total(of, inputs(of, marks=found))
    for code in (code for code, mark in found.items() if mark == 0):
        assert total(of, inputs(of, marks=found | {code: D(100)})) > before


@examples(60)
@given(year=SOME_YEARS, seed=SEEDS)
def test_which_item_of_a_sub_indicator_was_missed_makes_no_difference(year: int, seed: int) -> None:
    of, rng = paper(year), dice(seed)
    here: dict[str, Decimal] = {}
    there: dict[str, Decimal] = {}
    for sub in of.oit.sub_indicators:
        codes = [item.code for item in sub.items]
        missed = rng.randint(0, len(codes))
        for found in (here, there):
            lost = set(rng.sample(codes, missed))
            found |= {code: D(0) if code in lost else D(100) for code in codes}
    assert total(of, inputs(of, marks=here)) == total(of, inputs(of, marks=there))


@examples(40)
@given(year=SOME_YEARS, seed=SEEDS)
def test_marks_count_only_through_the_means_of_their_sub_indicators(year: int, seed: int) -> None:
    of, rng = paper(year), dice(seed)
    found = marks(of, missed=rng.sample([item.code for item in of.oit.items], 9))
    by_marks = score(of, inputs(of, marks=found))
    means = {code: number(step.score) for code, step in by_marks.sub_indicators().items()}
    by_means = score(of, inputs(of, marks=None, sub_indicators=means))
    assert abs(number(by_means.total) - number(by_marks.total)) < D("1e-30")


def test_the_oit_is_not_a_plain_mean_of_all_its_items() -> None:
    of = paper(2564)
    lost_of_nine = total(of, inputs(of, missed=in_group(of, "9.1")))
    lost_of_two = total(of, inputs(of, missed=in_group(of, "10.2")))
    assert shown(lost_of_nine) == D("99.56")
    assert shown(lost_of_two) == D("95.00")


def test_the_lowest_level_given_is_the_one_that_counts() -> None:
    of = paper(2564)
    zero = dict.fromkeys([str(n) for n in range(1, 11)], D(0))
    known = inputs(of, indicators=zero, instruments=dict.fromkeys(Instrument, D(0)), sub_indicators={"9.1": D(0)})
    assert total(of, known) == 100
    assert total(of, Inputs(indicators=zero, instruments=dict.fromkeys(Instrument, D(100)))) == 0


def test_each_instrument_may_come_in_at_its_own_level() -> None:
    of = paper(2564)
    known = Inputs(
        instruments={Instrument.IIT: D(80)}, indicators={"6": D(70), "7": D(80), "8": D(90)}, marks=marks(of)
    )
    assert total(of, known) == D("0.3") * 80 + D("0.3") * 80 + D("0.4") * 100


def test_a_choice_without_points_is_left_out_of_the_mean() -> None:
    of = paper(2564)
    first = of.iit.indicators[0]
    item = next(item for item in first.items if item.code == "i2")
    sub = item.sub_questions[0]
    quiet = replace(sub, choices=(*sub.choices, replace(sub.choices[0], code="0", points=None)))
    items = tuple(replace(each, sub_questions=(quiet,)) if each is item else each for each in first.items)
    iit = Questionnaire(of.iit.instrument, of.iit.name, (replace(first, items=items), *of.iit.indicators[1:]))
    tally = a_tally(of.iit, 10) | {"i2": {"1": 0, "2": 0, "3": 1, "4": 0, "0": 9}}
    steps = {step.code: step for step in score(replace(of, iit=iit), Inputs(iit=tally)).tree.walk()}
    assert steps["i2"].score == 67


# --- the two EIT parts ---------------------------------------------------------------------------------


def an_eit(of: Paper, part_1: Tally | None, part_2: Tally | None) -> Decimal:
    return number(score(of, Inputs(eit=part_1, eit2=part_2)).instruments()[Instrument.EIT].score)


def test_the_two_eit_parts_weigh_the_same_however_many_answered_each() -> None:
    of = paper(2568, eit_parts=EitParts.MEAN)
    assert an_eit(of, a_tally(of.eit, 300), a_tally(of.eit, 3, best=False)) == 50


def test_poured_together_every_person_weighs_the_same() -> None:
    of = paper(2568, eit_parts=EitParts.POOL)
    assert an_eit(of, a_tally(of.eit, 300), a_tally(of.eit, 100, best=False)) == 75


def test_a_part_nobody_answered_does_not_count() -> None:
    of = paper(2568)
    nobody = a_tally(of.eit, 0)
    assert an_eit(of, a_tally(of.eit), nobody) == 100
    assert an_eit(of, nobody, a_tally(of.eit)) == 100
    assert an_eit(of, None, a_tally(of.eit)) == 100


def test_poured_together_a_choice_the_first_part_left_out_still_counts() -> None:
    of = paper(2568, eit_parts=EitParts.POOL)
    best = {code: {choice: n for choice, n in counts.items() if n} for code, counts in a_tally(of.eit, 10).items()}
    assert an_eit(of, best, a_tally(of.eit, 10, best=False)) == 50


def test_poured_together_a_question_one_part_left_out_is_scored_from_the_other() -> None:
    of = paper(2568, eit_parts=EitParts.POOL)
    whole = a_tally(of.eit, 10)
    without_e6 = {code: counts for code, counts in whole.items() if code != "e6"}
    assert an_eit(of, whole, without_e6) == 100
    assert an_eit(of, without_e6, whole) == 100


def test_the_sample_of_the_eit_is_there_when_only_the_field_team_collected() -> None:
    of = paper(2568)
    assert score(of, Inputs(eit2=a_tally(of.eit, 12))).samples == (Sample(Instrument.EIT, 12, None, 0),)


# --- scores that are not there -------------------------------------------------------------------------


def test_with_nothing_known_everything_is_withheld_and_nothing_is_zero() -> None:
    result = score(paper(), Inputs())
    assert withheld(result) == {
        "total": ("part_missing", {"missing": "iit, eit, oit"}),
        "iit": ("not_given", {}),
        "eit": ("not_given", {}),
        "oit": ("not_given", {}),
    }
    assert level(result) is None
    document = result_document(result)
    assert document["total"] is None
    assert document["level"] is None
    assert document["exact"] == {"total": None}


def test_no_responses_withhold_the_instrument_the_total_and_the_level() -> None:
    of = paper(2564)
    result = score(of, inputs(of, iit=a_tally(of.iit, 0)))
    why = withheld(result)
    assert why["iit"] == ("not_started", {"n": 0, "needed": 1})
    assert why["total"] == ("part_missing", {"missing": "iit"})
    assert why["i1.1"] == ("no_responses", {})
    assert "eit" not in why
    assert level(result) is None


def test_one_question_nobody_answered_withholds_all_above_it_and_nothing_beside_it() -> None:
    of = paper(2564)
    tally = a_tally(of.iit)
    tally["i4.2"] = dict.fromkeys(tally["i4.2"], 0)
    assert withheld(score(of, inputs(of, iit=tally))) == {
        "i4.2": ("no_responses", {}),
        "i4": ("part_missing", {"missing": "i4.2"}),
        "1": ("part_missing", {"missing": "i4"}),
        "iit": ("part_missing", {"missing": "1"}),
        "total": ("part_missing", {"missing": "iit"}),
    }


def test_an_undecided_item_is_not_a_failed_item() -> None:
    of = paper(2564)
    decided = {code: mark for code, mark in marks(of).items() if code not in ("O5", "O7")}
    assert withheld(score(of, inputs(of, marks=decided))) == {
        "O5": ("not_decided", {}),
        "O7": ("not_decided", {}),
        "9.1": ("part_missing", {"missing": "O5, O7"}),
        "9": ("part_missing", {"missing": "9.1"}),
        "oit": ("part_missing", {"missing": "9"}),
        "total": ("part_missing", {"missing": "oit"}),
    }


def test_a_missing_indicator_is_named_and_withholds_the_total() -> None:
    known = {str(n): D(90) for n in range(1, 11) if n not in (5, 10)}
    why = withheld(score(paper(), Inputs(indicators=known)))
    assert why["5"] == why["10"] == ("not_given", {})
    assert why["iit"] == ("part_missing", {"missing": "5"})
    assert why["oit"] == ("part_missing", {"missing": "10"})
    assert why["total"] == ("part_missing", {"missing": "iit, oit"})


def too_small(below_minimum: BelowMinimum, n: int = 12) -> Result:
    of = paper(2564, below_minimum=below_minimum)
    return score(of, inputs(of, iit=a_tally(of.iit, n), required={Instrument.IIT: 30, Instrument.EIT: 30}))


def test_below_the_minimum_a_year_that_warns_still_gives_the_score_and_tells_the_sample() -> None:
    result = too_small(BelowMinimum.WARN)
    assert result.total == 100
    assert result.samples == (Sample(Instrument.IIT, 12, 30, 12), Sample(Instrument.EIT, 40, 30, 40))
    assert [sample.enough for sample in result.samples] == [False, True]


def test_below_the_minimum_a_year_that_blanks_withholds_the_score() -> None:
    result = too_small(BelowMinimum.BLANK)
    assert withheld(result) == {
        "iit": ("below_minimum", {"n": 12, "needed": 30}),
        "total": ("part_missing", {"missing": "iit"}),
    }


def test_below_the_minimum_a_year_that_punishes_gives_0_and_says_that_it_is_the_policy() -> None:
    result = too_small(BelowMinimum.ZERO)
    iit = result.instruments()[Instrument.IIT]
    assert (iit.score, iit.kind) == (D(0), Kind.BY_POLICY)
    assert result.total == 70


@pytest.mark.parametrize("below_minimum", BelowMinimum)
def test_at_the_minimum_every_policy_gives_the_score(below_minimum: BelowMinimum) -> None:
    assert too_small(below_minimum, n=30).total == 100


@pytest.mark.parametrize("below_minimum", BelowMinimum)
def test_no_policy_makes_a_score_out_of_no_responses(below_minimum: BelowMinimum) -> None:
    assert withheld(too_small(below_minimum, n=0))["iit"] == ("not_started", {"n": 0, "needed": 1})


def test_fewer_responses_than_a_score_needs_withhold_it() -> None:
    of = paper(2564, least_for_score=5)
    few = withheld(score(of, inputs(of, iit=a_tally(of.iit, 4))))
    assert few["iit"] == ("too_few", {"n": 4, "needed": 5})
    assert total(of, inputs(of, iit=a_tally(of.iit, 5))) == 100


def test_where_the_minimum_is_of_part_1_the_field_team_does_not_help_to_reach_it() -> None:
    of = paper(2568, below_minimum=BelowMinimum.BLANK)
    assert of.settings.eit_minimum is EitMinimum.PART_1
    known = inputs(of, eit=a_tally(of.eit, 29), eit2=a_tally(of.eit, 500), required={Instrument.EIT: 30})
    found = score(of, known)
    assert found.instruments()[Instrument.EIT].score == Withheld(Reason.BELOW_MINIMUM, {"n": 29, "needed": 30})
    assert [(each.n, each.counted, each.enough) for each in found.samples if each.instrument == "eit"] == [
        (529, 29, False)
    ]
    assert score(of, replace(known, eit=a_tally(of.eit, 30))).total == 100


def test_where_the_minimum_is_of_all_both_eit_parts_together_must_reach_it() -> None:
    of = paper(2568, below_minimum=BelowMinimum.BLANK)
    of = replace(of, settings=replace(of.settings, eit_minimum=EitMinimum.ALL))
    known = inputs(of, eit=a_tally(of.eit, 20), eit2=a_tally(of.eit, 10), required={Instrument.EIT: 30})
    assert score(of, known).total == 100
    assert score(of, replace(known, required={Instrument.EIT: 31})).total == Withheld(
        Reason.PART_MISSING, {"missing": "eit"}
    )


def test_a_minimum_without_counts_asks_nothing() -> None:
    of = paper(2564, below_minimum=BelowMinimum.BLANK)
    known = Inputs(instruments=dict.fromkeys(Instrument, D(80)), required={Instrument.IIT: 30})
    assert total(of, known) == 80


# --- rounding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exact", "seen"),
    [
        ("84.995", "85.00"),
        ("84.994999999999999999999999999999", "84.99"),
        ("94.995", "95.00"),
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("0.004999", "0.00"),
        ("2.675", "2.68"),
        ("100", "100.00"),
        ("0", "0.00"),
    ],
)
def test_a_score_is_shown_with_two_decimals_rounded_half_up(exact: str, seen: str) -> None:
    assert str(shown(D(exact))) == seen


def test_a_half_cent_that_was_divided_into_thirds_and_put_together_again_still_rounds_up() -> None:
    """84.995 as a mean of three: the division never comes out even, the rounding must not notice."""
    of = paper(2564)
    known = Inputs(indicators={"6": D("84.99"), "7": D("84.99"), "8": D("85.005")})
    eit = number(score(of, known).instruments()[Instrument.EIT].score)
    assert str(shown(eit)) == "85.00"


def test_responses_are_counted_by_the_question_most_people_answered() -> None:
    assert responses_in({"i1.1": {"1": 3, "2": 4}, "i1.2": {"1": 2}}) == 7
    assert responses_in({"i1.1": {}}) == 0
    assert responses_in({}) == 0
    assert responses_in(None) == 0


@examples(40)
@given(seed=st.integers(0, 10**6), year=st.sampled_from(YEARS))
def test_what_is_laid_out_adds_up_to_what_was_computed_in_one_pass(seed: int, year: int) -> None:
    """Every question answered by its own number of people, in one part or two, joined in every way."""
    rng, of = dice(seed), paper(year, eit_parts=dice(seed).choice(list(EitParts)))

    def uneven(questionnaire: Questionnaire) -> Tally:
        return {
            sub.code: a_mixed_tally(rng, questionnaire, rng.randint(1, 50))[sub.code]
            for sub in questionnaire.sub_questions
        }

    known = inputs(of, iit=uneven(of.iit), eit=uneven(of.eit), eit2=rng.choice([None, uneven(of.eit)]))
    for step in score(of, known).tree.walk():
        scores = [part.score for part in step.parts]
        if step.kind in (Kind.MEAN, Kind.EIT_PARTS) and all(isinstance(each, Decimal) for each in scores):
            with localcontext(prec=60):
                expected = sum(map(number, scores), D(0)) / len(scores)
            assert settled(number(step.score)) == settled(expected)
        elif step.parts and step.kind is not Kind.WEIGHTED:
            assert isinstance(step.score, Withheld)


def test_every_part_of_the_tree_explains_the_score_above_it() -> None:
    of = paper(2564)
    tally = a_mixed_tally(dice(9), of.iit, 31)
    tree = score(of, inputs(of, iit=tally, missed=["O1", "O40"])).tree
    for step in tree.walk():
        scores = [number(part.score) for part in step.parts]
        if step.kind is Kind.MEAN:
            assert abs(number(step.score) - sum(scores, D(0)) / len(scores)) < D("1e-20")
        if step.kind is Kind.POINTS:
            counted = [(each.choice.points, each.n) for each in step.counts if each.choice.points is not None]
            points = sum((points * n for points, n in counted), D(0)) / sum(n for _, n in counted)
            assert abs(number(step.score) - points) < D("1e-20")
    assert [part.weight for part in tree.parts] == [D("0.30"), D("0.30"), D("0.40")]

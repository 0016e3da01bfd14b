"""What the public reads never shows what one person said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from surveyapp.domain.paper import Instrument
from surveyapp.domain.public import public_result
from surveyapp.domain.scoring import Inputs, Result, score
from surveyapp.domain.steps import Withheld
from surveyapp.instruments.library import Library

PAPER = Library().paper(2569)
MARKS = {item.code: Decimal(100) for item in PAPER.oit.items}


def result(n: int, *, alone: int = 0) -> Result:
    """n staff, of whom ``alone`` chose the first choice everywhere, half the rest the second, half the last."""
    rest = n - alone

    def tally(instrument: Instrument, people: int) -> dict[str, dict[str, int]]:
        found = {}
        for sub in PAPER.questionnaire(instrument).sub_questions:
            codes = [choice.code for choice in sub.choices]
            counts = dict.fromkeys(codes, 0)
            counts[codes[0]] += alone if people == n else 0
            counts[codes[len(codes) // 2]] += (rest if people == n else people) // 2
            counts[codes[-1]] += (rest if people == n else people) - (rest if people == n else people) // 2
            found[sub.code] = counts
        return found

    return score(PAPER, Inputs(iit=tally(Instrument.IIT, n), eit=tally(Instrument.EIT, 60), marks=MARKS))


def test_the_thresholds_are_those_of_the_paper() -> None:
    strict = replace(PAPER, release=replace(PAPER.release, least_for_instrument=20, least_for_steps=40))
    for n, score_shown, steps_shown in ((19, False, False), (20, True, False), (39, True, False), (40, True, True)):
        found = public_result(replace(result(n), paper=strict), rehearsal=False).instruments()[Instrument.IIT]
        assert isinstance(found.score, Decimal) is score_shown
        assert bool(found.parts) is steps_shown


@pytest.mark.parametrize("n", [1, 4])
def test_under_five_neither_the_instrument_nor_the_total_is_there(n: int) -> None:
    shown = public_result(result(n), rehearsal=False)
    assert isinstance(shown.instruments()[Instrument.IIT].score, Withheld)
    assert isinstance(shown.total, Withheld)
    assert shown.instruments()[Instrument.IIT].parts == ()


@pytest.mark.parametrize("n", [5, 9])
def test_under_ten_the_instrument_is_there_and_nothing_below_it(n: int) -> None:
    shown = public_result(result(n), rehearsal=False)
    assert isinstance(shown.total, Decimal)
    assert shown.instruments()[Instrument.IIT].parts == ()
    assert not {"1", "2", "3", "4", "5"} & set(shown.indicators())
    assert shown.indicators()["6"].parts


def test_a_count_of_one_or_two_hides_the_counts_of_its_question() -> None:
    steps = public_result(result(30, alone=1), rehearsal=False).instruments()[Instrument.IIT].walk()
    assert not [step for step in steps if step.counts]
    steps = public_result(result(30, alone=3), rehearsal=False).instruments()[Instrument.IIT].walk()
    assert [step for step in steps if step.counts]


def test_what_everybody_said_is_not_counted_out() -> None:
    everybody = result(30, alone=30)
    steps = public_result(everybody, rehearsal=False).instruments()[Instrument.IIT].walk()
    assert not [step for step in steps if step.counts]


def test_made_up_answers_are_shown_whole() -> None:
    whole = result(1)
    assert public_result(whole, rehearsal=True) is whole


@pytest.mark.parametrize(("thin", "shown"), [(0, True), (1, False), (9, False), (10, True)])
def test_one_thin_part_of_the_eit_takes_the_other_with_it(thin: int, shown: bool) -> None:
    """Part 1 and the mean of both would give part 2 away, which few people stand behind."""
    base = result(60)
    tallies = {sub.code: {choice.code: 0 for choice in sub.choices} for sub in PAPER.eit.sub_questions}
    part_2 = {code: {**counts, next(iter(counts)): thin} for code, counts in tallies.items()}
    part_1 = {code: {**counts, next(iter(counts)): 60} for code, counts in tallies.items()}
    iit = {sub.code: {choice.code: 20 for choice in sub.choices} for sub in PAPER.iit.sub_questions}
    known = Inputs(iit=iit, eit=part_1, eit2=part_2, marks=MARKS)
    found = public_result(score(base.paper, known), rehearsal=False).instruments()[Instrument.EIT]
    assert isinstance(found.score, Decimal)
    assert bool(found.parts) is shown

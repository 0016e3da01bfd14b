"""What may be shown of the answers behind a score."""

from __future__ import annotations

import pytest

from surveyapp.domain.paper import Instrument
from surveyapp.domain.release import LEAST_FOR_COUNTS, may_show_counts
from surveyapp.domain.scoring import Inputs, score

from .builders import D, a_tally, inputs, paper


@pytest.mark.parametrize("instrument", [Instrument.IIT, Instrument.EIT])
@pytest.mark.parametrize(("n", "shown"), [(0, False), (1, False), (9, False), (10, True), (400, True)])
def test_counts_are_shown_from_ten_responses(instrument: Instrument, n: int, shown: bool) -> None:
    result = score(paper(), inputs(paper(), n=n))
    assert may_show_counts(result, instrument, rehearsal=False) is shown


def test_ten_is_the_number_the_policy_names() -> None:
    assert LEAST_FOR_COUNTS == 10


def test_each_survey_is_judged_by_its_own_responses() -> None:
    of = paper()
    result = score(of, inputs(of, iit=a_tally(of.iit, 9), eit=a_tally(of.eit, 10)))
    assert not may_show_counts(result, Instrument.IIT, rehearsal=False)
    assert may_show_counts(result, Instrument.EIT, rehearsal=False)


def test_what_nobody_counted_is_not_shown() -> None:
    result = score(paper(), Inputs(instruments=dict.fromkeys(Instrument, D(90))))
    assert not any(may_show_counts(result, instrument, rehearsal=False) for instrument in Instrument)


@pytest.mark.parametrize(("part_1", "part_2"), [(30, 1), (30, 9), (9, 30), (8, 2)])
def test_two_eit_parts_shown_side_by_side_each_need_ten_responses(part_1: int, part_2: int) -> None:
    """The steps give the counts of each part, so a part of one person would show that person's answers."""
    of = paper(2569)
    result = score(of, inputs(of, eit=a_tally(of.eit, part_1), eit2=a_tally(of.eit, part_2)))
    parts = {step.eit_part for step in result.tree.walk() if step.counts or step.eit_part}
    assert {1, 2} <= parts
    assert not may_show_counts(result, Instrument.EIT, rehearsal=False)


def test_two_eit_parts_of_ten_responses_are_shown() -> None:
    of = paper(2569)
    result = score(of, inputs(of, eit=a_tally(of.eit, 10), eit2=a_tally(of.eit, 10)))
    assert may_show_counts(result, Instrument.EIT, rehearsal=False)


def test_made_up_answers_may_always_be_shown() -> None:
    result = score(paper(), inputs(paper(), n=1))
    assert may_show_counts(result, Instrument.IIT, rehearsal=True)

"""Signs in the answers: the same whatever the order, raised by copies, hardly ever by honest people."""

from __future__ import annotations

from collections import Counter
from math import exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import people
from surveyapp.domain.chance import agreement, binomial_tail, fit, gamma_tail, steps_of
from surveyapp.domain.integrity import Amount, Mark, Sign, amount, gap, one_day, signs, told
from surveyapp.domain.integrity_rates import MEASURED
from surveyapp.domain.paper import Questionnaire

from .builders import dice, examples, paper, some_answers

RELEASE = paper(2568).release
LONG, SHORT = paper(2564).iit, paper(2568).eit


def by_mark(questionnaire: Questionnaire, vectors: Counter[bytes]) -> dict[Mark, Sign]:
    return {sign.mark: sign for sign in signs(questionnaire, vectors)}


def raised(questionnaire: Questionnaire, vectors: Counter[bytes]) -> set[Mark]:
    return {mark for mark, sign in by_mark(questionnaire, vectors).items() if sign.raised(RELEASE)}


def honest(rng: Random, questionnaire: Questionnaire, n: int) -> Counter[bytes]:
    return Counter(people.clean(rng, questionnaire, n).first)


def all_over(questionnaire: Questionnaire, *, top: bool) -> bytes:
    return bytes(row.index(max(row) if top else min(row[1:]), 1) for row in steps_of(questionnaire))


@examples(15)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 40), years=st.sampled_from([2564, 2568]))
def test_the_order_of_the_answers_says_nothing(seed: int, n: int, years: int) -> None:
    rng = dice(seed)
    questionnaire = paper(years).eit
    answers = some_answers(rng, questionnaire, n) * 2
    there = signs(questionnaire, Counter(answers))
    rng.shuffle(answers)
    back = signs(questionnaire, Counter(answers))
    assert [each.involved for each in there] == [each.involved for each in back]
    assert [each.probability for each in there] == pytest.approx([each.probability for each in back])


@examples(25)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 60))
def test_a_sign_is_a_share_and_a_probability(seed: int, n: int) -> None:
    for sign in signs(SHORT, Counter(some_answers(dice(seed), SHORT, n))):
        assert 0 <= sign.involved <= sign.of == n
        assert sign.value == sign.involved / n
        assert 0 <= sign.probability <= 1
        assert 0 <= sign.usual <= 1


@pytest.mark.parametrize("n", [10, 100, 3000])
def test_the_same_middling_answers_from_everybody_are_noticed(n: int) -> None:
    one = next(v for v in honest(dice(3), LONG, 50) if v != all_over(LONG, top=True))
    assert Mark.ALIKE in raised(LONG, Counter({one: n}))


def test_full_points_from_everybody_are_their_own_sign_not_copies() -> None:
    found = raised(SHORT, Counter({all_over(SHORT, top=True): 100}))
    assert found == {Mark.ALL_TOP}


def test_one_place_all_the_way_down_contradicts_itself_where_questions_are_reversed() -> None:
    vectors = honest(dice(1), LONG, 100) + Counter({bytes(min(4, len(s.choices)) for s in LONG.sub_questions): 40})
    assert Mark.STRAIGHT in raised(LONG, vectors)


def test_where_nothing_is_reversed_the_best_place_all_the_way_down_is_no_straight_line() -> None:
    found = by_mark(SHORT, Counter({all_over(SHORT, top=True): 60}))
    assert found[Mark.STRAIGHT].involved == 0


@pytest.mark.parametrize("questionnaire", [LONG, SHORT], ids=["long", "short"])
def test_copies_of_one_sheet_among_honest_ones_are_noticed(questionnaire: Questionnaire) -> None:
    rng = dice(7)
    agency = people.clean(rng, questionnaire, 100)
    stuffed = people.stuffed(rng, agency, 0.3, people.copies(0)(rng, questionnaire))
    assert Mark.ALIKE in raised(questionnaire, Counter(stuffed.first))


@pytest.mark.parametrize(
    ("questionnaire", "n"), [(LONG, 30), (SHORT, 30), (SHORT, 200)], ids=["long-30", "short-30", "short-200"]
)
def test_honest_agencies_are_hardly_ever_remarked_on(questionnaire: Questionnaire, n: int) -> None:
    """The real measurement is ``python -m bench integrity``; this one only sees that nothing broke."""
    rng = dice("honest")
    alarms = Counter(mark for _ in range(25) for mark in raised(questionnaire, honest(rng, questionnaire, n)))
    assert all(n <= 1 for n in alarms.values()), alarms


def test_chance_agrees_with_counting_every_way_to_answer() -> None:
    """Two questions of three steps, worked by hand: of the total 2 the ways are 0+2, 1+1, 2+0."""
    steps = ((0, 0, 1, 2), (0, 0, 1, 2))
    vectors = Counter({bytes([1, 3]): 3, bytes([2, 2]): 2, bytes([3, 1]): 1})
    chance = fit(steps, vectors)
    ways = [chance.likely(v) for v in vectors]
    same = sum(way**2 for way in ways) / sum(ways) ** 2
    found = agreement(chance, vectors)
    assert found.pairs == 3 + 1
    assert found.expected == pytest.approx(15 * same)


def test_the_tails_are_those_of_the_textbook() -> None:
    assert gamma_tail(1, 3) == pytest.approx(exp(-3))
    assert gamma_tail(3, 2) == pytest.approx(exp(-2) * (1 + 2 + 2))
    assert binomial_tail(3, 0.5, 2) == pytest.approx(0.5)
    assert binomial_tail(10, 0.1, 0) == 1


def test_a_gap_is_the_difference_of_the_parts_and_needs_both() -> None:
    best, worst = all_over(SHORT, top=True), all_over(SHORT, top=False)
    found = gap(SHORT, {best: 30}, {worst: 15, best: 15})
    assert found is not None
    assert found.value == pytest.approx(50)
    assert found.raised(RELEASE)
    assert gap(SHORT, {best: 30}, {best: 1}) is None
    turned = gap(SHORT, {worst: 15, best: 15}, {best: 30})
    assert turned is not None
    assert not turned.raised(RELEASE)


def test_a_busy_day_is_noticed_only_beyond_a_meeting() -> None:
    busy, meeting = one_day([95, *[1] * 5]), one_day([50, *[1] * 50])
    assert busy is not None
    assert meeting is not None
    assert busy.raised(RELEASE)
    assert not meeting.raised(RELEASE)
    assert one_day([]) is None


@examples(50)
@given(n=st.integers(10, 400), data=st.data())
def test_a_told_number_leaves_nobody_alone(n: int, data: st.DataObject) -> None:
    involved = data.draw(st.integers(0, n))
    sign = Sign(Mark.ALL_TOP, involved / n, 0.1, involved, n, 0.0)
    if amount(sign, RELEASE) is Amount.TOLD:
        assert RELEASE.least_in_cell <= involved <= n - RELEASE.least_in_cell
    assert not (sign.raised(RELEASE) and involved < RELEASE.least_in_cell)


def test_too_few_answers_have_no_signs_and_a_thin_second_part_no_gap() -> None:
    few, enough = honest(dice(1), SHORT, 9), honest(dice(1), SHORT, 12)
    assert told(SHORT, RELEASE, few, other={}, days=[9]) == ()
    marks = {each.sign.mark for each in told(SHORT, RELEASE, enough, other=few, days=[12])}
    assert Mark.GAP not in marks
    assert Mark.ALIKE in marks


def test_every_sign_is_measured_at_every_size() -> None:
    sizes = {(rate.mark, rate.n) for rate in MEASURED}
    assert {(str(mark), n) for mark in Mark for n in (15, 30, 100, 400)} <= sizes

"""The made-up province: the same for the same seed, whole, sound, and close to what was published."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.checklist import FAILED, PASSED, Decision, Evidence, fold, new_steps
from surveyapp.domain.checklist_sheet import is_web_address
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.rehearsal import (
    PROVINCE,
    MadeUpAgency,
    make_agencies,
    make_checklist,
    make_responses,
    share_out,
    spread_over_days,
    weight_of,
)
from surveyapp.domain.response import Response, unpack
from surveyapp.domain.sample import rule_for
from surveyapp.domain.scoring import Inputs, score
from surveyapp.domain.tally import fold as count

from .builders import YEARS, dice, examples, number, paper
from .test_checklist import NOW

PUBLISHED = {"1": 94.0, "2": 87.5, "3": 90.5, "4": 87.0, "5": 89.0, "6": 91.0, "7": 89.0, "8": 87.5}


def an_agency(seed: int = 1) -> MadeUpAgency:
    return make_agencies(dice(seed), 3)[2]


def answers_of(of: Paper, rng: Random, agency: MadeUpAgency, n: int = 40) -> list[list[Response]]:
    return [make_responses(rng, of.iit, agency, n, 0), make_responses(rng, of.eit, agency, n, 1)]


# --- the same for the same seed ------------------------------------------------------------------------


def a_province(seed: int) -> list[object]:
    of, rng = paper(2569), dice(seed)
    agencies = make_agencies(rng, 8)
    parts = [
        (
            answers_of(of, rng, each, 12),
            list(make_checklist(rng, of.oit, each, 2569, undecided=2)),
            spread_over_days(rng, 30, date(2026, 3, 1), 20),
            weight_of(rng, 40),
        )
        for each in agencies
    ]
    return [agencies, parts]


def test_the_same_seed_gives_the_same_province_to_the_last_answer() -> None:
    assert a_province(2569) == a_province(2569)


def test_another_seed_gives_another_province() -> None:
    assert a_province(2569) != a_province(2570)


# --- agencies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, 1, 2, 3, 84, 1000])
def test_every_agency_has_its_own_name_and_code(n: int) -> None:
    agencies = [each.agency for each in make_agencies(dice(1), n)]
    assert len(agencies) == n
    assert len({agency.name for agency in agencies}) == n
    assert len({agency.code for agency in agencies}) == n
    assert {agency.province for agency in agencies} <= {PROVINCE}


def test_the_province_has_its_own_administration_and_one_town() -> None:
    names = [each.agency.name for each in make_agencies(dice(1), 2)]
    assert names == [f"เทศบาลเมือง{PROVINCE}", f"องค์การบริหารส่วนจังหวัด{PROVINCE}"]


def test_every_agency_is_of_a_kind_and_size_that_can_be() -> None:
    for each in make_agencies(dice(3), 200):
        assert each.staff > 0
        assert each.clients >= each.staff
        assert 0 <= each.openness < 1
        assert abs(each.shift) < 0.2
        assert each.coordinator.startswith(("นาย", "นาง", "นางสาว"))


def test_the_kinds_of_the_made_up_agencies_are_those_of_the_minimum_samples() -> None:
    kinds = {each.agency.kind for each in make_agencies(dice(3), 200)}
    ruled = {kind for rule in paper(2569).samples for kind in rule.kinds}
    assert {"oboto_s", "oboto_m", "oboto_l", "thesaban_tambon_s", "thesaban_tambon_m"} <= kinds & ruled
    assert all(rule_for(paper(2569), Instrument.EIT, kind) for kind in kinds)


# --- sharing out ---------------------------------------------------------------------------------------


@examples(150)
@given(weights=st.lists(st.integers(0, 10_000), min_size=1, max_size=60).filter(any), total=st.integers(0, 10**7))
def test_shares_add_up_and_none_is_a_whole_one_away_from_its_due(weights: list[int], total: int) -> None:
    shares = share_out(weights, total)
    assert sum(shares) == total
    for weight, share in zip(weights, shares, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)
        assert weight or not share


def test_equal_weights_share_equally_and_the_first_take_the_rest() -> None:
    assert share_out([1, 1, 1], 10) == [4, 3, 3]
    assert share_out([25, 45, 30], 3) == [1, 1, 1]


@examples(40)
@given(seed=st.integers(0, 2**32), required=st.integers(0, 500))
def test_most_agencies_reach_what_they_need_and_some_do_not(seed: int, required: int) -> None:
    weight = weight_of(dice(seed), required)
    assert max(1, required // 2) <= weight <= max(1, required * 2)


@examples(40)
@given(seed=st.integers(0, 2**32), n=st.integers(0, 300), days=st.integers(1, 90))
def test_arrivals_add_up_and_fall_on_the_days_before_the_last(seed: int, n: int, days: int) -> None:
    last = date(2026, 3, 1)
    counts = spread_over_days(dice(seed), n, last, days)
    assert sum(counts.values()) == n
    assert all(last - timedelta(days=days - 1) <= day <= last for day in counts)
    assert all(counts.values())


def test_more_arrive_towards_the_end() -> None:
    last = date(2026, 3, 1)
    counts = spread_over_days(dice(1), 10_000, last, 60)
    early = sum(n for day, n in counts.items() if day <= last - timedelta(days=30))
    assert early < 3000


# --- answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("n", [0, 1, 2, 37])
def test_made_up_responses_are_complete_and_each_has_its_own_id(year: int, n: int) -> None:
    of = paper(year)
    rng = dice(year)
    for questionnaire, responses in zip(of.questionnaires(), answers_of(of, rng, an_agency(), n), strict=True):
        assert len(responses) == n
        assert len({response.id for response in responses}) == n
        assert {len(response.id) for response in responses} <= {16}
        for response in responses:
            assert response.instrument is questionnaire.instrument
            assert len(unpack(questionnaire, response.answers)) == len(questionnaire.sub_questions)


@pytest.mark.parametrize("year", [2564, 2569])
def test_the_mean_over_many_agencies_is_near_the_published_means(year: int) -> None:
    of, rng = paper(year), dice(7)
    found: dict[str, list[float]] = {code: [] for code in PUBLISHED}
    for agency in make_agencies(rng, 60):
        iit, eit = answers_of(of, rng, agency)
        known = Inputs(
            iit=count(of.iit, (each.answers for each in iit)), eit=count(of.eit, (each.answers for each in eit))
        )
        for code, step in score(of, known).indicators().items():
            if code in found:
                found[code].append(float(number(step.score)))
    assert {code: mean(values) for code, values in found.items()} == pytest.approx(PUBLISHED, abs=2.5)
    assert max(map(max, found.values())) <= 100
    assert all(max(values) - min(values) > 5 for values in found.values())


def test_a_better_agency_has_better_answers() -> None:
    of = paper(2569)
    one = an_agency()
    means = []
    for shift in (-0.1, 0.0, 0.1):
        agency = MadeUpAgency(one.agency, one.staff, one.clients, one.coordinator, shift, one.openness)
        responses = make_responses(dice(5), of.iit, agency, 400, 0)
        tally = count(of.iit, (response.answers for response in responses))
        means.append(number(score(of, Inputs(iit=tally)).instruments()[Instrument.IIT].score))
    assert means == sorted(means)


def test_responses_come_in_no_order() -> None:
    """Not the strict first and the kind last, as they were drawn."""
    of = paper(2569)
    responses = make_responses(dice(5), of.iit, an_agency(), 400, 0)
    kindness = [sum(response.answers[:2]) for response in responses]
    assert abs(mean(kindness[:100]) - mean(kindness[-100:])) < 1


# --- the checklist -------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("undecided", [0, 3])
def test_a_made_up_checklist_is_whole_and_its_steps_are_legal(year: int, undecided: int) -> None:
    of = paper(year)
    rows = list(make_checklist(dice(year), of.oit, an_agency(), year, undecided=undecided))
    assert [code for code, _, _ in rows] == [item.code for item in of.oit.items]
    assert [code for code, _, decision in rows if decision is None] == [
        item.code for item in of.oit.items[len(rows) - undecided :]
    ]
    states = fold(new_steps({}, rows, NOW, "assessor"))
    assert len(states) >= len(rows) - undecided


def test_every_made_up_address_is_sound_and_every_fail_has_its_reason() -> None:
    seen: Counter[str] = Counter()
    for seed in range(30):
        for _, evidence, decision in make_checklist(dice(seed), paper(2569).oit, an_agency(seed), 2569, undecided=0):
            assert decision is not None
            assert all(map(is_web_address, evidence.urls if evidence else ()))
            seen[verdict(evidence, decision)] += 1
    assert set(seen) == {"passed with evidence", "failed with evidence", "failed without evidence"}


def verdict(evidence: Evidence | None, decision: Decision) -> str:
    assert decision.mark in (PASSED, FAILED)
    assert bool(decision.reason) == (decision.mark == FAILED)
    return f"{'passed' if decision.mark == PASSED else 'failed'} {'with' if evidence else 'without'} evidence"

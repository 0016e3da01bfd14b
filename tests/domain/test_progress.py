"""Pace, forecast and channels: what holds for any counts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.progress import Course, Outlook, Pace, groups_to_show, pace_of, rounded_down

TODAY = date(2026, 3, 10)
STEP = 5
by_day = st.dictionaries(st.integers(-30, 0).map(lambda back: TODAY + timedelta(days=back)), st.integers(1, 60))
groups = st.dictionaries(st.sampled_from(["open", "line", "website", "counter", "kiosk", "field"]), st.integers(0, 40))


def a_course(
    received: int = 20, required: int | None = 50, gained: int = 35, days: int = 7, last: date | None = None
) -> Course:
    enough = required is None or received >= required
    return Course(received, True, required, enough, Pace(gained, days), {}, False, TODAY, last)


@given(by_day, st.integers(0, 60))
def test_an_answer_of_today_moves_neither_pace_nor_forecast(counts: dict[date, int], more: int) -> None:
    begins = TODAY - timedelta(days=30)
    before = pace_of(counts, TODAY, begins, step=STEP)
    assert pace_of({**counts, TODAY: counts.get(TODAY, 0) + more}, TODAY, begins, step=STEP) == before


@given(by_day, st.integers(1, 4))
def test_the_pace_is_a_difference_of_rounded_totals(counts: dict[date, int], more: int) -> None:
    pace = pace_of(counts, TODAY, None, step=STEP)
    assert pace.gained % STEP == 0
    assert 0 <= pace.days <= 7
    exact = sum(n for day, n in counts.items() if TODAY - timedelta(days=pace.days) <= day < TODAY)
    assert abs(exact - pace.gained) < STEP


@given(st.integers(0, 300), st.integers(1, 400), st.integers(1, 300).map(lambda n: n * STEP), st.integers(1, 7))
def test_at_this_pace_the_minimum_is_there_on_the_day_and_not_the_day_before(
    received: int, required: int, gained: int, days: int
) -> None:
    course = a_course(received, required, gained, days)
    forecast = course.forecast
    if course.enough or forecast is None:
        assert course.enough or course.missing * days // gained >= 3650
        return
    after = (forecast - TODAY).days
    assert gained * after >= course.missing * days
    assert gained * (after - 1) < course.missing * days


@given(st.integers(0, 500).map(lambda n: n * STEP), st.integers(0, 7))
def test_a_pace_is_told_no_finer_than_it_is_known(gained: int, days: int) -> None:
    told, exact = Pace(gained, days).a_day, Decimal(gained) / max(days, 1)
    assert abs(told - exact) <= (Decimal("0.05") if exact < 10 else Decimal("0.5"))
    assert len(str(told)) <= (4 if exact < 10 else len(str(int(exact))) + 1)
    assert ("." in str(told)) == (exact < 10)


@given(st.integers(0, 90), st.integers(0, 40).map(lambda n: n * STEP), st.integers(0, 7), st.integers(-3, 90))
def test_what_is_said_of_the_minimum_is_true(received: int, gained: int, days: int, left: int) -> None:
    last = TODAY + timedelta(days=left)
    course = a_course(received, 50, gained, days, last)
    outlook, forecast = course.outlook, course.forecast
    assert (outlook is Outlook.ENOUGH) == (received >= 50)
    if outlook is Outlook.IN_TIME:
        assert forecast is not None
        assert TODAY < forecast <= last
    if outlook is Outlook.LATE:
        assert forecast is None or forecast > last
    if outlook is Outlook.OVER:
        assert left < 0
    needed = course.needed_a_day
    if needed is not None:
        assert needed * (left + 1) >= course.missing > (needed - 1) * (left + 1)


@given(groups)
def test_no_shown_channel_and_no_hidden_remainder_is_small(counts: dict[str, int]) -> None:
    shown = groups_to_show(counts, least=10, step=1)
    assert all(n >= 10 and counts[name] == n for name, n in shown.items())
    hidden = sum(counts.values()) - sum(shown.values())
    assert hidden == 0 or hidden >= 10 or not shown


@given(groups, st.sampled_from([1, 5]))
def test_channels_are_rounded_and_as_many_are_shown_as_may_be(counts: dict[str, int], step: int) -> None:
    shown = groups_to_show(counts, least=10, step=step)
    assert all(n == rounded_down(counts[name], step) for name, n in shown.items())
    if all(n == 0 or n >= 10 for n in counts.values()):
        assert set(shown) == {name for name, n in counts.items() if n}


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"open": 50, "line": 4}, set()),  # 50 shown would give the 4 away
        ({"open": 50, "line": 12, "kiosk": 4}, {"open"}),
        ({"open": 50, "line": 6, "kiosk": 4}, {"open"}),
        ({"open": 50, "line": 10}, {"open", "line"}),
    ],
)
def test_worked_examples_of_hidden_channels(counts: dict[str, int], shown: set[str]) -> None:
    assert set(groups_to_show(counts, least=10, step=5)) == shown

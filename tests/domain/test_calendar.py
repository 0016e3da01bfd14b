"""The calendar: what may be done on a day, and calendars that cannot be meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.calendar import Calendar, Phase, Span, faults_of, parse_day, parse_phase, parse_span
from surveyapp.domain.problems import Problems
from surveyapp.domain.round_problems import (
    DayUnreadable,
    PhaseBackwards,
    PhaseFarAway,
    PhaseNotYet,
    PhaseOver,
    PhasesOutOfOrder,
    PhaseUnknown,
)
from surveyapp.domain.thai import short_day

MARCH = Span(Phase.FILING, date(2026, 3, 1), date(2026, 3, 31))
MAY = Span(Phase.CHECKING, date(2026, 5, 1), date(2026, 5, 31))
DAYS = st.dates(date(2000, 1, 1), date(2056, 12, 31))


def test_a_phase_without_days_binds_nobody() -> None:
    Calendar().refuse_outside(date(2026, 1, 1), Phase.FILING)
    Calendar((MAY,)).refuse_outside(date(2026, 1, 1), Phase.FILING, Phase.CHECKING)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 31)])
def test_both_days_of_a_phase_belong_to_it(day: date) -> None:
    Calendar((MARCH,)).refuse_outside(day, Phase.FILING)


def test_before_and_after_a_phase_the_refusal_names_its_days() -> None:
    calendar = Calendar((MARCH,))
    with pytest.raises(PhaseNotYet) as early:
        calendar.refuse_outside(date(2026, 2, 28), Phase.FILING)
    assert "1 March 2026" in str(early.value)
    assert "31 March 2026" in str(early.value)
    with pytest.raises(PhaseOver) as late:
        calendar.refuse_outside(date(2026, 4, 1), Phase.FILING)
    assert "31 March 2026" in str(late.value)


def test_between_two_phases_that_both_allow_it_the_next_one_is_named() -> None:
    calendar = Calendar((MARCH, MAY))
    calendar.refuse_outside(date(2026, 5, 9), Phase.FILING, Phase.CHECKING)
    with pytest.raises(PhaseNotYet) as between:
        calendar.refuse_outside(date(2026, 4, 9), Phase.FILING, Phase.CHECKING)
    assert "1 May 2026" in str(between.value)


@given(day=DAYS)
def test_a_day_is_read_in_every_way_people_write_it(day: date) -> None:
    thai = short_day(day).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    for typed in (day.isoformat(), f"{day.year + 543}-{day.month}-{day.day}", short_day(day), thai):
        assert parse_day(f" {typed} ") == day


@pytest.mark.parametrize("typed", ["", "x", "2026", "31/2/2569", "2026-13-01", "1/3/69", "2569-03-01-02", "0000-01-01"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(DayUnreadable):
        parse_day(typed)


def test_a_phase_nobody_knows_is_refused_with_those_there_are() -> None:
    assert parse_phase(" Filing ") is Phase.FILING
    with pytest.raises(PhaseUnknown) as refused:
        parse_phase("holiday")
    assert "clarification" in str(refused.value)


def test_everything_that_cannot_be_read_of_a_phase_is_told_at_once() -> None:
    with pytest.raises(Problems) as refused:
        parse_span("holiday", "1/3/2569", "soon")
    assert [type(each) for each in refused.value.problems] == [PhaseUnknown, DayUnreadable]
    assert parse_span("filing", "1/3/2569", "2026-03-02") == Span(Phase.FILING, date(2026, 3, 1), date(2026, 3, 2))


def test_what_cannot_be_meant_is_told_all_at_once() -> None:
    spans = (
        Span(Phase.FILING, date(2026, 3, 2), date(2026, 3, 1)),
        Span(Phase.CHECKING, date(2026, 2, 1), date(2026, 6, 1)),
        Span(Phase.ANSWERING, date(2469, 1, 1), date(2469, 2, 1)),
        Span(Phase.ANNOUNCEMENT, date(2026, 5, 1), date(2026, 5, 2)),
    )
    kinds = [type(each) for each in faults_of(Calendar(spans), 2569)]
    assert kinds.count(PhaseBackwards) == 1
    assert kinds.count(PhaseFarAway) == 1
    # filing before checking; answers and checking before results
    assert kinds.count(PhasesOutOfOrder) == 3


@given(first=DAYS, days=st.lists(st.integers(0, 30), min_size=10, max_size=10))
def test_phases_one_after_another_are_sound_and_one_runs_on_each_of_their_days(first: date, days: list[int]) -> None:
    spans = []
    for phase, length in zip(Phase, days, strict=True):
        spans.append(Span(phase, first, first + timedelta(days=length)))
        first = spans[-1].ends_on + timedelta(days=1)
    calendar = Calendar(tuple(spans))
    assert not [each for each in faults_of(calendar, 2569) if not isinstance(each, PhaseFarAway)]
    for span in spans:
        assert calendar.on(span.ends_on) == (span,)
    assert calendar.after(spans[0].ends_on) == spans[1]

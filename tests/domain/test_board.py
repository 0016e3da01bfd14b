"""The board's rules: who is behind, what is found, in which order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.board import (
    SORTS,
    Count,
    Expected,
    Facts,
    Line,
    NoteLong,
    NoteMissing,
    State,
    VisitInFuture,
    VisitLongAgo,
    Wanted,
    Work,
    expected,
    line_of,
    matching,
    ordered,
    parse_note,
    summary,
)
from surveyapp.domain.calendar import Calendar, Phase, Span
from surveyapp.domain.places import Agency, Round, Stage

DAY = date(2026, 3, 11)
OPEN = Round(1, 2569, Stage.OPEN, "", False, None)
CALENDAR = Calendar((Span(Phase.ANSWERING, DAY - timedelta(days=4), DAY + timedelta(days=5)),))
counts = st.builds(lambda n, needed: Count(n - n % 5, needed, n >= needed), st.integers(0, 60), st.integers(1, 50))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    name, province = draw(st.sampled_from(["ก", "ข", "ค"])), draw(st.sampled_from(["ตรัง", "สตูล"]))
    agency = Agency(1, draw(st.sampled_from(["A1", "B2"])), name, "obojo", province, draw(st.none() | st.just("เมือง")))
    filed = draw(st.integers(0, 26))
    return Facts(agency, draw(st.booleans()), draw(counts), draw(counts), filed, 0, filed, 26)


def some(iit: int = 0, eit: int = 0, filed: int = 0, *, told: bool = True) -> Facts:
    agency = Agency(1, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ตรัง", "เมืองตรัง")
    return Facts(agency, told, Count(iit, 50, iit >= 50), Count(eit, 50, eit >= 50), filed, 0, filed, 20)


@pytest.mark.parametrize(
    ("found", "state", "late"),
    [
        (some(), State.NOT_STARTED, (Work.IIT, Work.EIT)),
        (some(20, 20), State.GOING, ()),  # 40 of 100 on the morning of the fifth of ten days
        (some(20, 10), State.BEHIND, (Work.EIT,)),
        (some(50, 50), State.GOING, ()),
        (some(50, 50, 20), State.DONE, ()),
    ],
)
def test_of_a_phase_that_is_forty_percent_over_forty_percent_should_be_there(
    found: Facts, state: State, late: tuple[Work, ...]
) -> None:
    line = line_of(found, expected(OPEN, CALENDAR, DAY))
    assert (line.state, line.late) == (state, late)


def test_before_a_round_opens_only_its_numbers_are_asked_for() -> None:
    prepared = Round(1, 2569, Stage.PREPARED, "", False, None)
    over = Calendar((Span(Phase.NUMBERS, DAY - timedelta(days=9), DAY - timedelta(days=1)),))
    assert line_of(some(told=False), expected(prepared, over, DAY)).late == (Work.NUMBERS,)
    assert line_of(some(told=False), expected(prepared, over, DAY)).state is State.BEHIND
    assert line_of(some(told=True), expected(prepared, over, DAY)).state is State.DONE


@given(st.lists(facts(), max_size=30), st.sampled_from(SORTS), st.booleans())
def test_every_order_keeps_every_line_and_need_puts_the_most_behind_first(
    found: list[Facts], sort: str, back: bool
) -> None:
    lines = [line_of(each, expected(OPEN, CALENDAR, DAY)) for each in found]
    assert sorted(map(id, ordered(lines, "-" + sort if back else sort))) == sorted(map(id, lines))
    lags = [each.lag for each in ordered(lines, "need") if each.state is not State.DONE]
    assert lags == sorted(lags, reverse=True)
    assert sum(summary(lines).values()) == len(lines)


@given(st.lists(facts(), max_size=30), st.sampled_from([*State, *Work, ""]), st.sampled_from(["", "ตรัง", "สตูล"]))
def test_what_is_found_is_what_was_asked_for(found: list[Facts], need: str, province: str) -> None:
    lines = [line_of(each, expected(OPEN, CALENDAR, DAY)) for each in found]
    kept = matching(lines, Wanted(need=need, province=province))

    def fits(line: Line) -> bool:
        at = not province or line.facts.agency.province == province
        return at and (not need or line.state == need or need in line.late)

    assert [id(each) for each in kept] == [id(each) for each in lines if fits(each)]


def test_words_are_found_in_name_code_and_place_in_any_order() -> None:
    line = line_of(some(), Expected(Stage.OPEN, {}))
    assert matching([line], Wanted(search="เมืองตรัง a1"))
    assert not matching([line], Wanted(search="เมืองตรัง b1"))


@pytest.mark.parametrize(
    ("day", "note", "problem"),
    [
        (DAY, " \n ", NoteMissing),
        (DAY, "ก" * 501, NoteLong),
        (DAY + timedelta(days=1), "ดี", VisitInFuture),
        (DAY - timedelta(days=400), "ดี", VisitLongAgo),
    ],
)
def test_a_note_that_cannot_be_meant_is_refused(day: date, note: str, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        parse_note(day, note, DAY)


def test_a_note_keeps_its_lines() -> None:
    assert parse_note(DAY, "  พบ  นายก \r\n นัดอีกครั้ง\x00 ", DAY).note == "พบ นายก\nนัดอีกครั้ง"

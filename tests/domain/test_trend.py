"""Trends: no difference across a break, and nothing hidden comes out by way of another year."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.paper import Instrument
from surveyapp.domain.release import PublicResult, release
from surveyapp.domain.scoring import Inputs, score
from surveyapp.domain.steps import Reason, Withheld, shown
from surveyapp.domain.trend import Line, StretchKind, Trend, trend
from tests.domain.builders import LIBRARY, YEARS, D, a_divided_tally, dice, examples, marks, paper


def a_result(year: int, given_: dict[str, Decimal] | None = None) -> PublicResult:
    codes = map(str, range(1, 11))
    found = score(paper(year), Inputs(indicators=given_ or dict.fromkeys(codes, D(90))))
    return release(found, rehearsal=False)


def surveyed(year: int, people: int) -> PublicResult:
    """An agency whose staff of so many answered the IIT, as its page shows it."""
    of = paper(year)
    inputs = Inputs(iit=a_divided_tally(of.iit, people), eit=a_divided_tally(of.eit, 60), marks=marks(of))
    return release(score(of, inputs), rehearsal=False)


def lines(found: Trend | None) -> dict[str, Line]:
    assert found is not None
    return {line.code: line for line in found.lines}


def test_one_year_is_no_trend() -> None:
    assert trend([a_result(2564)], LIBRARY.crosswalk) is None


def test_a_year_like_the_one_before_is_compared_in_every_line() -> None:
    before, after = a_result(2563), a_result(2564, {str(n): D(90) + n for n in range(1, 11)})
    found = lines(trend([before, after], LIBRARY.crosswalk))
    assert list(found) == ["total", "iit", "eit", "oit", *map(str, range(1, 11))]
    assert {line.stretches[0].kind for line in found.values()} == {StretchKind.COMPARABLE}
    assert found["10"].stretches[0].difference == D(10)
    assert found["iit"].stretches[0].difference == D(3)


def test_a_line_breaks_where_its_crosswalk_does_and_says_why() -> None:
    found = trend([a_result(2564), a_result(2565), a_result(2566)], LIBRARY.crosswalk)
    assert found is not None
    of = lines(found)
    assert [each.kind for each in of["iit"].stretches] == [StretchKind.COMPARABLE] * 2
    assert [each.kind for each in of["total"].stretches] == [StretchKind.BROKEN] * 2
    assert [each.kind for each in of["eit"].stretches] == [StretchKind.COMPARABLE, StretchKind.BROKEN]
    assert [each.year for each in of["eit"].stretches[1].breaks] == [2566]
    assert [each.kind for each in found.levels] == [StretchKind.COMPARABLE, StretchKind.BROKEN]
    assert found.draft
    assert set(of["eit"].stretches[1].breaks) <= set(found.breaks)


def test_years_between_count_though_there_is_no_result_of_them() -> None:
    found = lines(trend([a_result(2563), a_result(2566)], LIBRARY.crosswalk))
    assert found["iit"].stretches[0].kind is StretchKind.COMPARABLE
    assert [each.year for each in found["total"].stretches[0].breaks] == [2565, 2566]


@given(st.sets(st.sampled_from(YEARS), min_size=2), st.integers(0, 10**6))
@examples(60)
def test_no_difference_is_ever_told_across_a_break(years: set[int], seed: int) -> None:
    rng = dice(seed)
    results = [a_result(year, {str(n): D(rng.randint(0, 10000)) / 100 for n in range(1, 11)}) for year in sorted(years)]
    for line in lines(trend(results, LIBRARY.crosswalk)).values():
        for place, stretch in enumerate(line.stretches):
            before, after = line.scores[place], line.scores[place + 1]
            assert (stretch.difference is None) is (stretch.kind is not StretchKind.COMPARABLE)
            walk = LIBRARY.crosswalk(*(result.paper.fiscal_year for result in results[place : place + 2]))
            match = walk.into(line.code)
            assert match is not None
            assert (stretch.kind is StretchKind.COMPARABLE) is (match.kind == "same")
            if stretch.difference is not None:
                assert isinstance(before, Decimal)
                assert isinstance(after, Decimal)
                assert stretch.difference == shown(after) - shown(before)


@pytest.mark.parametrize("few", [1, 4])
@pytest.mark.parametrize("hidden_first", [True, False])
def test_a_hidden_year_stays_hidden(few: int, hidden_first: bool) -> None:
    sizes = (few, 40) if hidden_first else (40, few)
    found = lines(trend([surveyed(2563, sizes[0]), surveyed(2564, sizes[1])], LIBRARY.crosswalk))
    place = 0 if hidden_first else 1
    for code in ("total", "iit", "1", "2", "3", "4", "5"):
        assert isinstance(found[code].scores[place], Withheld), code
        assert found[code].stretches[0].kind is StretchKind.GAP
        assert found[code].stretches[0].difference is None
    assert found["eit"].stretches[0].difference == 0


@given(st.integers(0, 60), st.integers(0, 60))
@examples(25)
def test_a_trend_shows_no_score_that_the_pages_do_not_show(first: int, second: int) -> None:
    results = [surveyed(2563, first), surveyed(2564, second)]
    for line in lines(trend(results, LIBRARY.crosswalk)).values():
        for result, shown_score in zip(results, line.scores, strict=True):
            on_page = {step.code: step.score for step in result.tree.walk()}
            if isinstance(shown_score, Decimal):
                assert on_page[line.code] == shown_score


def test_five_to_nine_answers_keep_the_instrument_and_say_why_its_indicators_are_not_there() -> None:
    found = lines(trend([surveyed(2563, 7), surveyed(2564, 40)], LIBRARY.crosswalk))
    assert isinstance(found["iit"].scores[0], Decimal)
    hidden = found["1"].scores[0]
    assert isinstance(hidden, Withheld)
    assert (hidden.reason, hidden.facts) == (Reason.TOO_FEW, {"n": 7, "needed": 10})


def test_an_indicator_that_was_merged_or_is_new_begins_its_own_line() -> None:
    walk = LIBRARY.crosswalk(2563, 2564)
    changed = [
        replace(match, before=("1", "2"))
        if match.after == ("1",)
        else replace(match, before=())
        if match.after == ("2",)
        else match
        for match in walk.matches
    ]
    found = trend([a_result(2563), a_result(2564)], lambda one, other: replace(walk, matches=tuple(changed)))
    assert found is not None
    told = [(line.code, line.scores[0]) for line in found.lines if line.code in ("1", "2")]
    assert [isinstance(first, Withheld) for _, first in told] == [True, True, False, False]
    assert {line.stretches[0].kind for line in found.lines if line.code in ("1", "2")} == {StretchKind.GAP}


def test_instruments_are_known_by_their_names() -> None:
    found = lines(trend([a_result(2563), a_result(2564)], LIBRARY.crosswalk))
    assert found["oit"].name == paper(2564).oit.name
    assert found[Instrument.IIT.value].name == paper(2564).iit.name

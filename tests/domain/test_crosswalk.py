"""Crosswalks: sound against their papers, every planted fault found, composed without losing anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.crosswalk import Break, Crosswalk, Match, MatchKind, codes_of, compose, in_order
from surveyapp.domain.crosswalk_soundness import faults_of_crosswalk
from surveyapp.domain.paper import BelowMinimum, EitParts, Status, Text
from tests.domain.builders import LIBRARY, YEARS, D, examples, paper

WHY = Text("เปลี่ยน", "It changed.")
PAIRS = list(pairwise(YEARS))


def crosswalk(before: int, after: int) -> Crosswalk:
    return LIBRARY.crosswalk(before, after)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_shipped_crosswalks_are_sound(before: int, after: int) -> None:
    assert faults_of_crosswalk(crosswalk(before, after), paper(before), paper(after)) == []


@pytest.mark.parametrize("before", YEARS)
@pytest.mark.parametrize("after", YEARS)
def test_everything_of_both_years_is_accounted_for_exactly_once(before: int, after: int) -> None:
    if before >= after:
        return
    found = crosswalk(before, after)
    assert Counter(code for match in found.matches for code in match.before) == Counter(list(codes_of(paper(before))))
    assert Counter(code for match in found.matches for code in match.after) == Counter(list(codes_of(paper(after))))


def test_what_the_years_are_known_for() -> None:
    def kind(before: int, after: int, code: str) -> MatchKind | None:
        match = crosswalk(before, after).into(code)
        return match.kind if match else None

    assert kind(2563, 2564, "total") is MatchKind.SAME
    assert kind(2564, 2565, "O34") is MatchKind.CHANGED
    assert kind(2562, 2566, "iit") is MatchKind.SAME
    assert kind(2565, 2566, "level") is MatchKind.CHANGED
    assert kind(2565, 2566, "O11") is MatchKind.MERGED
    assert kind(2565, 2566, "O10") is MatchKind.NEW
    assert kind(2566, 2567, "1") is MatchKind.CHANGED
    gone = crosswalk(2562, 2563).out_of("O48")
    assert gone is not None
    assert gone.kind is MatchKind.DROPPED
    assert [each.after_year for each in map(crosswalk, YEARS, YEARS[1:]) if each.status is Status.VERIFIED] == [
        2564,
        2565,
    ]


def test_the_table_in_the_manual_says_the_same() -> None:
    manual = (Path(__file__).parents[2] / "docs/scoring.md").read_text("utf-8")
    rows = re.findall(
        r"^\| (25\d\d)( \(draft\))? \| (yes|–) \| (yes|–) \| (yes|–) \| (yes|–) \| (yes|–) \|$", manual, re.M
    )
    assert [int(row[0]) for row in rows] == list(YEARS[1:])
    for year, draft, *told in rows:
        found = crosswalk(int(year) - 1, int(year))
        kinds = [match.kind for match in map(found.into, ("total", "iit", "eit", "oit", "level")) if match]
        assert ["yes" if kind is MatchKind.SAME else "–" for kind in kinds] == told, year
        assert bool(draft) is (found.status is Status.DRAFT)


# --- planted faults --------------------------------------------------------------------------------

Change = Callable[[Crosswalk], Crosswalk]


def without(code: str) -> Change:
    return lambda found: replace(
        found, matches=tuple(match for match in found.matches if code not in match.before + match.after)
    )


def adding(*matches: Match) -> Change:
    return lambda found: replace(found, matches=found.matches + matches)


def instead(code: str, *matches: Match) -> Change:
    return lambda found: adding(*matches)(without(code)(found))


def same(code: str) -> Match:
    return Match((code,), (code,))


FAULTS: dict[str, tuple[int, Change, str]] = {
    "a forgotten item": (2564, without("i7"), "i7: of 2563 is not accounted for"),
    "an unknown code": (2564, adding(Match((), ("O99",))), "O99: is not a code of 2564"),
    "a code mapped twice": (2564, adding(Match(("i1",), (), ())), "i1: is there 2 times for 2563"),
    "a merge without a reason": (
        2564,
        lambda found: instead("O2", Match(("O1", "O2"), ("O1",)), Match((), ("O2",)))(without("O1")(found)),
        "O1+O2 > O1: merges or splits without a reason",
    ),
    "another kind of thing": (
        2564,
        lambda found: instead("O1", Match(("i1",), ("O1",)), Match(("O1",), ("i1",)))(without("i1")(found)),
        "i1 > O1: matches things of different kinds",
    ),
    "another scale": (2567, instead("i2", same("i2")), "i2: is called the same, but the scale differs"),
    "other sub-questions": (2567, instead("i1", same("i1")), "i1: is called the same, but the number of sub-questions"),
    "another evidence year": (
        2565,
        instead("O34", same("O34")),
        "O34: is called the same, but the year of the evidence differs",
    ),
    "other evidence": (2563, instead("O2", same("O2")), "O2: is called the same, but the evidence differs"),
    "an indicator of other items": (
        2565,
        instead("10", same("10")),
        "10: is called the same, but not all of its items",
    ),
    "an instrument of other indicators": (2565, instead("oit", same("oit")), "oit: is called the same, but not all of"),
    "the EIT in parts": (2566, instead("eit", same("eit")), "eit: is called the same, but the EIT parts are joined"),
    "a total of other instruments": (2565, instead("total", same("total")), "total: is called the same, but not all"),
    "other levels": (2566, instead("level", same("level")), "level: is called the same, but the levels differ"),
    "no source": (2564, lambda found: replace(found, sources=()), "sources: names no source"),
    "years apart": (2564, lambda found: replace(found, before_year=2562), "from: must be the year before"),
    "a verified draft": (2566, lambda found: replace(found, status=Status.VERIFIED), "status: cannot be verified"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str) -> None:
    year, change, told = FAULTS[name]
    found = faults_of_crosswalk(change(crosswalk(year - 1, year)), paper(year - 1), paper(year))
    assert [fault for fault in found if told in str(fault)], list(map(str, found))


def test_other_settings_make_other_scores() -> None:
    other = paper(2564, eit_parts=EitParts.MEAN)
    found = " ".join(map(str, faults_of_crosswalk(crosswalk(2563, 2564), paper(2563), other)))
    assert "6: is called the same, but the EIT parts" in found
    assert "eit: is called the same, but the EIT parts" in found
    blank = paper(2564, below_minimum=BelowMinimum.BLANK)
    found = " ".join(map(str, faults_of_crosswalk(crosswalk(2563, 2564), paper(2563), blank)))
    assert "iit: is called the same, but the rule below the minimum" in found
    assert "oit" not in found
    weights = replace(paper(2564), weights={each: D(1) / 3 for each in paper(2564).weights})
    assert "the weights differ" in " ".join(map(str, faults_of_crosswalk(crosswalk(2563, 2564), paper(2563), weights)))


# --- composing -------------------------------------------------------------------------------------


@st.composite
def chains(draw: st.DrawFn) -> list[Crosswalk]:
    """Three crosswalks one after the other, with anything merged, split, added and dropped."""
    years = [[f"O{n}" for n in range(1, draw(st.integers(1, 5)) + 1)] for _ in range(4)]
    return [draw(between(years[n], years[n + 1], 2563 + n)) for n in range(3)]


@st.composite
def between(draw: st.DrawFn, before: list[str], after: list[str], year: int) -> Crosswalk:
    """Every code of both years thrown into a pot; a pot with both is a match, others are new or dropped."""
    pots = st.integers(0, 4)
    left = {code: draw(pots) for code in before}
    right = {code: draw(pots) for code in after}
    matches: list[Match] = []
    for pot in range(5):
        one = tuple(code for code in before if left[code] == pot)
        other = tuple(code for code in after if right[code] == pot)
        if one and other:
            broken = len(one) + len(other) > 2 or draw(st.booleans())
            matches.append(Match(one, other, (Break(year, WHY),) if broken else ()))
        else:
            matches += [Match((code,), ()) for code in one] + [Match((), (code,)) for code in other]
    return Crosswalk(year - 1, year, Status.DRAFT, (str(year),), (), in_order(matches))


@given(chains())
@examples(150)
def test_composing_is_associative_and_loses_nothing(chain: list[Crosswalk]) -> None:
    first, second, third = chain
    whole = compose(compose(first, second), third)
    assert whole == compose(first, compose(second, third))
    left = sorted(code for match in whole.matches for code in match.before)
    right = sorted(code for match in whole.matches for code in match.after)
    assert left == sorted(code for match in first.matches for code in match.before)
    assert right == sorted(code for match in third.matches for code in match.after)


@given(chains())
@examples(150)
def test_across_years_only_what_is_the_same_at_every_step_is_the_same(chain: list[Crosswalk]) -> None:
    whole = compose(compose(chain[0], chain[1]), chain[2])
    for match in whole.matches:
        if match.kind is MatchKind.SAME:
            code = match.before[0]
            for step in chain:
                found = step.out_of(code)
                assert found is not None
                assert found.kind is MatchKind.SAME
                code = found.after[0]
            assert code == match.after[0]


def test_years_that_do_not_meet_are_not_composed() -> None:
    with pytest.raises(ValueError, match="2564 is not 2565"):
        compose(crosswalk(2563, 2564), crosswalk(2565, 2566))

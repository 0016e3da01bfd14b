"""Two scorings that share no code, on made-up agencies: they must agree to the last shown decimal."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.levels import level
from surveyapp.domain.paper import EitParts, LevelOn, Paper, Questionnaire
from surveyapp.domain.paper_document import paper_document
from surveyapp.domain.score_document import parse_inputs
from surveyapp.domain.scoring import score
from surveyapp.domain.steps import Score, Withheld, shown

from .builders import YEARS, cut, dice, examples, paper
from .naive import naive_score, two_decimals

AGENCIES_AN_EXAMPLE = 4
EXAMPLES_A_YEAR = 64  # × 4 agencies × 8 years = 2,048
DOCUMENTS = {year: json.loads(json.dumps(paper_document(paper(year)))) for year in YEARS}
SIZES = (0, 1, 2, 3, 7, 30, 400, 999_983)
GIVEN_AS = ("counts", "indicators", "instrument")


def a_document(rng: Random, of: Paper, *, iit: str, eit: str, oit: str, part_2: bool, holes: bool) -> dict[str, Any]:
    """A score document of a made-up agency. Holes: here and there something is missing."""
    document: dict[str, Any] = {
        "fiscal_year": of.fiscal_year,
        "tallies": {},
        "oit": {},
        "indicators": {},
        "sub_indicators": {},
        "instruments": {name: some_score(rng) for name, how in (("iit", iit), ("eit", eit), ("oit", oit)) if how},
    }
    if iit == "counts":
        document["tallies"]["iit"] = some_counts(rng, of.iit, holes=holes)
    if eit == "counts":
        document["tallies"]["eit"] = some_counts(rng, of.eit, holes=holes)
        if part_2 and of.settings.eit_parts is not EitParts.ONE:
            document["tallies"]["eit2"] = some_counts(rng, of.eit, holes=holes)
    for how, indicators in ((iit, of.iit.indicators), (eit, of.eit.indicators), (oit, of.oit.indicators)):
        if how == "indicators":
            document["indicators"] |= {each.code: some_score(rng) for each in indicators if kept(rng, holes)}
    if oit == "sub_indicators":
        document["sub_indicators"] = {s.code: some_score(rng) for s in of.oit.sub_indicators if kept(rng, holes)}
    if oit == "counts":
        passing = rng.random()
        document["oit"] = {i.code: 100 * (rng.random() < passing) for i in of.oit.items if kept(rng, holes)}
    else:
        del document["oit"]  # there but empty would mean that nothing is decided yet
    return document


def some_counts(rng: Random, questionnaire: Questionnaire, *, holes: bool) -> dict[str, dict[str, int]]:
    n = rng.choice(SIZES)
    found = {}
    for sub in questionnaire.sub_questions:
        if kept(rng, holes):
            counts = dict(zip((c.code for c in sub.choices), cut(rng, n, len(sub.choices)), strict=True))
            found[sub.code] = {code: count for code, count in counts.items() if count or not holes}
    return found


def some_score(rng: Random) -> str:
    """0 to 100 with up to three decimals, often close to a border."""
    if rng.random() < 0.4:
        return f"{rng.choice((50, 55, 65, 70, 75, 85, 95)) + rng.choice((-0.005, -0.006, 0, 0.005)):.3f}"
    return f"{rng.randint(0, 10_000) / 100:.2f}"


def kept(rng: Random, holes: bool) -> bool:
    return not holes or rng.random() > 0.01


def as_seen(value: Score) -> str | None:
    return None if isinstance(value, Withheld) else str(shown(value))


def agree(of: Paper, plain: dict[str, Any], document: dict[str, Any]) -> None:
    result = score(of, parse_inputs(of, document))
    expected = naive_score(plain, document)
    assert as_seen(result.total) == two_decimals(expected["total"])
    found_level = level(result)
    assert (found_level.code if found_level else None) == expected["level"]
    for key, found in (
        ("instruments", {each.value: step for each, step in result.instruments().items()}),
        ("indicators", result.indicators()),
        ("sub_indicators", result.sub_indicators()),
    ):
        assert {code: as_seen(step.score) for code, step in found.items()} == {
            code: two_decimals(value) for code, value in expected[key].items()
        }


@pytest.mark.parametrize("year", YEARS)
@examples(EXAMPLES_A_YEAR)
@given(
    seed=st.integers(0, 2**32),
    iit=st.sampled_from(GIVEN_AS),
    eit=st.sampled_from(("counts", *GIVEN_AS)),
    oit=st.sampled_from(("counts", *GIVEN_AS, "sub_indicators")),
    part_2=st.booleans(),
    holes=st.sampled_from((False, False, False, True)),
)
def test_both_implementations_agree_on_every_agency(
    year: int, seed: int, iit: str, eit: str, oit: str, part_2: bool, holes: bool
) -> None:
    of, rng = paper(year), dice(seed)
    for _ in range(AGENCIES_AN_EXAMPLE):
        document = a_document(rng, of, iit=iit, eit=eit, oit=oit, part_2=part_2, holes=holes)
        agree(of, DOCUMENTS[year], document)


@pytest.mark.parametrize("least", [1, 5, 31])
@examples(40)
@given(seed=st.integers(0, 2**32))
def test_both_agree_when_levels_go_by_exact_scores_and_small_samples_have_none(least: int, seed: int) -> None:
    of = paper(2568, level_on=LevelOn.EXACT, least_for_score=least)
    document = a_document(dice(seed), of, iit="counts", eit="counts", oit="counts", part_2=True, holes=False)
    agree(of, paper_document(of), document)


@examples(60)
@given(seed=st.integers(0, 2**32))
def test_both_agree_when_the_two_eit_parts_are_poured_together(seed: int) -> None:
    of = paper(2568, eit_parts=EitParts.POOL)
    document = a_document(dice(seed), of, iit="instrument", eit="counts", oit="instrument", part_2=True, holes=False)
    agree(of, paper_document(of), document)

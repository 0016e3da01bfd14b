"""Published results: what agencies really got, worked again from their parts."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from surveyapp.domain.levels import level_of
from surveyapp.domain.paper import Instrument
from surveyapp.domain.scoring import Inputs, score
from surveyapp.domain.steps import Withheld, shown

from .builders import D, in_group, marks, number, paper

ROWS = list(csv.DictReader((Path(__file__).parents[1] / "vectors" / "published-results.csv").open(encoding="utf-8")))
INDICATORS = [str(n) for n in range(1, 11)]
WHOLE = [row for row in ROWS if all(row[f"ind{code}"] for code in INDICATORS)]
WEIGHTED = [row for row in ROWS if row["oit_w"]]
GRADED = [row for row in ROWS if row["grade"] and paper(int(row["year"])).level(row["grade"])]
CENT = D("0.01")


def name(row: dict[str, str]) -> str:
    return f"{row['agency']} {row['year']}"


def test_the_file_holds_the_vectors_we_believe_it_holds() -> None:
    assert (len(ROWS), len(WHOLE), len(WEIGHTED), len(GRADED)) == (23, 3, 6, 11)


@pytest.mark.parametrize("row", WHOLE, ids=name)
def test_ten_published_indicators_give_the_published_total(row: dict[str, str]) -> None:
    indicators = {code: D(row[f"ind{code}"]) for code in INDICATORS}
    result = score(paper(int(row["year"])), Inputs(indicators=indicators))
    assert abs(number(result.total) - D(row["total"])) <= CENT


@pytest.mark.parametrize("row", WHOLE, ids=name)
def test_a_plain_mean_of_the_indicators_is_not_how_the_total_was_made(row: dict[str, str]) -> None:
    plain = sum((D(row[f"ind{code}"]) for code in INDICATORS), D(0)) / 10
    assert abs(plain - D(row["total"])) > 3


@pytest.mark.parametrize("row", WEIGHTED, ids=name)
def test_two_published_oit_indicators_give_the_published_weighted_oit(row: dict[str, str]) -> None:
    of = paper(int(row["year"]))
    result = score(of, Inputs(indicators={"9": D(row["ind9"]), "10": D(row["ind10"])}))
    oit = number(result.instruments()[Instrument.OIT].score)
    assert abs(oit * of.weights[Instrument.OIT] - D(row["oit_w"])) <= CENT


@pytest.mark.parametrize("row", WEIGHTED, ids=name)
def test_what_the_weighted_parts_leave_for_the_iit_is_a_possible_score(row: dict[str, str]) -> None:
    of = paper(int(row["year"]))
    eit = D(row["eit_w"]) / of.weights[Instrument.EIT]
    iit = (D(row["total"]) - D(row["eit_w"]) - D(row["oit_w"])) / of.weights[Instrument.IIT]
    assert 0 <= eit <= 100
    assert 0 <= iit <= 100 + 2 * CENT / of.weights[Instrument.IIT]


@pytest.mark.parametrize("row", GRADED, ids=name)
def test_a_published_score_has_the_level_that_was_published_with_it(row: dict[str, str]) -> None:
    of = paper(int(row["year"]))
    found = level_of(of, D(row["total"]), {})
    assert found is not None
    assert found.code == row["grade"]


@pytest.mark.parametrize("row", [row for row in ROWS if int(row["year"]) >= 2566 and row["total"]], ids=name)
def test_since_2566_a_high_total_alone_decides_no_level(row: dict[str, str]) -> None:
    assert level_of(paper(int(row["year"])), D(row["total"]), {}) is None


def level_name(year: int, total: str, iit: str, eit: str, oit: str) -> str:
    scores = {Instrument.IIT: D(iit), Instrument.EIT: D(eit), Instrument.OIT: D(oit)}
    found = level_of(paper(year), D(total), scores)
    assert found is not None
    return found.name.th


def test_the_state_audit_office_of_2568_only_passes_because_its_eit_is_under_85() -> None:
    assert level_name(2568, "94.64", iit="97.50", eit="84.99", oit="99.75") == "ผ่าน"
    assert level_name(2568, "94.64", iit="97.50", eit="85.00", oit="99.75") == "ผ่านดี"


@pytest.mark.parametrize("low", Instrument)
def test_a_total_of_97_90_with_one_instrument_under_95_is_a_good_pass_and_not_an_excellent_one(low: Instrument) -> None:
    scores: dict[Instrument, Decimal | Withheld] = dict.fromkeys(Instrument, D("98.00"))
    assert level_of(paper(2566), D("97.90"), scores) == paper(2566).level("excellent")
    found = level_of(paper(2566), D("97.90"), scores | {low: D("94.99")})
    assert found is not None
    assert found.name.th == "ผ่านดี"


@pytest.mark.parametrize(
    ("misses", "indicator", "published"),
    [
        (["9.1"], "9", "97.78"),
        (["9.2"], "9", "97.50"),
        (["9.3"], "9", "97.14"),
        (["9.5"], "9", "96.00"),
        (["10.1"], "10", "93.75"),
        (["9.4"], "9", "95.00"),
        (["10.2"], "10", "75.00"),
        (["9.2", "9.5"], "9", "93.50"),
        (["9.1", "9.5"], "9", "93.78"),
        (["9.2", "9.3"], "9", "94.64"),
        (["9.2", "9.4"], "9", "92.50"),
    ],
)
def test_missed_items_cost_what_they_cost_the_agencies_of_phichit(
    misses: list[str], indicator: str, published: str
) -> None:
    of = paper(2564)
    missed = [code for group in misses for code in in_group(of, group)]
    result = score(of, Inputs(marks=marks(of, missed=missed)))
    assert str(shown(number(result.indicators()[indicator].score))) == published


def test_two_misses_in_10_1_cost_twelve_and_a_half_points() -> None:
    of = paper(2564)
    result = score(of, Inputs(marks=marks(of, missed=in_group(of, "10.1", 2))))
    assert str(shown(number(result.indicators()["10"].score))) == "87.50"

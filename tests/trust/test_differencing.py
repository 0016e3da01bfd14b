"""The attack on small rounds: nothing that is shown lets a reader work out what one or two people said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.domain.checklist import Decision, Evidence, ItemStep
from surveyapp.domain.levels import gates
from surveyapp.domain.paper import EitParts, Instrument, Paper
from surveyapp.domain.release import MoreThan, PublicStep, Released, release
from surveyapp.domain.response import Response
from surveyapp.domain.scoring import Inputs, score
from surveyapp.domain.steps import Withheld, shown
from surveyapp.persistence.store import Store
from surveyapp.services.results import Results
from surveyapp.services.rounds import Rounds
from surveyapp.web.dress import fine
from tests.conftest import LIBRARY, NOW
from tests.domain.builders import dice, paper
from tests.places import open_small_round
from tests.trust.differencing import Found, Published, attack, people_of, read
from tests.trust.rounds import answers, small_round
from tests.web.conftest import app_on
from tests.web.walker import text_of


def attacked(of: Paper, inputs: Inputs, *, groups: bool = False) -> Found:
    found = release(score(of, inputs), rehearsal=False)
    return attack(of, inputs, read(found, people_of(of, inputs)), groups=groups)


@pytest.mark.parametrize(
    ("of", "rounds", "most"),
    [
        (paper(2569), 200, 24),
        (paper(2569), 20, 40),
        (paper(2569, eit_parts=EitParts.POOL), 40, 24),
        (paper(2564), 6, 14),
    ],
    ids=["2569", "2569, larger", "2569, pooled", "2564"],
)
def test_no_count_of_one_or_two_and_nobody_of_one_mind_can_be_worked_out(of: Paper, rounds: int, most: int) -> None:
    rng = dice(f"{of.fiscal_year} {most}")
    cells = 0
    for number in range(rounds):
        found = attacked(of, small_round(of, rng, most=most), groups=number % 25 == 0)
        assert found.pinned == [], number
        assert found.smallest is None or found.smallest >= of.release.least_in_cell, number
        cells += found.cells
    assert cells > rounds * 10


@pytest.mark.parametrize("kind", ["alike", "low", "nearly", "one_low"])
@pytest.mark.parametrize("n", [5, 9, 10, 13])
def test_nor_where_nearly_all_say_the_same(kind: str, n: int) -> None:
    of, rng = paper(2569), dice(f"{kind} {n}")
    for _ in range(3):
        known = Inputs(iit=answers(of.iit, rng, n, kind), eit=answers(of.eit, rng, n, kind), marks={})
        assert attacked(of, known).pinned == []


def test_the_attack_works_on_a_page_that_shows_every_score() -> None:
    """The control: two decimals and no counts at all are enough."""
    of, rng = paper(2569), dice("naive")
    cells = pinned = 0
    for _ in range(30):
        known = small_round(of, rng, most=24)
        naive = read(release(score(of, known), rehearsal=True), people_of(of, known), cents=True)
        found = attack(of, known, Published(naive.scores, {}, naive.people))
        cells += found.cells
        pinned += len(found.pinned)
    assert pinned > cells / 5


@pytest.mark.parametrize("left_out", ["score", "cells"])
def test_the_attack_uses_scores_and_counts_together(left_out: str) -> None:
    """One low answer among three who were merged with it: the score of the question tells."""
    of = paper(2569)
    usual = {6: (0, 0, 0, 5, 10, 15), 2: (6, 24)}
    counts = {sub.code: usual[len(sub.choices)] for sub in of.iit.sub_questions} | {"i1": (0, 0, 1, 4, 10, 15)}
    iit = {
        sub.code: dict(
            zip((c.code for c in sorted(sub.choices, key=lambda c: c.points or 0)), counts[sub.code], strict=True)
        )
        for sub in of.iit.sub_questions
    }
    known = Inputs(iit=iit, eit=answers(of.eit, dice(1), 30, "kind"), marks={})
    people = people_of(of, known)
    page = read(release(score(of, known), rehearsal=False), people)
    place = ("iit", "1", "i1")
    told: dict[tuple[str, ...], tuple[Fraction, Fraction]] = {
        place: next(
            each
            for path, each in read(release(score(of, known), rehearsal=True), people).scores.items()
            if path == place
        )
    }
    assert attack(of, known, page).pinned == []
    if left_out == "cells":
        fewer = {path: cells for path, cells in page.cells.items() if path != place}
        assert attack(of, known, replace(page, scores={**page.scores, **told}, cells=fewer)).pinned == []
    else:
        pinned = attack(of, known, replace(page, scores={**page.scores, **told})).pinned
        assert {code for (_, _, code), _, _ in pinned} == {"i1"}


# --- the pages themselves say no more than what was attacked -----------------------------------------


def filled(store: Store, year: int, n: int, seed: str) -> Inputs:
    """A closed round in which agency A1 has n answers to each survey, and every item passed."""
    of, rng = paper(year), dice(seed)
    place = open_small_round(store, year)
    known = Inputs(iit=answers(of.iit, rng, n, "one_low"), eit=answers(of.eit, rng, n, "kind"))
    with store.writing() as shelves:
        owner = place.assessments["A1"].id
        shelves.responses.keep_many(owner, [*_responses(of, known)])
        steps = [ItemStep(item.code, NOW, "x", decision=Decision(Decimal(100))) for item in of.oit.items]
        files = [ItemStep(item.code, NOW, "x", evidence=Evidence(("https://a.example/",))) for item in of.oit.items]
        shelves.checklists.add(owner, [*files, *steps])
    Rounds(store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(year)
    return known


def _responses(of: Paper, known: Inputs) -> Iterator[Response]:
    for questionnaire, tally, part in ((of.iit, known.iit, 0), (of.eit, known.eit, 1)):
        assert tally is not None
        columns = [
            [place for place, choice in enumerate(sub.choices, start=1) for _ in range(tally[sub.code][choice.code])]
            for sub in questionnaire.sub_questions
        ]
        for number, row in enumerate(zip(*columns, strict=True)):
            key = (number + 1000 * part).to_bytes(16, "big")
            yield Response(key, questionnaire.instrument, part, bytes(row))


@pytest.mark.parametrize("n", [4, 7, 12, 30])
def test_the_pages_print_nothing_but_what_was_released(sqlite_store: Store, tmp_path: Path, n: int) -> None:
    filled(sqlite_store, 2569, n, f"page {n}")
    client: FlaskClient = app_on(sqlite_store, tmp_path).test_client()
    result = Results(sqlite_store, LIBRARY).of(2569, "A1").result
    steps = [*result.tree.walk()]
    allowed = {
        text for step in steps if isinstance(step.score, Decimal) for text in (str(shown(step.score)), fine(step.score))
    }
    allowed |= {f"{weight}" for weight in result.paper.weights.values()}
    allowed |= {f"{shown(value):f}" for gate in gates(result) for value in (gate.at_least, gate.got, abs(gate.by))}
    allowed |= {f"{limit:.2f}" for each in result.paper.levels for limit in (each.total_at_least,)}
    page = client.get("/results/2569/A1")
    assert set(re.findall(r"\d+\.\d\d+", text_of(page))) <= allowed
    rows = re.findall(r'<tr><th scope="row">[^<]*</th><td class="num">([^<]*)</td>', page.text)
    counts = [str(each.people.value) if isinstance(each.people, Released) else "มากกว่า 95%" for each in cells_of(steps)]
    assert rows == counts
    listing = client.get("/results/2569").text
    assert set(re.findall(r"\d+\.\d\d", listing)) <= (
        {str(shown(result.total))} if isinstance(result.total, Decimal) else set()
    )


def cells_of(steps: list[PublicStep]) -> list:  # type: ignore[type-arg]
    return [cell for step in steps for cell in step.cells]


def test_a_round_that_is_closed_is_attacked_as_its_page_has_it(sqlite_store: Store) -> None:
    """Answers kept, counted, frozen, thawed and released: the same, through the whole house."""
    known = filled(sqlite_store, 2569, 12, "house")
    of = paper(2569)
    result = Results(sqlite_store, LIBRARY).of(2569, "A1").result
    found = attack(of, known, read(result, people_of(of, known)), groups=True)
    assert found.cells > 10
    assert found.pinned == []
    assert not any(isinstance(cell.people, MoreThan) for cell in cells_of([*result.tree.walk()]))
    assert isinstance(result.instruments()[Instrument.IIT].score, Decimal | Withheld)

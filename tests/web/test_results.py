"""What the public reads: the score, and every step of its arithmetic."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.adapters.passwords import Passwords
from surveyapp.domain.checklist import Decision, Evidence, ItemStep
from surveyapp.domain.levels import gates
from surveyapp.domain.paper import Instrument
from surveyapp.domain.score_document import parse_inputs
from surveyapp.domain.scoring import score
from surveyapp.domain.steps import shown
from surveyapp.persistence.store import Store
from surveyapp.services.demo import Demo, Wanted
from surveyapp.services.results import Outlook, Results
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import SmallRound, a_response, open_small_round
from tests.web.conftest import app_on
from tests.web.walker import see, text_of


def fill(store: Store, year: int = 2564) -> None:
    demo = Demo(store, LIBRARY, Passwords(), SEAL, lambda: NOW)
    demo.fill(Wanted(year, 4, 400, 7), lambda done, of: None)


def close(store: Store, year: int = 2564) -> None:
    Rounds(store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(year)


@pytest.fixture
def public(sqlite_store: Store, tmp_path: Path) -> FlaskClient:
    fill(sqlite_store)
    return app_on(sqlite_store, tmp_path).test_client()


def test_nothing_of_a_real_round_is_shown_while_it_is_open(client: FlaskClient, small: SmallRound) -> None:
    answer = client.get("/results/2564/A1")
    assert answer.status_code == 403
    see(answer)
    listing = client.get("/results/2564")
    see(listing)
    assert not re.search(r"\d\d\.\d\d", text_of(listing))


def test_the_page_shows_total_level_instruments_indicators_and_every_step(
    public: FlaskClient, sqlite_store: Store
) -> None:
    answer = public.get("/results/2564/TT001")
    page = see(answer)
    words = text_of(answer)
    scored = Results(sqlite_store, LIBRARY).of(2564, "TT001")
    every = [*scored.result.tree.walk()]
    assert len(every) == 149
    for step in every:
        assert isinstance(step.score, Decimal)
        assert str(shown(step.score)) in words
    assert "<svg" in page.html
    assert page.html.count('class="spoke"') == 10
    assert re.search(r"0\.30 × \d+\.\d+\s+\+\s+0\.30 × \d+\.\d+\s+\+\s+0\.40 × \d+\.\d+", words)


def test_the_counts_on_the_page_give_the_score_beside_them(public: FlaskClient) -> None:
    """A person with a calculator: people × points, added up, divided by the people."""
    html = public.get("/results/2564/TT001").get_data(as_text=True)
    tables = re.findall(
        r'<span class="value">([\d.]+)</span></summary>(?:(?!<details).)*?<table class="counts">(.*?)</table>',
        html,
        re.S,
    )
    assert len(tables) == 51 + 19
    for score_shown, table in tables:
        last = re.search(r'class="sum".*?<td class="num">([\d,]+)</td><td></td><td class="num">(\d+)</td>', table, re.S)
        assert last is not None
        people, product = int(last[1].replace(",", "")), int(last[2])
        assert shown(Decimal(product) / people) == Decimal(score_shown)


def test_every_equation_on_the_page_holds_on_a_calculator(public: FlaskClient) -> None:
    html = public.get("/results/2564/TT001").get_data(as_text=True)
    lines = re.findall(r'<p class="how">(.*?) = <strong>([\d.]+)</strong></p>', html, re.S)
    assert len(lines) > 90
    for told, result in lines:
        sum_told = re.sub(r"^[^(\d]*:", "", " ".join(told.split())).replace(",", "")
        left, _, divisor = sum_told.partition("÷")
        terms = [term.split("×") for term in left.strip(" ()").split("+")]
        total = sum((Decimal(term[0]) * Decimal(term[-1] if len(term) > 1 else "1") for term in terms), Decimal(0))
        assert abs(total / Decimal(divisor or "1") - Decimal(result)) <= Decimal("0.000002"), told


def test_a_closed_round_is_frozen_and_says_so(public: FlaskClient, sqlite_store: Store) -> None:
    before = text_of(public.get("/results/2564/TT001"))
    close(sqlite_store)
    after = public.get("/results/2564/TT001")
    assert "ผลสุดท้าย" in text_of(after)
    assert re.findall(r"\d+\.\d\d", before) == re.findall(r"\d+\.\d\d", text_of(after))
    with sqlite_store.writing() as shelves:
        from sqlalchemy import text

        shelves._connection.execute(text("delete from response"))
    assert re.findall(r"\d+\.\d\d", text_of(public.get("/results/2564/TT001"))) == re.findall(r"\d+\.\d\d", before)
    listing = text_of(public.get("/results/2564"))
    assert len(re.findall(r"\d\d\.\d\d", listing)) >= 3


def test_the_tally_document_scores_to_what_the_page_shows(public: FlaskClient, sqlite_store: Store) -> None:
    results = Results(sqlite_store, LIBRARY)
    document = json.loads(json.dumps(results.tally("TT003", 2564)))
    paper = LIBRARY.paper(2564)
    assert score(paper, parse_inputs(paper, document)).total == results.of(2564, "TT003").result.total


def test_an_agency_whose_items_are_undecided_has_no_total_but_reasons(public: FlaskClient) -> None:
    words = text_of(public.get("/results/2564/TT002"))
    assert "ยังไม่พิจารณา" in words or "ไม่มีข้อมูล" in words
    assert "ยังไม่มีระดับ" in words


def test_a_draft_year_says_that_it_is_a_draft_and_what_it_assumes(sqlite_store: Store, tmp_path: Path) -> None:
    fill(sqlite_store, 2569)
    words = text_of(app_on(sqlite_store, tmp_path).test_client().get("/results/2569/TT001"))
    assert "ฉบับร่าง" in words
    for unsure in LIBRARY.paper(2569).unsure:
        assert unsure.th in words


@pytest.mark.parametrize("path", ["/results/2026", "/results/2564/nobody", "/results/x", "/results/2564/%2e%2e"])
def test_an_unknown_round_or_agency_gets_a_page(public: FlaskClient, path: str) -> None:
    answer = public.get(path)
    assert answer.status_code == 404
    see(answer)


@pytest.mark.parametrize("path", ["/", "/results/", "/results/2564", "/sign-in", "/nowhere"])
@pytest.mark.parametrize("lang", ["th", "en", "xx"])
def test_public_pages_speak_both_languages(public: FlaskClient, path: str, lang: str) -> None:
    page = see(public.get(f"{path}?lang={lang}"))
    assert page.lang == ("en" if lang == "en" else "th")


def test_the_monitor_hears_the_truth(public: FlaskClient, sqlite_store: Store) -> None:
    assert public.get("/healthz").status_code == 200
    with sqlite_store.writing() as shelves:
        from sqlalchemy import text

        shelves._connection.execute(text("update alembic_version set version_num = 'old'"))
    assert public.get("/healthz").status_code == 503


def test_a_failed_gate_is_told_in_one_sentence_with_the_items_that_would_mend_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """FY2568: the total would do for the level above, one instrument does not."""
    demo = Demo(sqlite_store, LIBRARY, Passwords(), SEAL, lambda: NOW)
    demo.fill(Wanted(2568, 40, 4000, 7), lambda done, of: None)
    results = Results(sqlite_store, LIBRARY)
    client = app_on(sqlite_store, tmp_path).test_client()
    seen = 0
    for each in results.listing(2568).page.items:
        code = each.assessment.agency.code
        scored = results.of(2568, code)
        if not isinstance(scored.outlook, Outlook):
            continue
        missed = [gate for gate in gates(scored.result) if gate.level == scored.outlook.target and not gate.passed]
        words = text_of(client.get(f"/results/2568/{code}"))
        for gate in missed:
            name = "คะแนนรวม" if gate.of == "total" else gate.of.upper()
            assert f"{name} ได้ {shown(gate.got)} ต่ำกว่าเกณฑ์ {shown(gate.at_least)} อยู่ {shown(-gate.by)}" in words
        for item in scored.outlook.items:
            assert f"{item.code} {item.name.th}" in " ".join(words.split())
        seen += bool(missed) and all(gate.of != "total" for gate in missed)
    assert seen, "no agency of the demo fails by a gate alone"


@pytest.mark.parametrize("staff", [0, 1, 4, 5, 9, 12])
def test_the_list_shows_no_total_that_the_agencys_page_withholds(
    sqlite_store: Store, tmp_path: Path, staff: int
) -> None:
    """With the total and the other two instruments anybody could compute what three people said."""
    place = open_small_round(sqlite_store, 2564)
    paper = LIBRARY.paper(2564)
    owner = place.assessments["A1"].id
    now = NOW
    with sqlite_store.writing() as shelves:
        for instrument, n in ((Instrument.IIT, staff), (Instrument.EIT, 40)):
            shelves.responses.keep_many(owner, [a_response(instrument, number=k) for k in range(n)])
        steps = [ItemStep(item.code, now, "x", decision=Decision(Decimal(100))) for item in paper.oit.items]
        evidence = [
            ItemStep(item.code, now, "x", evidence=Evidence(("https://a.example/",))) for item in paper.oit.items
        ]
        shelves.checklists.add(owner, [*evidence, *steps])
    close(sqlite_store)
    client = app_on(sqlite_store, tmp_path).test_client()
    row = next(row for row in client.get("/results/2564").text.split("<tr") if "A1" in row)
    page = client.get("/results/2564/A1").text
    total = re.findall(r'class="huge">([0-9.]+)<', page)
    assert bool(total) is (staff >= 5)
    assert (total[0] in row) if total else not re.search(r"[0-9]+\.[0-9]{2}", row)

"""The page of an agency beside its earlier years: what is compared, what breaks, what stays hidden."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Round, Stage
from surveyapp.persistence.store import Store
from tests.conftest import LIBRARY
from tests.places import a_response, open_small_round
from tests.web.conftest import app_on
from tests.web.test_results import close, fill
from tests.web.walker import see


@pytest.fixture
def public(sqlite_store: Store, tmp_path: Path) -> FlaskClient:
    """A province with FY2563 and FY2564 closed and FY2569 open."""
    for year in (2563, 2564, 2569):
        fill(sqlite_store, year)
    close(sqlite_store, 2563)
    close(sqlite_store, 2564)
    return app_on(sqlite_store, tmp_path).test_client()


def section(client: FlaskClient, year: int, agency: str = "TT001", lang: str = "th") -> str:
    """The markup of the section; empty where there is none."""
    page = see(client.get(f"/results/{year}/{agency}?lang={lang}"))
    found = re.search(r'<section class="trend">.*?</section>', page.html, re.S)
    return str(found[0]) if found else ""


def row(html: str, name: str) -> str:
    return next(str(each) for each in re.findall(r"<tr.*?</tr>", html, re.S) if name in each)


def test_the_first_year_has_nothing_to_compare(public: FlaskClient) -> None:
    assert section(public, 2563) == ""


def test_two_closed_rounds_are_compared_and_the_differences_hold_on_a_calculator(public: FlaskClient) -> None:
    html = section(public, 2564)
    assert "เทียบกับปีก่อน" in html
    assert "เทียบไม่ได้<" not in html
    rows = re.findall(r"<tr.*?</tr>", html, re.S)[1:]
    assert len(rows) == 1 + 1 + 3 + 10
    for each in rows:
        numbers = re.findall(r"(?:</span> |difference\">)([+−]?\d+\.\d\d)", each)
        if numbers:
            before, told, after = (Decimal(number.replace("−", "-")) for number in numbers)
            assert after - before == told
    assert html.count('class="stroke"') == 1
    assert 'class="cut"' not in html


def test_a_broken_line_says_so_in_words_and_leads_to_its_reason(public: FlaskClient) -> None:
    html = section(public, 2569)
    total = row(html, "คะแนนรวม</th>")
    assert "เทียบไม่ได้" in total
    assert total.count('class="difference"') == 1  # 2563 to 2564 only
    for note in set(re.findall(r'href="#(trend-\d+)"', html)):
        assert f'<li id="{note}">' in html
    assert html.count('class="cut"') == 1
    assert html.count('class="stroke"') == 1
    assert "เป็นฉบับร่าง" in html
    assert "not comparable" in section(public, 2569, lang="en")


def test_a_year_that_few_answered_stays_hidden_beside_another(sqlite_store: Store, tmp_path: Path) -> None:
    """FY2563 had four answers to the IIT; its page shows neither the score nor the total, nor does FY2564's."""
    open_small_round(sqlite_store, 2563)
    answer(sqlite_store, 2563, 4)
    close(sqlite_store, 2563)
    paper = LIBRARY.paper(2564)
    with sqlite_store.writing() as shelves:
        round_ = shelves.rounds.add(Round(0, 2564, Stage.OPEN, paper.digest, False, None))
        shelves.rounds.add_assessments(round_.id, [(each.id, 100, 1000) for each in shelves.agencies.every()])
    answer(sqlite_store, 2564, 40)
    client = app_on(sqlite_store, tmp_path).test_client()
    assert client.get("/results/2564/A1").status_code == 403
    close(sqlite_store, 2564)
    html = section(client, 2564, "A1")
    iit = row(html, "IIT</span>")
    assert len(re.findall(r"\d+\.\d\d", iit)) == 1
    assert "4 จาก 5" in iit
    assert "ไม่มีคะแนนให้เทียบ" in iit
    first = row(html, ">1</span>")
    assert len(re.findall(r"\d+\.\d\d", first)) == 1
    eit = row(html, "EIT</span>")
    assert 'class="difference"' in eit


def test_an_earlier_round_that_is_still_open_is_not_shown(sqlite_store: Store, tmp_path: Path) -> None:
    open_small_round(sqlite_store, 2563)
    paper = LIBRARY.paper(2564)
    with sqlite_store.writing() as shelves:
        round_ = shelves.rounds.add(Round(0, 2564, Stage.OPEN, paper.digest, False, None))
        shelves.rounds.add_assessments(round_.id, [(each.id, 100, 1000) for each in shelves.agencies.every()])
    close(sqlite_store, 2564)
    assert section(app_on(sqlite_store, tmp_path).test_client(), 2564, "A1") == ""


def answer(store: Store, year: int, staff: int) -> None:
    """So many of the staff, and forty others, answered for A1."""
    with store.writing() as shelves:
        assessment = shelves.rounds.assessment(year, "A1")
        rows = [(Instrument.IIT, number) for number in range(staff)] + [(Instrument.EIT, 100 + n) for n in range(40)]
        shelves.responses.keep_many(assessment.id, [a_response(each, number=n, choice=1 + n % 2) for each, n in rows])

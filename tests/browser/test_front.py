"""Front questions in a browser: at the end of the form, or on the review; kept and cleared like answers."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.browser.answering import UNHURRIED, Person, link
from tests.browser.conftest import Walk
from tests.browser.test_journeys import choose_all
from tests.running import Installation

CHOSEN = {"f1": "m", "f3": "2"}
WANTED = Counter(CHOSEN.items())


@pytest.fixture
def person(browser: Browser, province: Installation) -> Iterator[Person]:
    found = Person(browser, province)
    yield found
    found.leave()


def counts(where: Installation, address: str) -> Counter[tuple[str, str]]:
    """(question, choice) → people, of the agency and instrument behind an address."""
    of = "select assessment_id, instrument from link where code = ?"
    query = f"select question, choice, n from front_count where (assessment_id, instrument) in ({of})"  # noqa: S608
    with closing(sqlite3.connect(where.folder / "surveyapp.db")) as database:
        rows = database.execute(query, (address.rpartition("/")[2],)).fetchall()
    return Counter({(question, choice): n for question, choice, n in rows})


def counts_after(where: Installation, address: str, before: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """What came to them, once the intake has put down something (within a second, and a busy machine's patience)."""
    until = time.monotonic() + 30
    while (found := counts(where, address)) == before and time.monotonic() < until:
        time.sleep(0.1)
    return found - before


def test_scripts_on_and_off_make_the_same_counts(person: Person, plain_phone: Walk, province: Installation) -> None:
    address = link(province, "iit", "TT006")
    at_first = counts(province, address)
    page = plain_phone.open(address)
    choose_all(page, 2)
    for name, value in CHOSEN.items():
        page.select_option(f"#{name}", value)
    page.locator("form > button").click()
    page.wait_for_url("**/thanks")
    assert counts_after(province, address, at_first) == WANTED

    without = counts(province, address)
    person.open(address).start()
    assert not person.page.locator(".front").is_visible()  # nothing stands before the first question
    person.choose_all(2).until("review")
    for name, value in CHOSEN.items():
        person.page.select_option(f"#{name}", value)
    assert person.screen == "review"
    person.forward.click()
    person.until("thanks")
    assert not person.page.locator(".front").is_visible()
    assert counts_after(province, address, without) == WANTED


def test_they_are_kept_in_the_draft_and_go_with_the_receipt(person: Person, province: Installation) -> None:
    address = link(province, "eit", "TT006")
    person.open(address).start().choose_all(1).until("review")
    person.page.select_option("#f2", "3")
    person.open(address)
    person.forward.click()
    person.until("review")
    assert [person.page.input_value(f"#{name}") for name in ("f1", "f2", "f3")] == ["", "3", ""]
    person.forward.click()
    person.until("thanks")
    assert person.kept() == {}
    person.open(address)
    assert person.page.input_value("#f2") == ""


def test_a_kiosk_shows_nothing_of_the_person_before(browser: Browser, province: Installation) -> None:
    person = Person(browser, province, UNHURRIED)
    person.page.clock.install()
    person.open(link(province, "eit", "TT002", "kiosk")).start().choose_all(1).until("review")
    person.page.select_option("#f1", "f")
    person.pass_by(70)
    person.until("idle").pass_by(20)
    person.until("start")  # nobody is there any more
    assert person.page.input_value("#f1") == ""
    person.start().choose_all(1).until("review")
    person.page.select_option("#f1", "m")
    person.forward.click()
    person.until("thanks").pass_by(8)
    person.until("start")
    assert person.page.input_value("#f1") == ""
    assert person.kept() == {}
    person.leave()

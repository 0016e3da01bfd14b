"""From the printed sheet to the answer: a slip is scanned, answered with, and is worth nothing afterwards."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser

from tests.browser.answering import Person, link
from tests.running import Installation

_WORDS = """[...new Intl.Segmenter('th', {granularity: 'word'}).segment(
    document.querySelector('#intro .facts').innerText)].filter((each) => each.isWordLike).length"""


@pytest.fixture
def slips(province: Installation, tmp_path: Path) -> list[str]:
    """The addresses on three freshly printed slips of TT002, as a phone's camera reads them."""
    file = tmp_path / "slips.pdf"
    done = province.run("codes", "issue", "--agency", "TT002", "-n", "3", str(file))
    assert done.returncode == 0, done.stderr
    pages = [page.render(scale=150 / 72).to_pil() for page in pypdfium2.PdfDocument(file)]
    found = {code.text for page in pages for code in zxingcpp.read_barcodes(page)}
    addresses = sorted(text for text in found if "#" in text)
    assert len(addresses) == 3
    return addresses


def test_a_scanned_slip_answers_once(browser: Browser, province: Installation, slips: list[str]) -> None:
    person = Person(browser, province)
    person.open(slips[0])
    code = slips[0].rsplit("#")[1]
    assert person.page.input_value("#access_code") == code
    assert "#" not in person.page.url  # it is not left in the history of the phone
    person.start().choose_all(0)
    person.forward.click()
    person.until("thanks")
    assert not [value for value in person.kept().values() if code in value]
    assert not [url for url in person.walk.asked if code in url]
    person.leave()

    again = Person(browser, province)
    again.open(slips[0]).start().choose_all(0)
    again.forward.click()
    again.page.get_by_text("ถูกใช้ไปแล้ว").wait_for()
    assert again.screen == "review"
    again.page.locator(".faults button").click()
    again.page.fill("#access_code", slips[1].rsplit("#")[1].lower())
    again.forward.click()  # everything is answered, so on to the review at once
    again.until("review")
    again.forward.click()
    again.until("thanks")
    again.leave()


def test_whoever_has_a_slip_to_type_is_shown_where_and_what_is_wrong_with_it(
    browser: Browser, province: Installation
) -> None:
    person = Person(browser, province).open(link(province, "iit", "TT002")).start()
    field = person.page.locator("#access_code")
    assert person.screen == "start"
    assert field.evaluate("each => each == document.activeElement")
    person.start()  # pressed again: the questions may be looked at without a code
    assert person.screen == "card"
    person.page.go_back()
    person.until("start")
    field.fill("AAAA BBBB CCCC")
    person.start().choose_all(0)
    person.forward.click()
    wrong = person.page.locator(".faults button").inner_text()
    person.page.locator(".faults button").click()
    assert person.page.locator(".right.wrong .fault").inner_text() == wrong
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("DDDD EEEE FFFF")
    field.blur()
    assert person.page.locator(".right .fault").inner_text() == ""
    assert field.get_attribute("aria-invalid") == "false"
    person.leave()


def test_without_scripts_the_code_is_typed(browser: Browser, province: Installation, slips: list[str]) -> None:
    from tests.browser.conftest import Walk
    from tests.browser.test_journeys import choose_all

    walk = Walk(browser, province.base, scripts=False)
    page = walk.open(link(province, "iit", "TT002"))
    choose_all(page, 0)
    page.locator("form > button").click()
    assert "รหัส" in page.locator(".faults").inner_text()
    code = slips[2].rsplit("#")[1]
    page.fill("#access_code", f"{code[:4]} {code[4:8]}-{code[8:]}")
    page.locator("form > button").click()
    page.wait_for_url("**/thanks")
    walk.close()


@pytest.mark.parametrize("instrument", ["iit", "eit"])
def test_the_notice_before_the_first_question_is_short(
    browser: Browser, province: Installation, instrument: str
) -> None:
    person = Person(browser, province).open(link(province, instrument, "TT001"))
    assert 60 < person.page.evaluate(_WORDS) <= 120
    person.leave()

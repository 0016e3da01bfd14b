"""A receipt in a real browser: folded after sending, saved by hand, and nowhere on a device that others use."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.answering import UNHURRIED, Person, link
from tests.browser.conftest import Walk
from tests.running import Installation

SERIAL = re.compile(r"(?:[0-9a-f]{4}-){7}[0-9a-f]{4}")


def send_all(person: Person) -> Person:
    person.start().choose_all(2)
    person.until("review")
    person.forward.click()
    return person.until("thanks")


def test_the_phone_shows_it_folded_saves_it_by_hand_and_keeps_none(browser: Browser, province: Installation) -> None:
    person = Person(browser, province).open(link(province, "eit"))
    sent: list[str] = []
    person.page.on("request", lambda request: sent.append(request.post_data or ""))
    send_all(person)
    details = person.page.locator("details.receipt")
    assert details.get_attribute("open") is None
    details.locator("summary").click()
    shown = details.locator(".serial").inner_text()
    assert SERIAL.fullmatch(shown)
    serial = shown.replace("-", "")
    assert any(f"serial={serial}" in body for body in sent)
    assert not any(f"response_id={serial}" in body for body in sent)
    with person.page.expect_download() as saved:
        details.locator("a[download]").click()
    assert shown in saved.value.path().read_text()
    assert serial not in str(person.kept()) + person.page.url
    person.page.reload()
    person.page.wait_for_selector("body.js")
    assert person.page.locator("details.receipt").count() == 0
    person.leave()


def test_thai_digits_leave_the_serial_as_it_is(browser: Browser, province: Installation) -> None:
    person = send_all(Person(browser, province).open(link(province, "eit")))
    person.page.locator("[data-tool=thai]").click()
    person.page.locator("details.receipt summary").click()
    assert SERIAL.fullmatch(person.page.locator(".serial").inner_text())
    person.leave()


@pytest.mark.parametrize("kind", ["kiosk", "shared", "staff"])
def test_where_others_see_it_there_is_none(browser: Browser, province: Installation, kind: str) -> None:
    agency, channel = ("TT002", "kiosk") if kind == "kiosk" else ("TT006", "open")
    instrument = "iit" if kind == "staff" else "eit"
    person = Person(browser, province, UNHURRIED).open(link(province, instrument, agency, channel))
    if kind == "shared":
        person.page.locator(".shared input").check()
    sent: list[str] = []
    person.page.on("request", lambda request: sent.append(request.post_data or ""))
    send_all(person)
    assert person.page.locator("details.receipt").count() == 0
    assert any("response_id=" in body for body in sent)
    assert not any("serial=" in body for body in sent)
    person.leave()


def test_without_scripts_it_is_asked_for_with_a_box(plain_phone: Walk, province: Installation) -> None:
    page = plain_phone.open(link(province, "eit"))
    for group in page.locator("fieldset").all():
        group.locator("label").first.click()
    page.locator(".want").click()
    page.get_by_role("button", name="ส่งคำตอบ").click()
    page.wait_for_url("**/thanks?r=*")
    shown = page.locator(".serial")
    assert not shown.is_visible()
    page.locator("details.receipt summary").click()
    assert SERIAL.fullmatch(shown.inner_text())
    page.reload()
    assert page.locator("details.receipt").count() == 1

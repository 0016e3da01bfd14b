"""The form on a phone, with scripts: one question at a time, and nothing lost or doubled on a bad line."""

from __future__ import annotations

import gzip
import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.answering import NO_STORAGE, UNHURRIED, Person, link, received
from tests.browser.conftest import Walk
from tests.browser.test_journeys import choose_all
from tests.running import Installation

PORTAL = "<!doctype html><title>Wi-Fi</title><h1>Please sign in to our Wi-Fi</h1>"
Makes = Callable[..., Person]


@pytest.fixture
def somebody(browser: Browser, province: Installation) -> Iterator[Makes]:
    """Makes people with a phone each; at the end nothing foreign was asked for."""
    made: list[Person] = []

    def make(*before: str, **more: Any) -> Person:
        made.append(Person(browser, province, *before, **more))
        return made[-1]

    yield make
    for each in made:
        each.leave()


Tallies = dict[str, dict[str, dict[str, int]]]


def tallies(province: Installation, agency: str) -> Tallies:
    found: Tallies = province.ask("tally", "--agency", agency, "--json")["tallies"]
    return found


def added(before: Tallies, after: Tallies, instrument: str) -> dict[str, dict[str, int]]:
    """What came to the counts of each question."""
    return {
        code: {choice: n - before[instrument][code].get(choice, 0) for choice, n in counts.items()}
        for code, counts in after[instrument].items()
    }


def test_scripts_on_and_off_make_the_same_response(somebody: Makes, plain_phone: Walk, province: Installation) -> None:
    at_first = tallies(province, "TT006")
    for instrument in ("iit", "eit"):
        page = plain_phone.open(link(province, instrument, "TT006"))
        choose_all(page, 2)
        page.locator("form > button").click()
        page.wait_for_url("**/thanks")
    without = tallies(province, "TT006")
    for instrument in ("iit", "eit"):
        person = somebody().open(link(province, instrument, "TT006")).start().choose_all(2)
        assert person.screen == "review"
        person.forward.click()
        person.until("thanks")
    both = tallies(province, "TT006")
    for instrument in ("iit", "eit"):
        assert added(without, both, instrument) == added(at_first, without, instrument)
        assert sum(added(without, both, instrument)[instrument[0] + "1"].values()) == 1


def test_a_killed_tab_is_taken_up_again_and_the_draft_goes_with_the_receipt(
    somebody: Makes, province: Installation
) -> None:
    address = link(province, "eit", "TT006")
    person = somebody().open(address).start().choose(0).choose(1).choose(2)
    person.page.close()
    person.page = person.walk.page = person.walk.context.new_page()
    person.open(address)
    assert "3 จาก 9" in person.page.locator("#panel .band").inner_text()
    person.forward.click()
    assert person.card.get_attribute("id") == "e4"
    assert person.page.locator("input:checked").count() == 3
    person.choose_all(3)
    assert [name for name in person.kept() if name != "ita comfort"] != []
    person.forward.click()
    person.until("thanks")
    assert person.kept() == {}
    person.open(address)
    assert person.page.locator("input:checked").count() == 0


def test_starting_over_removes_the_draft(somebody: Makes, province: Installation) -> None:
    person = somebody().open(link(province, "eit", "TT006")).start().choose(0)
    person.open(link(province, "eit", "TT006"))
    person.page.get_by_role("button", name="เริ่มใหม่").click()
    assert person.kept() == {}
    assert person.forward.inner_text() == "เริ่มตอบ"


def test_without_a_network_from_the_first_to_the_last_question_and_sent_later(
    somebody: Makes, province: Installation
) -> None:
    before = received(province, "TT006")
    address = link(province, "eit", "TT006")
    person = somebody().open(address)
    person.page.wait_for_function("() => caches.open('form-1').then(c => c.keys()).then(keys => keys.length == 2)")
    person.page.wait_for_function("() => navigator.serviceWorker.controller?.state == 'activated'")
    person.walk.context.set_offline(True)
    person.open(address).start().choose_all(1)  # the page itself comes from the phone
    person.forward.click()
    person.page.get_by_text("ยังส่งไม่สำเร็จ").wait_for()
    person.page.locator("[role=status]", has_text="เก็บไว้ในเครื่องนี้แล้ว").wait_for()
    person.open(address).until("sending")  # a closed and opened tab goes on sending
    person.walk.context.set_offline(False)
    person.until("thanks")
    assert received(province, "TT006") == before + 1


def test_a_lost_reply_a_portal_and_a_busy_server_lose_and_double_nothing(
    somebody: Makes, province: Installation
) -> None:
    before = received(province, "TT006")
    bodies: list[str | None] = []
    portal = [True]

    def bad_line(route: Route) -> None:
        if portal:
            return route.fulfill(content_type="text/html", body=PORTAL)
        if route.request.method != "POST":
            return route.continue_()
        bodies.append(route.request.post_data)
        if len(bodies) == 1:
            return route.fulfill(status=200, content_type="text/html", body=PORTAL)
        if len(bodies) == 2:
            return route.fulfill(status=502, body="")
        if len(bodies) == 3:
            return route.fulfill(
                status=503, headers={"Retry-After": "1"}, json={"problems": [{"code": None, "text": "-"}]}
            )
        if len(bodies) == 4:
            return route.fulfill(status=200, json={"received": "0" * 32})  # the receipt of somebody else
        if len(bodies) == 5:
            route.fetch()  # kept, but nobody hears of it
            return route.abort()
        return route.continue_()

    person = somebody(service_workers="block").open(link(province, "eit", "TT006")).start().choose_all(4)
    person.page.route("**/s/*", bad_line)
    person.forward.click()
    person.page.get_by_text("ยังส่งไม่สำเร็จ").wait_for()
    assert '"sealed":{"id"' in "".join(person.kept().values()), "a portal's page is no receipt"
    portal.clear()
    person.until("thanks")
    assert len(bodies) == 6
    assert len(set(bodies)) == 1, "one id never gets two bodies"
    assert received(province, "TT006") == before + 1
    assert person.page.locator("[role=status]").inner_text() == "ได้รับแล้ว"
    assert person.kept() == {}


def test_on_the_first_way_there_is_nothing_to_press(somebody: Makes, province: Installation) -> None:
    waiting: list[Route] = []
    person = somebody(service_workers="block").open(link(province, "eit", "TT006")).start().choose_all(0)
    person.page.route("**/s/*", lambda route: waiting.append(route))
    person.forward.click()
    person.until("sending")
    assert person.page.locator(".bar button").count() == 0
    while not waiting:
        person.page.wait_for_timeout(20)
    person.page.route("**/s/*", lambda route: route.abort())
    waiting[0].abort()
    person.page.get_by_role("button", name="ลองส่งเดี๋ยวนี้").wait_for()
    person.page.unroute_all()
    person.until("thanks")


def test_a_refusal_opens_the_answers_again_and_they_go_out_under_a_new_number(
    somebody: Makes, province: Installation
) -> None:
    ids: list[str] = []

    def refuse_once(route: Route) -> None:
        ids.extend(re.findall(r"response_id=(\w+)", route.request.post_data or ""))
        problems = [{"code": "e2", "text": "ข้อ 2 ตอบไม่ได้"}]
        return route.fulfill(status=422, json={"problems": problems}) if len(ids) == 1 else route.continue_()

    person = somebody(service_workers="block").open(link(province, "eit", "TT006")).start().choose_all(0)
    person.page.route("**/s/*", refuse_once)
    person.forward.click()
    person.page.get_by_role("button", name="ข้อ 2 ตอบไม่ได้").click()
    person.choose(3)
    assert person.screen == "review"
    person.forward.click()
    person.until("thanks")
    assert len(set(ids)) == 2


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_closed_round_is_told_and_the_kept_page_goes(somebody: Makes, province: Installation, status: int) -> None:
    person = somebody().open(link(province, "eit", "TT006"))
    person.page.wait_for_function("() => caches.open('form-1').then(c => c.keys()).then(keys => keys.length == 2)")
    person.start().choose_all(0)
    refusal = {"problems": [{"code": None, "text": "รอบนี้ปิดแล้ว"}]}
    person.page.route("**/s/*", lambda route: route.fulfill(status=status, json=refusal))
    person.forward.click()
    person.until("refused")
    assert "รอบนี้ปิดแล้ว" in person.page.locator("main").inner_text()
    person.page.wait_for_function("() => caches.keys().then(names => names.length == 0)")
    person.page.get_by_role("button", name="ลบคำตอบออกจากเครื่อง").click()
    assert person.kept() == {}


def test_unanswered_questions_are_listed_before_anything_is_sent(somebody: Makes, province: Installation) -> None:
    person = somebody().open(link(province, "eit", "TT006")).start()
    for _ in range(person.cards()):
        person.forward.click()
    assert person.page.locator(".overview .wrong").count() == person.cards()
    person.forward.click()
    assert person.page.locator(".faults .gaps button").count() == person.cards()
    assert person.page.evaluate("document.activeElement.className") == "faults"
    assert person.screen == "review"
    person.page.locator(".faults .gaps button").nth(2).click()
    assert person.screen == "card"
    assert person.page.locator("fieldset.on").get_attribute("id") == "e3"


def test_by_keyboard_alone(somebody: Makes, province: Installation) -> None:
    before = received(province, "TT006")
    person = somebody().open(link(province, "eit", "TT006"))
    keyboard, page = person.page.keyboard, person.page

    def reach(words: str) -> None:
        for _ in range(40):
            keyboard.press("Tab")
            if words in page.evaluate("document.activeElement.textContent"):
                return
        raise AssertionError(f"{words} cannot be reached")

    reach("เริ่มตอบ")
    keyboard.press("Enter")
    for place in range(person.cards()):
        assert page.evaluate("document.activeElement.tagName") == "LEGEND"
        keyboard.press("Tab")
        keyboard.press("Space")
        keyboard.press("ArrowDown")
        page.wait_for_timeout(20)
        assert person.screen == "card", "no surprise: a key only chooses"
        assert page.locator("progress").get_attribute("value") == str(place + 1)
        keyboard.press("Enter")
    person.until("review")
    reach("ส่งคำตอบ")
    box = page.evaluate("document.activeElement.getBoundingClientRect().bottom <= innerHeight")
    assert box
    keyboard.press("Enter")
    person.until("thanks")
    assert received(province, "TT006") == before + 1


def test_a_web_view_that_lends_nothing_still_answers_and_says_so(somebody: Makes, province: Installation) -> None:
    before = received(province, "TT006")
    line = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Line/13.20.0"
    person = somebody(NO_STORAGE, user_agent=line).open(link(province, "eit", "TT006"))
    outside = person.page.get_by_role("link", name="เปิดในเบราว์เซอร์ของเครื่อง").get_attribute("href") or ""
    assert "openExternalBrowser=1" in outside
    person.start().choose(1)
    assert person.page.locator("[role=status]").inner_text() == "เก็บไว้เฉพาะตอนที่หน้านี้เปิดอยู่"
    person.choose_all(1)
    person.walk.context.set_offline(True)
    person.forward.click()
    person.page.get_by_text("ยังส่งไม่สำเร็จ").wait_for()
    person.page.get_by_text("โปรดเปิดหน้านี้ค้างไว้").wait_for()
    person.walk.context.set_offline(False)
    person.until("thanks")
    assert received(province, "TT006") == before + 1


def test_a_shared_device_keeps_nothing(somebody: Makes, province: Installation) -> None:
    person = somebody().open(link(province, "eit", "TT006"))
    person.page.wait_for_function("() => caches.open('form-1').then(c => c.keys()).then(keys => keys.length == 2)")
    person.page.get_by_role("button", name="ตัวอักษรใหญ่").click()
    assert person.kept() != {}
    person.page.get_by_label("มีคนอื่นใช้เครื่องนี้ด้วย").check()
    person.start().choose(1).choose(1)
    assert person.kept() == {}
    left = "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()])"
    person.page.wait_for_function(f"() => {left}.then(all => all.flat().length == 0)")
    person.open(link(province, "eit", "TT006"))
    assert person.page.locator("input:checked").count() == 0
    assert person.kept() == {}


def test_three_people_in_a_row_at_a_counter(somebody: Makes, province: Installation) -> None:
    before = received(province, "TT002")
    device = somebody(UNHURRIED)
    device.page.clock.install()
    device.open(link(province, "eit", "TT002", "kiosk"))
    for number in range(3):
        device.until("start")
        assert device.page.locator("input:checked").count() == 0
        device.start()
        assert "0 จาก 9" in device.page.locator(".done").inner_text()
        device.choose_all(number)
        device.forward.click()
        device.until("thanks")
        device.pass_by(8)
    device.until("start")
    assert device.kept() == {}
    assert device.page.evaluate("caches.keys()") == []
    assert received(province, "TT002") == before + 3
    device.page.goto(province.base)
    device.page.go_back()
    device.page.wait_for_selector("body.js")
    assert device.screen == "start"
    assert device.page.locator("input:checked").count() == 0


def test_a_counter_that_is_left_alone_asks_and_then_starts_afresh(somebody: Makes, province: Installation) -> None:
    device = somebody(UNHURRIED)
    device.page.clock.install()
    device.open(link(province, "eit", "TT002", "kiosk")).start().choose(2)
    device.pass_by(70)
    device.until("idle").forward.click()
    assert device.screen == "card"
    assert device.page.locator("input:checked").count() == 1
    device.pass_by(70)
    device.until("idle")
    assert device.page.locator("input:checked").count() == 1
    device.pass_by(20)
    device.until("start")
    assert device.page.locator("input:checked").count() == 0


def test_a_counter_without_scripts_returns_to_the_start(plain_phone: Walk, province: Installation) -> None:
    page = plain_phone.open(link(province, "eit", "TT002", "kiosk"))
    choose_all(page, 1)
    page.locator("form > button").click()
    page.wait_for_url("**/thanks")
    address = page.content()
    assert re.search(r'http-equiv="refresh" content="8;url=/s/\w{8}"', address)


def test_the_browsers_back_goes_one_question_back(somebody: Makes, province: Installation) -> None:
    person = somebody().open(link(province, "eit", "TT006")).start().choose(0).choose(0)
    person.page.go_back()
    assert person.card.get_attribute("id") == "e2"
    person.page.get_by_role("button", name="ย้อนกลับ").click()
    person.page.wait_for_selector("#e1.on")


def test_another_tab_that_has_sent_keeps_this_one_from_sending_twice(somebody: Makes, province: Installation) -> None:
    before = received(province, "TT006")
    address = link(province, "eit", "TT006")
    person = somebody().open(address).start().choose_all(1)
    other = person.walk.context.new_page()
    other.goto(address)
    other.locator(".bar button").last.click()
    person.forward.click()
    person.until("thanks")
    # It opened anew: on a clean start, or, where it was quick, with the very response that was on its way.
    other.wait_for_selector("body[data-screen=start],body[data-screen=thanks]")
    assert other.locator("input:checked").count() == 0
    assert received(province, "TT006") == before + 1


def test_large_letters_and_thai_digits_stay(somebody: Makes, province: Installation) -> None:
    person = somebody().open(link(province, "iit", "TT006"))
    person.page.get_by_role("button", name="เลขไทย").click()
    person.page.get_by_role("button", name="ตัวอักษรใหญ่").click()
    person.open(link(province, "iit", "TT006")).start()
    assert "๐" in person.page.locator(".done").inner_text()
    assert not re.search("[0-9]", person.page.locator("main").inner_text())
    assert person.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    person.page.get_by_role("button", name="เลขไทย").click()
    assert "0" in person.page.locator(".done").inner_text()


def test_weights_of_the_script_and_of_the_page(province: Installation) -> None:
    def fetch(path: str) -> tuple[bytes, Any]:
        asked = urllib.request.Request(path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.read(), answer.headers

    for instrument in ("iit", "eit"):
        packed, headers = fetch(link(province, instrument))
        assert len(packed) + len(str(headers)) <= 13_000
        page = gzip.decompress(packed).decode()
        (source,) = re.findall(r'<script defer src="([^"]+)"></script>', page)
        script, kept = fetch(province.base + source)
        assert len(script) <= 10_000
        assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
        assert json.dumps("ได้รับแล้ว", ensure_ascii=False) in gzip.decompress(script).decode()
        picture = re.findall(r'og:image" content="([^"]+)"', page)[0]
        assert picture.startswith(province.base)
        assert len(fetch(picture)[0]) <= 60_000

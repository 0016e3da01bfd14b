"""Every state of the form on a phone: open to everybody, in both languages and every dress; nothing cut off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.answering import UNHURRIED, Person, link
from tests.browser.test_access import faults
from tests.running import Installation

SPACED = "* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"
SPACED += " p {margin-bottom: 2em !important}"
CUT_OFF = """() => [...document.querySelectorAll('button, label, legend, p, h1, h2, li')]
    .filter(each => each.offsetWidth && !each.closest('.unseen') && each.scrollWidth > each.clientWidth + 1)
    .filter(each => getComputedStyle(each).display != 'inline').map(each => each.textContent)"""
COVERED = """() => { const held = document.activeElement.closest('label') || document.activeElement;
    const bar = document.querySelector('.bar'); const box = held.getBoundingClientRect();
    return held != document.body && !bar.contains(held) && getComputedStyle(bar).position == 'sticky'
        && box.bottom > bar.getBoundingClientRect().top + 1 && box.top < bar.getBoundingClientRect().bottom - 1; }"""


def check(person: Person, found: dict[str, list[str]], state: str) -> None:
    """Look at a state in light, dark and forced colours."""
    thai = person.page.evaluate("document.documentElement.lang") == "th"
    for scheme, forced in (("light", "none"), ("dark", "none"), ("light", "active"))[: 3 if thai else 1]:
        person.page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
        seen = faults(person.walk)
        if seen:
            found[f"{state}, {scheme}, {forced}"] = seen
    assert person.page.locator("h1:visible").count() == 1, state
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state


@pytest.mark.parametrize("spoken", ["th", "en"])
def test_every_state_is_open_to_everybody(browser: Browser, province: Installation, spoken: str) -> None:
    found: dict[str, list[str]] = {}
    person = Person(browser, province, width=320, reduced_motion="reduce", service_workers="block")
    address = link(province, "eit") + ("?lang=en" if spoken == "en" else "")
    person.open(address)
    check(person, found, "start")
    person.start()
    check(person, found, "card")
    person.choose(1)
    person.open(address)
    check(person, found, "found again")
    person.forward.click()
    while person.screen == "card":
        person.forward.click()
    check(person, found, "review")
    person.forward.click()
    check(person, found, "faults")
    for _ in range(person.cards() - 1):
        person.page.locator(".overview .wrong button").first.click()
        person.choose(2)
    refusal = {"problems": [{"code": None, "text": "-"}]}
    person.page.route("**/s/*", lambda route: route.fulfill(status=410, json=refusal))
    person.forward.click()
    person.until("refused")
    check(person, found, "refused")
    person.forward.click()
    person.page.unroute_all()
    person.page.route("**/s/*", lambda route: route.abort())
    person.forward.click()
    person.page.locator("#retry h3").wait_for()
    check(person, found, "saved, not sent")
    person.page.unroute_all()
    person.until("thanks")
    check(person, found, "thanks")
    person.leave()
    assert found == {}


def test_the_counters_own_states(browser: Browser, province: Installation) -> None:
    found: dict[str, list[str]] = {}
    device = Person(browser, province, UNHURRIED, width=768, height=1024)
    device.page.clock.install()
    device.open(link(province, "eit", "TT002", "kiosk"))
    check(device, found, "start")
    device.start().choose(0).pass_by(70)
    device.until("idle")
    assert device.page.evaluate("document.activeElement.tagName") == "H2"
    device.leave()
    assert found == {}


def walk_the_keys(page: Page) -> None:
    """Through everything on the screen; what holds the focus is never behind the bar."""
    for _ in range(12):
        page.keyboard.press("Tab")
        assert not page.evaluate(COVERED), page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 568)])
def test_at_four_hundred_per_cent_nothing_is_cut_off_or_covered(
    browser: Browser, province: Installation, width: int, height: int
) -> None:
    person = Person(browser, province, width=width, height=height).open(link(province, "iit"))
    walk_the_keys(person.page)
    person.start()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= width
    walk_the_keys(person.page)
    assert person.page.evaluate(CUT_OFF) == []
    sizes = [each.bounding_box() for each in person.card.locator("label").all()]
    assert all(size and size["height"] >= 48 for size in sizes)
    person.page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        SPACED,
    )
    assert person.page.evaluate(CUT_OFF) == []
    assert person.page.evaluate("document.documentElement.scrollWidth") <= width
    person.leave()


LINES = """() => [...document.querySelectorAll('.bar button')].map(each => {
    const all = document.createRange(); all.selectNodeContents(each);
    return new Set([...all.getClientRects()].map(box => Math.round(box.top))).size; })"""


@pytest.mark.parametrize("spoken", ["th", "en"])
def test_large_letters_break_no_button_and_cover_nothing(browser: Browser, province: Installation, spoken: str) -> None:
    person = Person(browser, province, width=320, height=640, service_workers="block")
    person.open(link(province, "eit") + ("?lang=en" if spoken == "en" else ""))
    person.page.locator("[data-tool=large]").click()
    refusal = {"problems": [{"code": None, "text": "-"}]}
    person.page.route("**/s/*", lambda route: route.fulfill(status=410, json=refusal))
    for act in (person.start, lambda: person.choose(0), lambda: person.choose_all(0)):
        act()
        assert set(person.page.evaluate(LINES)) == {1}, person.screen
        walk_the_keys(person.page)
        assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
    person.forward.click()
    person.until("refused")
    assert max(person.page.evaluate(LINES)) <= 2
    person.leave()


def test_lines_stand_far_enough_apart_for_thai_marks(browser: Browser, province: Installation) -> None:
    person = Person(browser, province).open(link(province, "iit")).start()
    tight = person.page.evaluate(
        """() => [...document.querySelectorAll('main *, header *')].filter(each => each.offsetHeight
        && each.innerText?.trim()
        && parseFloat(getComputedStyle(each).lineHeight) < 1.6 * parseFloat(getComputedStyle(each).fontSize) - .1)
        .map(each => each.outerHTML.slice(0, 80))"""
    )
    assert tight == []
    person.leave()

"""Pages for everybody: no axe violations, nothing cut off on a narrow screen, Thai drawn as Thai."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import Walk
from tests.browser.test_journeys import choose_all, link
from tests.running import Installation

OPEN_PAGES = [
    "/",
    "/sign-in",
    "/forgot",
    "/results/",
    "/trust",
    "/results/2564",
    "/results/2564/TT001",
    "/results/2569/TT001",
    "/nowhere",
]
DESK_PAGES = [
    "/account",
    "/account/confirm",
    "/desk/",
    "/desk/2569/TT001",
    "/desk/2569/TT001/checklist",
    "/desk/2564/TT001",
]


def without_our_script(walk: Walk) -> None:
    """The long form, as it is where the script never came. (Axe itself needs scripts.)"""
    walk.context.route("**/phone/**", lambda route: route.abort())


def faults(walk: Walk) -> list[str]:
    found = Axe().run(walk.page)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found.response["violations"]]


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("instrument", ["iit", "eit"])
def test_the_form_its_errors_and_the_thanks_are_open_to_everybody(
    phone: Walk, province: Installation, instrument: str, language: str
) -> None:
    without_our_script(phone)
    page = phone.open(f"{link(province, instrument, 'TT006')}?lang={language}")
    assert faults(phone) == []
    page.locator("form button").click()
    page.wait_for_selector("[role=alert]")
    assert faults(phone) == []
    choose_all(page, 1)
    page.locator("form button").click()
    page.wait_for_url("**/thanks*")
    assert faults(phone) == []
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_other_page_is_open_to_everybody(screen: Walk, language: str) -> None:
    found = {}
    for path in OPEN_PAGES:
        screen.open(f"{path}?lang={language}")
        found[path] = faults(screen)
    screen.sign_in("tt001")
    for path in DESK_PAGES:
        screen.open(f"{path}?lang={language}")
        found[path] = faults(screen)
    screen.context.clear_cookies()
    screen.sign_in("assessor")
    for path in ("/review/", "/review/2569/TT004"):
        screen.open(f"{path}?lang={language}")
        found[path] = faults(screen)
    screen.context.clear_cookies()
    screen.sign_in("supervisor")
    for path in ("/board/", "/board/certificates/", "/people/", "/people/invite", "/people/1"):
        screen.open(f"{path}?lang={language}")
        found[path] = faults(screen)
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_form_is_readable_in_dark_and_light(browser: Browser, province: Installation, scheme: str) -> None:
    walk = Walk(browser, province.base)
    without_our_script(walk)
    walk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page = walk.open(link(province, "eit", "TT006"))
    page.locator("form button").click()
    page.wait_for_selector("[role=alert]")
    choose_all(page, 0, leave_out=("e1",))
    assert faults(walk) == []
    walk.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_sticks_out_sideways(browser: Browser, province: Installation, width: int) -> None:
    walk = Walk(browser, province.base, width=width)
    paths = [*OPEN_PAGES, link(province, "iit"), link(province, "eit")]
    for path in paths:
        page = walk.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    walk.sign_in("tt001")
    for path in DESK_PAGES:
        page = walk.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    walk.close()


def test_every_choice_is_large_enough_for_a_thumb(plain_phone: Walk, province: Installation) -> None:
    page = plain_phone.open(link(province, "iit"))
    boxes = [label.bounding_box() for label in page.locator(".choices label").all()]
    assert boxes
    assert all(box and box["height"] >= 48 and box["width"] >= 48 for box in boxes)


def test_thai_letters_are_drawn_and_not_boxes(phone: Walk, province: Installation) -> None:
    """Without a Thai font every letter is the same box; with one, ก and ฮ differ and are as wide as letters."""
    page = phone.open(link(province, "eit"))
    drawn = page.evaluate(
        """() => { const c = document.createElement('canvas'); const x = c.getContext('2d', {willReadFrequently: true});
        x.font = getComputedStyle(document.body).font;
        const ink = s => { x.clearRect(0, 0, 99, 99); x.fillText(s, 10, 40);
            return x.getImageData(0, 0, 99, 99).data.join(); };
        return new Set(['ก', 'ฮ', 'ญ', 'ๆ', 'ฟ'].map(ink)).size; }"""
    )
    assert drawn == 5

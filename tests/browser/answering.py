"""Somebody who answers with scripts on: card by card, over the review, to the receipt."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import Walk
from tests.running import Installation

QUICK = "window.secondLength = 40;"  # a second of the page lasts this many milliseconds
SECOND = 300  # milliseconds; for what ends by itself when nobody touches it, where a busy machine must not end it
UNHURRIED = f"window.secondLength = {SECOND};"
NO_STORAGE = """
for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, {get() { throw new DOMException('', 'SecurityError'); }});
Object.defineProperty(Navigator.prototype, 'serviceWorker', {get: () => undefined});
"""


@cache
def _links(where: Installation) -> list[dict[str, str]]:
    found: list[dict[str, str]] = where.ask("links", "--json")
    return found


def link(where: Installation, instrument: str, agency: str = "TT006", channel: str = "open") -> str:
    """The address of a questionnaire of the newest round."""
    wanted = {"agency": agency, "instrument": instrument, "channel": channel}
    return next(each["url"] for each in _links(where) if wanted.items() <= each.items())


def received(where: Installation, agency: str = "TT006") -> int:
    """How many responses there are about an agency, of either instrument."""
    of = "select assessment_id from link where code = ?"
    (code,) = {each["code"] for each in _links(where) if each["url"] == link(where, "eit", agency)}
    with closing(sqlite3.connect(where.folder / "surveyapp.db")) as database:
        (found,) = database.execute(f"select count(*) from response where assessment_id in ({of})", (code,)).fetchone()  # noqa: S608
    return int(found)


class Person:
    """A person at a link."""

    def __init__(self, browser: Browser, where: Installation, *before: str, **more: Any) -> None:
        self.walk = Walk(browser, where.base, **more)
        self.page: Page = self.walk.page
        for script in (QUICK, *before):
            self.walk.context.add_init_script(script)

    def open(self, address: str) -> Person:
        self.walk.open(address)
        self.page.wait_for_selector("body.js")
        return self

    def start(self) -> Person:
        self.forward.click()
        return self

    @property
    def forward(self) -> Locator:
        """The main button."""
        return self.page.locator(".bar button").last

    @property
    def card(self) -> Locator:
        return self.page.locator("fieldset.on")

    def cards(self) -> int:
        return self.page.locator("fieldset").count()

    def choose(self, place: int) -> Person:
        """Tap a choice and wait until the next screen is there."""
        code = self.card.get_attribute("id")
        labels = self.card.locator("label")
        labels.nth(min(place, labels.count() - 1)).click()
        self.page.wait_for_selector(f"#{code}", state="hidden")
        return self

    def choose_all(self, place: int) -> Person:
        while self.screen == "card":
            self.choose(place)
        return self

    @property
    def screen(self) -> str:
        return str(self.page.evaluate("document.body.dataset.screen"))

    def until(self, screen: str) -> Person:
        self.page.wait_for_selector(f"body[data-screen={screen}]")
        return self

    def kept(self) -> dict[str, str]:
        """What lies in the storage of the page."""
        found: dict[str, str] = self.page.evaluate("({...localStorage})")
        return found

    def pass_by(self, seconds: int) -> None:
        """Nobody touches it for so many seconds of the page; its clock is installed."""
        self.page.clock.fast_forward(seconds * SECOND)

    def leave(self) -> None:
        self.walk.close()

"""A served made-up province, and a real browser to walk in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.running import Installation, chromium, install

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Six agencies: FY2569 open, FY2564 closed; served by gunicorn."""
    found = install(tmp_path_factory.mktemp("province"))
    for words in (("--year", "2569"), ("--year", "2564", "--closed")):
        done = found.run("demo", "--agencies", "6", "--responses", "600", *words)
        assert done.returncode == 0, done.stderr
    assert found.run("kiosk", "--agency", "TT002").returncode == 0
    with found.serving():
        yield found


def _click_and_see(click: Callable[..., None]) -> Callable[..., None]:
    """A click that ends when the page it led to stands whole: by itself it ends when the first bytes are there,
    and on a busy machine whoever counts rows then counts half a page."""

    def both(self: Locator, **how: Any) -> None:
        click(self, **how)
        self.page.wait_for_load_state()

    return both


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium with a fresh profile, and clicks that wait for the page they lead to."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setattr(Locator, "click", _click_and_see(Locator.click))
        started = playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        yield started
        started.close()


class Walk:
    """Pages in the browser, with everything they asked for and complained about."""

    def __init__(
        self, browser: Browser, base: str, *, width: int = 360, height: int = 740, scripts: bool = True, **more: Any
    ) -> None:
        self.base = base
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=scripts, locale="th-TH", **more
        )
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Page:
        """Go to a path of the installation."""
        self.page.goto(self.base + path if path.startswith("/") else path)
        return self.page

    def sign_in(self, name: str) -> Page:
        """Sign in with the demo password."""
        self.open("/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", "rehearsal-only")
        self.page.get_by_role("button", name="เข้าสู่ระบบ").click()
        return self.page

    def close(self) -> None:
        """Close the window; nothing foreign was asked for and nothing was complained about."""
        self.context.close()
        foreign = [url for url in self.asked if not url.startswith((self.base, "data:", "blob:"))]
        assert foreign == []
        refused = [
            text for text in self.complaints if not re.search("status of|net::ERR_|blocked by Playwright", text)
        ]  # a refusal, or a cut line
        assert refused == []


@pytest.fixture
def phone(browser: Browser, province: Installation) -> Iterator[Walk]:
    """A small phone."""
    walk = Walk(browser, province.base)
    yield walk
    walk.close()


@pytest.fixture
def plain_phone(browser: Browser, province: Installation) -> Iterator[Walk]:
    """A small phone with scripts off."""
    walk = Walk(browser, province.base, scripts=False)
    yield walk
    walk.close()


@pytest.fixture
def screen(browser: Browser, province: Installation) -> Iterator[Walk]:
    """An office screen."""
    walk = Walk(browser, province.base, width=1280, height=800)
    yield walk
    walk.close()

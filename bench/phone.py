"""``python -m bench phone``: what a form weighs, and when its first item can be read on a slow phone.

Bytes are counted twice: by curl, head and body of the first answer, and by Chromium (360 x 740, fresh profile), which
also counts requests up to the load event and those that come later by themselves. The slow phone has 400 kbit/s,
400 ms to every answer, and a processor slowed down four times; the page presses "start" as soon as there is
something to press, and the time runs from the address until the first card is painted.
"""

from __future__ import annotations

import statistics
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.running import chromium, install

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
_SIZE: ViewportSize = {"width": 360, "height": 740}
# Two frames after the card stands in the page it is on the screen.
_WATCH = """
const look = () => {
  const card = document.querySelector('fieldset.on');
  if (card && card.getBoundingClientRect().height > 0) {
    requestAnimationFrame(() => requestAnimationFrame(() => { window.readable = performance.now(); }));
    return;
  }
  const buttons = document.querySelectorAll('.bar button');
  if (buttons.length) buttons[buttons.length - 1].click();
  requestAnimationFrame(look);
};
addEventListener('DOMContentLoaded', look);
"""


def phone(folder: Path, rounds: int) -> None:
    """Print a row for both instruments of two years: one of 15 items, one of 51 sub-questions."""
    place = install(folder / "phone")
    for year in ("2569", "2564"):
        place.run("demo", "--year", year, "--agencies", "2", "--responses", "60")
    print(
        f"{'form':12}{'curl bytes':>12}{'browser bytes':>15}{'requests':>10}{'later':>7}{'paint ms':>10}{'item ms':>9}"
    )
    with place.serving(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        for year in ("2569", "2564"):
            for each in place.ask("links", "--agency", "TT001", "--year", year, "--json"):
                if each["instrument"] in ("eit", "iit"):
                    _row(browser, f"{each['instrument']} {year}", each["url"], rounds)
        browser.close()


def _row(browser: Browser, name: str, url: str, rounds: int) -> None:
    at_load, sizes, later = _requests(browser, url)
    times = [_slow(browser, url) for _ in range(rounds)]
    painted, item = (statistics.median(column) for column in zip(*times, strict=True))
    print(
        f"{name:12}{_curl(url):12}{'+'.join(map(str, sizes)):>15}{at_load:10}{later:7}{painted:10.0f}{item:9.0f}",
        flush=True,
    )


def _curl(url: str) -> int:
    asked = ["curl", "--silent", "--header", "Accept-Encoding: gzip", "--output", "/dev/null"]
    counted = subprocess.run(
        [*asked, "--write-out", "%{size_header} %{size_download}", url], capture_output=True, text=True, check=True
    )
    return sum(map(int, counted.stdout.split()))


def _requests(browser: Browser, url: str) -> tuple[int, list[int], int]:
    """(requests up to the load event, bytes of each of them, requests after it)."""
    context = browser.new_context(viewport=_SIZE, locale="th-TH")
    page = context.new_page()
    session = context.new_cdp_session(page)
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    session.send("Network.enable")
    page.goto(url, wait_until="load")
    at_load = list(sizes)
    page.wait_for_timeout(3_000)
    context.close()
    return len(at_load), at_load, len(sizes) - len(at_load)


def _slow(browser: Browser, url: str) -> tuple[float, float]:
    """(first contentful paint, first item readable) in ms on the slow phone."""
    context = browser.new_context(viewport=_SIZE, locale="th-TH", has_touch=True, is_mobile=True)
    page = context.new_page()
    session: Any = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(_WATCH)
    page.goto(url, wait_until="commit")
    while not page.evaluate("window.readable"):
        page.wait_for_timeout(100)
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    item = page.evaluate("window.readable")
    context.close()
    return float(painted), float(item)

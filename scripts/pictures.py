"""Take the pictures of the README from a running `make run`: python scripts/pictures.py [ADDRESS]."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.running import chromium

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


def main(base: str) -> None:
    """phone.png (360x740), desk.png and result.png (1280x800)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        desk = browser.new_page(viewport={"width": 1280, "height": 800}, locale="th-TH")
        desk.goto(f"{base}/sign-in")
        desk.fill("#name", "tt001")
        desk.fill("#password", "rehearsal-only")
        desk.click("main button")
        desk.goto(f"{base}/desk/2569/TT001", wait_until="networkidle")
        desk.screenshot(path=PICTURES / "desk.png")
        link = desk.locator("a.url", has_text=re.compile("/s/")).nth(1).inner_text()
        desk.goto(f"{base}/results/2564/TT001", wait_until="networkidle")
        desk.screenshot(path=PICTURES / "result.png")
        phone = browser.new_page(viewport={"width": 360, "height": 740}, locale="th-TH")
        phone.goto(base + link[link.index("/s/") :], wait_until="networkidle")
        phone.locator(".bar button").last.click()
        phone.locator("#e1 label").nth(4).click()
        phone.wait_for_timeout(1_000)
        phone.screenshot(path=PICTURES / "phone.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")

"""From an invitation to a signed-in head of agency, in a real browser; and every page of it without barriers."""

from __future__ import annotations

import subprocess
import time

import pytest
from playwright.sync_api import Browser
from pyotp import TOTP

from tests.browser.conftest import Walk
from tests.running import Installation

PASSWORD = "เช้านี้ฝนตกหนักมาก"


def link_for(province: Installation, name: str) -> str:
    done: subprocess.CompletedProcess[str] = province.run(
        "people", "invite", name, "--role", "head", "--agency", "TT001", "--full-name", "นางสาวนิด หน่อย"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("width", [360, 1280])
def test_from_an_invitation_to_a_signed_in_head_with_a_second_factor(
    browser: Browser, province: Installation, width: int
) -> None:
    walk = Walk(browser, province.base, width=width, height=800, scripts=False)
    page = walk.open(link_for(province, f"nid.{width}"))
    button = page.locator("main form button")
    page.fill("#new", "สั้น")
    page.fill("#again", "อื่น")
    button.click()
    assert page.locator(".faults li").count() == 2
    page.fill("#new", PASSWORD)
    page.fill("#again", PASSWORD)
    button.click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("#code", TOTP(secret).generate_otp(int(time.time()) // 30))
    page.locator("main form button").click()
    page.wait_for_selector(".codes li")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 8
    page.locator("main a.button").click()
    assert page.url.startswith(f"{province.base}/desk/")
    page.goto(f"{province.base}/account")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".bar .plain").click()
    walk.open("/sign-in")
    page.fill("#name", f"nid.{width}")
    page.fill("#password", PASSWORD)
    page.locator("main form button").click()
    page.fill("#code", codes[3].lower())
    page.locator("main form button").click()
    assert page.url.startswith(f"{province.base}/desk/")
    walk.close()


def test_a_supervisor_invites_and_hands_the_link_over(screen: Walk) -> None:
    page = screen.sign_in("supervisor")
    assert page.url.endswith("/board/")
    screen.open("/people/")
    page.locator("main a.button").first.click()
    page.fill("#full_name", "นายสมหมาย ใจเย็น")
    page.fill("#name", "sommai")
    page.locator("input[value=coordinator]").check()
    page.fill("#place", "tt003")
    page.locator("main form button").click()
    link = page.locator("#link").input_value()
    assert link.startswith(f"{screen.base}/enter/")
    assert link in page.locator("#line").input_value()

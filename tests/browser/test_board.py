"""A supervisor's morning in a real browser: sort, filter, note a visit, take the sheet, look at the paper."""

from __future__ import annotations

from pathlib import Path

from surveyapp.adapters.spreadsheet import read_sheet
from tests.browser.conftest import Walk


def test_a_supervisors_morning(screen: Walk) -> None:
    page = screen.sign_in("supervisor")
    assert page.url.endswith("/board/")
    assert page.locator(".board tbody tr").count() == 6
    page.locator(".board thead a").nth(3).click()
    assert page.locator("th[aria-sort]").count() == 1
    page.fill("#q", "TT002")
    page.locator(".filters button").click()
    page.reload()
    assert page.locator("#q").input_value() == "TT002"
    assert page.locator(".board tbody tr").count() == 1
    with page.expect_download() as coming:
        page.locator(".tools a").first.click()
    rows = read_sheet(Path(coming.value.path()).read_bytes(), header_needs=["รหัส"]).rows
    assert [row.cells[0] for row in rows] == ["TT002"]
    page.locator(".board tbody a").click()
    page.fill("#note", "พบผู้ประสานงาน นัดติดโปสเตอร์ภายในวันศุกร์")
    page.locator("form.sheet button").click()
    assert "วันศุกร์" in page.locator(".rows li").first.inner_text()
    page.locator("main a").first.click()
    assert "วันศุกร์" in page.locator(".board").inner_text()
    page.locator(".tools a").nth(1).click()
    assert page.locator("nav").count() == 0
    assert page.locator(".board tbody tr").count() == 6


def test_the_part_is_replaced_by_itself_and_rests_while_somebody_is_in_it(screen: Walk) -> None:
    page = screen.sign_in("supervisor")
    page.clock.install()
    page.reload()
    page.route("**/board/", lambda route: route.fulfill(body="<p id='fresh'>ใหม่</p>", content_type="text/html"))
    page.locator(".board thead a").first.focus()
    page.clock.fast_forward(31_000)
    assert page.locator("#fresh").count() == 0
    page.evaluate("document.activeElement.blur()")
    page.clock.fast_forward(31_000)
    page.locator("#fresh").wait_for()
    page.unroute("**/board/")
    page.route("**/board/", lambda route: route.fulfill(status=401, body=""))
    page.clock.fast_forward(31_000)
    page.locator("main .band", has_text="หยุดปรับข้อมูล").wait_for()


def test_on_a_phone_without_scripts_rows_are_cards_with_their_columns(plain_phone: Walk) -> None:
    page = plain_phone.sign_in("supervisor")
    assert page.locator(".board tbody tr").count() == 6
    cell = page.locator(".board td[data-name=IIT]").first
    assert cell.evaluate("each => getComputedStyle(each, '::before').content") == '"IIT"'
    box = page.locator(".board").bounding_box()
    assert box is not None
    assert box["width"] <= 360

"""Whole journeys in a real browser, against a real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from surveyapp.adapters.spreadsheet import Column as SheetColumn
from surveyapp.adapters.spreadsheet import read_sheet, write_sheet
from tests.browser.conftest import Walk
from tests.running import Installation


def link(province: Installation, instrument: str, agency: str = "TT001") -> str:
    found = province.ask("links", "--agency", agency, "--json")
    return str(next(each["url"] for each in found if each["instrument"] == instrument))


def received(province: Installation, instrument: str, agency: str = "TT001") -> int:
    tally = province.ask("tally", "--agency", agency, "--json")["tallies"][instrument]
    return sum(next(iter(tally.values())).values())


def choose_all(page: Page, place: int, leave_out: tuple[str, ...] = ()) -> None:
    for group in page.locator("fieldset").all():
        if group.get_attribute("id") not in leave_out:
            labels = group.locator("label")
            labels.nth(min(place, labels.count() - 1)).click()


@pytest.mark.parametrize("instrument", ["iit", "eit"])
def test_answering_with_scripts_off(plain_phone: Walk, province: Installation, instrument: str) -> None:
    before = received(province, instrument)
    page = plain_phone.open(link(province, instrument))
    assert len(plain_phone.asked) == 1, "the page needs one request"
    choose_all(page, 3)
    page.get_by_role("button", name="ส่งคำตอบ").click()
    page.wait_for_url("**/thanks")
    assert page.locator("h1").inner_text() == "ได้รับคำตอบแล้ว ขอบคุณ"
    assert received(province, instrument) == before + 1
    page.go_back()
    page.get_by_role("button", name="ส่งคำตอบ").click()
    assert received(province, instrument) == before + 1, "the back button doubles nothing"


def test_answering_with_mistakes_mending_them_and_finishing(plain_phone: Walk, province: Installation) -> None:
    before = received(province, "eit", "TT003")
    page = plain_phone.open(link(province, "eit", "TT003"))
    choose_all(page, 4, leave_out=("e2", "e9"))
    page.get_by_role("button", name="ส่งคำตอบ").click()
    page.wait_for_selector("[role=alert]")
    assert page.locator("[role=alert] li").count() == 2
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.locator("input:checked").count() == 7
    page.get_by_role("link", name=re.compile("ข้อ 9 ")).click()
    assert page.url.endswith("#e9")
    choose_all(page, 4)
    page.get_by_role("button", name="ส่งคำตอบ").click()
    page.wait_for_url("**/thanks")
    assert received(province, "eit", "TT003") == before + 1


def test_answering_by_keyboard_alone(plain_phone: Walk, province: Installation) -> None:
    page = plain_phone.open(link(province, "eit", "TT004"))
    page.keyboard.press("Tab")  # the language
    for _ in range(9):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    for _ in range(6):  # past what may be left empty, to the button
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('form > button')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks")


def test_uploading_a_checklist_with_three_mistakes_and_finishing(
    screen: Walk, province: Installation, tmp_path: Path
) -> None:
    page = screen.sign_in("tt002")
    page.goto(f"{province.base}/desk/2569/TT002")
    page.get_by_role("link", name="ไปที่แบบตรวจ").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("ดาวน์โหลดแบบตรวจ")).click()
    found = read_sheet(Path(waiting.value.path()).read_bytes(), header_needs={"รหัสข้อ"})
    rows = [list(row.cells) for row in found.rows]
    urls, year = found.header.index("ลิงก์หลักฐาน"), found.header.index("ปีงบประมาณ")
    for row in rows:
        row[urls] = f"https://www.example.go.th/{row[0]}"
    rows[2][urls], rows[5][year], rows[7][0] = "ไม่มีลิงก์", "๒๐๒๖", "ข้อแปด"

    def send(name: str) -> None:
        sheet = tmp_path / name
        sheet.write_bytes(write_sheet([SheetColumn(h, 20) for h in found.header], rows, sheet_name="OIT"))
        page.set_input_files("#file", sheet)
        page.get_by_role("button", name="ตรวจและบันทึก").click()

    send("with-mistakes.xlsx")
    assert page.locator("[role=alert] li").count() == 3
    assert page.get_by_text("แถว 4 ช่องลิงก์หลักฐาน").count() == 1
    assert page.locator("a.url").count() == 0, "nothing was kept"
    rows[2][urls], rows[5][year], rows[7][0] = "https://www.example.go.th/o3", "๒๕๖๙", "o ๘"
    send("mended.xlsx")
    assert page.get_by_role("status").inner_text() == "บันทึกแล้ว 26 แถว"
    assert page.locator("a.url").count() == 26


def test_reading_the_score_and_its_steps(screen: Walk, province: Installation) -> None:
    page = screen.open("/results/")
    page.get_by_role("link", name="ปีงบประมาณ พ.ศ. 2564").click()
    page.get_by_role("link", name="เทศบาลเมืองธารทอง").click()
    total = page.locator(".huge").inner_text()
    assert re.fullmatch(r"\d+\.\d\d", total)
    assert page.locator("svg.radar").is_visible()
    for name in ("แบบวัดการรับรู้ของผู้มีส่วนได้ส่วนเสียภายใน", "การปฏิบัติหน้าที่"):
        page.locator("summary", has_text=name).first.click()
    page.locator("summary", has_text="i2").first.click()
    counts = page.locator("table.counts:visible").first
    assert counts.is_visible()
    assert counts.locator("tr").count() == 6
    scored = province.ask(
        "score", "-", given=province.run("tally", "--agency", "TT001", "--year", "2564", "--json").stdout
    )
    assert scored["total"] == total
    assert scored["level_th"] == page.locator(".total .chip").inner_text()


def test_the_assessor_decides_and_the_score_appears(screen: Walk, province: Installation) -> None:
    page = screen.sign_in("assessor")
    page.goto(f"{province.base}/review/2569/TT005")
    for mark in page.locator("input[value='100']").all():
        mark.check()
    page.get_by_role("button", name="บันทึกผลพิจารณา").click()
    page.wait_for_url("**kept=*")
    page.goto(f"{province.base}/results/2569/TT005")
    assert page.locator(".three .large-number").nth(2).inner_text() == "100.00"

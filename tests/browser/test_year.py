"""A year of one agency, from the invitation to the announced result, each step by whoever takes it."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pyotp import TOTP

from surveyapp.adapters.spreadsheet import Column as SheetColumn
from surveyapp.adapters.spreadsheet import read_sheet, write_sheet
from tests.browser.conftest import Walk
from tests.running import Installation, install
from tests.web.walker import Page as Form

PASSWORD = "เช้านี้ฝนตกหนักมาก"
ROSTER = "รหัส,ชื่อ,ประเภท,จังหวัด\nA1,เทศบาลเมืองตราด,เทศบาลเมือง,ตราด\nA2,เทศบาลตำบลแสนตุ้ง,เทศบาลตำบลขนาดเล็ก,ตราด\n"
PLACES = {
    "somsri": ("coordinator", "--agency", "A1"),
    "hua": ("head", "--agency", "A1"),
    "pim": ("assessor", "--province", "ตราด"),
    "one": ("national",),
    "two": ("national",),
    "audit": ("auditor",),
}
YEAR = "2569"
DESK = f"/desk/{YEAR}/A1"
ADMIN = f"/admin/rounds/{YEAR}"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Installation]:
    """A fresh installation with a small roster, served."""
    found = install(tmp_path / "office")
    assert found.run("init-db").returncode == 0
    roster = found.folder / "roster.csv"
    roster.write_text(ROSTER)
    done = found.run("agencies", "import", str(roster))
    assert done.returncode == 0, done.stderr
    with found.serving():
        yield found


class Team:
    """Everybody of the year, each with a window of their own, from the invitation on."""

    def __init__(self, browser: Browser, office: Installation) -> None:
        self.browser, self.office = browser, office
        self.walks: dict[str, Walk] = {}

    def invited(self, name: str) -> Page:
        """Open the invitation, choose a password, set a second factor up where the role asks; the page after."""
        role, *where = PLACES[name]
        done = self.office.run("people", "invite", name, "--role", role, *where, "--full-name", f"คุณ {name}")
        assert done.returncode == 0, done.stderr
        walk = self.walks[name] = Walk(self.browser, self.office.base, width=1280, height=800, scripts=False)
        page = walk.open(done.stdout.strip())
        page.fill("#new", PASSWORD)
        page.fill("#again", PASSWORD)
        send(page)
        if page.locator(".secret").count():
            secret = page.locator(".secret").inner_text().replace(" ", "")
            page.fill("#code", TOTP(secret).generate_otp(int(time.time()) // 30))
            send(page)
            page.locator("main a.button").click()
        return page

    def close(self) -> None:
        for walk in self.walks.values():
            walk.close()


def send(page: Page, name: str | None = None) -> None:
    """Press a button: the one with this name, else the first of the page."""
    found = page.get_by_role("button", name=name, exact=True) if name else page.locator("main form button")
    found.first.click()


@contextmanager
def team_of(browser: Browser, office: Installation) -> Iterator[Team]:
    team = Team(browser, office)
    yield team
    team.close()


def set_phase(page: Page, phase: str, first: date, last: date) -> None:
    """A phase of the calendar, typed as people write days."""
    row = page.locator(f"#{phase}")
    row.locator("summary").click()
    for name, day in (("from", first), ("to", last)):
        row.locator(f"#{phase}-{name}").fill(f"{day.day}/{day.month}/{day.year + 543}")
    row.locator("button").click()
    page.wait_for_selector(".done")


def answered(url: str, n: int) -> None:
    """n people send the form over HTTP, each choosing the last choice everywhere."""
    for _ in range(n):
        with urllib.request.urlopen(url) as page:
            form = Form(page.read().decode())
        fields = {each["name"]: each["value"] for each in form.fields if each.get("type") in ("hidden", "radio")}
        with urllib.request.urlopen(url, urllib.parse.urlencode(fields).encode()) as answer:
            assert answer.url.endswith("/thanks")


def filled_sheet(page: Page, folder: Path) -> Path:
    """The agency's sheet as it was downloaded, with an address for every item."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("ดาวน์โหลดแบบตรวจ")).click()
    found = read_sheet(Path(waiting.value.path()).read_bytes(), header_needs={"รหัสข้อ"})
    rows = [list(row.cells) for row in found.rows]
    for row in rows:
        row[found.header.index("ลิงก์หลักฐาน")] = f"https://www.trat.example.go.th/{row[0]}"
    sheet = folder / "sheet.xlsx"
    sheet.write_bytes(write_sheet([SheetColumn(each, 20) for each in found.header], rows, sheet_name="OIT"))
    return sheet


def prepare_and_open(team: Team) -> None:
    """The national office prepares the year with its days; the coordinator tells the numbers; it opens."""
    page, today = team.invited("one"), date.today()  # noqa: DTZ011 - the server's day, of the same machine
    page.goto(f"{team.office.base}/admin/rounds")
    page.fill("#year", YEAR)
    send(page, "เตรียมรอบ")
    for phase in ("answering", "filing", "approval", "checking"):
        set_phase(page, phase, today - timedelta(days=1), today + timedelta(days=2))
    set_phase(page, "announcement", today + timedelta(days=5), today + timedelta(days=6))
    coordinator = team.invited("somsri")
    coordinator.goto(f"{team.office.base}{DESK}/numbers")
    coordinator.fill("#staff", "๑๒")
    coordinator.fill("#contacts", "40")
    send(coordinator)
    page.goto(team.office.base + ADMIN)
    page.locator("[name=without_numbers]").check()  # the other agency has told nothing
    page.locator(f'form[action$="{ADMIN}/open"] button').click()
    page.wait_for_selector(".done")


def collect(team: Team, tmp_path: Path) -> None:
    """The coordinator prints and files; staff and citizens answer."""
    page = team.walks["somsri"].page
    for path in ("poster-iit.pdf", "qr-eit.svg"):
        printed = page.request.get(f"{team.office.base}{DESK}/{path}")
        assert printed.ok
        assert printed.body().startswith((b"%PDF", b"<?xml", b"<svg"))
    page.goto(f"{team.office.base}{DESK}/checklist")
    page.set_input_files("#file", filled_sheet(page, tmp_path))
    send(page, "ตรวจและบันทึก")
    assert page.locator("a.url").count() == 26
    for link in team.office.ask("links", "--agency", "A1", "--json"):
        if link["channel"] == "open":
            answered(link["url"], 11)


def ask_and_sign(team: Team) -> None:
    """The coordinator asks, the head confirms and signs, and filing is over."""
    page = team.walks["somsri"].page
    page.goto(f"{team.office.base}{DESK}/approval")
    page.fill("#note-ask", "ครบทุกข้อแล้ว")
    send(page, "พร้อมเสนอหัวหน้าหน่วยงาน")
    head = team.invited("hua")
    head.get_by_role("link", name="ไปที่หน้าการรับรอง").first.click()
    assert "ครบทุกข้อแล้ว" in head.locator("main").inner_text()
    assert head.locator("a.url").count() == 26
    head.locator("#sign a.button").click()
    head.fill("#typed", PASSWORD)
    send(head)
    send(head, "ลงนามรับรอง")
    assert head.locator(".chip", has_text="หัวหน้าหน่วยงานรับรองแล้ว").count() == 1
    page.goto(f"{team.office.base}{DESK}/checklist")
    assert page.locator("#file").count() == 0


def decide(team: Team) -> None:
    """The assessor sees the signature and decides every item; the agency has one looked at again."""
    page = team.invited("pim")
    page.goto(f"{team.office.base}/review/{YEAR}/A1")
    assert page.locator(".chip", has_text="หัวหน้าหน่วยงานรับรองแล้ว").count() == 1
    for number in range(1, 27):
        page.locator(f"[name=mark-O{number}][value='{0 if number == 7 else 100}']").check()
    page.fill("[name=reason-O7]", "ลิงก์เปิดไม่ได้")
    send(page, "บันทึกผลพิจารณา")
    agency = team.walks["somsri"].page
    agency.reload()
    agency.locator("tr.below summary").click()
    agency.fill("#why-O7", "เปิดได้แล้ว")
    agency.locator("tr.below button").click()
    page.goto(f"{team.office.base}/review/{YEAR}/A1")
    page.locator("[name=mark-O7][value='100']").check()
    page.fill("[name=reason-O7]", "เปิดได้จริงเมื่อดูครั้งที่สอง")
    send(page, "บันทึกผลพิจารณา")
    assert "เปิดได้จริงเมื่อดูครั้งที่สอง" in page.locator("#O7").inner_text() + page.input_value("[name=reason-O7]")


def close_and_announce(team: Team) -> None:
    """Each step is proposed by one of the office and confirmed by the other, never by oneself."""
    one, two = team.walks["one"].page, team.invited("two")
    for first, second, step in ((one, two, "close"), (two, one, "release")):
        first.goto(team.office.base + ADMIN)
        first.locator(f'form[action$="{ADMIN}/propose"] button').click()
        first.wait_for_selector(".done")
        assert first.locator(f'form[action$="{ADMIN}/confirm"]').count() == 0
        second.goto(team.office.base + ADMIN)
        assert second.locator(f'form[action$="{ADMIN}/confirm"] [name=step]').input_value() == step
        second.locator(f'form[action$="{ADMIN}/confirm"] button').click()
        second.wait_for_selector(".done")


def test_a_year_of_one_agency_from_the_invitation_to_the_announced_result(
    browser: Browser, office: Installation, tmp_path: Path
) -> None:
    with team_of(browser, office) as team:
        prepare_and_open(team)
        collect(team, tmp_path)
        ask_and_sign(team)
        decide(team)
        close_and_announce(team)
        with urllib.request.urlopen(f"{office.base}/results/{YEAR}/A1") as result:
            assert "เทศบาลเมืองตราด" in result.read().decode()
        auditor = team.invited("audit")
        auditor.goto(f"{office.base}/admin/journal")
        words = auditor.locator("main").inner_text()
        for said in ("หัวหน้าหน่วยงานรับรอง", "เสนอหัวหน้าหน่วยงานรับรอง", "ขอให้พิจารณาข้อตรวจใหม่"):
            assert said in words
        auditor.goto(office.base + DESK)
        assert auditor.locator("main form").count() == 0
    assert office.ask("journal", "verify", "--json")["whole"] is True


def hand_in_roster(page: Page, base: str, file: Path) -> str:
    """Hand the sheet in, see what differs, keep it. What was shown before."""
    page.goto(f"{base}/admin/roster")
    page.set_input_files("#file", file)
    send(page, "แสดงส่วนที่ต่างไป")
    shown = page.locator("main").inner_text()
    send(page, "บันทึกทั้งหมดนี้")
    return shown


def test_the_national_office_opens_a_year_for_152_agencies(
    browser: Browser, office: Installation, tmp_path: Path
) -> None:
    names = [f"R{number:03},เทศบาลตำบลที่ {number}" for number in range(150)]
    file, today = tmp_path / "roster.csv", date.today()  # noqa: DTZ011 - the server's day, of the same machine
    rows = [f"{each},เทศบาลตำบลขนาดเล็ก,ตราด,40,900" for each in (*names, "A2,เทศบาลตำบลแสนตุ้ง")]
    head = f"{ROSTER.splitlines()[0]},เจ้าหน้าที่,ผู้รับบริการ"
    file.write_text("\n".join([head, *rows, "A1,เทศบาลเมืองตราด,เทศบาลเมือง,ตราด,120,3000"]) + "\n")
    with team_of(browser, office) as team:
        page = team.invited("one")
        assert "150" in hand_in_roster(page, office.base, file)
        page.goto(f"{office.base}/admin/rounds")
        page.fill("#year", YEAR)
        send(page, "เตรียมรอบ")
        assert "152" in page.locator(".today").inner_text()  # none has told its numbers yet
        hand_in_roster(page, office.base, file)
        page.goto(office.base + ADMIN)
        assert page.locator("[name=without_numbers]").count() == 0
        for phase in ("answering", "filing", "checking"):
            set_phase(page, phase, today, today + timedelta(days=30))
        send(page, "เปิดรอบ")
        page.goto(f"{office.base}/board/")
        words = page.locator("main").inner_text()
        assert "152 หน่วยงาน" in words
        assert page.locator("tbody tr").count() == 152
        assert page.locator("tbody tr", has_text="แจ้งแล้ว").count() == 152
    links = office.ask("links", "--year", YEAR, "--json")
    assert len({link["code"] for link in links}) == len(links) == 304
    assert office.ask("journal", "verify", "--json")["whole"] is True

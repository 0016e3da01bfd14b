"""The coordinator's desk: links, numbers, posters, and the checklist in and out."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.adapters.checklist_file import write_template
from surveyapp.adapters.spreadsheet import Column as SheetColumn
from surveyapp.adapters.spreadsheet import read_sheet, write_sheet
from surveyapp.domain.checklist import fold
from surveyapp.domain.checklist_sheet import Column, template_rows
from surveyapp.domain.paper import Instrument
from surveyapp.persistence.store import Store
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW
from tests.places import SmallRound, a_response
from tests.web.conftest import token_of
from tests.web.walker import see, text_of

PAPER = LIBRARY.paper(2564)
HEADINGS = [column.heading for column in Column]


def rows(**changes: dict[str, str]) -> list[list[str]]:
    """The template's rows, with cells changed: rows(O1={"ลิงก์หลักฐาน": "https://…"})."""
    found = template_rows(PAPER.oit, 2564, {})
    for row in found:
        for heading, value in changes.get(row[0], {}).items():
            row[HEADINGS.index(heading)] = value
    return found


def sheet(found: list[list[str]]) -> bytes:
    return write_sheet([SheetColumn(heading, 20) for heading in HEADINGS], found, sheet_name="OIT")


def send(client: FlaskClient, content: bytes, name: str = "ของเรา.xlsx", path: str = "checklist") -> TestResponse:
    token = token_of(client, "/desk/2564/A1/checklist")
    data = {"file": (io.BytesIO(content), name), "csrf_token": token}
    return client.post(f"/desk/2564/A1/{path}", data=data, content_type="multipart/form-data")


def filed(store: Store, small: SmallRound) -> dict[str, tuple[str, ...]]:
    with store.reading() as shelves:
        states = fold(shelves.checklists.history(small.assessments["A1"].id))
    return {code: state.evidence.urls for code, state in states.items() if state.evidence}


URL = {"ลิงก์หลักฐาน": "https://a.example.go.th/x"}


def test_the_desk_shows_links_numbers_and_what_today_asks(
    coordinator: FlaskClient, small: SmallRound, sqlite_store: Store
) -> None:
    with sqlite_store.writing() as shelves:
        for number in range(13):
            for instrument in (Instrument.IIT, Instrument.EIT):
                shelves.responses.keep_many(small.assessments["A1"].id, [a_response(instrument, number=number)])
    answer = coordinator.get("/desk/2564/A1")
    see(answer)
    words = text_of(answer)
    assert f"http://127.0.0.1:8000/s/{small.codes['A1', Instrument.IIT]}" in words
    assert "≥ 10" in " ".join(words.split())
    assert " ".join(words.split()).count("≥ 10") == 2
    assert "43" in words


def test_the_desk_of_a_closed_round_leads_to_the_result_and_hands_out_nothing_more(
    coordinator: FlaskClient, small: SmallRound, sqlite_store: Store
) -> None:
    Rounds(sqlite_store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(2564)
    answer = coordinator.get("/desk/2564/A1")
    see(answer)
    assert answer.text.count('href="/results/2564/A1"') == 1
    assert "poster" not in answer.text
    assert f"/s/{small.codes['A1', Instrument.IIT]}" not in answer.text


def test_a_coordinator_of_one_agency_comes_straight_to_its_desk(coordinator: FlaskClient) -> None:
    assert coordinator.get("/desk/").location == "/desk/2564/A1"


@pytest.mark.parametrize("instrument", [Instrument.IIT, Instrument.EIT])
def test_the_poster_is_a_pdf_whose_code_opens_the_link(
    coordinator: FlaskClient, small: SmallRound, instrument: Instrument
) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    answer = coordinator.get(f"/desk/2564/A1/poster-{instrument}.pdf", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.mimetype == "application/pdf"
    picture = pypdfium2.PdfDocument(answer.data)[0].render(scale=150 / 72).to_pil()
    found = zxingcpp.read_barcodes(picture)[0].text
    assert found == f"HTTP://127.0.0.1:8000/S/{small.codes['A1', instrument]}"
    assert headers["Host"].upper() not in found


def test_the_template_holds_every_item_and_comes_back_unchanged(coordinator: FlaskClient) -> None:
    answer = coordinator.get("/desk/2564/A1/checklist.xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = read_sheet(answer.data, header_needs={"รหัสข้อ"})
    assert list(found.header) == HEADINGS
    assert [row.cells[0] for row in found.rows] == [f"O{n}" for n in range(1, 44)]
    assert send(coordinator, answer.data).status_code == 422  # nothing filled in, nothing to keep


def test_a_sheet_that_is_right_is_kept_whole(coordinator: FlaskClient, small: SmallRound, sqlite_store: Store) -> None:
    two = {"ลิงก์หลักฐาน": "https://a.example/1\nhttps://a.example/2", "คำอธิบายถึงผู้ตรวจ": "ดูหน้า ๒"}
    answer = send(coordinator, sheet(rows(O1=URL, O43=two)))
    assert answer.status_code == 303
    assert filed(sqlite_store, small) == {
        "O1": ("https://a.example.go.th/x",),
        "O43": ("https://a.example/1", "https://a.example/2"),
    }
    page = coordinator.get(answer.location)
    see(page)
    assert "บันทึกแล้ว 2 แถว" in text_of(page)
    with sqlite_store.reading() as shelves:
        assert list(shelves.journal.broken_at()) == []


def test_mistakes_are_all_listed_by_row_and_column_and_nothing_is_kept(
    coordinator: FlaskClient, small: SmallRound, sqlite_store: Store
) -> None:
    found = rows(O1=URL, O2={"ลิงก์หลักฐาน": "www.no-scheme"}, O3={**URL, "ปีงบประมาณ": "2026"}, O4=URL)
    found[3][0] = "O99"
    answer = send(coordinator, sheet(found))
    assert answer.status_code == 422
    see(answer)
    words = " ".join(text_of(answer).split())
    assert "แถว 3 ช่องลิงก์หลักฐาน" in words
    assert "แถว 4 ช่องปีงบประมาณ: 2026 ดูเหมือนเป็นปี ค.ศ. ถ้าเป็น พ.ศ. คือ 2569" in words
    assert "แถว 5 ช่องรหัสข้อ: ไม่มีข้อ “O99”" in words
    assert filed(sqlite_store, small) == {}


def test_a_person_may_choose_to_keep_the_good_rows(
    coordinator: FlaskClient, small: SmallRound, sqlite_store: Store
) -> None:
    refused = see(send(coordinator, sheet(rows(O1=URL, O2={"ลิงก์หลักฐาน": "x"}, O5=URL))))
    data = {"rows": refused.hidden("rows"), "csrf_token": refused.hidden("csrf_token")}
    assert coordinator.post("/desk/2564/A1/checklist/keep-good", data=data).status_code == 303
    assert sorted(filed(sqlite_store, small)) == ["O1", "O5"]


def test_rows_we_did_not_check_cannot_be_slipped_in(
    coordinator: FlaskClient, sqlite_store: Store, small: SmallRound
) -> None:
    token = token_of(coordinator, "/desk/2564/A1/checklist")
    for forged in ("", "x", "eJw.x.y", "ก"):
        data = {"rows": forged, "csrf_token": token}
        assert coordinator.post("/desk/2564/A1/checklist/keep-good", data=data).status_code == 410
    assert filed(sqlite_store, small) == {}


def test_a_coordinator_cannot_mark_the_own_work(
    coordinator: FlaskClient, sqlite_store: Store, small: SmallRound
) -> None:
    answer = send(coordinator, sheet(rows(O1={**URL, "ผลตรวจ": "ผ่าน"})))
    assert answer.status_code == 422
    assert "เฉพาะผู้ตรวจ" in text_of(answer)
    assert filed(sqlite_store, small) == {}


CSV_ROWS = "หมายเหตุ;รหัสข้อ;อื่น ๆ;ลิงก์หลักฐาน;ปีงบประมาณ\r\n ดู ๑ ; o๑ ;x; https://a.example/๑ ;๒๕๖๔\r\n;O 2;;https://b.example;2564\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "tis-620", "cp874", "utf-16"])
def test_csv_is_read_in_every_encoding_offices_use(
    coordinator: FlaskClient, small: SmallRound, sqlite_store: Store, encoding: str
) -> None:
    answer = send(coordinator, CSV_ROWS.encode(encoding), "x.csv")
    assert answer.status_code == 303, text_of(answer)
    assert filed(sqlite_store, small) == {"O1": ("https://a.example/๑",), "O2": ("https://b.example",)}


BAD_FILES = {
    "empty": b"",
    "pdf": b"%PDF-1.7 nothing",
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "cut": write_template(PAPER.oit, 2564, "x", {})[:2000],
    "no columns": "ก,ข\n1,2\n".encode(),
    "NUL": b"a,b\n\x00,\x00\n",
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_broken_file_is_refused_in_words(coordinator: FlaskClient, kind: str) -> None:
    answer = send(coordinator, BAD_FILES[kind])
    assert answer.status_code == 422
    see(answer)
    assert "โปรด" in text_of(answer)


def test_no_file_at_all_is_refused_in_words(coordinator: FlaskClient) -> None:
    token = token_of(coordinator, "/desk/2564/A1/checklist")
    answer = coordinator.post("/desk/2564/A1/checklist", data={"csrf_token": token})
    assert answer.status_code == 422
    assert "ยังไม่ได้เลือกไฟล์" in text_of(answer)


def test_a_huge_file_is_refused(coordinator: FlaskClient) -> None:
    assert send(coordinator, b"x" * 5_500_000).status_code == 413
    assert send(coordinator, b"x" * 7_000_000).status_code == 413


def test_the_assessor_marks_on_the_page_and_the_agency_sees_why(
    coordinator: FlaskClient, assessor: FlaskClient
) -> None:
    send(coordinator, sheet(rows(O1=URL, O2=URL)))
    see(assessor.get("/review/"))
    token = token_of(assessor, "/review/2564/A1")
    refused = assessor.post("/review/2564/A1", data={"csrf_token": token, "mark-O1": "100", "mark-O2": "0"})
    assert refused.status_code == 422
    assert 'value="100" checked' in see(refused).html
    typed = {"csrf_token": token, "mark-O1": "100", "mark-O2": "0", "reason-O2": "ปีไม่ตรง <b>"}
    assert assessor.post("/review/2564/A1", data=typed).status_code == 303
    answer = coordinator.get("/desk/2564/A1/checklist")
    see(answer)
    assert "ปีไม่ตรง <b>" in text_of(answer)
    assert "<b>" not in answer.get_data(as_text=True)
    late = send(coordinator, sheet(rows(O1={"ลิงก์หลักฐาน": "https://changed.example"})))
    assert late.status_code == 409


def test_the_assessor_marks_in_a_sheet(coordinator: FlaskClient, assessor: FlaskClient) -> None:
    send(coordinator, sheet(rows(O1=URL)))
    answer = assessor.get("/review/2564/A1/checklist.xlsx")
    found = [list(row.cells) for row in read_sheet(answer.data, header_needs={"รหัสข้อ"}).rows]
    for row in found:
        row[HEADINGS.index("ผลตรวจ")] = "ไม่ผ่าน"
    token = token_of(assessor, "/review/2564/A1")

    def hand_in() -> TestResponse:
        data = {"file": (io.BytesIO(sheet(found)), "x.xlsx"), "csrf_token": token}
        return assessor.post("/review/2564/A1/sheet", data=data, content_type="multipart/form-data")

    assert hand_in().status_code == 422
    for row in found:
        row[HEADINGS.index("เหตุผล")] = "ไม่พบข้อมูล"
    assert hand_in().status_code == 303
    assert "43 / 43" in text_of(assessor.get("/review/")) or "ครบ" in text_of(assessor.get("/review/"))


def test_what_an_agency_writes_cannot_become_code_on_the_assessors_page(
    coordinator: FlaskClient, assessor: FlaskClient
) -> None:
    evil = {"ลิงก์หลักฐาน": "javascript:alert(1)"}
    assert send(coordinator, sheet(rows(O1=evil))).status_code == 422
    note = {**URL, "คำอธิบายถึงผู้ตรวจ": '"><img src=x onerror=alert(1)>'}
    assert send(coordinator, sheet(rows(O1=note))).status_code == 303
    assert "onerror=alert(1)>" not in assessor.get("/review/2564/A1").get_data(as_text=True)


def test_pages_of_people_with_accounts_are_never_stored(coordinator: FlaskClient) -> None:
    for path in ("/desk/2564/A1", "/desk/2564/A1/checklist", "/desk/2564/A1/checklist.xlsx"):
        assert coordinator.get(path).headers["Cache-Control"] == "no-store"


def test_an_unknown_agency_or_year_gets_a_page(coordinator: FlaskClient, tmp_path: Path) -> None:
    for path in ("/desk/2564/A9", "/desk/2569/A1", "/desk/2564/A1/poster-oit.pdf", "/desk/99999999999999999999/A1"):
        assert coordinator.get(path).status_code in (403, 404)

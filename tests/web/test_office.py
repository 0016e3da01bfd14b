"""The pages of the national office: the roster in two steps, the calendar with a second person, the journal."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.domain.people import Grant, Role
from surveyapp.domain.places import Agency, Stage
from surveyapp.persistence.store import Store
from tests.conftest import NOW
from tests.web.conftest import HASH, signed_in, token_of
from tests.web.walker import Page, see, text_of

NEW = "รหัส,ชื่อ,ประเภท,จังหวัด,อำเภอ\nA1,เทศบาลตำบลใหม่,thesaban_tambon_m,ธารทอง,\nZ9,=1+1<b>,กองทุน,ตราด,เมือง\n"


@pytest.fixture
def office(app: Flask, sqlite_store: Store) -> FlaskClient:
    """Somebody of the national office, signed in; there is a second one, and an auditor."""
    with sqlite_store.writing() as shelves:
        shelves.people.add("one", "นางหนึ่ง", HASH, [Grant(Role.NATIONAL)])
        shelves.people.add("two", "นายสอง", HASH, [Grant(Role.NATIONAL)])
        shelves.people.add("audit", "นายตรวจ", HASH, [Grant(Role.AUDITOR)])
    return signed_in(app, "one")


@pytest.fixture
def second(app: Flask, office: FlaskClient) -> FlaskClient:
    assert office
    return signed_in(app, "two")


def send(client: FlaskClient, content: str, name: str = "บัญชี.csv") -> TestResponse:
    data = {"file": (io.BytesIO(content.encode()), name), "csrf_token": token_of(client, "/admin/roster")}
    return client.post("/admin/roster", data=data, content_type="multipart/form-data")


def post(client: FlaskClient, path: str, page: str, **fields: str) -> TestResponse:
    return client.post(path, data={**fields, "csrf_token": token_of(client, page)})


def agencies(store: Store) -> dict[str, Agency]:
    with store.reading() as shelves:
        return {each.code: each for each in shelves.agencies.every()}


def field(page: Page, name: str) -> str:
    return next(each["value"] for each in page.fields if each.get("name") == name)


def test_a_roster_is_shown_before_it_is_kept(office: FlaskClient, sqlite_store: Store) -> None:
    before = agencies(sqlite_store)
    shown = send(office, NEW)
    page, words = see(shown), text_of(shown)
    assert shown.status_code == 200
    assert "เทศบาลตำบลไทย" in words
    assert "เทศบาลตำบลใหม่" in words
    assert "=1+1<b>" in words
    assert agencies(sqlite_store) == before
    kept = office.post("/admin/roster/keep", data={name: page.hidden(name) for name in ("csrf_token", "rows")})
    assert kept.status_code == 303
    found = agencies(sqlite_store)
    assert (found["A1"].name, found["Z9"].name, found["Z9"].district) == ("เทศบาลตำบลใหม่", "=1+1<b>", "เมือง")
    assert found["A2"] == before["A2"]
    again = office.post("/admin/roster/keep", data={name: page.hidden(name) for name in ("csrf_token", "rows")})
    assert again.status_code == 409
    see(again)


def test_a_roster_with_problems_shows_them_all_and_keeps_nothing(office: FlaskClient, sqlite_store: Store) -> None:
    before = agencies(sqlite_store)
    answer = send(office, "รหัส,ชื่อ,ประเภท,จังหวัด\nA1,,เทศบานเมือง,เชียงไหม่\nA1,ก,กองทุน,ตราด\n")
    see(answer)
    words = text_of(answer)
    assert answer.status_code == 422
    for said in ("แถว 2", "เทศบาลเมือง", "เชียงใหม่", "แถว 3"):
        assert said in words
    assert 'name="rows"' not in answer.text
    assert agencies(sqlite_store) == before


@pytest.mark.parametrize("content", ["", "x", "รหัส\nA1\n", "%PDF-1.4"])
def test_a_file_that_is_no_roster_is_refused_in_words(office: FlaskClient, content: str) -> None:
    answer = send(office, content)
    see(answer)
    assert 400 <= answer.status_code < 500


def test_rows_that_were_not_sealed_here_or_for_somebody_else_are_refused(
    office: FlaskClient, second: FlaskClient, sqlite_store: Store
) -> None:
    before = agencies(sqlite_store)
    sealed = see(send(office, NEW)).hidden("rows")
    for rows in ("", "x", sealed[:-1], sealed):
        answer = post(second, "/admin/roster/keep", "/admin/roster", rows=rows)
        assert answer.status_code == 410
    assert agencies(sqlite_store) == before


def test_the_template_comes_as_a_workbook_with_what_is_known(office: FlaskClient) -> None:
    answer = office.get("/admin/roster/template.xlsx")
    assert answer.data.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_agencies_are_found_by_words(office: FlaskClient) -> None:
    words = text_of(office.get("/admin/roster?q=a1"))
    assert "เทศบาลตำบลไทย" in words
    assert "เทศบาลตำบลแขวง" not in words
    see(office.get("/admin/roster?q=nothing+like+that"))


def test_a_phase_is_set_with_thai_days_and_what_was_typed_comes_back_when_refused(office: FlaskClient) -> None:
    page = "/admin/rounds/2564"
    see(office.get(page))
    fields = {"phase": "filing", "from": "๑/๓/๒๕๖๔", "to": "30/4/2564"}
    assert post(office, f"{page}/phase", page, **fields).status_code == 303
    assert "1 มีนาคม 2564" in text_of(office.get(page))
    refused = post(office, f"{page}/phase", page, **{**fields, "to": "31/2/2564", "reason": "น้ำท่วม"})
    assert refused.status_code == 422
    shown = see(refused)
    assert [each["value"] for each in shown.fields if each.get("id") == "filing-to"] == ["31/2/2564"]
    assert [each["value"] for each in shown.fields if each.get("id") == "filing-reason"] == ["น้ำท่วม"]
    assert "30 เมษายน 2564" in text_of(office.get(page))


def test_the_desk_shows_the_calendar_and_filing_is_refused_outside_it(
    office: FlaskClient, coordinator: FlaskClient
) -> None:
    page = "/admin/rounds/2564"
    post(office, f"{page}/phase", page, **{"phase": "filing", "from": "1/3/2564", "to": "30/4/2564"})
    desk = coordinator.get("/desk/2564/A1")
    see(desk)
    assert "30 เมษายน 2564" in text_of(desk)
    token = token_of(coordinator, "/desk/2564/A1/checklist")
    data = {"file": (io.BytesIO("รหัสข้อ,ปี,url\nO1,2564,https://a.th\n".encode()), "x.csv"), "csrf_token": token}
    answer = coordinator.post("/desk/2564/A1/checklist", data=data, content_type="multipart/form-data")
    assert answer.status_code == 409
    see(answer)
    assert "30 เมษายน 2564" in text_of(answer)


def test_closing_takes_a_second_person(office: FlaskClient, second: FlaskClient, sqlite_store: Store) -> None:
    page = "/admin/rounds/2564"
    assert post(office, f"{page}/propose", page, step="close").status_code == 303
    mine = office.get(page)
    see(mine)
    assert f"{page}/confirm" not in mine.text
    assert post(office, f"{page}/confirm", page, step="close").status_code == 403
    theirs = second.get(page)
    see(theirs)
    assert f"{page}/confirm" in theirs.text
    assert post(second, f"{page}/confirm", page, step="close").status_code == 303
    with sqlite_store.reading() as shelves:
        assert shelves.rounds.of_year(2564).stage is Stage.CLOSED
    see(second.get(page))


def test_a_year_is_prepared_and_opened_from_the_page(office: FlaskClient, sqlite_store: Store) -> None:
    see(office.get("/admin/rounds"))
    assert post(office, "/admin/rounds", "/admin/rounds", year="2026").status_code == 422
    assert post(office, "/admin/rounds", "/admin/rounds", year="๒๕๖๙").status_code == 303
    page = "/admin/rounds/2569"
    see(office.get(page))
    refused = post(office, f"{page}/open", page)
    assert refused.status_code == 409
    assert "เทศบาลตำบลไทย" in text_of(refused)
    see(office.get("/desk/2569/A1/numbers"))
    assert post(office, f"{page}/open", page, without_numbers="1").status_code == 303
    with sqlite_store.reading() as shelves:
        assert shelves.rounds.of_year(2569).stage is Stage.OPEN


def test_a_coordinator_tells_numbers_and_reads_why_that_many_must_answer(
    office: FlaskClient, coordinator: FlaskClient
) -> None:
    post(office, "/admin/rounds", "/admin/rounds", year="2569")
    page = "/desk/2569/A1/numbers"
    refused = post(coordinator, page, page, staff="สิบ", contacts="")
    assert refused.status_code == 422
    assert field(see(refused), "staff") == "สิบ"
    assert post(coordinator, page, page, staff="๔๕๐", contacts="12").status_code == 303
    words = text_of(coordinator.get(page))
    assert "ร้อยละ 10 ของ 450 คน" in words
    assert "ต้องตอบทุกคน" in words
    assert coordinator.get("/desk/2569/A2/numbers").status_code == 403
    see(coordinator.get("/desk/2569/A1"))
    fixed = coordinator.get("/desk/2564/A1/numbers")
    see(fixed)
    assert 'name="staff"' not in fixed.text


def test_the_journal_is_searched_paged_and_saved(app: Flask, office: FlaskClient, sqlite_store: Store) -> None:
    with sqlite_store.writing() as shelves:
        for number in range(120):
            shelves.journal.note("=cmd|'x'", "odd_act_100%", f"2564/X{number:03}", NOW, {"a%b": "<i>", "n": number})
    auditor = signed_in(app, "audit")
    first = auditor.get("/admin/journal")
    see(first)
    assert "2564/X119" in text_of(first)
    assert "&lt;i&gt;" in first.text
    see(auditor.get("/admin/journal?page=3"))
    for odd in ("?page=0", "?page=-4", "?page=99999999999999999999", "?page=x", "?q=%00%25_", "?q=" + "ก" * 5000):
        assert auditor.get(f"/admin/journal{odd}").status_code == 200
    found = text_of(auditor.get("/admin/journal?q=x007"))
    assert "2564/X007" in found
    assert "2564/X008" not in found
    assert "2564/X007" not in text_of(auditor.get("/admin/journal?q=x%2507"))
    saved = auditor.get("/admin/journal/journal.csv")
    rows = list(csv.reader(io.StringIO(saved.data.decode("utf-8-sig"))))
    assert rows[0][:3] == ["line", "at", "who"]
    assert len(rows) > 120
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert office.get("/admin/journal").status_code == 200


def test_the_facts_of_a_line_are_told_in_thai_and_unknown_ones_by_their_own_name(
    app: Flask, office: FlaskClient, sqlite_store: Store
) -> None:
    assert office
    with sqlite_store.writing() as shelves:
        shelves.journal.note("one", "move_phase", "2564", NOW, {"reason": "น้ำท่วม", "odd": ""})
    words = " ".join(text_of(signed_in(app, "audit").get("/admin/journal?q=move_phase")).split())
    assert "odd – เหตุผล น้ำท่วม" in words


PAGES = ("/admin/roster", "/admin/roster/template.xlsx", "/admin/rounds", "/admin/rounds/2564", "/admin/journal")


@pytest.mark.parametrize("path", PAGES)
def test_the_office_is_closed_to_everybody_else(
    client: FlaskClient, coordinator: FlaskClient, assessor: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 303
    assert coordinator.get(path).status_code == assessor.get(path).status_code == 403


def test_an_auditor_reads_the_journal_and_can_do_nothing_else(app: Flask, office: FlaskClient) -> None:
    assert office
    auditor = signed_in(app, "audit")
    assert auditor.get("/admin/journal").status_code == 200
    assert {auditor.get(path).status_code for path in PAGES[:4]} == {403}

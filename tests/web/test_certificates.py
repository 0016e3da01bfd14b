"""The certificates door: the desk's own, a province's to sign, and what was typed comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.domain.people import Grant, Role
from surveyapp.persistence.store import Store
from tests.adapters.printed import codes_in, pages_of
from tests.web.conftest import HASH, app_on, signed_in
from tests.web.test_results import close, fill
from tests.web.walker import Page, see, text_of


@pytest.fixture
def supervisor(sqlite_store: Store, tmp_path: Path) -> FlaskClient:
    """The supervisor of a made-up province whose round is over."""
    fill(sqlite_store)
    with sqlite_store.writing() as shelves:
        shelves.people.add("wipa", "นางวิภา", HASH, [Grant(Role.SUPERVISOR, province="ธารทอง")])
        shelves.people.add("head9", "นายหัวหน้า", HASH, [Grant(Role.HEAD, agency="TT001")])
    close(sqlite_store)
    return signed_in(app_on(sqlite_store, tmp_path), "wipa")


def test_a_province_is_printed_with_who_signs(supervisor: FlaskClient) -> None:
    board = supervisor.get("/board/").get_data(as_text=True)
    assert 'href="/board/certificates/?year=2564"' in board
    page = see(supervisor.get("/board/certificates/?year=2564"))
    levels = [field["value"] for field in page.fields if field.get("name") == "level" and "disabled" not in field]
    sent = {"year": 2564, "level": levels, "name1": "นายสมชาย ใจดี", "position1": "ผู้ว่าราชการจังหวัด", "day": "1/6/2569"}
    answer = supervisor.get("/board/certificates.pdf", query_string=sent)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    pages = pages_of(answer.data)
    assert len(pages) == 3  # the fourth has no total
    for found in pages:
        assert "(นายสมชายใจดี)" in found.words()
        assert "1มิถุนายนพ.ศ.2569" in found.words()


def test_what_is_refused_comes_back_as_typed_with_every_fault(supervisor: FlaskClient) -> None:
    typed = {"year": "2564", "level": "B", "position1": "ผู้ว่าราชการจังหวัด", "day": "พรุ่งนี้", "name2": "นางสาวกานดา"}
    answer = supervisor.get("/board/certificates.pdf", query_string=typed)
    assert answer.status_code == 422
    page = see(answer)
    for field in ("name1", "day"):
        assert f'<li><a href="#{field}">' in page.html
    kept = {field["name"]: field.get("value", "") for field in page.fields if field.get("type") != "checkbox"}
    assert {name: kept[name] for name in typed if name != "level"} == {n: v for n, v in typed.items() if n != "level"}
    assert ticked(page) == ["B"]
    none = supervisor.get("/board/certificates.pdf?year=2564&name1=ก")
    assert none.status_code == 422
    assert "เลือกอย่างน้อยหนึ่งระดับ" in text_of(none)
    assert ticked(see(none)) == []
    nobody = supervisor.get("/board/certificates.pdf?year=2564&level=F")
    assert nobody.status_code == 404
    assert "ไม่มีหน่วยงานที่ได้ระดับ" in text_of(nobody)


@pytest.mark.parametrize("year", ["", "2570", "9" * 20, "-1", "๒๕๖๔", "x", "%00"])
def test_a_year_that_is_none_is_refused_in_words(supervisor: FlaskClient, year: str) -> None:
    unknown = year == "2570"  # it could be one; anything else is as if none were named
    assert supervisor.get(f"/board/certificates.pdf?year={year}&level=A").status_code == (404 if unknown else 303)
    assert supervisor.get(f"/board/certificates/?year={year}").status_code == (404 if unknown else 200)
    assert supervisor.get(f"/board/?year={year}").status_code == (404 if unknown else 200)


def ticked(page: Page) -> list[str]:
    return [field["value"] for field in page.fields if field.get("name") == "level" and "checked" in field]


def test_a_desk_has_its_own_and_no_host_of_a_request_reaches_it(supervisor: FlaskClient) -> None:
    head = signed_in(supervisor.application, "head9")
    desk = head.get("/desk/2564/TT001").get_data(as_text=True)
    assert 'href="/desk/2564/TT001/certificate.pdf"' in desk
    answer = head.get("/desk/2564/TT001/certificate.pdf")
    (page,) = pages_of(answer.data)
    assert [code.text for code in codes_in(page.pixels(150), 150)] == ["http://127.0.0.1:8000/results/2564/TT001"]
    forged = head.get("/desk/2564/TT001/certificate.pdf", headers={"X-Forwarded-Host": "evil.example"})
    assert forged.data == answer.data
    assert head.get("/desk/2564/TT002/certificate.pdf").status_code == 403
    for agency in ("TT001", "TT002", "TT003", "TT004"):
        linked = "certificate.pdf" in supervisor.get(f"/desk/2564/{agency}").get_data(as_text=True)
        assert linked == (supervisor.get(f"/desk/2564/{agency}/certificate.pdf").status_code == 200)
    assert head.get("/board/certificates/").status_code == 403


def test_before_a_round_is_over_the_page_says_when_there_will_be_some(sqlite_store: Store, tmp_path: Path) -> None:
    fill(sqlite_store)
    with sqlite_store.writing() as shelves:
        shelves.people.add("wipa", "นางวิภา", HASH, [Grant(Role.SUPERVISOR, province="ธารทอง")])
    early = signed_in(app_on(sqlite_store, tmp_path), "wipa")
    assert "ยังไม่มีรอบใดที่ปิด" in text_of(early.get("/board/certificates/"))
    refused = early.get("/desk/2564/TT001/certificate.pdf")
    assert refused.status_code == 409
    assert "พิมพ์ได้เมื่อปิดรอบ" in text_of(refused)

"""The slips through the doors: what the coordinator sees, and what somebody with a slip relies on."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from surveyapp.adapters.slips import Slips, render_slips
from surveyapp.domain.paper import Instrument
from surveyapp.persistence.store import Store
from surveyapp.services import codes as module
from tests.places import SmallRound
from tests.web.walker import Phone, see, text_of


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes on the sheets that were printed."""
    found: list[str] = []
    real = render_slips

    def render(sheet: Slips) -> bytes:
        found.extend(slip.code for slip in sheet.slips)
        return real(sheet)

    monkeypatch.setattr(module, "render_slips", render)
    return found


def post(client: FlaskClient, path: str, **fields: str) -> object:
    token = see(client.get("/desk/2564/A1/codes")).hidden("csrf_token")
    return client.post(path, data={"csrf_token": token, **fields})


@pytest.fixture
def slips(coordinator: FlaskClient, printed: list[str]) -> list[str]:
    """A1 answers by slips, and three are printed."""
    assert post(coordinator, "/desk/2564/A1/codes/way", way="code").status_code == 303  # type: ignore[attr-defined]
    sheet = post(coordinator, "/desk/2564/A1/codes", n="๓")
    assert sheet.data[:5] == b"%PDF-"  # type: ignore[attr-defined]
    return printed


@pytest.fixture
def staff(client: FlaskClient, small: SmallRound, slips: list[str]) -> Phone:
    return Phone(client, small.codes["A1", Instrument.IIT]).open().choose_everything()


def test_a_slip_answers_and_a_second_time_is_refused_with_everything_kept(staff: Phone, slips: list[str]) -> None:
    assert staff.hand_in(access_code=slips[0].lower()).status_code == 303
    again = staff.open().choose_everything().hand_in(access_code=slips[0])
    assert again.status_code == 422
    page = see(again)
    assert page.html.count(" checked>") == 51
    assert slips[0] in page.html
    assert "ถูกใช้ไปแล้ว" in text_of(again)


def test_what_was_typed_wrongly_comes_back_to_be_compared(staff: Phone) -> None:
    refused = staff.hand_in(access_code='"><b>QQ')
    assert refused.status_code == 422
    assert "<b>QQ" not in refused.get_data(as_text=True)
    assert "&lt;b&gt;QQ" in refused.get_data(as_text=True)


def test_the_form_says_which_way_is_used_and_what_follows(
    client: FlaskClient, small: SmallRound, coordinator: FlaskClient
) -> None:
    code = small.codes["A1", Instrument.IIT]
    assert "เหมือนกันทุกคนในหน่วยงาน" in text_of(client.get(f"/s/{code}"))
    assert 'name="access_code"' not in client.get(f"/s/{code}").get_data(as_text=True)
    post(coordinator, "/desk/2564/A1/codes/way", way="code")
    page = client.get(f"/s/{code}")
    assert "ทุกคนจับบัตรจากกล่อง" in text_of(page)
    assert 'name="access_code"' in page.get_data(as_text=True)
    assert 'name="access_code"' not in client.get(f"/s/{small.codes['A1', Instrument.EIT]}").get_data(as_text=True)


def test_a_number_that_is_none_comes_back_as_typed(coordinator: FlaskClient, slips: list[str]) -> None:
    for typed, said in (("สิบ", "ไม่ใช่จำนวนบัตร"), ("101", "พิมพ์เพิ่มได้ไม่เกิน 97"), ("0", "ไม่ใช่จำนวนบัตร")):
        refused = post(coordinator, "/desk/2564/A1/codes", n=typed)
        assert refused.status_code == 422  # type: ignore[attr-defined]
        assert f'value="{typed}"' in refused.get_data(as_text=True)  # type: ignore[attr-defined]
        assert said in text_of(refused)  # type: ignore[arg-type]


def test_looking_spends_nothing_however_often_a_preview_robot_comes(
    client: FlaskClient, small: SmallRound, slips: list[str], sqlite_store: Store
) -> None:
    link = f"/s/{small.codes['A1', Instrument.IIT]}"
    for path in (link, f"{link}?access_code={slips[0]}", f"{link}/thanks"):
        for method in ("GET", "HEAD", "OPTIONS"):
            client.open(path, method=method)
    with sqlite_store.reading() as shelves:
        assert shelves.access_codes.counts(small.assessments["A1"].id).spent == 0


def test_the_sheet_of_a_neighbour_is_not_to_be_had(coordinator: FlaskClient) -> None:
    assert coordinator.get("/desk/2564/A2/codes").status_code == 403
    assert post(coordinator, "/desk/2564/A2/codes", n="1").status_code == 403  # type: ignore[attr-defined]
    assert post(coordinator, "/desk/2564/A2/codes/way", way="code").status_code == 403  # type: ignore[attr-defined]


def test_the_script_is_told_which_field_to_mend(staff: Phone) -> None:
    answer = staff.client.post(
        f"/s/{staff.code}", data={**staff.fields, "access_code": "QQ"}, headers={"Accept": "application/json"}
    )
    assert [each["code"] for each in answer.get_json()["problems"]] == ["access_code"]
    assert re.search("ทีละตัวอักษร", answer.get_json()["problems"][0]["text"])

"""Receipts as people meet them: asked for or not, kept by them alone, looked up when the round has closed."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.domain.paper import Instrument
from surveyapp.domain.receipt import in_groups
from surveyapp.persistence.store import Store
from surveyapp.services.publishing import Publishing
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW
from tests.places import SmallRound
from tests.web.conftest import app_on
from tests.web.walker import Phone, see, text_of


@pytest.fixture
def phone(client: FlaskClient, small: SmallRound) -> Phone:
    return Phone(client, small.codes["A1", Instrument.EIT]).open().choose_everything()


def test_whoever_does_not_ask_gets_the_plain_thanks(phone: Phone) -> None:
    answer = phone.hand_in()
    assert answer.location == f"/s/{phone.code}/thanks"
    assert "<details" not in phone.client.get(answer.location).text


def test_whoever_asks_sees_the_serial_of_the_page_folded_and_can_save_it(phone: Phone) -> None:
    serial = phone.fields["serial"]
    answer = phone.hand_in(receipt="1")
    assert answer.location == f"/s/{phone.code}/thanks?r={serial}"
    thanks = phone.client.get(answer.location)
    page = see(thanks)
    assert "<details" in page.html
    assert "<details open" not in page.html
    assert in_groups(serial) in text_of(thanks)
    link = next(each for each in page.references if "receipt.txt" in each)
    text = phone.client.get(link)
    assert text.mimetype == "text/plain"
    for said in (in_groups(serial), "EIT", "2564", "เทศบาลตำบลไทย (A1)", "http://127.0.0.1:8000/results/receipt?"):
        assert said in text.text


def test_the_box_stays_ticked_and_the_serial_the_same_while_a_form_is_mended(phone: Phone) -> None:
    serial = phone.fields["serial"]
    refused = phone.hand_in(receipt="1", e2="")
    page = see(refused)
    assert refused.status_code == 422
    assert page.hidden("serial") == serial
    assert re.search(r'name="receipt" value="1" checked', page.html)


@pytest.mark.parametrize("typed", ["", "x", "<script>", "0" * 31, "0" * 400])
def test_thanks_with_something_else_than_a_serial_shows_none(phone: Phone, typed: str) -> None:
    thanks = phone.client.get(f"/s/{phone.code}/thanks", query_string={"r": typed})
    assert thanks.status_code == 200
    assert "<details" not in thanks.text
    assert phone.client.get(f"/s/{phone.code}/receipt.txt", query_string={"r": typed}).status_code == 404


def test_neither_staff_nor_a_kiosk_are_offered_one(client: FlaskClient, small: SmallRound, sqlite_store: Store) -> None:
    code = Rounds(sqlite_store, LIBRARY, "http://x", lambda: NOW, secrets.randbelow).add_kiosk(2564, "A1")
    for shared in (code, small.codes["A1", Instrument.IIT]):
        html = client.get(f"/s/{shared}").text
        assert 'name="serial"' not in html
        assert 'name="receipt"' not in html
        serial = secrets.token_hex(16)
        assert serial not in client.get(f"/s/{shared}/thanks?r={serial}").text
        assert client.get(f"/s/{shared}/receipt.txt?r={serial}").status_code == 404


def test_looking_up_needs_no_session_and_puts_the_number_into_no_address(
    client: FlaskClient, small: SmallRound, sqlite_store: Store
) -> None:
    phone = Phone(client, small.codes["A1", Instrument.EIT])
    serials = []
    for _ in range(6):
        serials.append(phone.open().choose_everything().fields["serial"])
        phone.hand_in()
    ask = {"serial": in_groups(serials[0]).upper(), "year": "๒๕๖๔", "agency": "A1"}
    early = client.post("/results/receipt", data=ask)
    assert early.status_code == 403
    assert in_groups(serials[0]).upper() in early.text, "nothing typed is lost"
    Rounds(sqlite_store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(2564)
    page = see(client.get("/results/receipt?year=2564&agency=A1"))
    assert {"2564", "A1"} <= {field.get("value") for field in page.fields}
    yes = client.post("/results/receipt", data=ask)
    see(yes)
    assert "ได้รับการนับแล้ว" in text_of(yes)
    assert yes.headers["Cache-Control"] == "no-store"
    no = client.post("/results/receipt", data={**ask, "serial": secrets.token_hex(16)})
    assert no.status_code == 200
    assert "ไม่พบเลขนี้" in text_of(no)
    for wrong in ({"serial": "abc"}, {"year": "2026"}, {"agency": "nowhere"}, {"agency": "A2"}):
        refused = client.post("/results/receipt", data={**ask, **wrong})
        assert refused.status_code in (404, 422)
        see(refused)
    assert client.get_cookie("desk") is None


def test_the_page_on_trust_shows_the_key_once_there_is_one(
    small: SmallRound, sqlite_store: Store, tmp_path: Path
) -> None:
    app = app_on(sqlite_store, tmp_path / "data")
    client = app.test_client()
    assert "fingerprint" not in client.get("/trust").text
    Rounds(sqlite_store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(small.year)
    done = app.extensions["errands"](Publishing).publish(small.year, tmp_path / "out")
    assert in_groups(done.fingerprint) in client.get("/trust").text

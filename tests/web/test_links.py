"""More links through the doors: made, named, paused, replaced; and what somebody with an old poster reads."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp.domain.paper import Instrument
from surveyapp.persistence.store import Store
from surveyapp.persistence.tables import progress
from surveyapp.services.installation import Installation
from tests.adapters.test_emblem import png
from tests.places import SmallRound
from tests.web.conftest import signed_in
from tests.web.walker import Phone, see, text_of

BOARD = "/desk/2564/A1/links"


def post(client: FlaskClient, path: str = BOARD, **fields: str) -> TestResponse:
    token = see(client.get(BOARD)).hidden("csrf_token")
    return client.post(path, data={"csrf_token": token, **fields})


def codes(client: FlaskClient) -> list[str]:
    return re.findall(r"/s/([0-9A-Z]{8})</a>", client.get(BOARD).get_data(as_text=True))


@pytest.fixture
def counter(coordinator: FlaskClient) -> str:
    """The code of a new link for counter 3."""
    before = codes(coordinator)
    assert post(coordinator, kind="eit-counter", name=" ช่อง  3 ").status_code == 303
    (code,) = set(codes(coordinator)) - set(before)
    return code


def test_a_new_link_takes_answers_at_once_and_is_counted_by_its_channel(
    client: FlaskClient, counter: str, sqlite_store: Store
) -> None:
    assert Phone(client, counter).open().choose_everything().hand_in().status_code == 303
    client.application.extensions["errands"](Installation).store.intake.settle()
    with sqlite_store.database.reading() as connection:
        assert connection.execute(select(progress.c.channel, progress.c.n)).all() == [("counter", 1)]


def test_an_old_poster_says_that_there_is_a_newer_one(
    client: FlaskClient, coordinator: FlaskClient, counter: str
) -> None:
    assert post(coordinator, f"{BOARD}/{counter}/replace").status_code == 303
    old = client.get(f"/s/{counter}")
    assert old.status_code == 410
    assert "โปสเตอร์ใหม่" in text_of(old)
    board = coordinator.get(BOARD).get_data(as_text=True)
    assert board.count("ช่อง 3") >= 2  # the new one has its name
    for act in ("resume", "rename", "replace"):
        assert post(coordinator, f"{BOARD}/{counter}/{act}", name="x").status_code == 404


def test_a_paused_link_takes_answers_again(client: FlaskClient, coordinator: FlaskClient, counter: str) -> None:
    post(coordinator, f"{BOARD}/{counter}/pause")
    assert client.get(f"/s/{counter}").status_code == 410
    post(coordinator, f"{BOARD}/{counter}/resume")
    assert client.get(f"/s/{counter}").status_code == 200


def test_the_name_changes_and_the_address_stays(coordinator: FlaskClient, counter: str) -> None:
    post(coordinator, f"{BOARD}/{counter}/rename", name="<b>ห้องทะเบียน</b>")
    page = coordinator.get(BOARD).get_data(as_text=True)
    assert "&lt;b&gt;ห้องทะเบียน" in page
    assert counter in page


@pytest.mark.parametrize("kind", ["eit-field", "iit-kiosk", "oit-open", "", "eit"])
def test_what_an_agency_may_not_make_is_refused_with_what_was_typed(coordinator: FlaskClient, kind: str) -> None:
    before = codes(coordinator)
    refused = post(coordinator, kind=kind, name="ห้องทะเบียน")
    assert refused.status_code == 422
    assert 'value="ห้องทะเบียน"' in refused.get_data(as_text=True)
    assert codes(coordinator) == before


def test_a_name_too_long_and_a_neighbours_links_are_refused(coordinator: FlaskClient, small: SmallRound) -> None:
    assert post(coordinator, kind="eit-line", name="ก" * 81).status_code == 422
    theirs = small.codes["A2", Instrument.EIT]
    assert coordinator.get("/desk/2564/A2/links").status_code == 403
    assert post(coordinator, f"/desk/2564/A2/links/{theirs}/pause").status_code == 403
    assert post(coordinator, f"{BOARD}/{theirs}/pause").status_code == 404


def test_each_link_has_posters_of_its_own(coordinator: FlaskClient, counter: str) -> None:
    poster = coordinator.get(f"{BOARD}/{counter}/poster-eit-a4-th.pdf")
    assert poster.data[:5] == b"%PDF-"
    assert poster.data != coordinator.get("/desk/2564/A1/poster-eit.pdf").data
    post(coordinator, f"{BOARD}/{counter}/replace")
    assert coordinator.get(f"{BOARD}/{counter}/poster-eit-a4-th.pdf").status_code == 404


# --- the emblem -------------------------------------------------------------------------------------------

POSTER = "/desk/2564/A1/poster-eit.pdf"


def send_emblem(client: FlaskClient, content: bytes, name: str = "emblem.png") -> TestResponse:
    token = see(client.get(BOARD)).hidden("csrf_token")
    data = {"csrf_token": token, "file": (io.BytesIO(content), name)}
    return client.post(f"{BOARD}/emblem", data=data, content_type="multipart/form-data")


def pictures(pdf: bytes) -> int:
    page = pypdfium2.PdfDocument(pdf)[0]
    return sum(each.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for each in page.get_objects())


def test_an_emblem_stands_on_every_poster_of_its_agency_until_it_is_taken_away(
    coordinator: FlaskClient, app: Flask
) -> None:
    without = coordinator.get(POSTER).data
    assert send_emblem(coordinator, png("RGB")).status_code == 303
    with_it = coordinator.get(POSTER).data
    assert pictures(with_it) == pictures(without) + 1
    assert coordinator.get(POSTER).data == with_it
    shown = coordinator.get(f"{BOARD}/emblem.png").data
    assert b"Somsri" not in shown
    assert Image.open(io.BytesIO(shown)).size == (40, 30)
    other = signed_in(app, "somchai")
    assert other.get(f"{BOARD}/emblem.png").status_code == 403
    assert pictures(other.get("/desk/2564/A2/poster-eit.pdf").data) == pictures(without)
    assert post(coordinator, f"{BOARD}/emblem/remove").status_code == 303
    assert coordinator.get(POSTER).data == without
    assert coordinator.get(f"{BOARD}/emblem.png").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "", "ยังไม่ได้เลือกภาพ"),
        (b"GIF89a", "x.gif", "PNG"),
        (png("RGB")[:-20], "cut.png", "PNG"),
        (b"\x89PNG" * 700_000, "x.png", "2 MB"),
    ],
    ids=["none", "another kind", "cut off", "too large"],
)
def test_a_picture_that_cannot_be_printed_is_refused_in_words_and_the_old_one_stays(
    coordinator: FlaskClient, content: bytes, name: str, said: str
) -> None:
    assert send_emblem(coordinator, png("L")).status_code == 303
    before = coordinator.get(f"{BOARD}/emblem.png").data
    refused = send_emblem(coordinator, content, name)
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert coordinator.get(f"{BOARD}/emblem.png").data == before

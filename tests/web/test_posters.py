"""The posters door: every kind opens its own link, whoever asks by whatever name of a host."""

from __future__ import annotations

import io
import re

import numpy
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Channel
from surveyapp.domain.poster import Languages, Size
from surveyapp.persistence.store import Store
from tests.adapters.printed import codes_in, pages_of
from tests.places import SmallRound
from tests.web.conftest import signed_in
from tests.web.walker import see

DESK = "/desk/2564/A1"
KINDS = [f"-open-{size}-{languages}" for size in Size for languages in Languages]
FORGED = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1:8000.evil.example"},
    {"Host": "evil.example:443"},
    {"Host": "127.0.0.1:8000."},
    {"Host": 'a b"<>'},
    {"Host": "xn--12c1fe0br.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"},
    {"Forwarded": "host=evil.example;proto=https", "X-Original-Host": "evil.example"},
]


@pytest.fixture
def links(sqlite_store: Store, small: SmallRound) -> dict[Channel, str]:
    """Links of A1 for the field and for a kiosk, beside the open ones."""
    codes = {Channel.FIELD: "FFFFFFF2", Channel.KIOSK: "KKKKKKK2"}
    with sqlite_store.writing() as shelves:
        owner = small.assessments["A1"].id
        shelves.links.add((code, owner, Instrument.EIT, channel) for channel, code in codes.items())
    return codes


@pytest.mark.parametrize("instrument", [Instrument.IIT, Instrument.EIT])
@pytest.mark.parametrize("kind", ["", *KINDS])
def test_every_kind_is_a_pdf_whose_codes_open_the_link(
    coordinator: FlaskClient, small: SmallRound, instrument: Instrument, kind: str
) -> None:
    answer = coordinator.get(f"{DESK}/poster-{instrument}{kind}.pdf")
    assert answer.mimetype == "application/pdf"
    assert f'filename="poster-{instrument}-open-' in answer.headers["Content-Disposition"]
    (page,) = pages_of(answer.data)
    found = {code.text for code in codes_in(page.pixels(150), 150)}
    assert found == {f"HTTP://127.0.0.1:8000/S/{small.codes['A1', instrument]}"}


@pytest.mark.parametrize("headers", FORGED)
def test_no_name_of_a_host_in_a_request_reaches_paper_or_code(
    app: Flask, coordinator: FlaskClient, headers: dict[str, str]
) -> None:
    cookie = coordinator.get_cookie("desk")
    assert cookie is not None
    bare = app.test_client(use_cookies=False)
    for path in ("poster-eit.pdf", "poster-iit-open-tent-th-en.pdf", "qr-eit.svg", "qr-eit.png"):
        forged = bare.get(f"{DESK}/{path}", headers={**headers, "Cookie": f"desk={cookie.value}"})
        assert forged.status_code == 200
        assert forged.data == coordinator.get(f"{DESK}/{path}").data
        assert "evil" not in str(forged.headers).lower()


def test_the_code_alone_comes_as_svg_and_as_png_for_every_channel(
    coordinator: FlaskClient, small: SmallRound, links: dict[Channel, str]
) -> None:
    codes = {"": small.codes["A1", Instrument.EIT], **{f"-{channel}": code for channel, code in links.items()}}
    for channel, code in codes.items():
        answer = coordinator.get(f"{DESK}/qr-eit{channel}.png")
        assert answer.mimetype == "image/png"
        picture = numpy.asarray(Image.open(io.BytesIO(answer.data)).convert("L"))
        assert [found.text for found in codes_in(picture, 150)] == [f"HTTP://127.0.0.1:8000/S/{code}"]
        assert coordinator.get(f"{DESK}/qr-eit{channel}.svg").mimetype == "image/svg+xml"


def test_the_field_has_posters_of_its_own_link_and_a_kiosk_has_none(
    coordinator: FlaskClient, links: dict[Channel, str]
) -> None:
    (page,) = pages_of(coordinator.get(f"{DESK}/poster-eit-field-a4-th.pdf").data)
    assert "ภาคสนาม" in page.words()
    assert [code.text[-8:] for code in codes_in(page.pixels(150), 150)] == [links[Channel.FIELD]]
    assert coordinator.get(f"{DESK}/poster-eit-kiosk-a4-th.pdf").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["poster-oit.pdf", "poster-eit-open-a0-th.pdf", "poster-eit-open-a4-fr.pdf", "qr-eit.gif", "qr-iit-field.svg"],
)
def test_what_nobody_prints_is_no_page(coordinator: FlaskClient, name: str) -> None:
    assert coordinator.get(f"{DESK}/{name}").status_code == 404


def test_only_the_agencys_own_coordinator_prints(app: Flask, assessor: FlaskClient, client: FlaskClient) -> None:
    other = signed_in(app, "somchai")
    for path in ("poster-eit-open-tent-th.pdf", "qr-eit.png", "poster-iit.pdf"):
        assert other.get(f"{DESK}/{path}").status_code == 403
        assert assessor.get(f"{DESK}/{path}").status_code == 403
        assert client.get(f"{DESK}/{path}").status_code in (303, 401)


def test_every_link_to_something_printed_on_the_desk_leads_to_it(
    coordinator: FlaskClient, links: dict[Channel, str]
) -> None:
    page = see(coordinator.get(DESK)).html
    found = set(re.findall(r'(?:href|src)="(/desk/[^"]+\.(?:pdf|svg|png))"', page))
    assert (
        len([path for path in found if path.endswith(".pdf")]) == 2 * 8
    )  # the field team's posters are not the agency's
    assert len([path for path in found if not path.endswith(".pdf")]) == 3 * 2
    for path in found:
        assert coordinator.get(path).status_code == 200

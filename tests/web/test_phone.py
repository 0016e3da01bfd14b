"""What the phone is given to run: packed once, kept for ever, and never more than it needs."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from surveyapp.domain.paper import Instrument
from surveyapp.web.phone_words import WORDS
from tests.places import SmallRound
from tests.web.test_answering import script_of
from tests.web.walker import Phone


@pytest.fixture
def phone(client: FlaskClient, small: SmallRound) -> Phone:
    """Somebody at the IIT of FY2564, the longest there is."""
    return Phone(client, small.codes["A1", Instrument.IIT]).open()


def test_the_longest_questionnaire_fits_a_dozen_packets_with_its_style_and_headers(phone: Phone) -> None:
    answer = phone.client.get(f"/s/{phone.code}", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) + len(str(answer.headers)) <= 13_000


def test_the_script_is_small_and_kept_for_ever(phone: Phone) -> None:
    packed = phone.client.get(script_of(phone), headers={"Accept-Encoding": "gzip"})
    plain = phone.client.get(script_of(phone))
    assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) <= 10_000
    assert gzip.decompress(packed.data) == plain.data
    assert "ได้รับแล้ว" in plain.get_data(as_text=True)
    assert phone.client.get("/phone/answer-th.js?v=old").headers["Cache-Control"] == "no-cache"
    assert phone.client.get("/phone/answer-xx.js").status_code == 404


def test_the_worker_reaches_no_further_than_the_answering_door(client: FlaskClient) -> None:
    answer = client.get("/phone/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/s/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"


def test_the_script_says_every_sentence_it_has_and_no_other(client: FlaskClient) -> None:
    source = client.get("/phone/answer-en.js").get_data(as_text=True).split(";\n", 1)[1]
    names = set(re.findall(r'"(\w+)"', source))
    assert {name for name in WORDS if name not in names} == set()
    assert "http:" not in source
    assert "https:" not in source


def test_a_preview_has_its_title_its_words_and_a_picture_of_ours(phone: Phone) -> None:
    assert phone.page is not None
    found = dict(re.findall(r'<meta property="og:(\S+)" content="([^"]*)"', phone.page.html))
    assert found["title"] == phone.page.title.strip()
    assert found["locale"] == "th_TH"
    assert found["image"].startswith("http://127.0.0.1:8000/assets/preview.png?v=")
    assert len(phone.client.get(found["image"]).data) <= 60_000
    assert phone.client.head(f"/s/{phone.code}").status_code == 200

"""What our own script relies on when it sends the answers of a page: values, not pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Stage
from surveyapp.persistence.store import Store
from tests.places import SmallRound
from tests.web.walker import Phone


@pytest.fixture
def phone(client: FlaskClient, small: SmallRound) -> Phone:
    return Phone(client, small.codes["A1", Instrument.EIT]).open().choose_everything()


def send(phone: Phone, *, language: str = "th", **changes: str) -> TestResponse:
    return phone.client.post(
        f"/s/{phone.code}?lang={language}",
        data={**phone.fields, **changes},
        headers={"Accept": "application/json"},
    )


def test_an_acknowledgement_names_the_response_and_says_whether_it_is_new(phone: Phone) -> None:
    first, again = send(phone), send(phone)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"received": phone.fields["response_id"]}


def test_other_answers_with_the_same_id_are_a_definite_refusal(phone: Phone) -> None:
    send(phone)
    phone.choose_everything(1)
    refused = send(phone)
    assert refused.status_code == 409
    assert refused.get_json()["problems"][0]["code"] is None


@pytest.mark.parametrize(("language", "word"), [("th", "ยัง"), ("en", "Question")])
def test_every_problem_comes_with_its_question_in_the_language_of_the_page(
    phone: Phone, language: str, word: str
) -> None:
    refused = send(phone, language=language, e2="x", e5="")
    assert refused.status_code == 422
    assert [each["code"] for each in refused.get_json()["problems"]] == ["e2", "e5"]
    assert any(word in each["text"] for each in refused.get_json()["problems"])


def test_a_closed_round_and_an_unknown_code_are_told_as_values(
    phone: Phone, client: FlaskClient, sqlite_store: Store
) -> None:
    with sqlite_store.writing() as shelves:
        shelves.rounds.move(shelves.rounds.of_year(2564), Stage.CLOSED)
    closed = send(phone)
    assert closed.status_code == 410
    assert closed.get_json()["problems"][0]["text"]
    unknown = client.post("/s/2222222", headers={"Accept": "application/json"})
    assert unknown.status_code == 404
    assert unknown.get_json()["problems"][0]["text"]


def test_a_browser_that_follows_a_form_still_gets_pages(phone: Phone) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = phone.client.post(f"/s/{phone.code}", data=phone.fields, headers={"Accept": accept})
    assert answer.status_code == 303

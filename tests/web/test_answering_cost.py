"""What looking and answering cost: no question to the database, one insert, few bytes."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from surveyapp.app import create_app
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Stage
from surveyapp.persistence.store import Store
from surveyapp.services.answering import Answering
from surveyapp.settings import Settings
from tests.places import SmallRound
from tests.web.walker import Phone

FIRST_FLIGHT = 13 * 1024  # bytes, headers included


@pytest.fixture
def warm(sqlite_store: Store, small: SmallRound, tmp_path: Path) -> Iterator[Flask]:
    """An application that remembers for a minute what it looked up."""
    app = create_app(Settings(sqlite_store.database.url, "k" * 40, "http://127.0.0.1:8000", tmp_path, 0, 60))
    yield app
    app.extensions["errands"](Answering).store.database.close()


@pytest.fixture
def said(warm: Flask) -> list[str]:
    """Every statement the application has said to its database."""
    found: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            found.append(statement)

    event.listen(warm.extensions["errands"](Answering).store.database.engine, "before_cursor_execute", listen)
    return found


def test_a_second_look_asks_the_database_nothing_and_an_answer_is_one_insert(
    warm: Flask, small: SmallRound, said: list[str]
) -> None:
    phone = Phone(warm.test_client(), small.codes["A1", Instrument.EIT]).open()
    said.clear()
    phone.open().choose_everything()
    assert said == []
    assert phone.hand_in().status_code == 303
    assert [" ".join(each.split()[:3]) for each in said] == ["INSERT INTO response", "INSERT INTO receipt"]
    phone = Phone(warm.test_client(), small.codes["A1", Instrument.IIT]).open().choose_everything()
    said.clear()
    assert phone.hand_in().status_code == 303
    assert [" ".join(each.split()[:3]) for each in said] == ["INSERT INTO response"], "the IIT gives no receipts"


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("instrument", [Instrument.IIT, Instrument.EIT])
def test_the_whole_questionnaire_fits_the_first_flight(
    client: FlaskClient, small: SmallRound, instrument: Instrument, language: str
) -> None:
    path = f"/s/{small.codes['A1', instrument]}?lang={language}"
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    headers = sum(len(name) + len(value) + 4 for name, value in packed.headers)
    assert len(packed.data) + headers < FIRST_FLIGHT
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    whole = gzip.decompress(packed.data).decode()
    assert len(set(re.findall(r'type="radio" name="([^"]+)"', whole))) == (51 if instrument is Instrument.IIT else 19)
    assert _without_number(whole) == _without_number(client.get(path).text)


def test_no_two_visits_get_the_same_number_and_none_of_them_is_a_serial(client: FlaskClient, small: SmallRound) -> None:
    path = f"/s/{small.codes['A1', Instrument.EIT]}"
    own = re.compile(r'name="(?:response_id|serial)" value="([0-9a-f]{32})"')
    numbers = {number for _ in range(20) for number in own.findall(client.get(path).text)}
    assert len(numbers) == 40


def test_an_answer_that_was_kept_is_thanked_for_again_after_the_round_closed(
    warm: Flask, small: SmallRound, sqlite_store: Store
) -> None:
    """The reply was lost, the round closed, the phone tries again: it was kept, and must hear so."""
    phone = Phone(warm.test_client(), small.codes["A1", Instrument.EIT]).open().choose_everything()
    assert phone.hand_in().status_code == 303
    with sqlite_store.writing() as shelves:
        shelves.rounds.move(shelves.rounds.of_year(2564), Stage.CLOSED)
    assert phone.hand_in().status_code == 303
    assert phone.hand_in(response_id="0" * 32).status_code == 410


def _without_number(page: str) -> str:
    return re.sub(r'name="(response_id|serial)" value="[0-9a-f]{32}"', "", page)

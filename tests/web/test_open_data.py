"""Open data: described as it is, the same as the result pages, and nothing before it is released."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from surveyapp.domain.paper import Instrument
from surveyapp.persistence.store import Store
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW
from tests.places import SmallRound, open_small_round
from tests.services.test_receipts import hand_in
from tests.web.conftest import app_on
from tests.web.walker import text_of

ROUND = "/api/v1/rounds/2564"


def values(client: FlaskClient, address: str) -> Any:
    """The JSON at an address, whatever its status."""
    return client.get(address).json


@pytest.fixture
def place(sqlite_store: Store) -> SmallRound:
    return open_small_round(sqlite_store)


@pytest.fixture
def client(sqlite_store: Store, place: SmallRound, tmp_path: Path) -> FlaskClient:
    return app_on(sqlite_store, tmp_path).test_client()


@pytest.fixture
def closed(sqlite_store: Store, place: SmallRound) -> None:
    for _ in range(6):
        for instrument in (Instrument.IIT, Instrument.EIT):
            hand_in(sqlite_store, place.codes["A1", instrument])
    Rounds(sqlite_store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(2564)


@pytest.fixture
def described(client: FlaskClient) -> Any:
    return values(client, "/api/v1/openapi.json")


def test_the_description_is_sound_and_names_every_address_and_no_other(
    client: FlaskClient, described: dict[str, Any]
) -> None:
    validate(described)
    rules = {re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule) for rule in client.application.url_map.iter_rules()}
    assert set(described["paths"]) <= rules
    assert {rule for rule in rules if rule.startswith("/api/")} <= set(described["paths"])


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    ("address", "path", "status"),
    [
        ("/api/v1/rounds", "/api/v1/rounds", 200),
        (f"{ROUND}/agencies", "/api/v1/rounds/{year}/agencies", 200),
        (f"{ROUND}/agencies?q=nothing&page=9", "/api/v1/rounds/{year}/agencies", 200),
        ("/api/v1/rounds/2400/agencies", "/api/v1/rounds/{year}/agencies", 404),
        (f"{ROUND}/agencies/A1", "/api/v1/rounds/{year}/agencies/{agency}", 200),
        (f"{ROUND}/agencies/A2", "/api/v1/rounds/{year}/agencies/{agency}", 200),
        (f"{ROUND}/agencies/{quote('ก ข/..')}", "/api/v1/rounds/{year}/agencies/{agency}", 404),
        (f"{ROUND}/paper", "/api/v1/rounds/{year}/paper", 200),
        ("/api/v1/rounds/2400/paper", "/api/v1/rounds/{year}/paper", 404),
        ("/healthz", "/healthz", 200),
    ],
)
def test_every_answer_is_as_described(
    client: FlaskClient, described: dict[str, Any], address: str, path: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    schema = described["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
    OAS31Validator({**schema, "components": described["components"]}).validate(answer.json)


def test_while_a_round_is_open_nothing_of_a_result_is_told(client: FlaskClient, described: dict[str, Any]) -> None:
    assert client.get(f"{ROUND}/agencies/A1").status_code == 403
    for line in values(client, f"{ROUND}/agencies")["agencies"]:
        assert (line["total"], line["level"]) == (None, None)
    schema = described["components"]["schemas"]["Problems"]
    OAS31Validator(schema).validate(values(client, f"{ROUND}/agencies/A1"))


@pytest.mark.usefixtures("closed")
def test_it_says_what_the_result_page_says(client: FlaskClient) -> None:
    document, page = values(client, f"{ROUND}/agencies/A1"), client.get("/results/2564/A1")
    assert document["final"]
    assert document["agency"]["name"] in text_of(page)
    for score in document["result"]["indicators"].values():
        assert score is None or score in text_of(page)
    (line,) = values(client, f"{ROUND}/agencies?q=A1")["agencies"]
    assert line["total"] == document["result"]["total"]
    assert values(client, line["url"]) == document


def test_refusals_are_values_in_the_language_that_is_asked_for(client: FlaskClient) -> None:
    thai, english = (values(client, f"{ROUND}/agencies/ZZ9?lang={each}") for each in ("th", "en"))
    assert thai["problems"][0]["text"] != english["problems"][0]["text"]
    assert "<" not in json.dumps(client.get(f"/api/v1/nothing?q={quote('<b>')}").json)


def test_other_sites_may_read_it_and_no_cookie_is_set(client: FlaskClient) -> None:
    for address in ("/api/v1/rounds", "/api/v1/openapi.json", f"{ROUND}/agencies/A1"):
        answer = client.get(address)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in client.get("/results/").headers

"""Open data: described as it is, the same as the result pages, and nothing before it is released."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from sqlalchemy import text
from werkzeug.test import TestResponse

from surveyapp.domain.paper import Instrument
from surveyapp.persistence.store import Store
from tests.places import SmallRound, a_response, open_small_round
from tests.services.test_receipts import hand_in
from tests.web.conftest import app_on
from tests.web.test_results import close, fill
from tests.web.walker import text_of

ROUND = "/api/v1/rounds/2564"
RESULT = "/api/v1/rounds/{year}/agencies/{agency}"


def values(client: FlaskClient, address: str) -> Any:
    """The JSON at an address, whatever its status."""
    return client.get(address).json


@pytest.fixture
def place(sqlite_store: Store) -> SmallRound:
    return open_small_round(sqlite_store)


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> FlaskClient:
    return app_on(sqlite_store, tmp_path).test_client()


@pytest.fixture
def closed(sqlite_store: Store) -> None:
    """A made-up province with answers and decisions, its round closed: whatever a result may hold is there."""
    fill(sqlite_store)
    close(sqlite_store)


@pytest.fixture
def few(sqlite_store: Store, place: SmallRound) -> None:
    """A real round: six answers of one agency, most of it withheld; of the other forty, some choices told together."""
    for _ in range(6):
        for instrument in (Instrument.IIT, Instrument.EIT):
            hand_in(sqlite_store, place.codes["A1", instrument])
    with sqlite_store.writing() as shelves:
        some = [a_response(Instrument.IIT, number=n, choice=1 + (n > 25) + (n > 39)) for n in range(1, 41)]
        shelves.responses.keep_many(place.assessments["A2"].id, some)
    close(sqlite_store)


@pytest.fixture
def described(client: FlaskClient) -> Any:
    return values(client, "/api/v1/openapi.json")


def test_the_description_is_sound_and_names_every_address_and_no_other(client: FlaskClient, described: Any) -> None:
    validate(described)
    rules = {re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule) for rule in client.application.url_map.iter_rules()}
    assert set(described["paths"]) <= rules
    assert {rule for rule in rules if rule.startswith("/api/")} <= set(described["paths"])


def sound(described: Any, path: str, answer: TestResponse) -> None:
    """The answer is what the description says of its address and status."""
    said = described["paths"][path]["get"]["responses"][str(answer.status_code)]
    assert answer.mimetype == "application/json"
    schema = said["content"]["application/json"]["schema"]
    OAS31Validator({**schema, "components": described["components"]}).validate(answer.json)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    ("address", "path", "status"),
    [
        ("/api/v1/rounds", "/api/v1/rounds", 200),
        (f"{ROUND}/agencies", "/api/v1/rounds/{year}/agencies", 200),
        (f"{ROUND}/agencies?q=nothing&page=9", "/api/v1/rounds/{year}/agencies", 200),
        ("/api/v1/rounds/2400/agencies", "/api/v1/rounds/{year}/agencies", 404),
        (f"{ROUND}/agencies/TT001", RESULT, 200),
        (f"{ROUND}/agencies/TT002", RESULT, 200),
        (f"{ROUND}/agencies/{quote('ก ข')}", RESULT, 404),
        (f"{ROUND}/paper", "/api/v1/rounds/{year}/paper", 200),
        ("/api/v1/rounds/2400/paper", "/api/v1/rounds/{year}/paper", 404),
        ("/healthz", "/healthz", 200),
    ],
)
def test_every_answer_is_as_described(
    client: FlaskClient, described: Any, address: str, path: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    sound(described, path, answer)


@pytest.mark.usefixtures("few")
def test_what_is_withheld_is_described_too(client: FlaskClient, described: Any) -> None:
    for agency, name in (("A1", "withheld"), ("A2", "merged")):
        answer = client.get(f"{ROUND}/agencies/{agency}")
        sound(described, RESULT, answer)
        assert any(step.get(name) for step in steps(answer.json))


@pytest.mark.usefixtures("closed")
def test_nothing_that_is_described_is_left_untried(client: FlaskClient) -> None:
    every = [step for code in range(1, 5) for step in steps(values(client, f"{ROUND}/agencies/TT00{code}"))]
    for name in ("counts", "weight", "parts"):
        assert any(step.get(name) for step in every), name
    assert any(values(client, f"{ROUND}/agencies/TT00{code}")["result"]["gates"] for code in range(1, 5))


@pytest.mark.usefixtures("place")
def test_while_a_round_is_open_nothing_of_a_result_is_told(client: FlaskClient, described: Any) -> None:
    answer = client.get(f"{ROUND}/agencies/A1")
    assert answer.status_code == 403
    sound(described, RESULT, answer)
    for line in values(client, f"{ROUND}/agencies")["agencies"]:
        assert (line["total"], line["level"]) == (None, None)
    assert client.get(f"{ROUND}/paper").status_code == 200


@pytest.mark.usefixtures("place")
def test_before_a_round_opens_nobody_reads_its_paper_here(
    client: FlaskClient, described: Any, sqlite_store: Store
) -> None:
    with sqlite_store.writing() as shelves:
        shelves._connection.execute(text("update round set stage = 'prepared'"))
    answer = client.get(f"{ROUND}/paper")
    assert answer.status_code == 403
    sound(described, "/api/v1/rounds/{year}/paper", answer)


@pytest.mark.usefixtures("closed")
def test_it_says_what_the_result_page_says(client: FlaskClient) -> None:
    for code in ("TT001", "TT002"):
        document, page = values(client, f"{ROUND}/agencies/{code}"), text_of(client.get(f"/results/2564/{code}"))
        assert document["final"]
        assert document["agency"]["name"] in page
        told = [score for score in (document["result"]["total"], *document["result"]["indicators"].values()) if score]
        assert len(told) >= 8
        assert all(score in page for score in told)
        (line,) = values(client, f"{ROUND}/agencies?q={code}")["agencies"]
        assert line["total"] == document["result"]["total"]
        assert values(client, line["url"]) == document


@pytest.mark.usefixtures("place")
def test_refusals_are_values_in_the_language_that_is_asked_for(client: FlaskClient) -> None:
    thai, english = (values(client, f"{ROUND}/agencies/ZZ9?lang={each}") for each in ("th", "en"))
    assert thai["problems"][0]["text"] != english["problems"][0]["text"]
    assert "<" not in json.dumps(values(client, f"/api/v1/nothing?q={quote('<b>')}"))


@pytest.mark.usefixtures("place")
def test_other_sites_may_read_it_and_no_cookie_is_set(client: FlaskClient) -> None:
    for address in ("/api/v1/rounds", "/api/v1/openapi.json", f"{ROUND}/agencies/A1", "/api/v1/nothing"):
        answer = client.get(address)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in client.get("/results/").headers


def steps(document: Any) -> Iterator[dict[str, Any]]:
    """Every step of a result, from the top down."""
    waiting = list(document["result"]["steps"])
    while waiting:
        step = waiting.pop()
        yield step
        waiting += step.get("parts", [])

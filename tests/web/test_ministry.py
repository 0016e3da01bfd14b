"""A ministry's own sign-in, against a real provider on loopback."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.persistence.store import Store
from surveyapp.services.people import Invitation, People
from surveyapp.settings import Settings
from tests.places import open_small_round
from tests.web.conftest import add_people, app_on
from tests.web.walker import text_of


@pytest.fixture
def provider() -> Iterator[str]:
    """The address of a provider that knows whoever it is told of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the provider's own, about what it is built with
        import oidc_provider_mock

        with oidc_provider_mock.run_server_in_thread() as server:
            yield f"http://localhost:{server.server_port}"


@pytest.fixture
def app(provider: str, sqlite_store: Store, tmp_path: Path) -> Flask:
    """An installation tied to the provider, with Nid invited under nid@dopa.example."""
    open_small_round(sqlite_store)
    add_people(sqlite_store)
    oidc = (provider, "us", "secret", "ThaID")
    settings = Settings(sqlite_store.database.url, "k" * 40, "http://127.0.0.1:8000", tmp_path, 0, oidc=oidc)
    app = app_on(sqlite_store, tmp_path, settings)
    wanted = Invitation("nid", "นิด", "coordinator", "A1", ministry="Nid@dopa.example")
    app.extensions["errands"](People).invite(None, wanted, str)
    return app


def at_provider(provider: str, address: str, sub: str, **claims: Any) -> str:
    """Sign in at the provider's page; the path it sends the browser back to."""
    told = requests.put(f"{provider}/users/{sub}", json=claims, timeout=5)
    assert told.status_code == 204
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    back = answer.headers["Location"]
    assert back.startswith("http://127.0.0.1:8000/sign-in/ministry/back?")
    return back.removeprefix("http://127.0.0.1:8000")


def start(client: FlaskClient) -> str:
    """The provider's address that the browser is sent to."""
    assert "ThaID" in text_of(client.get("/sign-in"))
    return client.get("/sign-in/ministry").location


def test_who_was_tied_at_the_invitation_comes_in_and_nobody_else(app: Flask, provider: str) -> None:
    client = app.test_client()
    address = start(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert {"nonce", "state", "code_challenge"} <= set(asked)
    back = at_provider(provider, address, "77", email="NID@dopa.example", email_verified=True)
    assert client.get(back).location == "/desk/"
    assert client.get("/desk/2564/A1").status_code == 200
    again = app.test_client()  # from now on the subject counts, whatever its e-mail
    assert again.get(at_provider(provider, start(again), "77", email="x@y.example")).location == "/desk/"
    stranger = app.test_client()  # and the e-mail alone opens nothing any more
    back = at_provider(provider, start(stranger), "78", email="nid@dopa.example", email_verified=True)
    assert stranger.get(back).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nid@dopa.example", "email_verified": False},
        {"email": "nid@dopa.example"},
        {"email": "nid@dopa.example", "email_verified": "true"},
        {"email": "somsri", "email_verified": True, "roles": ["national"], "preferred_username": "somsri"},
        {},
    ],
)
def test_an_unverified_or_unknown_login_opens_nothing(app: Flask, provider: str, claims: dict[str, Any]) -> None:
    client = app.test_client()
    answer = client.get(at_provider(provider, start(client), "5", **claims))
    assert answer.status_code == 403
    assert client.get("/account").status_code == 303


def test_a_stolen_foreign_or_repeated_answer_opens_nothing(app: Flask, provider: str) -> None:
    claims = {"email": "nid@dopa.example", "email_verified": True}
    client, thief = app.test_client(), app.test_client()
    back = at_provider(provider, start(client), "77", **claims)
    start(thief)
    assert thief.get(back).status_code == 502  # another browser's state
    assert app.test_client().get(back).status_code == 502  # no journey at all
    code = parse_qs(urlsplit(back).query)["code"][0]
    start(thief)
    with thief.session_transaction() as session:
        state = session["journey"][0]
    stolen = f"/sign-in/ministry/back?code={code}&state={state}"
    assert thief.get(stolen).status_code == 502  # the code is right, the verifier and the nonce are another's
    for path in ("?error=access_denied", "?code=&state=", "?code=x", ""):
        start(client)
        assert client.get(f"/sign-in/ministry/back{path}").status_code == 502
    start(client)
    with client.session_transaction() as session:
        state = session["journey"][0]
    assert client.get(f"/sign-in/ministry/back?code=forged&state={state}").status_code == 502
    assert client.get("/account").status_code == 303


def test_without_a_ministry_there_is_no_such_page(sqlite_store: Store, tmp_path: Path) -> None:
    open_small_round(sqlite_store)
    client = app_on(sqlite_store, tmp_path).test_client()
    assert client.get("/sign-in/ministry").status_code == 404
    assert client.get("/sign-in/ministry/back?code=x&state=x").status_code == 404
    assert "/sign-in/ministry" not in client.get("/sign-in").get_data(as_text=True)

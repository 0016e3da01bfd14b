"""A whole application on a small round, and people who can sign in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP

from surveyapp.app import create_app
from surveyapp.domain.people import Grant, Role
from surveyapp.persistence.store import Store
from surveyapp.services.installation import Installation
from surveyapp.settings import Settings
from tests.places import SmallRound, open_small_round
from tests.web.walker import see

PASSWORD = "ถูกต้องม้าแบตเตอรี่"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


_OPENED: list[Flask] = []


@pytest.fixture(autouse=True)
def _give_back_connections() -> Iterator[None]:
    yield
    while _OPENED:
        _OPENED.pop().extensions["errands"](Installation).store.database.close()


@pytest.fixture
def small(sqlite_store: Store) -> SmallRound:
    """An open round of FY2564 with agencies A1 and A2, a coordinator of each, and an assessor."""
    found = open_small_round(sqlite_store)
    add_people(sqlite_store)
    return found


@pytest.fixture
def app(sqlite_store: Store, small: SmallRound, tmp_path: Path) -> Flask:
    """The application on that round."""
    return app_on(sqlite_store, tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody nobody knows."""
    return app.test_client()


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    """The coordinator of A1, signed in."""
    return signed_in(app, "somsri")


@pytest.fixture
def assessor(app: Flask) -> FlaskClient:
    """The assessor of the province, signed in."""
    return signed_in(app, "pimjai")


def app_on(store: Store, data_dir: Path, settings: Settings | None = None) -> Flask:
    """An application that shares the store's database."""
    app = create_app(settings or Settings(store.database.url, "k" * 40, "http://127.0.0.1:8000", data_dir, 0))
    _OPENED.append(app)
    return app


def add_people(store: Store) -> None:
    """Accounts for the tests; all with the same password."""
    with store.writing() as shelves:
        shelves.people.add("somsri", "นางสมศรี ใจดี", HASH, [Grant(Role.COORDINATOR, agency="A1")])
        shelves.people.add("somchai", "นายสมชาย ใจดี", HASH, [Grant(Role.COORDINATOR, agency="A2")])
        shelves.people.add(
            "pimjai", "นางสาวพิมพ์ใจ ตรวจการ", HASH, [Grant(Role.ASSESSOR, province="ธารทอง")], rehearsal=True
        )
        shelves.people.add("far", "นายไกล", HASH, [Grant(Role.ASSESSOR, province="ที่อื่น")], rehearsal=True)


def token_of(client: FlaskClient, path: str = "/sign-in") -> str:
    """The CSRF token of a page."""
    return see(client.get(path)).hidden("csrf_token")


def signed_in(app: Flask, name: str) -> FlaskClient:
    """A client after signing in; where the role asks for a second factor, one is set up on the way."""
    client = app.test_client()
    data = {"name": name, "password": PASSWORD, "csrf_token": token_of(client)}
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 303
    if answer.location == "/sign-in/set-up":
        set_up_factor(client)
    return client


def set_up_factor(client: FlaskClient) -> str:
    """Set up the second factor on the page that asks for it. Its secret."""
    page = see(client.get("/sign-in/set-up"))
    secret = "".join(re.findall('class="secret">([^<]+)<', page.html)[0].split())
    sent = {name: page.hidden(name) for name in ("sealed", "csrf_token")}
    assert client.post("/sign-in/set-up", data={**sent, "code": TOTP(secret).now()}).status_code == 200
    return secret

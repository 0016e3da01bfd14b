"""A database server that takes the connection and says nothing holds a page for seconds, not for minutes."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from surveyapp.persistence.database import Database


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize(("query", "seconds"), [("", "10"), ("?connect_timeout=2", "2")])
def test_a_silent_server_is_given_up(silent: int, query: str, seconds: str) -> None:
    database = Database(f"postgresql://anybody@127.0.0.1:{silent}/ita{query}")
    said: list[dict[str, object]] = []

    @event.listens_for(database.engine, "do_connect")
    def _hurry(_dialect: object, _record: object, _given: object, parameters: dict[str, object]) -> None:
        said.append(dict(parameters))
        parameters["connect_timeout"] = 2  # the least that libpq takes

    with pytest.raises(OperationalError, match="timeout"), database.engine.connect():
        pass
    assert str(said[0]["connect_timeout"]) == seconds
    database.close()

"""Getting a server ready: one round that cannot be read keeps nobody else from being served."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from surveyapp import serving
from surveyapp.domain.paper import Instrument
from surveyapp.persistence.store import Store
from tests.places import open_small_round
from tests.web.conftest import app_on


@pytest.mark.parametrize("change", [None, "update round set digest = 'another'", "drop table progress"])
def test_a_round_that_cannot_be_read_stops_no_server(store: Store, tmp_path: Path, change: str | None) -> None:
    code, app = open_small_round(store).codes["A1", Instrument.EIT], app_on(store, tmp_path)
    if change:
        with store.writing() as shelves:
            shelves._connection.execute(text(change))
    said: list[str] = []
    log = SimpleNamespace(warning=lambda sentence, *facts: said.append(sentence % facts))
    serving.when_ready(SimpleNamespace(app=SimpleNamespace(wsgi=lambda: app), log=log))
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get(f"/s/{code}").status_code == (503 if change and "digest" in change else 200)
    assert bool(said) is bool(change)

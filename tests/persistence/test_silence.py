"""The tables that keep silence hold these columns and nothing else; storage is durable and set up as promised."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from surveyapp.domain.paper import Instrument
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store
from surveyapp.persistence.tables import metadata
from tests.places import a_response, open_small_round

# Changing this needs a decision record: docs/adr/0003, 0010, 0011.
FROZEN = {
    "response": ["assessment_id", "instrument", "id", "eit_part", "answers"],
    "access_code": ["assessment_id", "hash", "spent"],
    "receipt": ["assessment_id", "instrument", "leaf"],
    "receipt_sheaf": ["assessment_id", "instrument", "leaves"],
    "progress": ["assessment_id", "instrument", "channel", "day", "n"],
    "front_count": ["assessment_id", "instrument", "question", "choice", "n"],
}


@pytest.mark.parametrize("table", FROZEN)
def test_a_silent_table_has_exactly_its_columns(store: Store, table: str) -> None:
    found = inspect(store.database.engine).get_columns(table)
    assert [column["name"] for column in found] == FROZEN[table]


@pytest.mark.parametrize("table", ["response", "access_code", "receipt", "receipt_sheaf"])
def test_nothing_in_the_database_points_at_a_response_or_a_code(store: Store, table: str) -> None:
    inspector = inspect(store.database.engine)
    for other in inspector.get_table_names():
        assert all(key["referred_table"] != table for key in inspector.get_foreign_keys(other))


def test_the_silent_tables_are_clustered_by_their_random_key_on_sqlite(sqlite_store: Store) -> None:
    with sqlite_store.database.reading() as connection:
        for table in FROZEN.keys() - {"receipt_sheaf"}:  # its key is the agency and the instrument
            sql = connection.execute(text("select sql from sqlite_master where name = :name"), {"name": table}).scalar()
            assert "WITHOUT ROWID" in str(sql)


def test_sqlite_is_set_so_that_an_acknowledged_write_is_on_the_disk(sqlite_store: Store) -> None:
    with sqlite_store.database.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_a_writer_holds_the_lock_from_its_first_moment(sqlite_store: Store) -> None:
    """A deferred transaction that upgrades would fail at once instead of waiting its turn."""
    seen: list[str] = []
    from sqlalchemy import event

    event.listen(sqlite_store.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with sqlite_store.writing() as shelves:
        shelves.agencies.add([])
    with sqlite_store.reading():
        pass
    assert "BEGIN IMMEDIATE" in seen
    assert "BEGIN" in seen


def test_the_revisions_make_exactly_the_tables_of_the_program(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with store.database.reading() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    assert difference == []


def test_an_upgrade_of_a_database_that_is_up_to_date_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    assert database.upgrade()[0] is None
    before, after = database.upgrade()
    assert before == after
    assert database.answers()
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update response set eit_part = 3",
        "update response set answers = ''",
        "update round set fiscal_year = 2026",
        "update round set stage = 'sleeping'",
        "update link set instrument = 3",
        "insert into checklist_step (assessment_id, item, at, by, mark) values (1, 'O1', '2026-01-01', 'x', 50)",
        "insert into checklist_step (assessment_id, item, at, by) values (1, 'O1', '2026-01-01', 'x')",
        "insert into assessment (round_id, agency_id) select round_id, agency_id from assessment",
        "insert into link (code, assessment_id, instrument, channel, paused) values ('X', 99, 1, 'open', false)",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(store: Store, statement: str) -> None:
    place = open_small_round(store)
    with store.writing() as shelves:
        shelves.responses.keep_many(place.assessments["A1"].id, [a_response(Instrument.IIT)])
    if "''" in statement and store.database.engine.dialect.name == "postgresql":
        statement = statement.replace("''", "''::bytea")
    with pytest.raises(IntegrityError), store.writing() as shelves:
        shelves._connection.execute(text(statement))

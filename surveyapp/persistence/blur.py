"""The nightly step: the storage forgets in which order responses and codes came.

A row by itself tells no time, but the engine may: where in a file it lies, which transaction wrote it, what
waits in the log of writes. So the rows are written anew in the order of their random keys, in one
transaction, and what lay where they lay before is given back. The front counts too: their keys are fixed names
and tell nothing, but rows and row versions written by one transaction tell which choices one person made
together. (A counter of a channel and a day stands alone; there is nothing to put it together with.) The leaves of
receipts are gathered first, into sheaves in which no leaf has a row of its own. What a backup of an earlier day or
the log of a live server tells is another matter (docs/privacy.md).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Table, select, text

from surveyapp.domain.problems import NotNow
from surveyapp.persistence.database import Database
from surveyapp.persistence.receipts import Receipts
from surveyapp.persistence.tables import REWRITTEN, assessment, receipt_sheaf

_PATIENCE: Final = 5  # seconds to wait for whoever is reading; a night that is refused is tried again


def blur(database: Database) -> bool:
    """Rewrite the silent tables in the order of their keys. Answers wait while it runs; nothing is lost.

    Comes back with whether the log of writes forgot as well: in SQLite always, in PostgreSQL where our role may
    empty it (docs/operating.md). Raises ``NotNow`` where a reader stood in the way: in SQLite it kept the log from
    being emptied, in PostgreSQL nothing was done at all.
    """
    if database.file is None:
        with database.writing() as connection:
            # Whoever asks for a table after us waits behind us: a backup of an hour would hold up every answer.
            connection.execute(text(f"SET LOCAL lock_timeout = {_PATIENCE * 1000}"))
            # The agencies first, as whoever prints slips for one does: each row put in again asks for its agency.
            connection.execute(select(assessment.c.id).with_for_update(read=True, key_share=True)).all()
            connection.execute(
                text(f"LOCK TABLE {', '.join(each.name for each in REWRITTEN)} IN ACCESS EXCLUSIVE MODE")
            )
            Receipts(connection).gather()
            for table in REWRITTEN:
                _write_anew(connection, table)
        return _drop_log(database)
    with database.writing() as connection:
        Receipts(connection).gather()
        _write_anew(connection, receipt_sheaf)  # the others lie in the order of their keys whatever came first
    with database.alone() as connection:
        connection.exec_driver_sql("VACUUM")
        busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if busy:  # somebody has been reading all the while; the log still tells, so this night is to be tried again
            raise NotNow()
    return True


# Files of the log that are over are taken away by a checkpoint, or else kept for new content and still readable.
_MAY: Final = """
    select has_function_privilege('pg_switch_wal()', 'execute') and current_setting('wal_recycle') = 'off' and (
        (select rolsuper from pg_roles where rolname = current_user)
        or coalesce((select pg_has_role(oid, 'usage') from pg_roles where rolname = 'pg_checkpoint'), false)
    )
"""


def _drop_log(database: Database) -> bool:
    with database.alone() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not outside.execute(text(_MAY)).scalar_one():
            return False
        outside.execute(text("select pg_switch_wal()"))
        outside.execute(text("checkpoint"))
    return True


def _write_anew(connection: Connection, table: Table) -> None:
    """All rows out and in again, in one transaction and in the order of their keys.

    In PostgreSQL TRUNCATE gives the table a new file. A reader that began before would find it empty from then on,
    so ``Database.reading`` holds these tables from its first moment.
    """
    name, order = table.name, ", ".join(column.name for column in table.primary_key)
    empty = "TRUNCATE" if connection.dialect.name == "postgresql" else "DELETE FROM"
    connection.execute(text(f"CREATE TEMPORARY TABLE kept_{name} AS SELECT * FROM {name}"))  # noqa: S608
    connection.execute(text(f"{empty} {name}"))
    connection.execute(text(f"INSERT INTO {name} SELECT * FROM kept_{name} ORDER BY {order}"))  # noqa: S608
    connection.execute(text(f"DROP TABLE kept_{name}"))

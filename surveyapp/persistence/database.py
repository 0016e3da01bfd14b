"""The database itself: SQLite or PostgreSQL behind one URL, transactions, and upgrades."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from surveyapp.domain.problems import DatabaseMissing, NotNow
from surveyapp.persistence.tables import REWRITTEN

NEWEST: Final = "0013"  # the last of the migrations; a test holds it to them
MIGRATIONS: Final = Path(__file__).parent / "migrations"
_BUSY_SECONDS: Final = 10  # longer than any transaction of ours, shorter than a person's patience
_CONNECT_SECONDS: Final = 10
_WRITES: Final = "surveyapp_writes"
_NO_TRANSACTION: Final = "surveyapp_no_transaction"
_HOLD: Final = text(f"LOCK TABLE {', '.join(each.name for each in REWRITTEN)} IN ACCESS SHARE MODE")


class Database:
    """An engine set up so that an acknowledged write is on the disk."""

    def __init__(self, url: str) -> None:
        self.url = _with_driver(url)
        self.engine = _engine(self.url)
        self._closers: list[Callable[[], None]] = []

    def before_closing(self, act: Callable[[], None]) -> None:
        """Have something done before the last connection is given back."""
        self._closers.append(act)

    @contextmanager
    def reading(self, *, answers: bool = True) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout, and can change nothing.

        answers: whether anything is looked at that the nightly step writes anew. PostgreSQL would show those tables
        empty to whoever looked at anything else before the step ended; so they are held first, or waited for.
        """
        with _in_words(), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                if answers and connection.dialect.name == "postgresql":
                    connection.execute(_HOLD)
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable when the block ends, and leaves nothing behind when it raises."""
        with _in_words(), self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def connect(self) -> Connection:
        """A connection to keep for many transactions of ``writing_on``; whoever asked closes it."""
        with _in_words():
            connection = self.engine.connect()
        connection.execution_options(**{_WRITES: True})
        return connection

    @contextmanager
    def writing_on(self, connection: Connection) -> Iterator[None]:
        """As ``writing``, on a connection that is there already."""
        with _in_words(), connection.begin():
            yield

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection without a transaction, for what an embedded database does to itself as a whole."""
        with _in_words(), self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True, _NO_TRANSACTION: True})
            yield connection

    @property
    def file(self) -> Path | None:
        """Where an embedded database is; None for a server."""
        url = make_url(self.url)
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    def free_bytes(self) -> int | None:
        """How much room an embedded database has left on its disk; None for a server."""
        return None if self.file is None else shutil.disk_usage(self.file.parent).free

    def exists(self) -> bool:
        """Whether there may be a database to ask; looking at an SQLite file that is not there would make it."""
        return self.file is None or self.file.is_file()

    def answers(self) -> bool:
        """Whether the database can be asked at all, and is at the newest revision."""
        with self.engine.connect() as connection:
            connection.execute(text("select 1"))
            return _revision(connection) == NEWEST

    def upgrade(self) -> tuple[str | None, str]:
        """Bring the database to the newest revision. Comes back with (revision before, revision now)."""
        from alembic import command  # loaded for this alone; a server of pages has no use for it
        from alembic.config import Config

        self._make_folder()
        with self.writing() as connection:
            before = _revision(connection)
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before, NEWEST

    def close(self) -> None:
        """Give back every connection, after whoever works with one has finished."""
        while self._closers:
            self._closers.pop()()
        self.engine.dispose()

    def _make_folder(self) -> None:
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)


def _with_driver(url: str) -> str:
    """The same address, with psycopg 3 where only "postgresql" (or the old "postgres") is said."""
    for old in ("postgresql://", "postgres://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url.removeprefix(old)
    return url


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # PgBouncer in transaction mode cannot follow server-side prepared statements.
    given: dict[str, Any] = {"prepare_threshold": None}
    if "connect_timeout" not in make_url(url).query:
        given["connect_timeout"] = _CONNECT_SECONDS  # else a server that is silent holds every page for minutes
    return create_engine(url, connect_args=given, pool_pre_ping=True)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, never by the driver
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # NORMAL may lose acknowledged commits at power loss
        "cache_size = -512",  # KiB for each connection, of which every thread may hold one
        "secure_delete = ON",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: a deferred transaction that upgrades skips the busy timeout."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    if not connection.get_execution_options().get(_NO_TRANSACTION, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _in_words() -> Iterator[None]:
    """A database that is locked, away or was never made is a refusal that says so, not a bug."""
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except DBAPIError as error:
        missing = ("no such table", "does not exist", "unable to open")
        raise (DatabaseMissing() if any(word in str(error.orig) for word in missing) else NotNow()) from error


def _revision(connection: Connection) -> str | None:
    """The revision a database is at; None where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()

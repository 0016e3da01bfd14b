"""Every row of every table, out and in again: what a backup holds, the same from either database.

Rows come out in the order of their keys. Those of the silent tables are random, so a backup tells no order of
arrival (docs/privacy.md says what several of them tell). Sign-ins are left out: whoever takes a copy into use
signs in anew.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Integer, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from surveyapp.domain.backup import RowsUnsound
from surveyapp.domain.paper import Instrument
from surveyapp.persistence.tables import metadata, sign_in

Row = dict[str, Any]
_LEFT_OUT: Final = (sign_in,)
_AT_ONCE: Final = 500


class Copying:
    """All tables of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tables(self) -> list[str]:
        """The names of the tables, each after those it points to."""
        return [each.name for each in metadata.sorted_tables if each not in _LEFT_OUT]

    def is_empty(self) -> bool:
        """Whether no table holds a row, sign-ins included."""
        tables = metadata.sorted_tables
        return not any(
            self._connection.execute(select(text("1")).select_from(each).limit(1)).first() for each in tables
        )

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table as values of JSON."""
        table = metadata.tables[name]
        query = select(table).order_by(*table.primary_key)
        found = self._connection.execution_options(yield_per=_AT_ONCE).execute(query)
        for row in found.mappings():
            yield {column: _out(value) for column, value in row.items()}

    def put(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Take rows in that came from ``rows``. How many. Raises ``RowsUnsound`` where they cannot be such."""
        table, taken, given = metadata.tables[name], 0, iter(rows)
        try:
            while some := [_row(table, each) for each in islice(given, _AT_ONCE)]:
                self._connection.execute(insert(table), some)
                taken += len(some)
        except (IntegrityError, StatementError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise RowsUnsound(table=name) from error
        self._count_on(table)
        return taken

    def _count_on(self, table: Table) -> None:
        """New rows get numbers after those that came in; SQLite sees to that by itself."""
        (key, *more) = table.primary_key
        if more or self._connection.dialect.name != "postgresql" or not isinstance(key.type, Integer):
            return
        highest = self._connection.execute(select(func.max(key))).scalar_one()
        given_by = func.pg_get_serial_sequence(table.name, key.name)
        if highest is not None and self._connection.execute(select(given_by)).scalar_one() is not None:
            self._connection.execute(select(func.setval(given_by, highest)))


def _row(table: Table, given: Mapping[str, Any]) -> Row:
    if set(given) != set(table.columns.keys()):
        raise KeyError(table.name)
    return {name: _in(value) for name, value in given.items()}


def _out(value: Any) -> Any:
    """A value as JSON holds it; what JSON has no word for becomes a list of its kind and its text."""
    if isinstance(value, bytes):
        return ["bytes", base64.b64encode(value).decode()]
    if isinstance(value, Instrument):
        return ["instrument", value.value]
    if isinstance(value, datetime):
        return ["instant", value.isoformat()]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    if isinstance(value, Decimal):
        return ["number", str(value)]
    return ["json", value] if isinstance(value, list | dict) else value


def _in(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, held = value
    return _READERS[kind](held)


def _decimal(held: str) -> Decimal:
    try:
        return Decimal(held)
    except InvalidOperation as error:
        raise ValueError(held) from error


_READERS: Final[Mapping[str, Any]] = {
    "bytes": partial(base64.b64decode, validate=True),
    "instrument": Instrument,
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "number": _decimal,
    "json": lambda held: held,
}

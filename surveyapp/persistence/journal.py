"""The journal: who did what, append-only, each line chained to the one before it by a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, text

from surveyapp.domain.journal import BEGINNING, Head, Line
from surveyapp.persistence.tables import journal

_RAW: Final = text("select seq, at, who, act, subject, facts, previous, hash from journal order by seq")


class Journal:
    """The shelf of the journal. Nothing about a response is ever written here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(
        self, who: str, act: str, subject: str, at: datetime, facts: Mapping[str, str | int] | None = None
    ) -> None:
        """Append one line, in the transaction of what it tells about."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("lock table journal in share row exclusive mode"))
        last = self.head()
        seq, previous = last.seq + 1, last.hash
        told = json.dumps(dict(facts or {}), ensure_ascii=False, sort_keys=True)
        values = {"seq": seq, "at": at, "who": who, "act": act, "subject": subject, "facts": told}
        link = _hash(previous, seq, at, who, act, subject, told)
        self._connection.execute(journal.insert(), {**values, "previous": previous, "hash": link})

    def head(self) -> Head:
        """The last line there is."""
        query = select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)
        last = self._connection.execute(query).one_or_none()
        return Head(last.seq, last.hash) if last else Head()

    def broken_at(self) -> Iterator[int]:
        """The lines whose place, content or chain is not what it was when written."""
        return (seq for seq, whole, _ in self.links() if not whole)

    def links(self) -> Iterator[tuple[int, bool, str]]:
        """Every line in order: its number, whether its place, content and chain are what was written, its hash.

        The rows are read as they lie there: what somebody put in may be no time and no text at all.
        """
        previous, expected = BEGINNING, 1
        for row in self._connection.execute(_RAW):
            whole = row.seq == expected and row.previous == previous and row.hash == _hash_of(previous, row)
            yield row.seq, whole, str(row.hash)
            previous, expected = row.hash, row.seq + 1

    def page(self, search: str, *, skip: int, most: int) -> list[Line]:
        """Lines that hold the words, the newest first."""
        query = select(journal).where(*_having(search)).order_by(journal.c.seq.desc()).offset(skip).limit(most)
        return [_line(row) for row in self._connection.execute(query)]

    def count(self, search: str) -> int:
        """How many lines hold the words."""
        query = select(func.count()).select_from(journal).where(*_having(search))
        return int(self._connection.execute(query).scalar_one())

    def last(self, act: str) -> Line | None:
        """The newest line of an act."""
        query = select(journal).where(journal.c.act == act).order_by(journal.c.seq.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return _line(row) if row else None

    def every(self) -> Iterator[Line]:
        """Every line, the oldest first."""
        return (_line(row) for row in self._connection.execute(select(journal).order_by(journal.c.seq)))


def _having(search: str) -> list[ColumnElement[bool]]:
    """Every word somewhere in the line, in any letter case."""
    columns = (journal.c.who, journal.c.act, journal.c.subject, journal.c.facts)
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in search.split()[:8]]


def _line(row: Row[Any]) -> Line:
    return Line(row.seq, row.at, row.who, row.act, row.subject, _facts_in(row.facts), row.hash)


def _facts_in(told: str) -> dict[str, Any]:
    """The facts of a line; as they lie there where somebody made them unreadable."""
    try:
        facts = json.loads(told)
    except ValueError:
        facts = None
    return facts if isinstance(facts, dict) else {"?": told}


def _hash_of(previous: str, row: Row[Any]) -> str | None:
    """The hash a row should have; None when it holds what no line of ours could."""
    try:
        at = datetime.fromisoformat(row.at) if isinstance(row.at, str) else row.at
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        return _hash(previous, row.seq, at, row.who, row.act, row.subject, row.facts)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None


def _hash(previous: str, seq: int, at: datetime, *told: str) -> str:
    content = json.dumps([previous, seq, at.astimezone(UTC).isoformat(), *told], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()

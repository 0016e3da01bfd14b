"""The journal: who did what, append-only, each line chained to the one before it by a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, select, text

from surveyapp.persistence.tables import journal

_BEGINNING = "0" * 64


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
        last = self._connection.execute(
            select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)
        ).one_or_none()
        seq, previous = (last.seq + 1, last.hash) if last else (1, _BEGINNING)
        told = json.dumps(dict(facts or {}), ensure_ascii=False, sort_keys=True)
        values = {"seq": seq, "at": at, "who": who, "act": act, "subject": subject, "facts": told}
        link = _hash(previous, seq, at, who, act, subject, told)
        self._connection.execute(journal.insert(), {**values, "previous": previous, "hash": link})

    def broken_at(self) -> Iterator[int]:
        """The lines whose place, content or chain is not what it was when written."""
        previous, expected = _BEGINNING, 1
        for row in self._connection.execute(select(journal).order_by(journal.c.seq)):
            link = _hash(previous, row.seq, row.at, row.who, row.act, row.subject, row.facts)
            if row.seq != expected or row.previous != previous or row.hash != link:
                yield row.seq
            previous, expected = row.hash, row.seq + 1


def _hash(previous: str, seq: int, at: datetime, *told: str) -> str:
    content = json.dumps([previous, seq, at.astimezone(UTC).isoformat(), *told], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()

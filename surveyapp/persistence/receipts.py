"""Leaves of receipts: as many as responses, and nothing that says which belongs to which.

A new leaf is a row. Every night, and when the round closes, the rows are gathered into one sheaf for each assessment
and instrument: ten bytes a leaf instead of a row with its header and its key.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, Insert, Table, delete, select

from surveyapp.domain.paper import Instrument
from surveyapp.domain.receipt import LEAF_BYTES
from surveyapp.persistence.tables import receipt, receipt_sheaf
from surveyapp.persistence.upserts import insert_into

_AT_ONCE: Final = 500  # assessments, so that a nation is never in memory at once


class Receipts:
    """The shelf of leaves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, assessment_id: int, instrument: Instrument, leaf: bytes) -> None:
        """Keep one leaf. A serial that was used before gets a random one: there is a leaf for each response."""
        while not self._connection.execute(self._insert(), _row(assessment_id, instrument, leaf)).rowcount:
            leaf = secrets.token_bytes(LEAF_BYTES)

    def add_many(self, assessment_id: int, instrument: Instrument, leaves: Iterable[bytes]) -> None:
        """Keep the leaves of made-up responses in one go."""
        if rows := [_row(assessment_id, instrument, leaf) for leaf in leaves]:
            self._connection.execute(receipt.insert(), rows)

    def leaves(self, assessment_id: int, instrument: Instrument) -> list[bytes]:
        """Every leaf of one instrument of an assessment, sorted."""
        query = select(receipt.c.leaf).where(*_those(receipt, assessment_id, instrument))
        new = [bytes(leaf) for (leaf,) in self._connection.execute(query)]
        query = select(receipt_sheaf.c.leaves).where(*_those(receipt_sheaf, assessment_id, instrument))
        return sorted([*_apart(self._connection.execute(query).scalar_one_or_none()), *new])

    def gather(self, assessment_ids: Iterable[int] | None = None) -> None:
        """Put the new leaves of these assessments, or of all, into their sheaves, while nobody can add any.

        A leaf that was there on an earlier day already gets a random one, as ``add`` does within a day.
        """
        new = select(receipt.c.assessment_id).distinct().order_by(receipt.c.assessment_id)
        if assessment_ids is not None:
            new = new.where(receipt.c.assessment_id.in_(list(assessment_ids)))
        ids = list(self._connection.execute(new).scalars())
        for start in range(0, len(ids), _AT_ONCE):
            self._gather(ids[start : start + _AT_ONCE])

    def _gather(self, ids: list[int]) -> None:
        sheaves: dict[tuple[int, Instrument], set[bytes]] = defaultdict(set)
        for row in self._connection.execute(select(receipt_sheaf).where(receipt_sheaf.c.assessment_id.in_(ids))):
            sheaves[row.assessment_id, row.instrument] = set(_apart(row.leaves))
        for row in self._connection.execute(select(receipt).where(receipt.c.assessment_id.in_(ids))):
            sheaf, leaf = sheaves[row.assessment_id, row.instrument], bytes(row.leaf)
            while leaf in sheaf:
                leaf = secrets.token_bytes(LEAF_BYTES)
            sheaf.add(leaf)
        insert = insert_into(self._connection.dialect.name, receipt_sheaf)
        keys = [receipt_sheaf.c.assessment_id, receipt_sheaf.c.instrument]
        put = insert.on_conflict_do_update(index_elements=keys, set_={"leaves": insert.excluded.leaves})
        rows = [
            {"assessment_id": assessment_id, "instrument": instrument, "leaves": b"".join(sorted(sheaf))}
            for (assessment_id, instrument), sheaf in sheaves.items()
        ]
        if rows:
            self._connection.execute(put, rows)
        self._connection.execute(delete(receipt).where(receipt.c.assessment_id.in_(ids)))

    def _insert(self) -> Insert:
        insert: Insert = insert_into(self._connection.dialect.name, receipt).on_conflict_do_nothing()
        return insert.execution_options(preserve_rowcount=True)


def _row(assessment_id: int, instrument: Instrument, leaf: bytes) -> dict[str, object]:
    return {"assessment_id": assessment_id, "instrument": instrument, "leaf": leaf}


def _apart(sheaf: bytes | None) -> list[bytes]:
    """The leaves of a sheaf, in their order."""
    whole = sheaf or b""
    return [whole[at : at + LEAF_BYTES] for at in range(0, len(whole), LEAF_BYTES)]


def _those(table: Table, assessment_id: int, instrument: Instrument) -> tuple[Any, ...]:
    return table.c.assessment_id == assessment_id, table.c.instrument == instrument

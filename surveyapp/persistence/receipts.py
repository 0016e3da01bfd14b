"""Leaves of receipts: as many as responses, and nothing that says which belongs to which."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Insert, select

from surveyapp.domain.paper import Instrument
from surveyapp.domain.receipt import LEAF_BYTES
from surveyapp.persistence.tables import receipt
from surveyapp.persistence.upserts import insert_into


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
        query = select(receipt.c.leaf).where(*_those(assessment_id, instrument))
        return sorted(bytes(leaf) for (leaf,) in self._connection.execute(query))

    def holds(self, assessment_id: int, instrument: Instrument, leaf: bytes) -> bool:
        """Whether a leaf is there."""
        query = select(receipt.c.leaf).where(*_those(assessment_id, instrument), receipt.c.leaf == leaf)
        return self._connection.execute(query).one_or_none() is not None

    def _insert(self) -> Insert:
        insert: Insert = insert_into(self._connection.dialect.name, receipt).on_conflict_do_nothing()
        return insert.execution_options(preserve_rowcount=True)


def _row(assessment_id: int, instrument: Instrument, leaf: bytes) -> dict[str, object]:
    return {"assessment_id": assessment_id, "instrument": instrument, "leaf": leaf}


def _those(assessment_id: int, instrument: Instrument) -> tuple[Any, ...]:
    return receipt.c.assessment_id == assessment_id, receipt.c.instrument == instrument

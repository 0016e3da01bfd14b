"""Emblems: the picture an agency has on what it prints."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select

from surveyapp.persistence.tables import emblem


class Emblems:
    """The shelf of emblems, one for each agency that has one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, agency_ids: Iterable[int]) -> dict[int, bytes]:
        """Agency id → its emblem (PNG), of those that have one."""
        query = select(emblem.c.agency_id, emblem.c.png).where(emblem.c.agency_id.in_(list(agency_ids)))
        return {owner: bytes(png) for owner, png in self._connection.execute(query)}

    def put(self, agency_id: int, png: bytes) -> None:
        """Keep an emblem in the place of the one before."""
        self.remove(agency_id)
        self._connection.execute(emblem.insert(), {"agency_id": agency_id, "png": png})

    def remove(self, agency_id: int) -> None:
        """Keep none any more."""
        self._connection.execute(delete(emblem).where(emblem.c.agency_id == agency_id))

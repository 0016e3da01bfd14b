"""Agencies."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from surveyapp.domain.places import Agency
from surveyapp.domain.thai import sort_key
from surveyapp.persistence.rounds import AGENCY_COLUMNS, agency_in
from surveyapp.persistence.tables import agency


class Agencies:
    """The shelf of agencies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Iterable[Agency]) -> None:
        """Put agencies on the shelf; their ids are given here."""
        rows = [
            {
                "code": each.code,
                "name": each.name,
                "sort_key": sort_key(each.name),
                "kind": each.kind,
                "province": each.province,
            }
            for each in new
        ]
        if rows:
            self._connection.execute(agency.insert(), rows)

    def every(self) -> list[Agency]:
        """Every agency, as a Thai dictionary would list them."""
        query = select(*AGENCY_COLUMNS).order_by(agency.c.sort_key, agency.c.code)
        return [agency_in(row) for row in self._connection.execute(query)]

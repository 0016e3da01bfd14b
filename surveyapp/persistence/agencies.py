"""Agencies."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

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
                "district": each.district,
            }
            for each in new
        ]
        if rows:
            self._connection.execute(agency.insert(), rows)

    def change(self, after: Agency) -> None:
        """Keep an agency as it is now; its id and code stay."""
        values = {
            "name": after.name,
            "sort_key": sort_key(after.name),
            "kind": after.kind,
            "province": after.province,
            "district": after.district,
        }
        self._connection.execute(update(agency).where(agency.c.id == after.id).values(**values))

    def every(self) -> list[Agency]:
        """Every agency, as a Thai dictionary would list them."""
        query = select(*AGENCY_COLUMNS).order_by(agency.c.sort_key, agency.c.code)
        return [agency_in(row) for row in self._connection.execute(query)]

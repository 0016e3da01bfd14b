"""Notes of the visits at agencies: rows are only ever added."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from surveyapp.domain.board import Visit
from surveyapp.persistence.tables import visit_note


class Visits:
    """The shelf of visits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, assessment_id: int, visit: Visit) -> None:
        """Keep a note."""
        values = {"assessment_id": assessment_id, "day": visit.day, "by": visit.by, "note": visit.note}
        self._connection.execute(visit_note.insert(), values)

    def of(self, assessment_id: int) -> list[Visit]:
        """The visits at an agency in a round, the last first."""
        query = (
            select(visit_note)
            .where(visit_note.c.assessment_id == assessment_id)
            .order_by(visit_note.c.day.desc(), visit_note.c.id.desc())
        )
        return [Visit(row.day, row.by, row.note) for row in self._connection.execute(query)]

    def newest(self) -> int:
        """The number of the newest note of all; 0 where there is none."""
        return int(self._connection.execute(select(func.coalesce(func.max(visit_note.c.id), 0))).scalar_one())

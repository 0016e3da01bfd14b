"""The phases of rounds."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from surveyapp.domain.calendar import Calendar, Phase, Span
from surveyapp.persistence.tables import round_phase


class Calendars:
    """The shelf of calendars."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, round_id: int) -> Calendar:
        """The phases of a round that have dates, in their order."""
        rows = self._connection.execute(select(round_phase).where(round_phase.c.round_id == round_id)).all()
        found = Calendar()
        for row in rows:
            found = found.moved(Span(Phase(row.phase), row.starts_on, row.ends_on))
        return found

    def put(self, round_id: int, span: Span) -> None:
        """Give a phase its dates, instead of those it had."""
        here = (round_phase.c.round_id == round_id, round_phase.c.phase == span.phase.value)
        self._connection.execute(delete(round_phase).where(*here))
        values = {"starts_on": span.starts_on, "ends_on": span.ends_on}
        self._connection.execute(round_phase.insert().values(round_id=round_id, phase=span.phase.value, **values))

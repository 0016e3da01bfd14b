"""Front counts: how many people chose what on the front page, for each question by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from sqlalchemy import Connection, delete, select

from surveyapp.domain.paper import Instrument
from surveyapp.persistence.tables import assessment, front_count
from surveyapp.persistence.upserts import insert_into

FrontKey: TypeAlias = tuple[int, Instrument, str, str]  # assessment, instrument, question, choice


class FrontCounts:
    """The shelf of front counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counted: Mapping[FrontKey, int]) -> None:
        """Add to the counts, in the order of their names: what came together is not written together."""
        if not counted:
            return
        insert = insert_into(self._connection.dialect.name, front_count)
        keys = ("assessment_id", "instrument", "question", "choice")
        added = insert.on_conflict_do_update(index_elements=keys, set_={"n": front_count.c.n + insert.excluded.n})
        rows = [{**dict(zip(keys, key, strict=True)), "n": n} for key, n in sorted(counted.items())]
        self._connection.execute(added, rows)

    def of(self, assessment_id: int) -> dict[Instrument, dict[str, dict[str, int]]]:
        """Instrument → question → choice → how many people chose it."""
        table = front_count.c
        query = select(table.instrument, table.question, table.choice, table.n).where(
            table.assessment_id == assessment_id
        )
        found: dict[Instrument, dict[str, dict[str, int]]] = {}
        for instrument, question, choice, n in self._connection.execute(query):
            found.setdefault(instrument, {}).setdefault(question, {})[choice] = n
        return found

    def remove(self, round_id: int) -> None:
        """Remove every front count of a round; they go with its answers."""
        mine = select(assessment.c.id).where(assessment.c.round_id == round_id)
        self._connection.execute(delete(front_count).where(front_count.c.assessment_id.in_(mine)))

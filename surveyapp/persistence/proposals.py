"""Steps of a round that wait for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from surveyapp.persistence.tables import person, proposal


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who asked for a step, and when."""

    step: str
    person_id: int
    who: str
    at: datetime


class Proposals:
    """The shelf of proposals: one for each round and step."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, round_id: int) -> dict[str, Proposal]:
        """Step → the proposal that waits."""
        query = (
            select(proposal.c.step, proposal.c.person_id, person.c.full_name, proposal.c.at)
            .join(person)
            .where(proposal.c.round_id == round_id)
        )
        return {row.step: Proposal(*row) for row in self._connection.execute(query)}

    def put(self, round_id: int, step: str, person_id: int, at: datetime) -> None:
        """Have a step wait for a second person."""
        values = {"round_id": round_id, "step": step, "person_id": person_id, "at": at}
        self._connection.execute(proposal.insert(), values)

    def remove(self, round_id: int, step: str) -> None:
        """Forget a proposal: it was confirmed, taken back or void."""
        self._connection.execute(delete(proposal).where(proposal.c.round_id == round_id, proposal.c.step == step))

    def remove_of(self, person_id: int) -> int:
        """Forget everything a person proposed. Comes back with how many that were."""
        return self._connection.execute(delete(proposal).where(proposal.c.person_id == person_id)).rowcount

"""Access codes: keyed hashes, and whether each is spent. Nothing says when, by whom, or with which answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, case, delete, func, select, update

from surveyapp.persistence.tables import access_code, assessment


@dataclass(frozen=True, slots=True)
class CodeCounts:
    """How many codes an assessment has, and how many of them are spent."""

    issued: int
    spent: int


class AccessCodes:
    """The shelf of access codes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, assessment_id: int, hashes: Iterable[bytes]) -> None:
        """Put unspent codes on the shelf, in the order of their hashes."""
        rows = [{"assessment_id": assessment_id, "hash": each, "spent": False} for each in sorted(hashes)]
        if rows:
            self._connection.execute(access_code.insert(), rows)

    def spend(self, assessment_id: int, code_hash: bytes) -> bool:
        """Spend a code. False when there is none such, or it is spent: of two at once only one gets True."""
        which = (access_code.c.assessment_id == assessment_id) & (access_code.c.hash == code_hash)
        spending = update(access_code).where(which, access_code.c.spent.is_(False)).values(spent=True)
        return self._connection.execute(spending).rowcount == 1

    def void_unspent(self, assessment_id: int) -> int:
        """Remove the codes nobody has used. Comes back with how many there were."""
        unused = (access_code.c.assessment_id == assessment_id) & access_code.c.spent.is_(False)
        return self._connection.execute(delete(access_code).where(unused)).rowcount

    def remove(self, assessment_id: int) -> None:
        """Remove every code of an assessment; after closing nobody can ask any more whether one was used."""
        self._connection.execute(delete(access_code).where(access_code.c.assessment_id == assessment_id))

    def counts(self, assessment_id: int) -> CodeCounts:
        """How many codes there are, and how many are spent."""
        spent = func.sum(case((access_code.c.spent, 1), else_=0))
        query = select(func.count(), func.coalesce(spent, 0)).where(access_code.c.assessment_id == assessment_id)
        issued, used = self._connection.execute(query).one()
        return CodeCounts(issued, int(used))

    def choose(self, assessment_id: int, *, by_code: bool) -> None:
        """Have the IIT of an assessment answered by code, or by everybody who has the link."""
        query = update(assessment).where(assessment.c.id == assessment_id).values(iit_by_code=by_code)
        self._connection.execute(query)

"""Results frozen when a round closes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from surveyapp.domain.reach import Reach
from surveyapp.persistence.reaching import within
from surveyapp.persistence.tables import agency, assessment, frozen_result


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a result was made from when its round closed (JSON), and the total and level (its code) it then had."""

    inputs: str
    total: str | None
    level: str | None


class FrozenResults:
    """The shelf of frozen results: what a score was made from, and what it was."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def freeze(
        self, assessment_id: int, inputs: str, *, total: str | None, level: str | None, digest: str, at: datetime
    ) -> None:
        """Keep the inputs (a score document) and the outcome of one assessment."""
        values = {
            "assessment_id": assessment_id,
            "inputs": inputs,
            "total": total,
            "level": level,
            "digest": digest,
            "frozen_at": at,
        }
        self._connection.execute(frozen_result.insert(), values)

    def frozen(self, assessment_id: int) -> Frozen | None:
        """The frozen result of an assessment; None when it is not frozen."""
        query = select(frozen_result.c.inputs, frozen_result.c.total, frozen_result.c.level).where(
            frozen_result.c.assessment_id == assessment_id
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Frozen(row.inputs, row.total, row.level)

    def is_settled(self, assessment_id: int) -> bool:
        """Whether the result of an assessment is frozen, with a level."""
        query = select(frozen_result.c.level).where(frozen_result.c.assessment_id == assessment_id)
        return self._connection.execute(query).scalar_one_or_none() is not None

    def last_frozen(self, round_id: int) -> datetime | None:
        """When the last result of a round was frozen; None where none is."""
        query = select(func.max(frozen_result.c.frozen_at)).join(assessment).where(assessment.c.round_id == round_id)
        last: datetime | None = self._connection.execute(query).scalar_one()
        return last

    def settled(self, round_id: int, reach: Reach) -> list[tuple[str, str, int]]:
        """(province, level code, how many agencies) for what is frozen of a round within reach, with its level."""
        query = (
            select(agency.c.province, frozen_result.c.level, func.count())
            .select_from(frozen_result)
            .join(assessment)
            .join(agency)
            .where(assessment.c.round_id == round_id, frozen_result.c.level.is_not(None), within(reach))
            .group_by(agency.c.province, frozen_result.c.level)
        )
        return [(province, level, n) for province, level, n in self._connection.execute(query)]

    def outcomes_of(self, assessment_ids: Iterable[int]) -> dict[int, tuple[str | None, str | None]]:
        """As ``outcomes``, of these assessments."""
        query = select(frozen_result.c.assessment_id, frozen_result.c.total, frozen_result.c.level).where(
            frozen_result.c.assessment_id.in_(list(assessment_ids))
        )
        return {row.assessment_id: (row.total, row.level) for row in self._connection.execute(query)}

    def outcomes(self, round_id: int) -> dict[int, tuple[str | None, str | None]]:
        """Assessment id → (total as shown, level code) for every frozen result of a round."""
        query = (
            select(frozen_result.c.assessment_id, frozen_result.c.total, frozen_result.c.level)
            .join(assessment)
            .where(assessment.c.round_id == round_id)
        )
        return {row.assessment_id: (row.total, row.level) for row in self._connection.execute(query)}

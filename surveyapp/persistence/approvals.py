"""What was done about the approval of an agency's work: rows are only ever added."""

from __future__ import annotations

from sqlalchemy import Connection, select

from surveyapp.domain.approval import Approval, ApprovalStep, StepKind, fold
from surveyapp.persistence.tables import approval_step


class Approvals:
    """The shelf of approvals."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, assessment_id: int, step: ApprovalStep) -> None:
        """Add a step to the history."""
        values = {
            "assessment_id": assessment_id,
            "at": step.at,
            "by": step.by,
            "act": step.kind.value,
            "note": step.note,
            "digest": step.digest,
        }
        self._connection.execute(approval_step.insert(), values)

    def history(self, assessment_id: int) -> list[ApprovalStep]:
        """Everything that was done, the oldest first."""
        query = select(approval_step).where(approval_step.c.assessment_id == assessment_id).order_by(approval_step.c.id)
        return [
            ApprovalStep(StepKind(row.act), row.at, row.by, row.note, row.digest)
            for row in self._connection.execute(query)
        ]

    def of(self, assessment_id: int) -> Approval:
        """Where the approval stands."""
        return fold(self.history(assessment_id))

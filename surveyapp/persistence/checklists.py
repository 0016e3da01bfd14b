"""The history of every checklist item: rows are only ever added."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, distinct, exists, func, select

from surveyapp.domain.checklist import Clarification, Decision, Evidence, ItemStep
from surveyapp.persistence.tables import assessment, checklist_step

_IS_EVIDENCE = checklist_step.c.urls.is_not(None) & checklist_step.c.clarifies.is_(False)


def undecided() -> ColumnElement[bool]:
    """Of an assessment: whether the last step of one of its items waits for a decision."""
    last, later = checklist_step.alias(), checklist_step.alias()
    overtaken = exists().where(
        later.c.assessment_id == last.c.assessment_id, later.c.item == last.c.item, later.c.id > last.c.id
    )
    return exists().where(last.c.assessment_id == assessment.c.id, last.c.mark.is_(None), ~overtaken)


class Checklists:
    """The shelf of checklist work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, assessment_id: int, steps: Iterable[ItemStep]) -> None:
        """Add steps to the history, in their order."""
        rows = [{"assessment_id": assessment_id, **_row_of(step)} for step in steps]
        if rows:
            self._connection.execute(checklist_step.insert(), rows)

    def counts(self, assessment_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Assessment id → (items with evidence, items decided)."""
        items = checklist_step.c.item
        query = (
            select(
                checklist_step.c.assessment_id,
                func.count(distinct(case((_IS_EVIDENCE, items)))),
                func.count(distinct(case((checklist_step.c.mark.is_not(None), items)))),
            )
            .where(checklist_step.c.assessment_id.in_(list(assessment_ids)))
            .group_by(checklist_step.c.assessment_id)
        )
        return {owner: (filed, decided) for owner, filed, decided in self._connection.execute(query)}

    def waiting(self, assessment_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Assessment id → (items that wait for a first look, for another one); without those where none does."""
        last = select(func.max(checklist_step.c.id)).group_by(checklist_step.c.assessment_id, checklist_step.c.item)
        of = last.where(checklist_step.c.assessment_id.in_(list(assessment_ids)))
        query = (
            select(
                checklist_step.c.assessment_id,
                func.count(case((checklist_step.c.clarifies.is_(False), 1))),
                func.count(case((checklist_step.c.clarifies, 1))),
            )
            .where(checklist_step.c.id.in_(of), checklist_step.c.mark.is_(None))
            .group_by(checklist_step.c.assessment_id)
        )
        return {owner: (first, again) for owner, first, again in self._connection.execute(query)}

    def touched(self, assessment_ids: Iterable[int]) -> dict[int, int]:
        """Assessment id → items with evidence or a decision."""
        query = (
            select(checklist_step.c.assessment_id, func.count(distinct(checklist_step.c.item)))
            .where(checklist_step.c.assessment_id.in_(list(assessment_ids)))
            .group_by(checklist_step.c.assessment_id)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def history(self, assessment_id: int) -> list[ItemStep]:
        """Everything that happened to the items of an assessment, oldest first."""
        query = (
            select(checklist_step).where(checklist_step.c.assessment_id == assessment_id).order_by(checklist_step.c.id)
        )
        return [_step_in(row) for row in self._connection.execute(query)]


def _row_of(step: ItemStep) -> dict[str, Any]:
    """A clarification is kept where evidence is, and marked: its reason is the note."""
    evidence, asked, decision = step.evidence, step.clarification, step.decision
    shown = asked or evidence
    note = asked.reason if asked else evidence.note if evidence else None
    return {
        "item": step.item,
        "at": step.at,
        "by": step.by,
        "urls": json.dumps(shown.urls) if shown else None,
        "note": note,
        "mark": int(decision.mark) if decision else None,
        "reason": decision.reason if decision else None,
        "clarifies": asked is not None,
    }


def _step_in(row: Row[Any]) -> ItemStep:
    urls = None if row.urls is None else tuple(json.loads(row.urls))
    if row.clarifies and urls is not None:
        return ItemStep(row.item, row.at, row.by, clarification=Clarification(row.note or "", urls))
    evidence = None if urls is None else Evidence(urls, row.note or "")
    decision = None if row.mark is None else Decision(Decimal(row.mark), row.reason or "")
    return ItemStep(row.item, row.at, row.by, evidence, decision)

"""What the board shows of a round's agencies: one question for each kind of fact, however many agencies there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, case, distinct, func, select

from surveyapp.domain.board import Visit
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Agency
from surveyapp.domain.reach import Reach
from surveyapp.persistence.reaching import within
from surveyapp.persistence.rounds import AGENCY_COLUMNS, agency_in
from surveyapp.persistence.tables import agency, assessment, checklist_step, frozen_result, response, visit_note


@dataclass(frozen=True, slots=True)
class Member:
    """An agency of a round. id: of the assessment; eligible: how many may answer, where that is told."""

    id: int
    agency: Agency
    eligible: dict[Instrument, int | None]


class Boards:
    """Questions over every agency of a round that is within a reach."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def members(self, round_id: int, reach: Reach) -> list[Member]:
        """The agencies, in Thai order."""
        query = (
            select(assessment.c.id, assessment.c.eligible_iit, assessment.c.eligible_eit, *AGENCY_COLUMNS)
            .join_from(assessment, agency)
            .where(assessment.c.round_id == round_id, within(reach))
            .order_by(agency.c.sort_key, agency.c.code)
        )
        return [
            Member(row.id, agency_in(row), {Instrument.IIT: row.eligible_iit, Instrument.EIT: row.eligible_eit})
            for row in self._connection.execute(query)
        ]

    def received(self, round_id: int, reach: Reach) -> dict[tuple[int, Instrument], int]:
        """(assessment, instrument) → how many responses are kept."""
        query = (
            select(response.c.assessment_id, response.c.instrument, func.count())
            .where(response.c.assessment_id.in_(_those(round_id, reach)))
            .group_by(response.c.assessment_id, response.c.instrument)
        )
        return {(which, instrument): n for which, instrument, n in self._connection.execute(query)}

    def checklists(self, round_id: int, reach: Reach) -> dict[int, tuple[int, int, int]]:
        """Assessment id → (items with evidence, items decided, items with either)."""
        item = checklist_step.c.item
        query = (
            select(
                checklist_step.c.assessment_id,
                func.count(distinct(case((checklist_step.c.urls.is_not(None), item)))),
                func.count(distinct(case((checklist_step.c.mark.is_not(None), item)))),
                func.count(distinct(item)),
            )
            .where(checklist_step.c.assessment_id.in_(_those(round_id, reach)))
            .group_by(checklist_step.c.assessment_id)
        )
        return {row[0]: (row[1], row[2], row[3]) for row in self._connection.execute(query)}

    def outcomes(self, round_id: int, reach: Reach) -> dict[int, tuple[str | None, str | None]]:
        """Assessment id → (total as shown, level code) of what is frozen."""
        query = select(frozen_result.c.assessment_id, frozen_result.c.total, frozen_result.c.level).where(
            frozen_result.c.assessment_id.in_(_those(round_id, reach))
        )
        return {row.assessment_id: (row.total, row.level) for row in self._connection.execute(query)}

    def last_visits(self, round_id: int, reach: Reach) -> dict[int, Visit]:
        """Assessment id → the last visit."""
        newest = (visit_note.c.day.desc(), visit_note.c.id.desc())
        place = func.row_number().over(partition_by=visit_note.c.assessment_id, order_by=newest).label("place")
        ranked = select(visit_note, place).where(visit_note.c.assessment_id.in_(_those(round_id, reach))).subquery()
        rows = self._connection.execute(select(ranked).where(ranked.c.place == 1))
        return {row.assessment_id: Visit(row.day, row.by, row.note) for row in rows}


def _those(round_id: int, reach: Reach) -> Select[Any]:
    return select(assessment.c.id).join(agency).where(assessment.c.round_id == round_id, within(reach))

"""Rounds and assessments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select, update

from surveyapp.domain.paging import MOST, Page, page_near, skipped
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Agency, Assessment, Round, Stage
from surveyapp.domain.problems import AgencyUnknown, NoRounds, RoundUnknown
from surveyapp.domain.reach import Reach
from surveyapp.persistence.reaching import named, within
from surveyapp.persistence.tables import agency, assessment, round_

ROUND_COLUMNS = [column.label(f"round_{column.name}") for column in round_.c]
AGENCY_COLUMNS = [column.label(f"agency_{column.name}") for column in agency.c]
ASSESSMENT_COLUMNS = [column.label(f"assessment_{column.name}") for column in assessment.c]
EVERYTHING = [*ASSESSMENT_COLUMNS, *ROUND_COLUMNS, *AGENCY_COLUMNS]


class Rounds:
    """The shelf of rounds and of the assessments in them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Round) -> Round:
        """Put a round on the shelf; its id is given here."""
        values = {
            "fiscal_year": new.fiscal_year,
            "stage": new.stage.value,
            "digest": new.digest,
            "rehearsal": new.rehearsal,
            "closes_on": new.closes_on,
            "opens_on": new.opens_on,
            "receipts_iit": Instrument.IIT in new.receipts,
            "receipts_eit": Instrument.EIT in new.receipts,
        }
        self._connection.execute(round_.insert(), values)
        return self.of_year(new.fiscal_year)

    def of_year(self, year: int) -> Round:
        """The round of a fiscal year; refuses when there is none."""
        row = self._connection.execute(select(*ROUND_COLUMNS).where(round_.c.fiscal_year == year)).one_or_none()
        if row is None:
            raise RoundUnknown(year=year)
        return round_in(row)

    def newest_open(self) -> Round:
        """The newest open round, else the newest of all; refuses when there is none."""
        rounds = self.every()
        if not rounds:
            raise NoRounds()
        return next((each for each in rounds if each.stage is Stage.OPEN), rounds[0])

    def every(self) -> list[Round]:
        """Every round, the newest first."""
        rows = self._connection.execute(select(*ROUND_COLUMNS).order_by(round_.c.fiscal_year.desc()))
        return [round_in(row) for row in rows]

    def move(self, moved: Round, stage: Stage) -> None:
        """Set the stage of a round."""
        self._connection.execute(update(round_).where(round_.c.id == moved.id).values(stage=stage.value))

    def bind(self, prepared: Round, digest: str) -> None:
        """Bind a round to a paper."""
        self._connection.execute(update(round_).where(round_.c.id == prepared.id).values(digest=digest))

    def give_receipts(self, prepared: Round, receipts: Collection[Instrument]) -> None:
        """Settle which instruments of a round give receipts."""
        given = {"receipts_iit": Instrument.IIT in receipts, "receipts_eit": Instrument.EIT in receipts}
        self._connection.execute(update(round_).where(round_.c.id == prepared.id).values(**given))

    def hold_back(self, closed: Round, held_back: bool) -> None:
        """Have the results of a round wait, or let them go."""
        self._connection.execute(update(round_).where(round_.c.id == closed.id).values(held_back=held_back))

    def take_answers(self, moved: Round, opens_on: date | None, closes_on: date | None) -> None:
        """Set the first and the last day on which answers are taken."""
        dates = {"opens_on": opens_on, "closes_on": closes_on}
        self._connection.execute(update(round_).where(round_.c.id == moved.id).values(**dates))

    def hold(self, fiscal_year: int, *, to_change: bool = False) -> None:
        """Keep a round as it is (or for us alone) until the transaction ends.

        Whoever writes under a round holds it first, so that nothing slips in while it is being closed.
        SQLite needs no lock: there is one writer.
        """
        self._connection.execute(
            select(round_.c.id).where(round_.c.fiscal_year == fiscal_year).with_for_update(read=not to_change)
        )

    def hold_every(self) -> None:
        """As ``hold``, every round: none opens or closes until the transaction ends."""
        self._connection.execute(select(round_.c.id).with_for_update(read=True))

    def held(self, fiscal_year: int, agency_code: str) -> Assessment:
        """As ``assessment``, with the round kept as it is and the assessment ours until the transaction ends."""
        self.hold(fiscal_year)
        owner = select(agency.c.id).where(agency.c.code == agency_code).scalar_subquery()
        self._connection.execute(select(assessment.c.id).where(assessment.c.agency_id == owner).with_for_update())
        return self.assessment(fiscal_year, agency_code)

    def add_assessments(self, round_id: int, agencies: Iterable[tuple[int, int | None, int | None]]) -> None:
        """Put agencies into a round: (agency id, eligible for the IIT, eligible for the EIT)."""
        rows = [
            {"round_id": round_id, "agency_id": agency_id, "eligible_iit": iit, "eligible_eit": eit}
            for agency_id, iit, eit in agencies
        ]
        if rows:
            self._connection.execute(assessment.insert(), rows)

    def tell(self, told: Iterable[tuple[int, int | None, int | None]]) -> None:
        """Set how many people may answer: (assessment id, for the IIT, for the EIT)."""
        rows = [{"which": which, "iit": iit, "eit": eit} for which, iit, eit in told]
        counts: dict[str, Any] = {"eligible_iit": bindparam("iit"), "eligible_eit": bindparam("eit")}
        if rows:
            self._connection.execute(
                update(assessment).where(assessment.c.id == bindparam("which")).values(counts), rows
            )

    def assessments(self, fiscal_year: int) -> list[Assessment]:
        """Every assessment of a year, as a Thai dictionary would list the agencies."""
        query = _joined().where(round_.c.fiscal_year == fiscal_year).order_by(agency.c.sort_key, agency.c.code)
        return [assessment_in(row) for row in self._connection.execute(query)]

    def within(
        self,
        stages: Iterable[Stage],
        reach: Reach,
        number: int = 1,
        search: str = "",
        *,
        first: ColumnElement[bool] | None = None,
    ) -> Page[Assessment]:
        """A page of the assessments in a person's reach, in rounds of these stages: the newest round first.

        first: what is true of those that come before all others.
        """
        where = (round_.c.stage.in_([each.value for each in stages]), within(reach), *named(search))
        return self._page(where, number, () if first is None else (first.desc(),))

    def listed(self, fiscal_year: int, number: int, search: str, province: str) -> Page[Assessment]:
        """A page of a year's assessments in Thai order: those of a province, with all of these words."""
        at = [agency.c.province == province] if province else []
        return self._page((round_.c.fiscal_year == fiscal_year, *named(search), *at), number)

    def provinces(self, fiscal_year: int) -> list[str]:
        """The provinces that have an agency in a year."""
        query = select(agency.c.province).distinct().join_from(assessment, agency).join(round_)
        return sorted(self._connection.execute(query.where(round_.c.fiscal_year == fiscal_year)).scalars())

    def _page(
        self, where: Iterable[ColumnElement[bool]], number: int, first: Iterable[ColumnElement[Any]] = ()
    ) -> Page[Assessment]:
        where = list(where)
        count = select(func.count()).select_from(assessment).join(round_).join(agency).where(*where)
        found = int(self._connection.execute(count).scalar_one())
        number = page_near(found, number)
        order = (*first, round_.c.fiscal_year.desc(), agency.c.sort_key, agency.c.code)
        query = _joined().where(*where).order_by(*order).offset(skipped(number)).limit(MOST)
        return Page(tuple(assessment_in(row) for row in self._connection.execute(query)), found, number)

    def assessment(self, fiscal_year: int, agency_code: str) -> Assessment:
        """The assessment of one agency in one year; refuses when there is none."""
        query = _joined().where(round_.c.fiscal_year == fiscal_year, agency.c.code == agency_code)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            self.of_year(fiscal_year)
            raise AgencyUnknown(code=agency_code[:40])
        return assessment_in(row)

    def of_agency(self, agency_code: str) -> list[Assessment]:
        """Every assessment of an agency, the oldest year first; none where nobody knows it."""
        query = _joined().where(agency.c.code == agency_code).order_by(round_.c.fiscal_year)
        return [assessment_in(row) for row in self._connection.execute(query)]


def _joined() -> Select[Any]:
    return select(*EVERYTHING).join_from(assessment, round_).join(agency)


def round_in(row: Row[Any]) -> Round:
    """The round in a row that holds ``ROUND_COLUMNS``."""
    return Round(
        id=row.round_id,
        fiscal_year=row.round_fiscal_year,
        stage=Stage(row.round_stage),
        digest=row.round_digest,
        rehearsal=row.round_rehearsal,
        closes_on=row.round_closes_on,
        opens_on=row.round_opens_on,
        held_back=row.round_held_back,
        receipts=_receipts_in(row),
    )


def _receipts_in(row: Row[Any]) -> frozenset[Instrument]:
    given = {Instrument.IIT: row.round_receipts_iit, Instrument.EIT: row.round_receipts_eit}
    return frozenset(each for each, is_given in given.items() if is_given)


def agency_in(row: Row[Any]) -> Agency:
    """The agency in a row that holds ``AGENCY_COLUMNS``."""
    return Agency(
        id=row.agency_id,
        code=row.agency_code,
        name=row.agency_name,
        kind=row.agency_kind,
        province=row.agency_province,
        district=row.agency_district,
    )


def assessment_in(row: Row[Any]) -> Assessment:
    """The assessment in a row that holds ``EVERYTHING``."""
    return Assessment(
        id=row.assessment_id,
        round=round_in(row),
        agency=agency_in(row),
        eligible_iit=row.assessment_eligible_iit,
        eligible_eit=row.assessment_eligible_eit,
        by_code=row.assessment_iit_by_code,
    )

"""Links: the shared addresses people answer at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, case, func, select, update

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Channel, Link, Stage
from surveyapp.domain.problems import LinkUnknown
from surveyapp.persistence.rounds import EVERYTHING, assessment_in
from surveyapp.persistence.tables import agency, assessment, link, round_

# The link everybody has comes first, those that were replaced last.
_FIRST: Final = (link.c.replaced, case((link.c.channel == Channel.OPEN.value, 0), else_=1), link.c.channel)


class Links:
    """The shelf of links."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Iterable[tuple[str, int, Instrument, Channel]], name: str = "") -> None:
        """Put links on the shelf: (code, assessment id, instrument, channel), all of one name."""
        rows = [
            {
                "code": code,
                "assessment_id": owner,
                "instrument": instrument,
                "channel": channel.value,
                "paused": False,
                "name": name,
            }
            for code, owner, instrument, channel in new
        ]
        if rows:
            self._connection.execute(link.insert(), rows)

    def change(self, code: str, **values: str | bool) -> None:
        """Set the name of a link, or whether it is paused or replaced."""
        self._connection.execute(update(link).where(link.c.code == code).values(**values))

    def with_code(self, code: str) -> Link:
        """The link with this (tidied) code; refuses when there is none."""
        row = self._connection.execute(_joined().where(link.c.code == code)).one_or_none()
        if row is None:
            raise LinkUnknown(code=code)
        return _link_in(row)

    def samples(self) -> list[str]:
        """One code that may be answered at for each open round and instrument."""
        query = select(func.min(link.c.code)).join_from(link, assessment).join(round_)
        answerable = round_.c.stage == Stage.OPEN.value, link.c.paused.is_(False)
        query = query.where(*answerable).group_by(round_.c.id, link.c.instrument)
        return [code for (code,) in self._connection.execute(query)]

    def of_year(self, fiscal_year: int, agency_code: str | None = None) -> list[Link]:
        """Every link of a year (or of one agency in it), agencies in Thai order, then IIT before EIT."""
        query = _joined().where(round_.c.fiscal_year == fiscal_year)
        if agency_code is not None:
            query = query.where(agency.c.code == agency_code)
        query = query.order_by(agency.c.sort_key, agency.c.code, link.c.instrument, *_FIRST, link.c.code)
        return [_link_in(row) for row in self._connection.execute(query)]


def _joined() -> Select[Any]:
    columns = [column.label(f"link_{column.name}") for column in link.c]
    return select(*columns, *EVERYTHING).join_from(link, assessment).join(round_).join(agency)


def _link_in(row: Row[Any]) -> Link:
    return Link(
        code=row.link_code,
        assessment=assessment_in(row),
        instrument=row.link_instrument,
        channel=Channel(row.link_channel),
        paused=row.link_paused,
        name=row.link_name,
        replaced=row.link_replaced,
    )

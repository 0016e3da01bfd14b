"""Responses: kept once, counted by query, and never looked at one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Integer, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from surveyapp.domain.paper import Instrument, Questionnaire
from surveyapp.domain.places import Channel
from surveyapp.domain.problems import AnsweredDifferently
from surveyapp.domain.response import Response
from surveyapp.domain.tally import Tally, name_places
from surveyapp.persistence.tables import progress, response


class byte_at(GenericFunction[int]):  # noqa: N801 - a function of SQL
    """The byte at a place of a blob, counted from 1, as a number."""

    type = Integer()
    inherit_cache = True


@compiles(byte_at, "postgresql")
def _byte_at_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    blob, place = element.clauses
    return f"get_byte({compiler.process(blob, **kw)}, {compiler.process(place, **kw)} - 1)"


@compiles(byte_at, "sqlite")
def _byte_at_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    # SQLite has no ascii() of a blob; two hexadecimal digits are found in the string of all digits.
    blob, place = element.clauses
    byte = f"hex(substr({compiler.process(blob, **kw)}, {compiler.process(place, **kw)}, 1))"
    digits = "'0123456789ABCDEF'"
    return f"((instr({digits}, substr({byte}, 1, 1)) - 1) * 16 + instr({digits}, substr({byte}, 2, 1)) - 1)"


class Responses:
    """The shelf of responses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, assessment_id: int, given: Response, channel: Channel, day: date) -> bool:
        """Keep a response once. True when it is new, False when this very response was here already.

        Refuses the same id with other answers. The counter of the channel and day moves only for a
        new response, in the same transaction, and nothing ties the two together.
        """
        row = {
            "assessment_id": assessment_id,
            "instrument": given.instrument,
            "id": given.id,
            "eit_part": given.eit_part,
            "answers": given.answers,
        }
        insert = self._insert(response).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
        if self._connection.execute(insert, row).rowcount == 0:
            self._refuse_other_answers(assessment_id, given)
            return False
        self._count(assessment_id, given.instrument, channel, day)
        return True

    def keep_many(self, assessment_id: int, given: Iterable[Response]) -> int:
        """Keep made-up responses in one go; for demonstrations. Comes back with how many."""
        rows = [
            {
                "assessment_id": assessment_id,
                "instrument": each.instrument,
                "id": each.id,
                "eit_part": each.eit_part,
                "answers": each.answers,
            }
            for each in given
        ]
        if rows:
            self._connection.execute(response.insert(), rows)
        return len(rows)

    def count_many(self, assessment_id: int, instrument: Instrument, channel: Channel, by_day: dict[date, int]) -> None:
        """Add to the counters of several days; for demonstrations."""
        rows = [
            {"assessment_id": assessment_id, "instrument": instrument, "channel": channel.value, "day": day, "n": n}
            for day, n in by_day.items()
            if n
        ]
        if rows:
            self._connection.execute(progress.insert(), rows)

    def tally(self, assessment_id: int, questionnaire: Questionnaire, eit_part: int) -> Tally:
        """How many responses chose each choice, counted by the database."""
        place = select(literal(1, Integer).label("place")).cte("place", recursive=True)
        last = len(questionnaire.sub_questions)
        place = place.union_all(select(place.c.place + 1).where(place.c.place < last))
        byte = byte_at(response.c.answers, place.c.place).label("which")
        query = (
            select(place.c.place, byte, func.count())
            .select_from(response)
            .join(place, literal(True))
            .where(*_those(assessment_id, questionnaire.instrument, eit_part))
            .group_by(place.c.place, byte)
        )
        counts = {(where, which): n for where, which, n in self._connection.execute(query)}
        return name_places(questionnaire, counts)

    def all_answers(self, assessment_id: int, instrument: Instrument, eit_part: int) -> list[bytes]:
        """The packed answers, in the order of their random ids. For checking a tally, not for pages."""
        query = select(response.c.answers).where(*_those(assessment_id, instrument, eit_part))
        return [bytes(answers) for (answers,) in self._connection.execute(query)]

    def received(self, assessment_ids: Iterable[int]) -> dict[tuple[int, Instrument], int]:
        """(assessment, instrument) → how many responses are kept."""
        query = (
            select(response.c.assessment_id, response.c.instrument, func.count())
            .where(response.c.assessment_id.in_(list(assessment_ids)))
            .group_by(response.c.assessment_id, response.c.instrument)
        )
        return {(assessment, instrument): n for assessment, instrument, n in self._connection.execute(query)}

    def _refuse_other_answers(self, assessment_id: int, given: Response) -> None:
        query = select(response.c.eit_part, response.c.answers).where(
            response.c.assessment_id == assessment_id,
            response.c.instrument == given.instrument,
            response.c.id == given.id,
        )
        eit_part, answers = self._connection.execute(query).one()
        if (eit_part, bytes(answers)) != (given.eit_part, given.answers):
            raise AnsweredDifferently()

    def _count(self, assessment_id: int, instrument: Instrument, channel: Channel, day: date) -> None:
        insert = self._insert(progress)
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[progress.c.assessment_id, progress.c.instrument, progress.c.channel, progress.c.day],
                set_={"n": progress.c.n + 1},
            ),
            {"assessment_id": assessment_id, "instrument": instrument, "channel": channel.value, "day": day, "n": 1},
        )

    def _insert(self, table: Any) -> Any:
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)


def _those(assessment_id: int, instrument: Instrument, eit_part: int) -> tuple[Any, ...]:
    return (
        response.c.assessment_id == assessment_id,
        response.c.instrument == instrument,
        response.c.eit_part == eit_part,
    )

"""Responses: kept once, counted by query, and never looked at one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Boolean, Connection, Date, Executable, Integer, bindparam, delete, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from surveyapp.domain.front import Chosen
from surveyapp.domain.paper import Instrument, Questionnaire
from surveyapp.domain.places import AGAIN, CROWD, Channel, Link, Stage, eit_part_of
from surveyapp.domain.response import Response
from surveyapp.domain.tally import Tally, name_places
from surveyapp.persistence.access_codes import AccessCodes
from surveyapp.persistence.front_counts import FrontKey
from surveyapp.persistence.receipts import Receipts
from surveyapp.persistence.tables import assessment, link, progress, response, round_
from surveyapp.persistence.upserts import insert_into


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


class Outcome(StrEnum):
    """What became of a response that was handed in."""

    NEW = "new"
    AGAIN = "again"  # this very response was here already
    DIFFERENT = "different"  # its id was here with other answers
    SHUT = "shut"  # its link may not be answered at now; nothing was kept
    NO_RIGHT = "no right"  # its access code is unknown or spent; nothing was kept


CounterKey: TypeAlias = tuple[int, Instrument, str, date]


@dataclass(frozen=True, slots=True)
class Offer:
    """A response that came in through a link on a civil day. Only the response is kept.

    signs: what speaks for a second answer of the same person; counted by the day, tied to nothing.
    right: the keyed hash of the access code that is spent with it, where one is needed.
    leaf: of its receipt; None where the round gives none for this instrument.
    front: what was chosen on the front page; counted by itself, tied to nothing.
    """

    link: Link
    response: Response
    day: date
    signs: tuple[str, ...] = ()
    right: bytes | None = None
    leaf: bytes | None = None
    front: Chosen = ()

    @property
    def counters(self) -> Iterator[CounterKey]:
        """The counters it moves, each by assessment, instrument and day: its channel's, and one for each sign."""
        for name in (self.link.channel.value, *self.signs):
            yield self.link.assessment.id, self.link.instrument, name, self.day

    @property
    def front_counters(self) -> Iterator[FrontKey]:
        """The front counts it moves, each by itself."""
        for question, choice in self.front:
            yield self.link.assessment.id, self.link.instrument, question, choice


@cache
def _statement(dialect: str) -> Executable:
    """Insert what the link's assessment may take, if the link is not paused and its round is open."""
    may = (
        select(
            assessment.c.id,
            bindparam("instrument", type_=response.c.instrument.type),
            bindparam("id", type_=response.c.id.type),
            bindparam("eit_part", type_=response.c.eit_part.type),
            bindparam("answers", type_=response.c.answers.type),
        )
        .join_from(link, assessment)
        .join(round_)
        .where(
            link.c.code == bindparam("code"),
            link.c.instrument == bindparam("instrument", type_=response.c.instrument.type),
            link.c.paused.is_(False),
            or_(
                assessment.c.iit_by_code.is_(False),
                link.c.instrument != Instrument.IIT,
                bindparam("with_right", type_=Boolean()),
            ),
            round_.c.stage == Stage.OPEN.value,
            or_(round_.c.opens_on.is_(None), round_.c.opens_on <= bindparam("day", type_=Date())),
            or_(round_.c.closes_on.is_(None), round_.c.closes_on >= bindparam("day", type_=Date())),
        )
        .with_for_update(read=True, key_share=True, of=round_)
    )
    columns = ["assessment_id", "instrument", "id", "eit_part", "answers"]
    insert = insert_into(dialect, response).from_select(columns, may).on_conflict_do_nothing()
    return insert.execution_options(preserve_rowcount=True)  # type: ignore[no-any-return]


class Responses:
    """The shelf of responses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, offer: Offer) -> Outcome:
        """Keep a response once, if its link may be answered at: one statement, and its leaf.

        In PostgreSQL the row of the round is held until the transaction ends, and looked at again if it was
        just being closed; SQLite has one writer. Where an access code is needed it is spent with the response,
        or neither happens.
        """
        if offer.right is None:
            return self._put(offer)
        with self._connection.begin_nested() as attempt:
            outcome = self._put(offer)
            if outcome is Outcome.NEW and not AccessCodes(self._connection).spend(
                offer.link.assessment.id, offer.right
            ):
                attempt.rollback()
                return Outcome.NO_RIGHT
        return outcome

    def _put(self, offer: Offer) -> Outcome:
        given = offer.response
        values = {
            "instrument": given.instrument,
            "id": given.id,
            "eit_part": given.eit_part,
            "answers": given.answers,
            "code": offer.link.code,
            "day": offer.day,
            "with_right": offer.right is not None,
        }
        dialect = self._connection.dialect.name
        if self._connection.execute(_statement(dialect), values).rowcount:
            if offer.leaf is not None:
                Receipts(self._connection).add(offer.link.assessment.id, given.instrument, offer.leaf)
            return Outcome.NEW
        return self._why_not(offer.link.assessment.id, given)

    def count(self, counted: Mapping[CounterKey, int]) -> None:
        """Add to the counters of channels and days."""
        if not counted:
            return
        insert = self._insert(progress)
        keys = [progress.c.assessment_id, progress.c.instrument, progress.c.channel, progress.c.day]
        added = insert.on_conflict_do_update(index_elements=keys, set_={"n": progress.c.n + insert.excluded.n})
        names = ("assessment_id", "instrument", "channel", "day")
        self._connection.execute(added, [{**dict(zip(names, key, strict=True)), "n": n} for key, n in counted.items()])

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

    def any_of(self, round_id: int) -> bool:
        """Whether a round still has answers."""
        query = select(response.c.assessment_id).join(assessment).where(assessment.c.round_id == round_id).limit(1)
        return self._connection.execute(query).first() is not None

    def remove(self, round_id: int) -> int:
        """Remove every answer of a round. Comes back with how many there were."""
        mine = select(assessment.c.id).where(assessment.c.round_id == round_id)
        removing = delete(response).where(response.c.assessment_id.in_(mine))
        return self._connection.execute(removing).rowcount

    def all_answers(self, assessment_id: int, instrument: Instrument, eit_part: int) -> list[bytes]:
        """The packed answers, in the order of their random ids. For checking a tally, not for pages."""
        query = select(response.c.answers).where(*_those(assessment_id, instrument, eit_part))
        return [bytes(answers) for (answers,) in self._connection.execute(query)]

    def vectors(self, assessment_id: int, instrument: Instrument, eit_part: int) -> dict[bytes, int]:
        """Packed answers → how many gave just those; in no order. For what is true of all, never of one."""
        query = (
            select(response.c.answers, func.count())
            .where(*_those(assessment_id, instrument, eit_part))
            .group_by(response.c.answers)
        )
        return {bytes(answers): n for answers, n in self._connection.execute(query)}

    def days(self, assessment_id: int) -> dict[tuple[Instrument, int], list[int]]:
        """(instrument, EIT part) → how many answers came on each day that brought any; the days have no name."""
        query = select(progress.c.instrument, progress.c.channel, progress.c.day, progress.c.n).where(
            progress.c.assessment_id == assessment_id, progress.c.channel.not_in([AGAIN, CROWD])
        )
        found: dict[tuple[Instrument, int], Counter[date]] = {}
        for instrument, channel, day, n in self._connection.execute(query):
            part = eit_part_of(Instrument(instrument), Channel(channel))
            found.setdefault((Instrument(instrument), part), Counter())[day] += n
        return {key: sorted(counts.values()) for key, counts in found.items()}

    def by_channel(self, assessment_id: int) -> list[tuple[Instrument, str, date, int]]:
        """How many answers came in: (instrument, channel, day, count)."""
        query = select(progress.c.instrument, progress.c.channel, progress.c.day, progress.c.n).where(
            progress.c.assessment_id == assessment_id, progress.c.channel.not_in([AGAIN, CROWD])
        )
        return [(instrument, channel, day, n) for instrument, channel, day, n in self._connection.execute(query)]

    def signs(self, assessment_id: int) -> dict[str, int]:
        """How many answers of the EIT may have been somebody's second, by sign."""
        query = (
            select(progress.c.channel, func.sum(progress.c.n))
            .where(progress.c.assessment_id == assessment_id, progress.c.channel.in_([AGAIN, CROWD]))
            .group_by(progress.c.channel)
        )
        return {sign: int(n) for sign, n in self._connection.execute(query)}

    def received(self, assessment_ids: Iterable[int]) -> dict[tuple[int, Instrument], int]:
        """(assessment, instrument) → how many responses are kept."""
        query = (
            select(response.c.assessment_id, response.c.instrument, func.count())
            .where(response.c.assessment_id.in_(list(assessment_ids)))
            .group_by(response.c.assessment_id, response.c.instrument)
        )
        return {(assessment, instrument): n for assessment, instrument, n in self._connection.execute(query)}

    def _why_not(self, assessment_id: int, given: Response) -> Outcome:
        query = select(response.c.eit_part, response.c.answers).where(
            response.c.assessment_id == assessment_id,
            response.c.instrument == given.instrument,
            response.c.id == given.id,
        )
        kept = self._connection.execute(query).one_or_none()
        if kept is None:
            return Outcome.SHUT
        return (
            Outcome.AGAIN
            if (kept.eit_part, bytes(kept.answers)) == (given.eit_part, given.answers)
            else (Outcome.DIFFERENT)
        )

    def _insert(self, table: Any) -> Any:
        return insert_into(self._connection.dialect.name, table)


def _those(assessment_id: int, instrument: Instrument, eit_part: int) -> tuple[Any, ...]:
    return (
        response.c.assessment_id == assessment_id,
        response.c.instrument == instrument,
        response.c.eit_part == eit_part,
    )

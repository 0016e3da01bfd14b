"""The store: opens a transaction and hands out the shelves in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from surveyapp.domain.problems import DatabaseMissing
from surveyapp.persistence.access_codes import AccessCodes
from surveyapp.persistence.agencies import Agencies
from surveyapp.persistence.approvals import Approvals
from surveyapp.persistence.blur import blur
from surveyapp.persistence.board import Boards
from surveyapp.persistence.calendar import Calendars
from surveyapp.persistence.checklists import Checklists
from surveyapp.persistence.copying import Copying
from surveyapp.persistence.database import Database
from surveyapp.persistence.emblems import Emblems
from surveyapp.persistence.entries import Entries
from surveyapp.persistence.front_counts import FrontCounts
from surveyapp.persistence.intake import Intake
from surveyapp.persistence.journal import Journal
from surveyapp.persistence.links import Links
from surveyapp.persistence.papers import Papers
from surveyapp.persistence.people import People
from surveyapp.persistence.proposals import Proposals
from surveyapp.persistence.receipts import Receipts
from surveyapp.persistence.responses import Responses
from surveyapp.persistence.results import FrozenResults
from surveyapp.persistence.rounds import Rounds
from surveyapp.persistence.visits import Visits


class Shelves:
    """The shelves within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def access_codes(self) -> AccessCodes:
        return AccessCodes(self._connection)

    @cached_property
    def agencies(self) -> Agencies:
        return Agencies(self._connection)

    @cached_property
    def boards(self) -> Boards:
        return Boards(self._connection)

    @cached_property
    def approvals(self) -> Approvals:
        return Approvals(self._connection)

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self._connection)

    @cached_property
    def checklists(self) -> Checklists:
        return Checklists(self._connection)

    @cached_property
    def emblems(self) -> Emblems:
        return Emblems(self._connection)

    @cached_property
    def entries(self) -> Entries:
        return Entries(self._connection)

    @cached_property
    def front_counts(self) -> FrontCounts:
        return FrontCounts(self._connection)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self._connection)

    @cached_property
    def links(self) -> Links:
        return Links(self._connection)

    @cached_property
    def papers(self) -> Papers:
        return Papers(self._connection)

    @cached_property
    def people(self) -> People:
        return People(self._connection)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self._connection)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self._connection)

    @cached_property
    def responses(self) -> Responses:
        return Responses(self._connection)

    @cached_property
    def results(self) -> FrozenResults:
        return FrozenResults(self._connection)

    @cached_property
    def rounds(self) -> Rounds:
        return Rounds(self._connection)

    @cached_property
    def visits(self) -> Visits:
        return Visits(self._connection)


@dataclass(frozen=True)
class Store:
    """Where everything is kept."""

    database: Database

    @cached_property
    def intake(self) -> Intake:
        """Where responses are handed in."""
        return Intake(self.database)

    def blur(self) -> bool:
        """Have the storage forget in which order responses came."""
        return blur(self.database)

    @contextmanager
    def reading(self, *, answers: bool = True) -> Iterator[Shelves]:
        """Shelves to look at: one state of everything, and nothing can be changed.

        answers: whether answers, slips or receipts are looked at; without them nobody waits for the nightly step.
        """
        with self.database.reading(answers=answers) as connection:
            yield Shelves(connection)

    @contextmanager
    def writing(self) -> Iterator[Shelves]:
        """Shelves to put things on. Durable when the block ends; undone when it raises."""
        with self.database.writing() as connection:
            yield Shelves(connection)

    @contextmanager
    def copying(self) -> Iterator[Copying]:
        """Every table, as of one moment, to be copied out."""
        with self.database.reading() as connection:
            yield Copying(connection)

    @contextmanager
    def taking_in(self) -> Iterator[tuple[Copying, Shelves]]:
        """Every table to be filled from a copy, and the shelves over it. Undone when the block raises."""
        with self.database.writing() as connection:
            yield Copying(connection), Shelves(connection)


@dataclass(frozen=True)
class KeptPapers:
    """What the library asks the database. Where there is none yet, nothing is kept, and none is made."""

    store: Store

    def in_use(self) -> dict[int, str]:
        """Fiscal year → digest of the paper put in use there."""
        with suppress(DatabaseMissing):
            if self.store.database.exists():
                with self.store.reading() as shelves:
                    return shelves.papers.in_use()
        return {}

    def document(self, digest: str) -> str | None:
        """The document of a kept paper."""
        with suppress(DatabaseMissing):
            if self.store.database.exists():
                with self.store.reading() as shelves:
                    return shelves.papers.document(digest)
        return None

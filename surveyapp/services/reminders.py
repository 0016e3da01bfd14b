"""Reminders: what is due soon at every agency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from surveyapp.adapters.mail import Mail
from surveyapp.domain.due import Due, Standing, due
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Role
from surveyapp.domain.places import Assessment, Stage
from surveyapp.domain.round_problems import NoMail
from surveyapp.domain.thai import civil_day
from surveyapp.instruments.library import Library
from surveyapp.persistence.inputs import required_of
from surveyapp.persistence.store import Shelves, Store


@dataclass(frozen=True, slots=True)
class Reminder:
    """What an agency still has to do soon, and the address of its desk."""

    assessment: Assessment
    dues: tuple[Due, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A reminder in words, ready to send to whoever coordinates the agency."""

    agency: str
    fiscal_year: int
    subject: str
    text: str


@dataclass(frozen=True)
class Reminders:
    """What reminding needs."""

    store: Store
    library: Library
    public_url: str
    now: Callable[[], datetime]
    mail: Mail

    def soon(self, days: int, day: date | None = None) -> list[Reminder]:
        """Every agency with something due within so many days of today (or of ``day``), in Thai order."""
        day = day or civil_day(self.now())
        with self.store.reading() as shelves:
            rounds = [each for each in shelves.rounds.every() if each.stage is not Stage.CLOSED]
            found = [each for round_ in rounds for each in self._of_round(shelves, round_.fiscal_year, day, days)]
        return [each for each in found if each.dues]

    def send(self, letters: list[Letter]) -> int:
        """Send letters to the coordinators of their agencies. Comes back with how many went out.

        Refuses when there is no mail to send them by. An agency whose coordinators have no address gets none.
        """
        if not self.mail.is_set:
            raise NoMail()
        with self.store.reading() as shelves:
            addresses = shelves.people.addresses(Role.COORDINATOR)
        sent = sum(
            self.mail.send(address, letter.subject, letter.text)
            for letter in letters
            for address in addresses.get(letter.agency, ())
        )
        with self.store.writing() as shelves:
            shelves.journal.note("operator", "remind", "coordinators", self.now(), {"letters": sent})
        return sent

    def _of_round(self, shelves: Shelves, year: int, day: date, days: int) -> list[Reminder]:
        assessments = shelves.rounds.assessments(year)
        received = shelves.responses.received([each.id for each in assessments])
        calendar = shelves.calendars.of(assessments[0].round.id) if assessments else None
        touched = shelves.checklists.touched(each.id for each in assessments)
        found = []
        for each in assessments if calendar else ():
            paper = self.library.bound(each.round)
            step = paper.release.rounded_to  # as at the desk: no exact count while the round is open
            exact = {which: received.get((each.id, which), 0) for which in (Instrument.IIT, Instrument.EIT)}
            counts = {which: n - n % step for which, n in exact.items()}
            missing = len(paper.oit.items) - touched.get(each.id, 0)
            standing = Standing(each, counts, required_of(each, paper), missing)
            dues = tuple(one for one in due(standing, calendar, day) if one.is_due(day, days)) if calendar else ()
            found.append(Reminder(each, dues, f"{self.public_url}/desk/{year}/{each.agency.code}"))
        return found

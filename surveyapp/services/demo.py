"""Demo: fills an empty database with a made-up province, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Final

from surveyapp.adapters.passwords import Passwords
from surveyapp.domain import rehearsal
from surveyapp.domain.access_code import Seal, make_access_code
from surveyapp.domain.calendar import Calendar, Phase
from surveyapp.domain.checklist import new_steps
from surveyapp.domain.front import asked
from surveyapp.domain.link_code import make_code
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.people import Grant, Role
from surveyapp.domain.places import Assessment, Channel, Round, Stage
from surveyapp.domain.problems import RealRoundsHere, RoundAlreadyOpen
from surveyapp.domain.provinces import region_of
from surveyapp.domain.receipt import LEAF_BYTES
from surveyapp.domain.rehearsal import MadeUpAgency
from surveyapp.domain.thai import civil_day
from surveyapp.instruments.library import Library, document_of
from surveyapp.persistence.inputs import required_of
from surveyapp.persistence.store import Shelves, Store

PASSWORD: Final = "rehearsal-only"  # noqa: S105 - printed on purpose; no real round can stand beside it
ASSESSOR: Final = "assessor"
BY_CODE: Final = "TT002"  # its staff drew slips
_ASSESSOR_NAME: Final = "นางสาวพิมพ์ใจ ตรวจการ"
_OFFICIALS: Final = (  # (name to sign in with, full name, grant); the head is of the first agency
    ("head", "นายประสิทธิ์ นำชัย", Grant(Role.HEAD)),
    (ASSESSOR, _ASSESSOR_NAME, Grant(Role.ASSESSOR, province=rehearsal.PROVINCE)),
    ("supervisor", "นางวิไล กำกับดี", Grant(Role.SUPERVISOR, province=rehearsal.PROVINCE)),
    ("regional", "นายธีระ ภาคภูมิ", Grant(Role.REGIONAL, region=region_of(rehearsal.PROVINCE))),
    ("national", "นางสาวอรุณี ส่วนกลาง", Grant(Role.NATIONAL)),
    ("auditor", "นายเที่ยง สอบทาน", Grant(Role.AUDITOR)),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How large the made-up province should be. over: its round has run its course, and waits to be closed."""

    year: int
    agencies: int
    responses: int
    seed: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    year: int
    agencies: int
    responses: int
    items: int


@dataclass(frozen=True)
class Demo:
    """Makes the province. Rounds made here are rehearsals for ever."""

    store: Store
    library: Library
    passwords: Passwords
    seal: Seal
    now: Callable[[], datetime]

    def fill(self, wanted: Wanted, progress: Callable[[int, int], None]) -> Made:
        """Write the province in one transaction. Refuses beside real rounds, and the same year twice.

        progress(agencies done, agencies in all) is told along the way.
        """
        made_up = rehearsal.make_agencies(Random(wanted.seed), wanted.agencies)  # noqa: S311 - made-up data
        rng = Random(f"{wanted.seed}/{wanted.year}")  # noqa: S311 - the same every time, another every year
        with self.store.writing() as shelves:
            shelves.papers.hold()
            paper = self.library.paper(wanted.year)
            self._refuse(shelves, wanted.year)
            self._people_and_places(shelves, made_up)
            calendar = Calendar(tuple(rehearsal.make_calendar(civil_day(self.now()), over=wanted.over)))
            assessments = self._round(shelves, rng, paper, made_up, calendar)
            responses, items = self._contents(
                shelves, rng, paper, wanted, list(zip(assessments, made_up, strict=True)), progress
            )
            shelves.journal.note("operator", "demo", str(wanted.year), self.now(), {"agencies": len(made_up)})
        return Made(wanted.year, len(made_up), responses, items)

    def accounts(self) -> list[dict[str, str]]:
        """Accounts to try the made-up province with; everybody knows their password."""
        names = [("tt001", "coordinator"), ("tt002", "coordinator")]
        names += [(name, grant.role.value) for name, _, grant in _OFFICIALS]
        return [{"name": name, "role": role, "password": PASSWORD} for name, role in names]

    def _refuse(self, shelves: Shelves, year: int) -> None:
        for round_ in shelves.rounds.every():
            if not round_.rehearsal:
                raise RealRoundsHere()
            if round_.fiscal_year == year:
                raise RoundAlreadyOpen(year=year)

    def _people_and_places(self, shelves: Shelves, made_up: list[MadeUpAgency]) -> None:
        known = {agency.code for agency in shelves.agencies.every()}
        new = [each for each in made_up if each.agency.code not in known]
        shelves.agencies.add(each.agency for each in new)
        hashed = self.passwords.hash(PASSWORD)
        for each in new:
            grant = Grant(Role.COORDINATOR, agency=each.agency.code)
            shelves.people.add(each.agency.code, each.coordinator, hashed, [grant], rehearsal=True)
        for name, full_name, grant in _OFFICIALS:
            if shelves.people.password_hash(name) is None:
                given = replace(grant, agency=made_up[0].agency.code) if grant.role is Role.HEAD else grant
                shelves.people.add(name, full_name, hashed, [given], rehearsal=True)

    def _round(
        self, shelves: Shelves, rng: Random, paper: Paper, made_up: list[MadeUpAgency], calendar: Calendar
    ) -> list[Assessment]:
        """The open round, in the order of the made-up agencies."""
        answering = calendar.of(Phase.ANSWERING)
        closes_on = answering.ends_on if answering else None
        shelves.papers.keep(paper.digest, paper.fiscal_year, document_of(paper), self.now())
        round_ = shelves.rounds.add(Round(0, paper.fiscal_year, Stage.OPEN, paper.digest, True, closes_on))
        for span in calendar.spans:
            shelves.calendars.put(round_.id, span)
        ids = {agency.code: agency.id for agency in shelves.agencies.every()}
        rows = [(ids[each.agency.code], each.staff, each.clients) for each in made_up]
        shelves.rounds.add_assessments(round_.id, rows)
        by_code = {each.agency.code: each for each in shelves.rounds.assessments(paper.fiscal_year)}
        found = [by_code[each.agency.code] for each in made_up]
        shelves.links.add(
            (make_code(rng.randrange), each.id, instrument, Channel.OPEN)
            for each in found
            for instrument in (Instrument.IIT, Instrument.EIT)
        )
        return found

    def _contents(
        self,
        shelves: Shelves,
        rng: Random,
        paper: Paper,
        wanted: Wanted,
        pairs: list[tuple[Assessment, MadeUpAgency]],
        progress: Callable[[int, int], None],
    ) -> tuple[int, int]:
        instruments = (Instrument.IIT, Instrument.EIT)
        weights = [
            rehearsal.weight_of(rng, required_of(assessment, paper).get(each, 30))
            for assessment, _ in pairs
            for each in instruments
        ]
        shares = iter(rehearsal.share_out(weights, wanted.responses))
        items = 0
        for done, (assessment, made_up) in enumerate(pairs, start=1):
            for instrument in instruments:
                n = next(shares)
                self._answers(shelves, rng, paper, instrument, assessment, made_up, n)
                self._front(shelves, wanted.seed, paper, instrument, assessment, n)
            items += self._checklist(shelves, rng, paper, assessment, made_up, done)
            progress(done, len(pairs))
        return sum(rehearsal.share_out(weights, wanted.responses)), items

    def _answers(
        self,
        shelves: Shelves,
        rng: Random,
        paper: Paper,
        instrument: Instrument,
        assessment: Assessment,
        made_up: MadeUpAgency,
        n: int,
    ) -> None:
        part = 0 if instrument is Instrument.IIT else 1
        questionnaire = paper.questionnaire(instrument)
        shelves.responses.keep_many(assessment.id, rehearsal.make_responses(rng, questionnaire, made_up, n, part))
        if instrument in assessment.round.receipts:
            dice = Random(f"{assessment.agency.code}/{paper.fiscal_year}/receipts")  # noqa: S311 - nobody holds them
            shelves.receipts.add_many(assessment.id, instrument, (dice.randbytes(LEAF_BYTES) for _ in range(n)))
        by_day = rehearsal.spread_over_days(rng, n, civil_day(self.now()), 45)
        if instrument is Instrument.IIT and assessment.agency.code == BY_CODE:
            self._slips(shelves, rng, assessment, n)
        key = (assessment.id, instrument, Channel.OPEN.value)
        shelves.responses.count({(*key, day): count for day, count in by_day.items() if count})

    def _front(
        self, shelves: Shelves, seed: int, paper: Paper, instrument: Instrument, assessment: Assessment, n: int
    ) -> None:
        """Where enough people may answer. By dice of its own, so that everything else comes out as before."""
        rng = Random(f"{seed}/{paper.fiscal_year}/{assessment.agency.code}/{instrument}")  # noqa: S311 - made-up data
        items = asked(paper.questionnaire(instrument), assessment)
        counts = rehearsal.make_front(rng, items, n)
        shelves.front_counts.add({(assessment.id, instrument, *key): each for key, each in counts.items()})

    def _slips(self, shelves: Shelves, rng: Random, assessment: Assessment, used: int) -> None:
        """One agency had slips drawn, and every answer of its staff spent one."""
        shelves.access_codes.choose(assessment.id, by_code=True)
        hashes = [self.seal(assessment.id, make_access_code(rng.randrange)) for _ in range(used)]
        shelves.access_codes.add(assessment.id, hashes)
        for each in hashes:
            shelves.access_codes.spend(assessment.id, each)

    def _checklist(
        self, shelves: Shelves, rng: Random, paper: Paper, assessment: Assessment, made_up: MadeUpAgency, place: int
    ) -> int:
        """The second agency has filed nothing yet, every ninth waits for its last decisions."""
        if place == 2:
            return 0
        undecided = 4 if place % 9 == 0 else 0
        wanted = list(rehearsal.make_checklist(rng, paper.oit, made_up, paper.fiscal_year, undecided=undecided))
        filed = [(item, evidence, None) for item, evidence, _ in wanted if evidence]
        decided = [(item, None, decision) for item, _, decision in wanted if decision]
        steps = new_steps({}, filed, self.now(), made_up.coordinator)
        steps += new_steps({}, decided, self.now(), _ASSESSOR_NAME)
        shelves.checklists.add(assessment.id, steps)
        return len(wanted)

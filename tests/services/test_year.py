"""A whole year on both databases: roster, preparing, numbers, opening, phases, closing by two, announcing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from surveyapp.adapters.checklist_file import write_template as write_checklist
from surveyapp.adapters.mail import Mail
from surveyapp.adapters.roster_file import write_template
from surveyapp.domain.calendar import Phase, Span
from surveyapp.domain.checklist import Evidence, ItemState
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Grant, Person, Role
from surveyapp.domain.places import Agency, Stage
from surveyapp.domain.problems import (
    ChecklistClosed,
    NotAllowed,
    Problems,
    ResultNotReleased,
    RoundClosed,
    RoundNotClosing,
    RoundNotOpen,
)
from surveyapp.domain.response import ID_FIELD, PAPER_FIELD
from surveyapp.domain.round_problems import (
    AgencyWithoutNumbers,
    AlreadyProposed,
    ChecklistNotOpen,
    NothingDiffers,
    NothingHeldBack,
    NothingProposed,
    NumbersFixed,
    NumbersFrozen,
    PhaseNotYet,
    PhaseOver,
    ReasonNeeded,
    RosterMoved,
    RoundNotPrepared,
    RoundReleased,
    SecondPersonNeeded,
    StepUnknown,
)
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import KeptPapers, Store
from surveyapp.services.answering import Answering
from surveyapp.services.calendar import Calendars
from surveyapp.services.filing import Filing
from surveyapp.services.numbers import Numbers
from surveyapp.services.reminders import Letter, Reminders
from surveyapp.services.results import Results
from surveyapp.services.review import Review
from surveyapp.services.roster import Roster
from surveyapp.services.rounds import Rounds
from tests.conftest import NOW, SEAL
from tests.running import free_port

YEAR = 2569
A1 = Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ตราด")
B2 = Agency(0, "B2", "องค์การบริหารส่วนตำบลดอน", "oboto_s", "ตราด", "เขาสมิง")
TODAY = date(2026, 3, 2)


@dataclass
class House:
    """The errands of an installation whose clock stands still until it is set."""

    store: Store
    library: Library
    clock: datetime

    def now(self) -> datetime:
        return self.clock

    def on(self, day: date) -> House:
        """Noon in Thailand of a day."""
        self.clock = datetime(day.year, day.month, day.day, 5, tzinfo=NOW.tzinfo)
        return self

    def __post_init__(self) -> None:
        numbers = iter(range(10**6))
        draw = lambda below: next(numbers) * 7919 % below  # noqa: E731 - as different as links must be
        self.rounds = Rounds(self.store, self.library, "http://127.0.0.1:8000", self.now, draw)
        self.roster = Roster(self.store, self.now, draw)
        self.calendars = Calendars(self.store, self.rounds.close, self.now)
        self.numbers = Numbers(self.store, self.library, self.now)
        self.filing = Filing(self.store, self.library, self.now)
        self.review = Review(self.store, self.library, self.now)
        self.results = Results(self.store, self.library)
        self.answering = Answering(self.store, self.library, self.now, SEAL)
        self.reminders = Reminders(
            self.store, self.library, "http://127.0.0.1:8000", self.now, Mail(None, "x@y.example")
        )

    def bring(self, *agencies: Agency, person: Person | None = None, **told: Any) -> None:
        found = self.roster.look(person, write_template(agencies, told))
        assert found.reading.problems == ()
        self.roster.keep(person, found.reading.entries, found.mark)

    def move(self, phase: Phase, first: date, last: date, reason: str = "ตามหนังสือ") -> None:
        self.calendars.move(None, YEAR, Span(phase, first, last), reason)

    def acts(self) -> list[str]:
        with self.store.reading() as shelves:
            return [line.act for line in shelves.journal.every()]

    def code(self, agency: str, instrument: Instrument = Instrument.EIT) -> str:
        with self.store.reading() as shelves:
            links = shelves.links.of_year(YEAR, agency)
        return next(link.code for link in links if link.instrument is instrument)

    def person(self, name: str, *grants: Grant) -> Person:
        with self.store.writing() as shelves:
            shelves.people.add(name, f"คุณ {name}", "hash", grants)
            found = shelves.people.password_hash(name)
            assert found
            return shelves.people.with_id(found[0])


@pytest.fixture
def house(store: Store) -> House:
    return House(store, Library(kept=KeptPapers(store)), NOW)


@pytest.fixture
def prepared(house: House) -> House:
    house.bring(A1, B2)
    assert house.rounds.prepare(None, YEAR) == 2
    return house


@pytest.fixture
def opened(prepared: House) -> House:
    for code in ("A1", "B2"):
        prepared.numbers.tell(None, YEAR, code, ("120", "3,000"), "")
    assert prepared.rounds.open(YEAR) == 2
    return prepared


def coordinator(house: House) -> Person:
    return house.person("somsri", Grant(Role.COORDINATOR, agency="A1"))


def answers(house: House, code: str, number: int = 1) -> dict[str, list[str]]:
    form = house.answering.find(code)
    paper = house.library.bound(form.assessment.round)
    raw = {sub.code: [sub.choices[0].code] for sub in paper.questionnaire(form.instrument).sub_questions}
    return {**raw, ID_FIELD: [f"{number:032x}"], PAPER_FIELD: [paper.digest]}


def sheet(house: House) -> bytes:
    paper = house.library.paper(YEAR)
    states = {paper.oit.items[0].code: ItemState(evidence=Evidence(("https://a.example.go.th/1",)))}
    return write_checklist(paper.oit, YEAR, "", states)


def test_a_round_in_preparation_has_links_and_numbers_but_takes_nothing(prepared: House) -> None:
    with pytest.raises(RoundNotOpen):
        prepared.answering.open(prepared.code("A1"))
    with pytest.raises(RoundNotOpen):
        prepared.answering.submit(prepared.code("A1"), answers(prepared, prepared.code("A1")))
    with pytest.raises(ChecklistNotOpen):
        prepared.filing.hand_in(coordinator(prepared), YEAR, "A1", sheet(prepared))
    with pytest.raises(RoundNotClosing):
        prepared.rounds.close(YEAR)


def test_a_round_opens_only_when_everybody_has_told_their_numbers_or_it_is_said_so(prepared: House) -> None:
    prepared.numbers.tell(None, YEAR, "A1", ("120", "3000"), "")
    with pytest.raises(Problems) as refused:
        prepared.rounds.open(YEAR)
    assert [(type(each), each.facts["agency"]) for each in refused.value.problems] == [(AgencyWithoutNumbers, "B2")]
    assert prepared.calendars.look(None, YEAR).round.stage is Stage.PREPARED
    assert prepared.rounds.open(YEAR, without_numbers=True) == 2


def test_agencies_that_come_later_join_the_round_in_preparation_with_their_numbers(prepared: House) -> None:
    late = Agency(0, "C3", "ที่ว่าการอำเภอเขาสมิง", "district", "ตราด")
    prepared.bring(late, C3=(25, 400))
    told = prepared.numbers.look(None, YEAR, "C3")
    assert (told.assessment.eligible_iit, told.assessment.eligible_eit) == (25, 400)
    assert len(prepared.code("C3")) == 8
    assert [each.assessment.agency.code for each in prepared.reminders.soon(7)] == []
    assert prepared.rounds.prepare(None, YEAR) == 0


def test_a_round_still_opens_from_nothing_for_the_operator_alone(house: House) -> None:
    house.bring(A1)
    with pytest.raises(RoundNotPrepared):
        house.rounds.open(YEAR, person=house.person("mali", Grant(Role.NATIONAL)))
    assert house.rounds.open(YEAR) == 1
    assert house.answering.open(house.code("A1"))


def test_numbers_are_the_agencys_until_the_round_opens_then_the_offices_with_a_reason(prepared: House) -> None:
    somsri, mali = coordinator(prepared), prepared.person("mali", Grant(Role.NATIONAL))
    told = prepared.numbers.tell(somsri, YEAR, "A1", ("๑๒๐", "3,000"), "")
    assert [(each.eligible, each.needed) for each in told.minimums] == [(120, 30), (3000, 70)]
    with pytest.raises(NotAllowed):
        prepared.numbers.tell(somsri, YEAR, "B2", ("1", "1"), "")
    with pytest.raises(Problems) as refused:
        prepared.numbers.tell(somsri, YEAR, "A1", ("", "-4"), "")
    assert len(refused.value.problems) == 2
    prepared.rounds.open(YEAR, without_numbers=True)
    with pytest.raises(NumbersFixed):
        prepared.numbers.tell(somsri, YEAR, "A1", ("10", "10"), "เพราะอยาก")
    with pytest.raises(ReasonNeeded):
        prepared.numbers.tell(mali, YEAR, "A1", ("110", "3000"), " ")
    prepared.numbers.tell(mali, YEAR, "A1", ("110", "3000"), "ย้ายออก 10 คน")
    with prepared.store.reading() as shelves:
        line = list(shelves.journal.every())[-1]
    assert (line.who, line.act, line.facts["staff"]) == ("mali", "tell_numbers", "120 → 110")
    prepared.rounds.close(YEAR)
    with pytest.raises(NumbersFrozen):
        prepared.numbers.tell(mali, YEAR, "A1", ("9", "9"), "เพราะอยาก")


def test_evidence_and_decisions_are_taken_in_their_phases_only(opened: House) -> None:
    somsri = coordinator(opened)
    pim = opened.person("pim", Grant(Role.ASSESSOR, province="ตราด"))
    opened.filing.hand_in(somsri, YEAR, "A1", sheet(opened))  # nobody has set days: nobody is bound
    item = opened.library.paper(YEAR).oit.items[0].code
    opened.move(Phase.FILING, TODAY + timedelta(days=1), TODAY + timedelta(days=9))
    opened.move(Phase.CHECKING, TODAY + timedelta(days=10), TODAY + timedelta(days=19))
    with pytest.raises(PhaseNotYet):
        opened.filing.hand_in(somsri, YEAR, "A1", sheet(opened))
    with pytest.raises(PhaseNotYet):
        opened.review.decide(pim, YEAR, "A1", {f"mark-{item}": "100"})
    opened.on(TODAY + timedelta(days=9))
    opened.filing.hand_in(somsri, YEAR, "A1", sheet(opened))
    opened.on(TODAY + timedelta(days=10))
    with pytest.raises(PhaseOver):
        opened.filing.hand_in(somsri, YEAR, "A1", sheet(opened))
    opened.review.decide(pim, YEAR, "A1", {f"mark-{item}": "100"})
    opened.on(TODAY + timedelta(days=20))
    with pytest.raises(PhaseOver):
        opened.review.decide(pim, YEAR, "A1", {f"mark-{item}": "0", f"reason-{item}": "x"})


def test_the_days_of_answering_bind_every_answer_by_the_clock_of_thailand(opened: House) -> None:
    code = opened.code("A1")
    opened.move(Phase.ANSWERING, TODAY + timedelta(days=1), TODAY + timedelta(days=3))
    with pytest.raises(RoundNotOpen):
        opened.answering.open(code)
    with pytest.raises(RoundNotOpen):
        opened.answering.submit(code, answers(opened, code))
    opened.clock = datetime(2026, 3, 2, 17, 0, tzinfo=NOW.tzinfo)  # midnight there
    assert opened.answering.submit(code, answers(opened, code)).new
    opened.clock = datetime(2026, 3, 5, 16, 59, tzinfo=NOW.tzinfo)
    assert opened.answering.submit(code, answers(opened, code, 2)).new
    opened.clock += timedelta(minutes=1)
    with pytest.raises(RoundClosed):
        opened.answering.submit(code, answers(opened, code, 3))
    opened.move(Phase.ANSWERING, TODAY + timedelta(days=1), TODAY + timedelta(days=30), "น้ำท่วม")
    assert opened.answering.submit(code, answers(opened, code, 3)).new
    with opened.store.reading() as shelves:
        line = list(shelves.journal.every())[-1]
    assert line.facts == {
        "phase": "answering",
        "from": "2026-03-03/2026-03-05",
        "to": "2026-03-03/2026-04-01",
        "reason": "น้ำท่วม",
    }


def test_a_phase_is_not_moved_without_a_reason_or_to_where_it_cannot_be(opened: House) -> None:
    opened.move(Phase.FILING, TODAY, TODAY, "")
    with pytest.raises(Problems) as refused:
        opened.move(Phase.FILING, TODAY, TODAY - timedelta(days=1), "")
    assert len(refused.value.problems) == 2
    assert opened.calendars.look(None, YEAR).calendar.of(Phase.FILING) == Span(Phase.FILING, TODAY, TODAY)


def test_closing_and_announcing_take_two_persons(opened: House) -> None:
    one, two = (opened.person(name, Grant(Role.NATIONAL)) for name in ("one", "two"))
    opened.move(Phase.ANNOUNCEMENT, TODAY + timedelta(days=60), TODAY + timedelta(days=61))
    with pytest.raises(NothingProposed):
        opened.calendars.confirm(one, YEAR, "close")
    with pytest.raises(StepUnknown):
        opened.calendars.propose(one, YEAR, "reopen")
    with pytest.raises(NothingHeldBack):
        opened.calendars.propose(one, YEAR, "release")
    opened.calendars.propose(one, YEAR, "close")
    with pytest.raises(AlreadyProposed):
        opened.calendars.propose(two, YEAR, "close")
    with pytest.raises(SecondPersonNeeded):
        opened.calendars.confirm(one, YEAR, "close")
    with pytest.raises(NotAllowed):
        opened.calendars.confirm(coordinator(opened), YEAR, "close")
    assert opened.calendars.look(one, YEAR).round.stage is Stage.OPEN
    assert opened.calendars.confirm(two, YEAR, "close") == 2
    closed = opened.calendars.look(one, YEAR)
    assert (closed.round.stage, closed.round.held_back, closed.proposals) == (Stage.CLOSED, True, {})
    with pytest.raises(ResultNotReleased):
        opened.results.of(YEAR, "A1")
    assert [each.total for each in opened.results.listing(YEAR).page.items] == [None, None]
    opened.calendars.propose(two, YEAR, "release")
    opened.calendars.confirm(one, YEAR, "release")
    assert opened.results.of(YEAR, "A1").frozen
    with pytest.raises(RoundReleased):
        opened.move(Phase.ANNOUNCEMENT, TODAY, TODAY)
    with pytest.raises(ChecklistClosed):
        opened.filing.hand_in(None, YEAR, "A1", sheet(opened))
    steps = ["propose_close", "close_round", "propose_release", "release_results"]
    assert [act for act in opened.acts() if act in steps] == steps


def test_a_proposal_can_be_taken_back(opened: House) -> None:
    one, two = (opened.person(name, Grant(Role.NATIONAL)) for name in ("one", "two"))
    opened.calendars.propose(one, YEAR, "close")
    opened.calendars.withdraw(two, YEAR, "close")
    with pytest.raises(NothingProposed):
        opened.calendars.confirm(two, YEAR, "close")
    with pytest.raises(NothingProposed):
        opened.calendars.withdraw(two, YEAR, "close")


def test_a_round_without_a_day_for_results_shows_them_when_it_closes(opened: House) -> None:
    opened.rounds.close(YEAR)
    assert opened.results.of(YEAR, "A1").frozen
    with pytest.raises(NothingHeldBack):
        opened.calendars.release(YEAR)


def test_the_operator_may_announce_alone_and_the_journal_says_so(opened: House) -> None:
    opened.move(Phase.ANNOUNCEMENT, TODAY, TODAY)
    opened.rounds.close(YEAR)
    opened.calendars.release(YEAR)
    assert opened.results.of(YEAR, "A1").frozen
    with opened.store.reading() as shelves:
        assert [line.who for line in shelves.journal.every()][-2:] == ["operator", "operator"]


def test_a_roster_that_moved_meanwhile_is_looked_at_again(house: House) -> None:
    house.bring(A1)
    found = house.roster.look(None, write_template([A1, B2], {}))
    house.bring(replace(A1, name="เทศบาลตำบลไทยใหม่"))
    with pytest.raises(RosterMoved):
        house.roster.keep(None, found.reading.entries, found.mark)
    with pytest.raises(RosterMoved):
        house.roster.keep(None, found.reading.entries, "another")
    with house.store.reading() as shelves:
        assert [(each.code, each.name) for each in shelves.agencies.every()] == [("A1", "เทศบาลตำบลไทยใหม่")]


def test_bringing_the_same_roster_again_changes_nothing_and_says_so(house: House) -> None:
    house.bring(A1, B2)
    with pytest.raises(NothingDiffers):
        house.bring(A1, B2)
    assert house.acts() == ["change_roster"]
    with house.store.reading() as shelves:
        assert [replace(each, id=0) for each in shelves.agencies.every()] == [A1, B2]


def test_the_roster_and_the_calendar_are_the_national_offices(house: House) -> None:
    for role in Role:
        grant = Grant(role, agency="A1") if role in (Role.COORDINATOR, Role.HEAD) else Grant(role)
        person = Person(1, "x", "X", (grant,))
        steps = (
            lambda who: house.roster.every(who),
            lambda who: house.roster.template(who),
            lambda who: house.roster.look(who, b"x"),
            lambda who: house.roster.keep(who, (), ""),
            lambda who: house.calendars.every(who),
            lambda who: house.calendars.look(who, YEAR),
            lambda who: house.calendars.propose(who, YEAR, "close"),
            lambda who: house.rounds.prepare(who, YEAR),
            lambda who: house.rounds.open(YEAR, person=who),
        )
        for step in steps if role is not Role.NATIONAL else ():
            with pytest.raises(NotAllowed):
                step(person)
    regional = Person(1, "x", "X", (Grant(Role.NATIONAL, province="ตราด"),))
    with pytest.raises(NotAllowed):
        house.roster.every(regional)


def test_reminders_say_what_is_due_soon_and_nothing_that_is_done_or_far(opened: House) -> None:
    opened.move(Phase.ANSWERING, TODAY, TODAY + timedelta(days=30))
    opened.move(Phase.FILING, TODAY, TODAY + timedelta(days=3))
    found = {each.assessment.agency.code: each for each in opened.reminders.soon(7)}
    assert set(found) == {"A1", "B2"}
    (due,) = found["A1"].dues
    assert (due.until, dict(due.facts)) == (TODAY + timedelta(days=3), {"left": 26})
    assert found["A1"].url == f"http://127.0.0.1:8000/desk/{YEAR}/A1"
    assert [len(each.dues) for each in opened.reminders.soon(30)] == [3, 3]
    assert opened.reminders.soon(2) == []


def test_what_a_coordinator_sees_of_the_year(opened: House) -> None:
    opened.move(Phase.FILING, TODAY, TODAY + timedelta(days=3))
    desk = opened.rounds.desk(coordinator(opened), YEAR, "A1")
    assert [span.phase for span in desk.calendar.on(desk.day)] == [Phase.FILING]


class Letterbox:
    """A real mail server that keeps what it is handed."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name it asks for
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 kept"


def test_reminders_reach_the_coordinators_of_each_agency_and_nobody_else(prepared: House) -> None:
    with prepared.store.writing() as shelves:
        for name, agency in (("one", "A1"), ("two", "B2")):
            grants = [Grant(Role.COORDINATOR, agency=agency)]
            shelves.people.add(name, name, "hash", grants, email=f"{name}@agency.example")
        shelves.people.add("three", "three", "hash", [Grant(Role.HEAD, agency="A1")], email="head@agency.example")
    box = Letterbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        mail = Mail(f"smtp://127.0.0.1:{port}", "no-reply@ita.example")
        reminders = Reminders(prepared.store, prepared.library, "http://127.0.0.1:8000", prepared.now, mail)
        letters = [Letter("A1", YEAR, "งานที่ต้องทำ", "หนึ่ง"), Letter("B2", YEAR, "งานที่ต้องทำ", "สอง")]
        assert reminders.send(letters) == 2
    finally:
        controller.stop()
    assert [to for to, _ in box.letters] == [["one@agency.example"], ["two@agency.example"]]
    texts = [message_from_bytes(content, policy=policy.default).get_content().strip() for _, content in box.letters]
    assert texts == ["หนึ่ง", "สอง"]
    assert prepared.acts()[-1] == "remind"

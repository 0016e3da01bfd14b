"""An agency's year with its head, on both databases: asked, signed, returned; another look; two persons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from surveyapp.adapters.mail import Mail
from surveyapp.domain.account_problems import ConfirmNeeded
from surveyapp.domain.approval import Approved, StepKind
from surveyapp.domain.approval_problems import (
    AlreadyAsked,
    ContentMoved,
    ItemDecidedFinally,
    ItemNotFailed,
    NothingAsked,
    SignedOff,
)
from surveyapp.domain.calendar import Phase
from surveyapp.domain.checklist import Evidence, ItemStatus
from surveyapp.domain.checklist_sheet import Line
from surveyapp.domain.people import Grant, Person, Role
from surveyapp.domain.places import Stage
from surveyapp.domain.problems import ChecklistClosed, NotAllowed, Problems
from surveyapp.domain.round_problems import NothingProposed, PhaseNotYet, PhaseOver, SecondPersonNeeded
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import KeptPapers, Store
from surveyapp.services.approval import Approvals, Papers
from surveyapp.services.entering import Links as Entrances
from surveyapp.services.people import People
from tests.conftest import NOW
from tests.services.test_year import A1, B2, TODAY, YEAR, House

PAGE = Evidence(("https://a.example.go.th/1",))
OTHER = Evidence(("https://a.example.go.th/2",))


@dataclass
class Office:
    """An open round of two agencies; the coordinator and head of A1, an assessor, and a door that may confirm."""

    house: House
    confirmed: bool = True
    who: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.approvals = Approvals(self.house.store, self.house.library, self.house.now, lambda _: self.confirmed)
        grants = {
            "somsri": Grant(Role.COORDINATOR, agency="A1"),
            "head": Grant(Role.HEAD, agency="A1"),
            "other": Grant(Role.HEAD, agency="B2"),
            "pim": Grant(Role.ASSESSOR, province="ตราด"),
        }
        self.who = {name: self.house.person(name, grant) for name, grant in grants.items()}

    def look(self, name: str = "head") -> Papers:
        return self.approvals.look(self.who[name], "token", YEAR, "A1")

    def ask(self, note: str = "") -> None:
        self.approvals.ask(self.who["somsri"], YEAR, "A1", note)

    def sign(self, seen: str | None = None, name: str = "head") -> None:
        seen = seen or self.look().content.digest
        self.approvals.sign(self.who[name], "token", YEAR, "A1", seen, "")

    def give_back(self) -> None:
        self.approvals.give_back(self.who["head"], YEAR, "A1", "แก้ O1")

    def file(self, evidence: Evidence = PAGE, item: str = "O1", *, operator: bool = False) -> None:
        person = None if operator else self.who["somsri"]
        self.house.filing.keep(person, YEAR, "A1", [Line(1, item, evidence, None)])

    def decide(self, mark: str, reason: str = "", item: str = "O1") -> int:
        typed = {f"mark-{item}": mark, f"reason-{item}": reason}
        return self.house.review.decide(self.who["pim"], YEAR, "A1", typed)

    def clarify(self, reason: str = "แก้แล้ว", item: str = "O1") -> None:
        self.house.filing.clarify(self.who["somsri"], YEAR, "A1", item, (reason, "https://a.example.go.th/new"))


@pytest.fixture
def office(store: Store) -> Office:
    house = House(store, Library(kept=KeptPapers(store)), NOW)
    house.bring(A1, B2)
    house.rounds.prepare(None, YEAR)
    house.rounds.open(YEAR, without_numbers=True)
    return Office(house)


def test_the_head_signs_what_was_asked_and_filing_ends_until_it_is_returned(office: Office) -> None:
    office.file()
    with pytest.raises(NothingAsked):
        office.sign()
    office.ask("ครบแล้ว")
    with pytest.raises(AlreadyAsked):
        office.ask()
    papers = office.look()
    assert (papers.approval.state, papers.steps) == (Approved.ASKED, frozenset({StepKind.SIGN, StepKind.RETURN}))
    assert (len(papers.content.missing), office.look("somsri").steps) == (25, frozenset())
    office.sign()
    with pytest.raises(SignedOff):
        office.file(OTHER)
    assert office.house.review.look(office.who["pim"], YEAR, "A1").approval.is_signed
    office.give_back()
    office.file(OTHER)
    assert [step.kind for step in office.look().history] == ["return", "sign", "ask"]
    with office.house.store.reading() as shelves:
        lines = [line for line in shelves.journal.every() if line.act.endswith("_approval")]
    assert [(line.who, line.act) for line in lines] == [
        ("somsri", "ask_approval"),
        ("head", "sign_approval"),
        ("head", "return_approval"),
    ]
    assert lines[1].facts == {"digest": papers.content.digest}


def test_a_signature_is_for_what_was_on_the_page_and_by_whoever_was_just_confirmed(office: Office) -> None:
    office.ask()
    seen = office.look().content.digest
    office.file()
    with pytest.raises(ContentMoved):
        office.sign(seen)
    office.confirmed = False
    with pytest.raises(ConfirmNeeded):
        office.sign()
    with pytest.raises(NotAllowed):
        office.sign(name="other")
    with pytest.raises(NotAllowed):
        office.sign(name="somsri")
    with pytest.raises(NotAllowed):
        office.look("other")
    assert office.look().approval.state is Approved.ASKED


def test_a_change_after_the_signature_is_said_and_signed_anew(office: Office) -> None:
    office.ask()
    office.sign()
    assert not office.look().changed
    office.file(operator=True)
    assert office.look().changed
    assert office.house.review.look(office.who["pim"], YEAR, "A1").changed
    assert office.look().steps == {StepKind.SIGN, StepKind.RETURN}
    office.sign()
    assert not office.look().changed


def test_the_days_of_approval_bind_the_head_and_what_was_returned_is_mended_in_them(office: Office) -> None:
    office.house.move(Phase.FILING, TODAY, TODAY + timedelta(days=1))
    office.house.move(Phase.APPROVAL, TODAY + timedelta(days=3), TODAY + timedelta(days=5))
    office.ask()
    office.house.on(TODAY + timedelta(days=2))
    with pytest.raises(PhaseNotYet):
        office.sign()
    assert office.look().steps == frozenset()
    office.house.on(TODAY + timedelta(days=3))
    with pytest.raises(PhaseOver):
        office.file()
    office.give_back()
    office.file()
    office.ask()
    office.sign()
    office.house.on(TODAY + timedelta(days=6))
    with pytest.raises(PhaseOver):
        office.give_back()
    office.house.rounds.close(YEAR)
    with pytest.raises(ChecklistClosed):
        office.give_back()


def test_what_waits_for_a_decision_comes_first(office: Office) -> None:
    def listed() -> list[tuple[str, int, int]]:
        found = office.house.review.waiting(office.who["pim"]).items
        return [(each.assessment.agency.code, each.new, each.again) for each in found]

    office.file()
    office.file(item="O2")
    assert listed() == [("A1", 2, 0), ("B2", 0, 0)]
    office.decide("0", "เปิดไม่ได้")
    office.decide("100", item="O2")
    office.house.filing.keep(None, YEAR, "B2", [Line(1, "O1", PAGE, None)])
    assert listed() == [("B2", 1, 0), ("A1", 0, 0)]
    office.ask()
    office.sign()
    office.clarify()
    assert listed() == [("A1", 0, 1), ("B2", 1, 0)]


def test_a_failed_item_gets_a_second_look_and_its_decision_is_final(office: Office) -> None:
    office.file()
    with pytest.raises(ItemNotFailed):
        office.clarify()
    office.decide("0", "เปิดไม่ได้")
    office.ask()
    office.sign()
    office.clarify()
    office.clarify()  # sent twice, kept once
    (waiting, _) = office.house.review.waiting(office.who["pim"]).items
    assert (waiting.again, waiting.filed, waiting.decided) == (1, 1, 1)
    assert not office.look().changed, "what the head signed is what was filed before"
    assert office.decide("0", "เปิดไม่ได้") == 0
    with pytest.raises(Problems):
        office.decide("100")
    assert office.decide("100", "เปิดได้แล้ว") == 1
    state = office.house.review.look(office.who["pim"], YEAR, "A1").states["O1"]
    assert (state.status, int(state.decision.mark) if state.decision else None) == (ItemStatus.FINAL, 100)
    assert office.house.review.waiting(office.who["pim"]).items[0].again == 0
    office.decide("0", "ดูผิดหน้า")
    with pytest.raises(ItemDecidedFinally):
        office.clarify("อีกครั้ง")
    assert office.house.acts().count("ask_again") == 1


def test_the_days_of_clarification_bind_it_and_a_closed_round_is_closed(office: Office) -> None:
    office.decide("0", "ไม่พบ")
    office.decide("0", "ไม่พบ", "O2")
    first = TODAY + timedelta(days=2)
    office.house.move(Phase.CHECKING, TODAY, TODAY)
    office.house.move(Phase.CLARIFICATION, first, first)
    office.house.move(Phase.CONFIRMATION, first + timedelta(days=1), first + timedelta(days=2))
    with pytest.raises(PhaseNotYet):
        office.clarify()
    office.house.on(first)
    office.clarify()
    office.house.on(first + timedelta(days=1))
    with pytest.raises(PhaseOver):
        office.clarify("ช้าไป", "O2")
    with pytest.raises(PhaseOver):
        office.decide("100", "เปลี่ยนใจ", "O2")
    assert office.decide("100", "พบแล้ว") == 1
    office.house.rounds.close(YEAR)
    frozen = office.house.results.of(YEAR, "A1").frozen
    with pytest.raises(ChecklistClosed):
        office.clarify("ยังไม่พอใจ", "O2")
    assert frozen


def test_a_proposal_is_void_with_the_role_of_whoever_made_it(office: Office) -> None:
    house = office.house
    one, two, boss = (house.person(name, Grant(Role.NATIONAL)) for name in ("one", "two", "boss"))
    people = People(house.store, house.now, Mail("", ""), Entrances("http://127.0.0.1:8000", lambda: "x", ""))
    house.calendars.propose(one, YEAR, "close")
    people.take(boss, one.id, Grant(Role.NATIONAL))
    people.give(boss, one.id, "assessor", "ตราด")
    with pytest.raises(NothingProposed):
        house.calendars.confirm(two, YEAR, "close")
    people.give(boss, one.id, "national", "")
    with pytest.raises(NothingProposed):
        house.calendars.confirm(two, YEAR, "close")  # a role that comes back brings nothing back
    with house.store.writing() as shelves:  # a grant that went another way
        round_ = shelves.rounds.of_year(YEAR)
        assert shelves.proposals.of(round_.id) == {}
        shelves.proposals.put(round_.id, "close", office.who["pim"].id, NOW)
    assert house.calendars.look(two, YEAR).proposals == {}
    house.calendars.propose(two, YEAR, "close")
    with pytest.raises(SecondPersonNeeded):
        house.calendars.confirm(two, YEAR, "close")
    house.calendars.confirm(boss, YEAR, "close")
    assert house.calendars.look(boss, YEAR).round.stage is Stage.CLOSED

"""Slips: never more than staff, each answers once, and nothing says who drew or used which."""

from __future__ import annotations

import re
from itertools import count
from random import Random

import pytest
from sqlalchemy import text

from surveyapp.adapters.slips import Slips
from surveyapp.domain.code_problems import AccessCodeMissing, AccessCodeRefused, CodesNotUsed, TooManyCodes, WayFixed
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Grant, Person, Role
from surveyapp.domain.places import Stage
from surveyapp.domain.problems import AnsweredDifferently, NotAllowed, Problems, QuestionUnanswered, RoundClosed
from surveyapp.persistence.store import Store
from surveyapp.services import codes as module
from surveyapp.services.answering import Answering
from surveyapp.services.codes import Codes
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import SmallRound, open_small_round

SOMSRI = Person(1, "somsri", "สมศรี", (Grant(Role.COORDINATOR, agency="A1"),))
_numbers = count(1)


class Office:
    """Agency A1 with the slips it printed."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch, staff: int = 20) -> None:
        self.printed: list[str] = []
        monkeypatch.setattr(module, "render_slips", self._print)
        self.store = store
        self.place: SmallRound = open_small_round(store, staff=staff)
        self.link = self.place.codes["A1", Instrument.IIT]
        self.codes = Codes(store, LIBRARY, "https://ita.example", SEAL, lambda: NOW, Random(1).randrange)
        self.answering = Answering(store, LIBRARY, lambda: NOW, SEAL)

    def _print(self, sheet: Slips) -> bytes:
        self.printed += [slip.url.rsplit("#")[1] for slip in sheet.slips]
        return b"%PDF"

    def answer(self, code: str | None, *, number: int | None = None, place: int = 0, link: str | None = None) -> str:
        subs = LIBRARY.paper(2564).iit.sub_questions
        raw = {sub.code: [sub.choices[min(place, len(sub.choices) - 1)].code] for sub in subs}
        raw["response_id"] = [f"{number or next(_numbers):032x}"]
        if code is not None:
            raw["access_code"] = [code]
        return self.answering.submit(link or self.link, raw).id

    @property
    def kept(self) -> int:
        with self.store.reading() as shelves:
            return sum(shelves.responses.received([each.id for each in self.place.assessments.values()]).values())


@pytest.fixture
def office(store: Store, monkeypatch: pytest.MonkeyPatch) -> Office:
    found = Office(store, monkeypatch)
    found.codes.choose(SOMSRI, 2564, "A1", by_code=True)
    return found


def test_a_slip_answers_once_and_only_with_a_response(office: Office) -> None:
    office.codes.issue(SOMSRI, 2564, "A1", 3)
    first, second, third = office.printed
    office.answer(first)
    for again in (first, first.lower()):
        with pytest.raises(Problems, match="used already"):
            office.answer(again)
    office.answer(second)
    assert office.kept == 2
    box = office.codes.look(SOMSRI, 2564, "A1")
    assert (box.issued, box.used, box.rounded, box.fixed) == (3, 0, True, True)
    with office.store.reading() as shelves:
        assert shelves.access_codes.counts(office.place.assessments["A1"].id).spent == 2
    office.answer(third)


def test_a_reply_that_was_lost_is_asked_for_again_with_the_same_slip(office: Office) -> None:
    office.codes.issue(SOMSRI, 2564, "A1", 2)
    mine, unused = office.printed
    assert office.answer(mine, number=77) == office.answer(mine, number=77)
    assert office.answer(unused, number=77)  # the same page; this slip stays good
    with pytest.raises(AnsweredDifferently):
        office.answer(mine, number=77, place=1)
    office.answer(unused)
    assert office.kept == 2


def test_without_a_slip_or_with_one_of_another_office_nothing_is_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.codes.issue(SOMSRI, 2564, "A1", 1)
    office.codes.choose(None, 2564, "A2", by_code=True)
    (mine,) = office.printed
    other = office.place.codes["A2", Instrument.IIT]
    for code, link, why in (
        (None, None, AccessCodeMissing),
        ("", None, AccessCodeMissing),
        (mine, other, AccessCodeRefused),
        ("2222 2222 2222", None, AccessCodeRefused),
    ):
        with pytest.raises(Problems) as refused:
            office.answer(code, link=link)
        assert [type(each) for each in refused.value.problems] == [why]
    assert office.kept == 0
    office.answer(mine)


def test_a_missing_slip_is_said_together_with_every_missing_answer(office: Office) -> None:
    with pytest.raises(Problems) as refused:
        office.answering.submit(office.link, {"response_id": ["a" * 32]})
    kinds = [type(each) for each in refused.value.problems]
    assert kinds == [AccessCodeMissing] + [QuestionUnanswered] * 51


def test_a_page_from_before_the_way_was_changed_cannot_slip_in_without_a_code(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The door may remember for some seconds that the link was open; the database decides."""
    from surveyapp.persistence.responses import Offer, Outcome
    from tests.places import a_response

    office = Office(store, monkeypatch)
    before = office.answering.find(office.link)
    office.codes.choose(SOMSRI, 2564, "A1", by_code=True)
    assert store.intake.keep(Offer(before, a_response(Instrument.IIT), NOW.date())) is Outcome.SHUT
    assert office.kept == 0


def test_there_are_never_more_slips_than_staff_and_none_is_replaced_silently(office: Office) -> None:
    office.codes.issue(SOMSRI, 2564, "A1", 15)
    with pytest.raises(TooManyCodes) as refused:
        office.codes.issue(SOMSRI, 2564, "A1", 6)
    assert refused.value.facts == {"eligible": 20, "there": 15, "left": 5}
    office.codes.issue(SOMSRI, 2564, "A1", 5)
    assert len(set(office.printed)) == 20
    used, lost = office.printed[0], office.printed[1]
    office.answer(used)
    office.codes.issue(SOMSRI, 2564, "A1", 19, void_unused=True)
    with pytest.raises(TooManyCodes):
        office.codes.issue(SOMSRI, 2564, "A1", 1)
    with pytest.raises(Problems):
        office.answer(lost)
    office.answer(office.printed[-1])


def test_where_a_sheet_cannot_be_printed_no_code_is_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooManyCodes):
        office.codes.issue(SOMSRI, 2564, "A1", 21, void_unused=True)
    assert office.codes.look(SOMSRI, 2564, "A1").issued == 0


def test_the_way_stays_once_somebody_has_answered(office: Office) -> None:
    office.codes.issue(SOMSRI, 2564, "A1", 1)
    office.codes.choose(SOMSRI, 2564, "A1", by_code=False)  # nobody has answered: the slip is void
    office.codes.choose(SOMSRI, 2564, "A1", by_code=True)
    with pytest.raises(Problems):
        office.answer(office.printed[0])
    office.codes.issue(SOMSRI, 2564, "A1", 1)
    office.answer(office.printed[1])
    with pytest.raises(WayFixed):
        office.codes.choose(SOMSRI, 2564, "A1", by_code=False)


def test_slips_are_for_those_who_chose_them_and_for_the_own_agency(office: Office) -> None:
    with pytest.raises(CodesNotUsed):
        office.codes.issue(None, 2564, "A2", 1)
    for act in (
        lambda: office.codes.look(SOMSRI, 2564, "A2"),
        lambda: office.codes.choose(SOMSRI, 2564, "A2", by_code=True),
        lambda: office.codes.issue(SOMSRI, 2564, "A2", 1),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_after_closing_the_count_stays_and_no_code_can_be_asked_about(office: Office) -> None:
    office.codes.issue(SOMSRI, 2564, "A1", 5)
    office.answer(office.printed[0])
    Rounds(office.store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(2564)
    box = office.codes.look(SOMSRI, 2564, "A1")
    assert (box.assessment.round.stage, box.issued, box.used, box.rounded) == (Stage.CLOSED, 5, 1, False)
    with office.store.reading() as shelves:
        assert shelves._connection.execute(text("select count(*) from access_code")).scalar() == 0
    with pytest.raises(RoundClosed):
        office.codes.issue(SOMSRI, 2564, "A1", 1)


def test_no_code_stands_anywhere_in_the_database(office: Office) -> None:
    office.codes.issue(SOMSRI, 2564, "A1", 10)
    for code in office.printed[:4]:
        office.answer(code)
    with office.store.reading() as shelves:
        journal = shelves._connection.execute(text("select who, act, subject, facts from journal")).all()
        rows = [*journal, *shelves._connection.execute(text("select * from access_code")).all()]
        rows += shelves._connection.execute(text("select * from response")).all()
    everything = " ".join(str(bytes(x)) if isinstance(x, (bytes, memoryview)) else str(x) for row in rows for x in row)
    assert not [code for code in office.printed if re.search(code, everything, re.IGNORECASE)]
    file = office.store.database.file
    if file is not None:
        content = file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()
        assert not [code for code in office.printed if code.encode() in content]

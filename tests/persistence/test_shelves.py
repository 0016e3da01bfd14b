"""The other shelves, on both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from surveyapp.domain.checklist import Decision, Evidence, ItemStep, fold
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Grant, Role
from surveyapp.domain.places import Agency
from surveyapp.domain.problems import AgencyUnknown, LinkUnknown, RoundUnknown
from surveyapp.domain.sign_in import SignIn, Step
from surveyapp.persistence.database import MIGRATIONS, NEWEST, Database
from surveyapp.persistence.store import KeptPapers, Store
from tests.conftest import NOW
from tests.places import open_small_round

IN_DICTIONARY_ORDER = [
    "กรม",
    "เกาะช้าง",
    "แก่งคอย",
    "ขอนแก่น",
    "แขวงบางรัก",
    "โคกสูง",
    "งิ้วราย",
    "เทศบาลเมือง",
    "แท่นแก้ว",
    "น้ำพอง",
    "ป่าไผ่",
    "ไผ่ใหญ่",
    "ฝั่งแดง",
    "หนองบัว",
    "เหนือคลอง",
    "องค์การบริหารส่วนตำบล",
    "ฮอด",
]


def test_lists_sort_as_thai_dictionaries_do(store: Store) -> None:
    backwards = list(reversed(IN_DICTIONARY_ORDER))
    with store.writing() as shelves:
        shelves.agencies.add(Agency(0, f"X{n}", name, "k", "p") for n, name in enumerate(backwards))
        assert [agency.name for agency in shelves.agencies.every()] == IN_DICTIONARY_ORDER


def test_assessments_and_links_come_in_thai_order_with_their_round(store: Store) -> None:
    place = open_small_round(store)
    with store.reading() as shelves:
        assert [each.agency.code for each in shelves.rounds.assessments(2564)] == ["A2", "A1"]
        links = shelves.links.of_year(2564)
        assert [(each.assessment.agency.code, each.instrument) for each in links] == [
            ("A2", Instrument.IIT),
            ("A2", Instrument.EIT),
            ("A1", Instrument.IIT),
            ("A1", Instrument.EIT),
        ]
        assert shelves.links.with_code(place.codes["A1", Instrument.EIT]).assessment == place.assessments["A1"]


def test_what_is_not_there_is_refused_by_name(store: Store) -> None:
    open_small_round(store)
    with store.reading() as shelves:
        with pytest.raises(RoundUnknown):
            shelves.rounds.of_year(2569)
        with pytest.raises(RoundUnknown):
            shelves.rounds.assessment(2569, "A1")
        with pytest.raises(AgencyUnknown):
            shelves.rounds.assessment(2564, "nobody")
        with pytest.raises(LinkUnknown):
            shelves.links.with_code("ABCDEFGH")


def test_people_keep_their_grants_and_names_in_any_case(store: Store) -> None:
    open_small_round(store)
    with store.writing() as shelves:
        grants = [Grant(Role.COORDINATOR, agency="A1"), Grant(Role.ASSESSOR, province="ธารทอง"), Grant(Role.ASSESSOR)]
        shelves.people.add("Somsri", "นางสมศรี", "hash", grants)
        found = shelves.people.password_hash("SOMSRI")
        assert found is not None
        person = shelves.people.with_id(found[0])
    assert (person.sign_in_name, person.full_name, person.grants) == ("somsri", "นางสมศรี", tuple(grants))


def test_a_sign_in_ends_when_its_time_is_over_when_it_is_left_alone_or_when_it_is_ended(store: Store) -> None:
    with store.writing() as shelves:
        entries, person = shelves.entries, shelves.people.add("a", "A", "hash", [])
        until = NOW + timedelta(hours=2)
        entries.begin(SignIn(b"1" * 32, person, Step.IN, until, NOW, NOW.date(), "?"), NOW)
        assert entries.found(b"1" * 32, NOW)
        assert not entries.found(b"2" * 32, NOW)
        assert not entries.found(b"1" * 32, NOW + timedelta(hours=1))
        entries.seen(b"1" * 32, NOW + timedelta(minutes=59))
        assert entries.found(b"1" * 32, NOW + timedelta(minutes=118))
        assert not entries.found(b"1" * 32, until)
        entries.end(b"1" * 32)
        assert not entries.found(b"1" * 32, NOW)


def test_the_history_of_an_item_comes_back_as_it_happened(store: Store) -> None:
    place = open_small_round(store)
    assessment = place.assessments["A1"].id
    steps = [
        ItemStep("O2", NOW, "ก", evidence=Evidence(("https://a.example/๑", "https://b.example/"), "ดูหน้า ๒")),
        ItemStep("O2", NOW, "ข", decision=Decision(Decimal(0), "ปีไม่ตรง")),
        ItemStep("O2", NOW, "ข", decision=Decision(Decimal(100))),
        ItemStep("O3", NOW, "ก", evidence=Evidence((), "ไม่มีลิงก์")),
    ]
    with store.writing() as shelves:
        shelves.checklists.add(assessment, steps)
    with store.reading() as shelves:
        assert shelves.checklists.history(assessment) == steps
        assert shelves.checklists.counts([assessment]) == {assessment: (2, 1)}
        assert fold(shelves.checklists.history(assessment))["O2"].decision == Decision(Decimal(100))


def test_a_transaction_that_fails_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as shelves:
        shelves.agencies.add([Agency(0, "Z", "หาย", "k", "p")])
        shelves.journal.note("x", "y", "z", NOW)
        raise RuntimeError
    with store.reading() as shelves:
        assert shelves.agencies.every() == []
        assert list(shelves.journal.broken_at()) == []


def test_reading_can_change_nothing(store: Store) -> None:
    from surveyapp.domain.problems import NotNow

    with pytest.raises((NotNow, DBAPIError)), store.reading() as shelves:
        shelves.agencies.add([Agency(0, "Z", "หาย", "k", "p")])
    with store.reading() as shelves:
        assert shelves.agencies.every() == []


def test_reading_sees_one_state_throughout(store: Store) -> None:
    with store.reading() as shelves:
        before = len(shelves.agencies.every())
        with store.writing() as other:
            other.agencies.add([Agency(0, "Z", "ใหม่", "k", "p")])
        assert len(shelves.agencies.every()) == before
    with store.reading() as shelves:
        assert len(shelves.agencies.every()) == before + 1


def test_a_database_that_was_never_made_says_what_to_do(database_url: str) -> None:
    from surveyapp.domain.problems import DatabaseMissing

    database = Database(database_url)
    with pytest.raises(DatabaseMissing), Store(database).reading() as shelves:
        shelves.agencies.every()
    database.close()


def test_papers_are_kept_once_and_a_year_uses_one(store: Store) -> None:
    with store.writing() as shelves:
        for digest in ("a" * 64, "b" * 64, "a" * 64):
            shelves.papers.keep(digest, 2564, f'{{"ไทย":"{digest[0]}"}}', NOW)
        shelves.papers.use(2564, "a" * 64, NOW)
        shelves.papers.use(2564, "b" * 64, NOW)
        shelves.papers.use(2565, "a" * 64, NOW)
        shelves.papers.use_shipped(2565)
    with store.reading() as shelves:
        assert shelves.papers.in_use() == {2564: "b" * 64}
        assert shelves.papers.document("a" * 64) == '{"ไทย":"a"}'
        assert shelves.papers.document("c" * 64) is None


def test_a_paper_in_use_is_kept(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as shelves:
        shelves.papers.use(2564, "f" * 64, NOW)


def test_a_database_that_was_never_made_keeps_no_papers_and_is_not_made_for_asking(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")
    kept = KeptPapers(Store(database))
    assert kept.in_use() == {}
    assert kept.document("a" * 64) is None
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "none.db").touch()
    assert kept.in_use() == {}
    database.close()


def test_the_revision_pages_ask_for_is_the_last_of_the_migrations() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == NEWEST

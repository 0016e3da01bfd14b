"""Whose certificates there are, when, and that they say what the result page says."""

from __future__ import annotations

from functools import partial

import pypdfium2
import pytest
from sqlalchemy import text

from surveyapp.adapters.passwords import Passwords
from surveyapp.domain.certificate_problems import (
    CertificateTooEarly,
    NobodyToCertify,
    NothingToCertify,
    TooManyCertificates,
)
from surveyapp.domain.people import Grant, Person, Role
from surveyapp.domain.problems import AgencyUnknown, NotAllowed, PaperChanged, Problems
from surveyapp.persistence.store import Store
from surveyapp.services import certificates as errands
from surveyapp.services.certificates import Certificates
from surveyapp.services.demo import Demo, Wanted
from surveyapp.services.results import Results
from tests.adapters.printed import codes_in, pages_of
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import open_small_round
from tests.services.test_receipts import close

URL = "https://ita.example.go.th"
EVERY = {each.code for each in LIBRARY.paper(2564).levels}
SETTLED = 3  # of the four agencies of the made-up province
NATIONAL = Person(1, "x", "x", (Grant(Role.NATIONAL),))


def supervisor(province: str) -> Person:
    return Person(2, "y", "y", (Grant(Role.SUPERVISOR, province=province),))


def certificates(store: Store) -> Certificates:
    return Certificates(store, LIBRARY, URL)


def bookmarks(pdf: bytes) -> list[str]:
    return [mark.get_title() for mark in pypdfium2.PdfDocument(pdf).get_toc()]


@pytest.fixture
def over(store: Store) -> Store:
    """A made-up province whose round is closed, on each database."""
    Demo(store, LIBRARY, Passwords(), SEAL, lambda: NOW).fill(Wanted(2564, 4, 400, 3), lambda done, of: None)
    close(store)
    return store


def test_a_certificate_says_total_and_level_of_the_result_page_and_leads_there(over: Store) -> None:
    errand = certificates(over)
    settled = 0
    for outcome in Results(over, LIBRARY).listing(2564).page.items:
        agency = outcome.assessment.agency.code
        if outcome.level is None:  # few answered there, so its page shows no total either
            with pytest.raises(NothingToCertify):
                errand.of(NATIONAL, 2564, agency)
            continue
        (page,) = pages_of(errand.of(NATIONAL, 2564, agency))
        assert str(outcome.total) in page.words()
        assert f"Level{outcome.level.name.th.removeprefix('ระดับ ')}" in page.words()
        assert [each.text for each in codes_in(page.pixels(150), 150)] == [f"{URL}/results/2564/{agency}"]
        settled += 1
    assert settled == SETTLED
    assert errand.of(NATIONAL, 2564, "TT001") == errand.of(NATIONAL, 2564, "TT001")


def test_a_file_holds_the_chosen_levels_of_whom_one_reaches(over: Store) -> None:
    errand = certificates(over)
    choice = errand.choice(NATIONAL)
    assert choice is not None
    assert (choice.years, choice.provinces, sum(n for _level, n in choice.levels)) == ((2564,), ("ธารทอง",), SETTLED)
    for level, n in choice.levels:
        if n:
            assert len(bookmarks(errand.book(NATIONAL, 2564, {level.code}, {}))) == n
    whole = bookmarks(errand.book(None, 2564, EVERY, {}, province="ธารทอง"))
    assert whole == [
        each.assessment.agency.name for each in Results(over, LIBRARY).listing(2564).page.items if each.level
    ]
    assert bookmarks(errand.book(supervisor("ธารทอง"), 2564, EVERY, {})) == whole
    signed = errand.of(None, 2564, "TT001", {"name1": "นายสมชาย ใจดี"})
    assert "(นายสมชายใจดี)" in pages_of(signed)[0].words()
    passing = {level.code for level, n in choice.levels if level.passes and n}
    assert passing, "else the next line would compare nothing"
    assert errand.book(None, 2564, None, {}) == errand.book(None, 2564, passing, {})
    for person, province in ((supervisor("ตราด"), ""), (NATIONAL, "ตราด")):
        with pytest.raises(NobodyToCertify):
            errand.book(person, 2564, EVERY, {}, province=province)
    with pytest.raises(Problems):
        errand.book(NATIONAL, 2564, set(), {"day": "พรุ่งนี้"})


def test_what_the_page_would_not_show_is_not_printed(over: Store) -> None:
    """Somebody changed what is frozen, or the rules would come out otherwise today; or it is being closed just now."""
    errand = certificates(over)
    for column, value in (("total", "99.99"), ("level", "AA")):
        with over.writing() as shelves:
            change = text(f"update frozen_result set {column} = :value where assessment_id = :id")  # noqa: S608
            here = shelves.rounds.assessment(2564, "TT001").id
            shelves._connection.execute(change, {"value": value, "id": here})
        for refused in (partial(errand.of, NATIONAL, 2564, "TT001"), partial(errand.book, None, 2564, EVERY, {})):
            with pytest.raises(PaperChanged):
                refused()
        with pytest.raises(PaperChanged):
            Results(over, LIBRARY).of(2564, "TT001")
    with over.writing() as shelves:
        shelves._connection.execute(text("delete from frozen_result where assessment_id = :id"), {"id": here})
    for early in (partial(errand.of, NATIONAL, 2564, "TT001"), partial(errand.book, None, 2564, EVERY, {})):
        with pytest.raises(CertificateTooEarly):
            early()


def test_the_night_does_not_wait_for_a_file_that_is_being_set(over: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveyapp.persistence.blur._PATIENCE", 1)
    nights: list[bool] = []

    def slow(_pages: object, **_how: object) -> bytes:
        nights.append(over.blur())
        return b"%PDF"

    monkeypatch.setattr(errands, "render_certificates", slow)
    assert certificates(over).book(None, 2564, EVERY, {}) == certificates(over).of(None, 2564, "TT001") == b"%PDF"
    assert len(nights) == 2


def test_nobody_else_and_nothing_before_its_time(sqlite_store: Store) -> None:
    open_small_round(sqlite_store)
    errand = certificates(sqlite_store)
    assert errand.choice(NATIONAL) is None
    with pytest.raises(CertificateTooEarly):
        errand.of(NATIONAL, 2564, "A1")
    with pytest.raises(CertificateTooEarly):
        errand.book(None, 2564, EVERY, {})
    with pytest.raises(CertificateTooEarly):
        errand.choice(NATIONAL, 2564)
    with pytest.raises(NotAllowed):
        errand.of(Person(3, "z", "z", (Grant(Role.HEAD, agency="A2"),)), 2564, "A1")
    with pytest.raises(AgencyUnknown):
        errand.of(NATIONAL, 2564, "ZZ9")
    close(sqlite_store)
    with pytest.raises(NothingToCertify):  # nobody answered, so there is no total
        errand.of(NATIONAL, 2564, "A1")
    with sqlite_store.writing() as shelves:
        shelves.rounds.hold_back(shelves.rounds.of_year(2564), held_back=True)
    with pytest.raises(CertificateTooEarly):  # closed, and not announced
        errand.of(NATIONAL, 2564, "A1")


def test_a_file_is_no_larger_than_the_memory(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    Demo(sqlite_store, LIBRARY, Passwords(), SEAL, lambda: NOW).fill(Wanted(2564, 4, 400, 3), lambda done, of: None)
    close(sqlite_store)
    monkeypatch.setattr(errands, "MOST_IN_A_FILE", 2)
    with pytest.raises(TooManyCertificates):
        certificates(sqlite_store).book(None, 2564, EVERY, {})

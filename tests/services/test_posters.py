"""A book of posters: whose are in it, in which order, and what is refused."""

from __future__ import annotations

import pypdfium2
import pytest

from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Grant, Person, Role
from surveyapp.domain.places import Agency, Channel
from surveyapp.domain.poster import Languages, Size
from surveyapp.domain.problems import AgencyUnknown, EmblemOfOne, NothingToPrint, RoundUnknown, TooManyToPrint
from surveyapp.persistence.store import Store
from surveyapp.services import posters as errands
from surveyapp.services.posters import Posters, Wish
from tests.adapters.printed import codes_in, pages_of
from tests.conftest import LIBRARY
from tests.places import open_small_round

EIT = Wish(Instrument.EIT)


def bookmarks(pdf: bytes) -> list[str]:
    return [mark.get_title() for mark in pypdfium2.PdfDocument(pdf).get_toc()]


def a_coordinator(*agencies: str) -> Person:
    return Person(1, "x", "x", tuple(Grant(Role.COORDINATOR, agency=agency) for agency in agencies))


def test_a_book_holds_every_agency_in_dictionary_order_on_each_database(store: Store) -> None:
    small = open_small_round(store)
    posters = Posters(store, LIBRARY, "https://ita.example.go.th")
    book = posters.book(None, 2564, EIT, both=True)
    assert bookmarks(book) == ["เทศบาลตำบลแขวง", "เทศบาลตำบลไทย"]
    found = [code.text for page in pages_of(book) for code in codes_in(page.pixels(150), 150)]
    order = [(agency, each) for agency in ("A2", "A1") for each in (Instrument.IIT, Instrument.EIT)]
    assert found == [f"HTTPS://ITA.EXAMPLE.GO.TH/S/{small.codes[each]}" for each in order]
    assert book == posters.book(None, 2564, EIT, both=True)


@pytest.fixture
def posters(sqlite_store: Store) -> Posters:
    open_small_round(sqlite_store)
    return Posters(sqlite_store, LIBRARY, "https://ita.example.go.th")


def test_a_province_or_an_agency_narrows_the_book(posters: Posters, sqlite_store: Store) -> None:
    assert len(pages_of(posters.book(None, 2564, EIT, province="ธารทอง"))) == 2
    assert bookmarks(posters.book(None, 2564, EIT, agency="A1")) == ["เทศบาลตำบลไทย"]
    with sqlite_store.writing() as shelves:
        shelves.agencies.add([Agency(0, "B1", "เทศบาลตำบลอื่น", "thesaban_tambon_m", "อื่น")])
    with pytest.raises(NothingToPrint):
        posters.book(None, 2564, EIT, province="อื่น")


def test_a_person_gets_the_posters_of_their_own_agencies(posters: Posters) -> None:
    assert bookmarks(posters.book(a_coordinator("A1"), 2564, EIT)) == ["เทศบาลตำบลไทย"]
    assert len(bookmarks(posters.book(a_coordinator("A1", "A2"), 2564, EIT))) == 2
    with pytest.raises(NothingToPrint):
        posters.book(a_coordinator("A9"), 2564, EIT)
    with pytest.raises(NothingToPrint):
        posters.book(a_coordinator("A1"), 2564, EIT, agency="A2")


def test_what_cannot_be_printed_is_refused(posters: Posters, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RoundUnknown):
        posters.book(None, 2569, EIT, agency="A1")
    with pytest.raises(NothingToPrint):
        posters.book(None, 2569, EIT)
    with pytest.raises(AgencyUnknown):
        posters.book(None, 2564, EIT, agency="A9")
    with pytest.raises(NothingToPrint):
        posters.book(None, 2564, Wish(Instrument.EIT, Channel.FIELD))
    with pytest.raises(EmblemOfOne):
        posters.book(None, 2564, EIT, emblem=b"x")
    monkeypatch.setattr(errands, "MOST_IN_A_BOOK", 3)
    with pytest.raises(TooManyToPrint, match="4 posters"):
        posters.book(None, 2564, EIT, both=True)


@pytest.mark.parametrize("size", Size)
def test_every_size_makes_a_book(posters: Posters, size: Size) -> None:
    wish = Wish(Instrument.IIT, size=size, languages=Languages.TH_EN)
    assert len(pages_of(posters.book(None, 2564, wish, both=True))) == 4

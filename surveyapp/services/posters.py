"""Posters: links, their QR codes, and what is printed of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from surveyapp.adapters.poster import Poster, render_posters
from surveyapp.adapters.qr import qr_png, qr_svg, qr_terminal
from surveyapp.domain.paper import Instrument, Paper, Status, Wording
from surveyapp.domain.people import Act, Person, Place, may, place_of
from surveyapp.domain.places import Channel, Link
from surveyapp.domain.poster import Languages, Size
from surveyapp.domain.problems import EmblemOfOne, LinkUnknown, NotAllowed, NothingToPrint, TooManyToPrint
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Store

MOST_IN_A_BOOK: Final = 1_000  # each takes about a megabyte of memory while the file is set


@dataclass(frozen=True, slots=True)
class Address:
    """A link with the address people open, and the one in capitals that goes into a QR code."""

    link: Link
    url: str
    qr_text: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to be printed. A kiosk's address is for its device and has no poster, only a code.

    code: one link's; else the first link of the instrument and channel.
    """

    instrument: Instrument
    channel: Channel = Channel.OPEN
    size: Size = Size.A4
    languages: Languages = Languages.TH
    code: str | None = None


@dataclass(frozen=True)
class Posters:
    """What makes a link reach people. Addresses come from ``public_url`` and never from a request."""

    store: Store
    library: Library
    public_url: str

    def addresses(self, year: int | None = None, agency: str | None = None) -> list[Address]:
        """The addresses of a year (of the newest open round, if no year is given), for one agency or all."""
        with self.store.reading() as shelves:
            year = year or shelves.rounds.newest_open().fiscal_year
            if agency is not None:
                shelves.rounds.assessment(year, agency)
            return [self._address(link) for link in shelves.links.of_year(year, agency)]

    def make(self, person: Person, year: int, agency: str, wish: Wish) -> bytes:
        """The poster of one link as PDF; the same request gives the same bytes."""
        return self._printed([self._mine(person, year, agency, wish)], wish)

    def book(
        self,
        person: Person | None,
        year: int,
        wish: Wish,
        *,
        province: str | None = None,
        agency: str | None = None,
        both: bool = False,
        emblem: bytes | None = None,
    ) -> bytes:
        """The posters of a year (of a province, or of one agency) in one PDF, with a bookmark for each agency.

        person: None is the operator; anybody else gets those they may print. both: the IIT and the EIT, instead
        of the wish's instrument. emblem: a PNG, for one agency alone, instead of the one it keeps.
        """
        if emblem is not None and agency is None:
            raise EmblemOfOne()
        instruments = set(Instrument) if both else {wish.instrument}
        found = [
            each
            for each in self.addresses(year, agency)
            if each.link.instrument in instruments
            and each.link.channel is wish.channel
            and not each.link.replaced
            and province in (None, each.link.assessment.agency.province)
            and (person is None or may(person, Act.PRINT_POSTER, place_of(each.link.assessment.agency)))
        ]
        if not found:
            raise NothingToPrint(year=year)
        if len(found) > MOST_IN_A_BOOK:
            raise TooManyToPrint(n=len(found), limit=MOST_IN_A_BOOK)
        return self._printed(found, wish, emblem)

    def qr(self, person: Person, year: int, agency: str, wish: Wish, kind: str = "svg") -> bytes:
        """The QR code alone, as SVG or PNG ("svg", "png")."""
        text = self._mine(person, year, agency, wish).qr_text
        return qr_png(text) if kind == "png" else qr_svg(text)

    def terminal_qr(self, url: str) -> str:
        """The QR code of an address in signs, for a terminal."""
        return qr_terminal(url.upper())

    def _mine(self, person: Person, year: int, agency: str, wish: Wish) -> Address:
        found = self.addresses(year, agency)
        if not may(person, Act.PRINT_POSTER, place_of(found[0].link.assessment.agency) if found else Place(agency, "")):
            raise NotAllowed()
        address = next((each for each in found if _is_meant(each.link, wish)), None)
        if address is None:
            raise LinkUnknown(code=f"{year}/{agency}")
        return address

    def _printed(self, addresses: list[Address], wish: Wish, emblem: bytes | None = None) -> bytes:
        """All are of one round, so its paper is asked for once."""
        paper = self.library.bound(addresses[0].link.assessment.round)
        owners = [each.link.assessment.agency.id for each in addresses]
        with self.store.reading() as shelves:
            kept = shelves.emblems.of(owners)
        each_with_its_own = zip(addresses, owners, strict=True)
        posters = [_poster(each, paper, emblem or kept.get(owner)) for each, owner in each_with_its_own]
        return render_posters(posters, wish.size, wish.languages)

    def _address(self, link: Link) -> Address:
        url = f"{self.public_url}/s/{link.code}"
        return Address(link, url, url.upper())


def _is_meant(link: Link, wish: Wish) -> bool:
    if link.replaced or link.instrument is not wish.instrument:
        return False
    return link.code == wish.code if wish.code else link.channel is wish.channel


def _poster(address: Address, paper: Paper, emblem: bytes | None) -> Poster:
    link, round_ = address.link, address.link.assessment.round
    return Poster(
        agency=link.assessment.agency.name,
        instrument=link.instrument.value,
        fiscal_year=round_.fiscal_year,
        address=address.qr_text,
        code=link.code,
        closes_on=round_.closes_on,
        minutes=paper.questionnaire(link.instrument).minutes,
        rehearsal=round_.rehearsal,
        draft=paper.status is Status.DRAFT,
        own_wording=paper.wording is Wording.OWN,
        digest=paper.digest[:12],
        field=link.channel is Channel.FIELD,
        emblem=emblem,
    )

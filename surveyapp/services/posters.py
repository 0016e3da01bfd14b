"""Posters: links, their QR codes, and the sheet to print."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.adapters.poster import Poster, render_poster
from surveyapp.adapters.qr import qr_svg, qr_terminal
from surveyapp.domain.paper import Instrument, Status, Wording
from surveyapp.domain.people import Act, Person, Place, may, place_of
from surveyapp.domain.places import Channel, Link
from surveyapp.domain.problems import LinkUnknown, NotAllowed
from surveyapp.domain.thai import thai_date
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Store


@dataclass(frozen=True, slots=True)
class Address:
    """A link with the address people open, and the one in capitals that goes into a QR code."""

    link: Link
    url: str
    qr_text: str


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

    def make(self, person: Person, year: int, agency: str, instrument: Instrument) -> bytes:
        """The A4 poster of an instrument as PDF; the same request gives the same bytes."""
        address = self._mine(person, year, agency, instrument)
        paper = self.library.bound(address.link.assessment.round)
        round_ = address.link.assessment.round
        poster = Poster(
            agency=address.link.assessment.agency.name,
            instrument=instrument.value,
            fiscal_year=year,
            address=address.qr_text,
            code=address.link.code,
            closes_on=thai_date(round_.closes_on) if round_.closes_on else None,
            minutes=paper.questionnaire(instrument).minutes,
            rehearsal=round_.rehearsal,
            draft=paper.status is Status.DRAFT,
            own_wording=paper.wording is Wording.OWN,
            digest=paper.digest[:12],
        )
        return render_poster(poster)

    def qr(self, person: Person, year: int, agency: str, instrument: Instrument) -> bytes:
        """The QR code alone, as SVG."""
        return qr_svg(self._mine(person, year, agency, instrument).qr_text)

    def terminal_qr(self, url: str) -> str:
        """The QR code of an address in signs, for a terminal."""
        return qr_terminal(url.upper())

    def _mine(self, person: Person, year: int, agency: str, instrument: Instrument) -> Address:
        found = self.addresses(year, agency)
        place = place_of(found[0].link.assessment.agency) if found else Place(agency, "")
        if not may(person, Act.PRINT_POSTER, place):
            raise NotAllowed()
        mine = (each for each in found if each.link.instrument is instrument and each.link.channel is Channel.OPEN)
        address = next(mine, None)
        if address is None:
            raise LinkUnknown(code=f"{year}/{agency}")
        return address

    def _address(self, link: Link) -> Address:
        url = f"{self.public_url}/s/{link.code}"
        return Address(link, url, url.upper())

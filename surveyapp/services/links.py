"""Links: more addresses for an agency's questionnaires, each for a channel; named, paused, replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from surveyapp.adapters.emblem import clean_emblem
from surveyapp.domain.link_code import make_code
from surveyapp.domain.link_problems import ChannelUnknown, LinkGone, LinkNameLong, TooManyLinks
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Act, Person, may, place_of
from surveyapp.domain.places import Assessment, Channel, Link, Stage
from surveyapp.domain.problems import NotAllowed, RoundClosed
from surveyapp.persistence.store import Shelves, Store

LONGEST_NAME: Final = 80
MOST: Final = 40  # links of an agency; a poster on every counter of the largest
# What an agency may add by itself. The field team's link is not the agency's to hand out.
CHANNELS: Final = {
    Instrument.IIT: (Channel.OPEN, Channel.LINE, Channel.WEBSITE),
    Instrument.EIT: (Channel.OPEN, Channel.COUNTER, Channel.LINE, Channel.WEBSITE, Channel.KIOSK),
}


@dataclass(frozen=True, slots=True)
class Board:
    """Every link of an agency that is its own to change, with the address of each; and its emblem, where it has one."""

    assessment: Assessment
    links: tuple[tuple[Link, str], ...]
    emblem: bytes | None = None


@dataclass(frozen=True)
class Links:
    """What a coordinator needs of links. Addresses come from ``public_url`` and never from a request."""

    store: Store
    public_url: str
    now: Callable[[], datetime]
    draw: Callable[[int], int]

    def look(self, person: Person, year: int, agency: str) -> Board:
        """The links of an agency."""
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            _refuse_unless_allowed(person, assessment)
            found = shelves.links.of_year(year, agency)
            emblem = shelves.emblems.of([assessment.agency.id]).get(assessment.agency.id)
        mine = [link for link in found if link.channel is not Channel.FIELD]
        return Board(assessment, tuple((link, f"{self.public_url}/s/{link.code}") for link in mine), emblem)

    def put_emblem(self, person: Person, year: int, agency: str, content: bytes) -> None:
        """Keep an emblem for everything the agency prints, its pixels alone. Refuses what is no sound PNG."""
        png = clean_emblem(content)
        with self.store.writing() as shelves:
            assessment = self._held(shelves, person, year, agency)
            shelves.emblems.put(assessment.agency.id, png)
            self._note(shelves, person, "put_emblem", assessment)

    def remove_emblem(self, person: Person, year: int, agency: str) -> None:
        """Print without an emblem again."""
        with self.store.writing() as shelves:
            assessment = self._held(shelves, person, year, agency)
            shelves.emblems.remove(assessment.agency.id)
            self._note(shelves, person, "remove_emblem", assessment)

    def add(self, person: Person, year: int, agency: str, instrument: str, channel: str, name: str) -> str:
        """One more link. Comes back with its code."""
        wanted = _channel(instrument, channel)
        with self.store.writing() as shelves:
            assessment = self._held(shelves, person, year, agency)
            if len(shelves.links.of_year(year, agency)) >= MOST:
                raise TooManyLinks(most=MOST)
            code = make_code(self.draw)
            shelves.links.add([(code, assessment.id, *wanted)], _tidy(name))
            self._note(shelves, person, "add_link", assessment, code)
        return code

    def rename(self, person: Person, year: int, agency: str, code: str, name: str) -> None:
        """Give a link another name; the address stays."""
        self._change(person, year, agency, code, "rename_link", name=_tidy(name))

    def pause(self, person: Person, year: int, agency: str, code: str, *, paused: bool) -> None:
        """Have a link take no answers for a while, or again."""
        self._change(person, year, agency, code, "pause_link" if paused else "resume_link", paused=paused)

    def replace(self, person: Person, year: int, agency: str, code: str) -> str:
        """Put a new link in the place of one, which then says for ever that there is a newer poster."""
        with self.store.writing() as shelves:
            assessment = self._held(shelves, person, year, agency)
            old = self._mine(shelves, year, agency, code)
            new = make_code(self.draw)
            shelves.links.change(old.code, replaced=True, paused=True)
            shelves.links.add([(new, assessment.id, old.instrument, old.channel)], old.name)
            self._note(shelves, person, "replace_link", assessment, f"{old.code} {new}")
        return new

    def _change(self, person: Person, year: int, agency: str, code: str, act: str, **values: str | bool) -> None:
        with self.store.writing() as shelves:
            assessment = self._held(shelves, person, year, agency)
            shelves.links.change(self._mine(shelves, year, agency, code).code, **values)
            self._note(shelves, person, act, assessment, code)

    def _mine(self, shelves: Shelves, year: int, agency: str, code: str) -> Link:
        for link in shelves.links.of_year(year, agency):
            if link.code == code and not link.replaced and link.channel is not Channel.FIELD:
                return link
        raise LinkGone(code=code[:12])

    def _held(self, shelves: Shelves, person: Person, year: int, agency: str) -> Assessment:
        assessment = shelves.rounds.held(year, agency)
        _refuse_unless_allowed(person, assessment)
        if assessment.round.stage is Stage.CLOSED:
            raise RoundClosed()
        return assessment

    def _note(self, shelves: Shelves, person: Person, act: str, assessment: Assessment, code: str = "") -> None:
        where = f"{assessment.round.fiscal_year}/{assessment.agency.code}"
        shelves.journal.note(person.sign_in_name, act, where, self.now(), {"link": code} if code else {})


def _channel(instrument: str, channel: str) -> tuple[Instrument, Channel]:
    for known, channels in CHANNELS.items():
        if known.value == instrument and channel in channels:
            return known, Channel(channel)
    raise ChannelUnknown()


def _tidy(name: str) -> str:
    plain = " ".join(name.replace("\x00", " ").split())
    if len(plain) > LONGEST_NAME:
        raise LinkNameLong(longest=LONGEST_NAME)
    return plain


def _refuse_unless_allowed(person: Person, assessment: Assessment) -> None:
    if not may(person, Act.MANAGE_LINKS, place_of(assessment.agency)):
        raise NotAllowed()

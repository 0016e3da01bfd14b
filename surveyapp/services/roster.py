"""Roster: bringing in the agencies, looking at what would change before anything does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from surveyapp.adapters.roster_file import read_filled, write_template
from surveyapp.domain.people import Act, Person
from surveyapp.domain.places import Agency, Round, Stage
from surveyapp.domain.provinces import PROVINCES
from surveyapp.domain.roster import Difference, Entry, Numbers, Reading, compare
from surveyapp.domain.round_problems import NothingDiffers, RosterMoved
from surveyapp.persistence.joining import join
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.checks import signed


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sheet beside the roster. ``mark`` names this difference, to be confirmed; round: the one in preparation."""

    reading: Reading
    difference: Difference
    round: Round | None
    mark: str


@dataclass(frozen=True)
class Roster:
    """What the national office needs to keep the agencies. person None is the operator at the command line."""

    store: Store
    now: Callable[[], datetime]
    draw: Callable[[int], int]

    def every(self, person: Person | None, search: str = "") -> list[Agency]:
        """Every agency whose code, name and place hold the words, as a Thai dictionary would list them."""
        signed(person, Act.CHANGE_ROSTER)
        with self.store.reading() as shelves:
            found = shelves.agencies.every()
        words = search.casefold().split()
        return [each for each in found if all(word in _said(each) for word in words)]

    def template(self, person: Person | None) -> bytes:
        """A sheet to fill in, with every agency that is known."""
        signed(person, Act.CHANGE_ROSTER)
        with self.store.reading() as shelves:
            round_ = _prepared(shelves)
            return write_template(shelves.agencies.every(), _told(shelves, round_) or {})

    def look(self, person: Person | None, data: bytes) -> Comparison:
        """Read a sheet and compare it; nothing is kept. Problems of rows come with the reading."""
        signed(person, Act.CHANGE_ROSTER)
        with self.store.reading() as shelves:
            provinces = (*PROVINCES, *{agency.province for agency in shelves.agencies.every()} - PROVINCES.keys())
            reading = read_filled(data, provinces)
            return _compared(shelves, reading)

    def keep(self, person: Person | None, entries: Sequence[Entry], mark: str) -> Comparison:
        """Keep what was looked at, all of it or nothing; refuses when the roster was changed meanwhile."""
        who = signed(person, Act.CHANGE_ROSTER)
        with self.store.writing() as shelves:
            shelves.rounds.hold_every()
            compared = _compared(shelves, Reading(tuple(entries)))
            if compared.mark != mark:
                raise RosterMoved()
            if not compared.difference:
                raise NothingDiffers()
            self._put(shelves, compared)
            facts = {**_counts(compared.difference), "digest": mark[:16]}
            shelves.journal.note(who, "change_roster", "roster", self.now(), facts)
        return compared

    def _put(self, shelves: Shelves, compared: Comparison) -> None:
        found = compared.difference
        shelves.agencies.add(found.new)
        for each in found.changed:
            shelves.agencies.change(each.after)
        if compared.round:
            join(shelves, compared.round, self.draw)
            ids = {each.agency.code: each.id for each in shelves.rounds.assessments(compared.round.fiscal_year)}
            shelves.rounds.tell((ids[told.code], told.staff[1], told.contacts[1]) for told in found.numbers)


def _said(agency: Agency) -> str:
    return " ".join((agency.code, agency.name, agency.province, agency.district or "")).casefold()


def _compared(shelves: Shelves, reading: Reading) -> Comparison:
    round_ = _prepared(shelves)
    rounds = [each for each in shelves.rounds.every() if each.stage is Stage.OPEN and not each.rehearsal]
    fixed = {each.agency.code for open_ in rounds for each in shelves.rounds.assessments(open_.fiscal_year)}
    found = compare(reading.entries, shelves.agencies.every(), told=_told(shelves, round_), fixed=fixed)
    return Comparison(reading, found, round_, hashlib.sha256(repr(found).encode("utf-8", "replace")).hexdigest())


def _prepared(shelves: Shelves) -> Round | None:
    return next((each for each in shelves.rounds.every() if each.stage is Stage.PREPARED), None)


def _told(shelves: Shelves, round_: Round | None) -> Numbers | None:
    if round_ is None:
        return None
    found = shelves.rounds.assessments(round_.fiscal_year)
    return {each.agency.code: (each.eligible_iit, each.eligible_eit) for each in found}


def _counts(found: Difference) -> dict[str, str | int]:
    """The counts for the journal, and of what was known before every cell that changed."""
    facts: dict[str, str | int] = {"new": len(found.new), "changed": len(found.changed), "unchanged": found.unchanged}
    for each in found.changed:
        facts |= {f"{each.after.code}.{edit.column.name.lower()}": f"{edit.old} → {edit.new}" for edit in each.edits}
    for told in found.numbers:
        facts[f"{told.code}.staff"] = f"{told.staff[0]} → {told.staff[1]}"
        facts[f"{told.code}.contacts"] = f"{told.contacts[0]} → {told.contacts[1]}"
    return facts

"""People: who has an account, inviting, giving and taking roles. Only within one's own reach."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from surveyapp.adapters.mail import Mail
from surveyapp.domain.account_problems import (
    FullNameMissing,
    GrantThere,
    GrantTooWide,
    GrantUnknown,
    MailUnfit,
    NameTaken,
    NameUnfit,
    PersonUnknown,
)
from surveyapp.domain.granting import may_give, may_look_after, parse_grant, reach, roles_to_give
from surveyapp.domain.paging import Page, page_of
from surveyapp.domain.people import Act, Grant, Person, Place, Role, may, may_everywhere, place_of
from surveyapp.domain.places import Agency
from surveyapp.domain.problems import NotAllowed, Problem, Problems
from surveyapp.domain.sign_in import Account, Purpose
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.entering import Links, Say, letter

OPERATOR: Final = "operator"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{2,59}")
_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST: Final = 200
_MOST_OFFERED: Final = 500


@dataclass(frozen=True, slots=True)
class Invitation:
    """What was typed to invite somebody. place: an agency's code, a province, a region, or nothing."""

    name: str
    full_name: str
    role: str
    place: str
    email: str = ""
    ministry: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the list. grants: those within reach, each with whether it may be taken away."""

    account: Account
    grants: tuple[tuple[Grant, bool], ...]
    elsewhere: bool
    looked_after: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person may give. offered: what a place field may offer, none where that would be too many."""

    roles: tuple[Role, ...]
    agencies: Mapping[str, Agency]
    offered: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The people within a person's reach. agencies: every one, by code."""

    rows: Page[Row]
    agencies: Mapping[str, Agency]


@dataclass(frozen=True, slots=True)
class Handed:
    """A fresh link. sent: it went to the person by e-mail; else whoever asked hands it over."""

    account: Account
    purpose: Purpose
    link: str
    sent: bool


@dataclass(frozen=True)
class People:
    """What somebody who looks after accounts needs. ``by`` None is the operator at the machine itself."""

    store: Store
    now: Callable[[], datetime]
    mail: Mail
    links: Links

    def look(self, by: Person, search: str = "", number: int = 1) -> Overview:
        """A page of everybody with a role inside the person's reach; roles outside are only said to be there.

        search: words that stand in the person's name, or in the name to sign in with.
        """
        with self.store.reading() as shelves:
            agencies = _agencies(shelves)
            accounts = shelves.people.every_account()
        words = search.casefold().split()
        seen = [each for each in accounts if _is_named(each, words) and _is_within(by, each.person, agencies)]
        page = page_of(seen, number)
        rows = tuple(row for row in (self._row(by, each, agencies) for each in page.items) if row)
        return Overview(Page(rows, page.found, page.number), agencies)

    def offer(self, by: Person) -> Offer:
        """What the person may give, and where."""
        with self.store.reading() as shelves:
            agencies = _agencies(shelves)
        within = (each for each in agencies.values() if may(by, Act.MANAGE_PEOPLE, place_of(each)))
        offered = tuple(islice(within, _MOST_OFFERED + 1))
        return Offer(tuple(roles_to_give(by)), agencies, offered if len(offered) <= _MOST_OFFERED else ())

    def one(self, by: Person, person_id: int) -> Row:
        """One person within reach."""
        with self.store.reading() as shelves:
            row = self._row(by, _found(shelves, person_id), _agencies(shelves))
        if row is None:
            raise PersonUnknown()
        return row

    def every(self) -> list[Account]:
        """Everybody; for the operator."""
        with self.store.reading() as shelves:
            return shelves.people.every_account()

    def invite(self, by: Person | None, wanted: Invitation, say: Say) -> Handed:
        """A new account with one role, and the link that opens it. Everything wrong is told at once."""
        now = self.now()
        with self.store.writing() as shelves:
            agencies = _agencies(shelves)
            problems, grant = _problems(by, wanted, agencies)
            if problems or grant is None:
                raise Problems(problems)
            name = wanted.name.strip().casefold()
            if shelves.people.password_hash(name) is not None:
                raise NameTaken(name=name)
            added = _add(shelves, name, wanted, grant)
            link = self.links.make(shelves, added, Purpose.INVITATION, now)
            shelves.journal.note(_who(by), "invite", name, now, _told(grant))
            account = _found(shelves, added)
        return self._hand(account, Purpose.INVITATION, link, say)

    def send_link(self, by: Person, person_id: int, say: Say) -> Handed:
        """A new link: an invitation for who has not come in yet, else one to choose a new password."""
        now = self.now()
        with self.store.writing() as shelves:
            account = self._looked_after(shelves, by, person_id)
            purpose = Purpose.INVITATION if account.is_invited else Purpose.RECOVERY
            link = self.links.make(shelves, person_id, purpose, now)
            shelves.journal.note(_who(by), f"send_{purpose}", account.person.sign_in_name, now)
        return self._hand(account, purpose, link, say)

    def give(self, by: Person, person_id: int, role: str, place: str) -> None:
        """One more role for somebody one looks after; their sign-ins end."""
        with self.store.writing() as shelves:
            agencies = _agencies(shelves)
            account = self._looked_after(shelves, by, person_id)
            problems: list[Problem] = []
            grant = _grant(by, role, place, agencies, problems)
            if problems or grant is None:
                raise Problems(problems)
            if grant in account.person.grants:
                raise GrantThere()
            shelves.people.give(person_id, grant)
            self._changed(shelves, by, account, "give_role", grant)

    def take(self, by: Person, person_id: int, wanted: Grant) -> None:
        """Take a role away that one could have given; the person's sign-ins end, and with the last role the links."""
        with self.store.writing() as shelves:
            agencies = _agencies(shelves)
            account = _found(shelves, person_id)
            if self._row(by, account, agencies) is None or by.id == person_id:
                raise PersonUnknown()
            if not may_give(by, wanted, reach(wanted, agencies)):
                raise NotAllowed()
            if not shelves.people.take(person_id, wanted):
                raise GrantUnknown()
            if len(account.person.grants) == 1:
                shelves.entries.drop_links(person_id)
            self._changed(shelves, by, account, "take_role", wanted, _void_proposals(shelves, person_id))

    def drop_factor(self, by: Person, person_id: int) -> None:
        """Forget the second factor of somebody who lost phone and codes; they set up another when they sign in."""
        now = self.now()
        with self.store.writing() as shelves:
            account = self._looked_after(shelves, by, person_id)
            shelves.people.set_factor(person_id, None, None)
            shelves.entries.set_recovery_codes(person_id, [])
            shelves.entries.end_others(person_id)
            shelves.journal.note(_who(by), "drop_factor", account.person.sign_in_name, now)

    def _row(self, by: Person, account: Account, agencies: Mapping[str, Agency]) -> Row | None:
        """None when nothing of the person is within reach."""
        if not _is_within(by, account.person, agencies):
            return None
        where = _places(account.person, agencies)
        within = [each for each in account.person.grants if may(by, Act.MANAGE_PEOPLE, where[each])]
        looked_after = may_look_after(by, account.person, where)
        grants = tuple((each, by.id != account.person.id and may_give(by, each, where[each])) for each in within)
        return Row(account, grants, len(within) < len(account.person.grants), looked_after and not account.rehearsal)

    def _looked_after(self, shelves: Shelves, by: Person, person_id: int) -> Account:
        account = _found(shelves, person_id)
        row = self._row(by, account, _agencies(shelves))
        if row is None:
            raise PersonUnknown()
        if not row.looked_after:
            raise NotAllowed()
        return account

    def _changed(
        self, shelves: Shelves, by: Person, account: Account, act: str, grant: Grant, void_proposals: int = 0
    ) -> None:
        shelves.entries.end_others(account.person.id)
        more = {"void_proposals": void_proposals} if void_proposals else {}
        shelves.journal.note(_who(by), act, account.person.sign_in_name, self.now(), _told(grant) | more)

    def _hand(self, account: Account, purpose: Purpose, link: str, say: Say) -> Handed:
        return Handed(account, purpose, link, letter(purpose, say).send(self.mail, account, link))


def _problems(
    by: Person | None, wanted: Invitation, agencies: Mapping[str, Agency]
) -> tuple[list[Problem], Grant | None]:
    """Everything wrong with an invitation, in the order of its fields; and the grant, where it may be given."""
    found: list[Problem] = []
    full_name = wanted.full_name.strip()
    if not full_name or len(full_name) > _LONGEST or not full_name.isprintable():
        found.append(FullNameMissing())
    if not _NAME.fullmatch(wanted.name.strip().casefold()):
        found.append(NameUnfit())
    grant = _grant(by, wanted.role, wanted.place, agencies, found)
    email = wanted.email.strip()
    if email and (len(email) > _LONGEST or not _MAIL.fullmatch(email)):
        found.append(MailUnfit(typed=email[:60]))
    if len(wanted.ministry) > _LONGEST or not wanted.ministry.isprintable():
        found.append(MailUnfit(typed=wanted.ministry[:60]))
    return found, grant


def _grant(
    by: Person | None, role: str, place: str, agencies: Mapping[str, Agency], problems: list[Problem]
) -> Grant | None:
    """The grant that was typed, if the person may give it; else one more problem."""
    try:
        grant = parse_grant(role, place, agencies)
    except Problem as problem:
        problems.append(problem)
        return None
    if by is not None and not may_give(by, grant, reach(grant, agencies)):
        problems.append(GrantTooWide() if roles_to_give(by) else NotAllowed())
        return None
    return grant


def _add(shelves: Shelves, name: str, wanted: Invitation, grant: Grant) -> int:
    """Keep the person, tied to the ministry's login that was typed: an e-mail, or a subject."""
    ministry = wanted.ministry.strip()
    by_email = ministry.casefold() if "@" in ministry else None
    by_subject = ministry if ministry and by_email is None else None
    if ministry and shelves.people.account_of_ministry(by_subject or "", by_email) is not None:
        raise NameTaken(name=ministry)
    return shelves.people.add(
        name,
        wanted.full_name.strip(),
        None,
        [grant],
        email=wanted.email.strip() or None,
        ministry_email=by_email,
        ministry_subject=by_subject,
    )


def _agencies(shelves: Shelves) -> dict[str, Agency]:
    return {each.code: each for each in shelves.agencies.every()}


def _places(person: Person, agencies: Mapping[str, Agency]) -> dict[Grant, Place]:
    return {each: reach(each, agencies) for each in person.grants}


def _is_within(by: Person, person: Person, agencies: Mapping[str, Agency]) -> bool:
    """Whether anything of the person is within reach: the same as having a row, for the many that are not shown."""
    if any(may(by, Act.MANAGE_PEOPLE, reach(each, agencies)) for each in person.grants):
        return True
    return may_look_after(by, person, _places(person, agencies))


def _void_proposals(shelves: Shelves, person_id: int) -> int:
    """Who may no longer run rounds has nothing waiting for a second person. How much that was."""
    if may_everywhere(shelves.people.with_id(person_id), Act.RUN_ROUND):
        return 0
    return shelves.proposals.remove_of(person_id)


def _found(shelves: Shelves, person_id: int) -> Account:
    account = shelves.people.account_with_id(person_id)
    if account is None:
        raise PersonUnknown()
    return account


def _who(by: Person | None) -> str:
    return OPERATOR if by is None else by.sign_in_name


def _told(grant: Grant) -> dict[str, str | int]:
    """A grant in the journal's words."""
    where = {"agency": grant.agency, "province": grant.province, "region": grant.region}
    return {"role": grant.role.value, **{key: value for key, value in where.items() if value is not None}}


def _is_named(account: Account, words: list[str]) -> bool:
    name = f"{account.person.full_name} {account.person.sign_in_name}".casefold()
    return all(word in name for word in words)

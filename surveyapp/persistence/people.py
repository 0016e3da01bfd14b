"""People with accounts, what they sign in with, and what they are granted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, select, update

from surveyapp.domain.people import Grant, Person, Role
from surveyapp.domain.sign_in import Account
from surveyapp.persistence.tables import agency, grant, person

_GRANTS: Select[*tuple[Any, ...]] = select(
    grant.c.person_id, grant.c.role, grant.c.province, grant.c.region, agency.c.code
).join_from(grant, agency, isouter=True)


class People:
    """The shelf of people."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        sign_in_name: str,
        full_name: str,
        password_hash: str | None,
        grants: Iterable[Grant],
        *,
        rehearsal: bool = False,
        email: str | None = None,
        ministry_email: str | None = None,
        ministry_subject: str | None = None,
    ) -> int:
        """Put a person on the shelf; comes back with their id. The name to sign in with is kept in small letters.

        password_hash: None for somebody who is invited and has not come yet.
        """
        values = {
            "sign_in_name": sign_in_name.casefold(),
            "full_name": full_name,
            "password_hash": password_hash or "",
            "rehearsal": rehearsal,
            "email": email,
            "ministry_email": ministry_email,
            "ministry_subject": ministry_subject,
        }
        added: int = self._connection.execute(person.insert().returning(person.c.id), values).scalar_one()
        for each in grants:
            self.give(added, each)
        return added

    def give(self, person_id: int, new: Grant) -> None:
        """Give a person one more grant."""
        values = {"person_id": person_id, "role": new.role.value, "province": new.province, "region": new.region}
        self._connection.execute(grant.insert().values(agency_id=_agency_id(new), **values))

    def take(self, person_id: int, old: Grant) -> bool:
        """Take a grant away; False when the person has it no more."""
        same = [
            grant.c.person_id == person_id,
            grant.c.role == old.role.value,
            _same(grant.c.agency_id, None if old.agency is None else _agency_id(old)),
            _same(grant.c.province, old.province),
            _same(grant.c.region, old.region),
        ]
        return self._connection.execute(delete(grant).where(*same)).rowcount > 0

    def password_hash(self, sign_in_name: str) -> tuple[int, str | None] | None:
        """(person id, password hash) of a name; None when nobody has it. One query, whoever it is."""
        query = select(person.c.id, person.c.password_hash).where(person.c.sign_in_name == sign_in_name.casefold())
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (row.id, row.password_hash or None)

    def account(self, sign_in_name: str) -> Account | None:
        """The account somebody signs in to by this name."""
        return self._account(person.c.sign_in_name == sign_in_name.casefold())

    def account_with_id(self, person_id: int) -> Account | None:
        """The account of a person."""
        return self._account(person.c.id == person_id)

    def addresses(self, role: Role) -> dict[str, list[str]]:
        """Agency code → the mail addresses of the people who have a role for just that agency."""
        query = (
            select(agency.c.code, person.c.email)
            .join_from(grant, agency)
            .join(person)
            .where(grant.c.role == role.value, person.c.email.is_not(None))
            .order_by(agency.c.code, person.c.id)
        )
        found: dict[str, list[str]] = {}
        for code, address in self._connection.execute(query):
            found.setdefault(code, []).append(address)
        return found

    def account_of_ministry(self, subject: str, email: str | None) -> Account | None:
        """The account tied to a ministry's login: by its subject, else by an e-mail not yet tied to one."""
        by_subject = self._account(person.c.ministry_subject == subject)
        if by_subject is not None or email is None:
            return by_subject
        return self._account((person.c.ministry_email == email) & person.c.ministry_subject.is_(None))

    def tie(self, person_id: int, subject: str) -> None:
        """From now on only this subject of the ministry is the person."""
        self._change(person_id, ministry_subject=subject)

    def set_password(self, person_id: int, password_hash: str) -> None:
        """Keep a new password."""
        self._change(person_id, password_hash=password_hash)

    def set_factor(self, person_id: int, sealed: bytes | None, step: int | None) -> None:
        """Keep the secret of a second factor, or (None) forget it. step: the last time step that was used."""
        self._change(person_id, factor_secret=sealed, factor_step=step)

    def use_step(self, person_id: int, step: int) -> bool:
        """Use a time step up; False when it, or a later one, was used before."""
        unused = person.c.factor_step.is_(None) | (person.c.factor_step < step)
        query = update(person).where(person.c.id == person_id, unused).values(factor_step=step)
        return self._connection.execute(query).rowcount == 1

    def every_account(self) -> list[Account]:
        """Everybody, by the name to sign in with."""
        grants: dict[int, list[Grant]] = {}
        for row in self._connection.execute(_GRANTS.order_by(grant.c.id)):
            grants.setdefault(row.person_id, []).append(_grant_in(row))
        rows = self._connection.execute(select(person).order_by(person.c.sign_in_name))
        return [_account_in(row, grants.get(row.id, [])) for row in rows]

    def with_id(self, person_id: int) -> Person:
        """The person with this id, with every grant."""
        found = self.account_with_id(person_id)
        assert found is not None  # noqa: S101 - whoever has an id has looked it up
        return found.person

    def _account(self, which: ColumnElement[bool]) -> Account | None:
        row = self._connection.execute(select(person).where(which)).one_or_none()
        if row is None:
            return None
        grants = self._connection.execute(_GRANTS.where(grant.c.person_id == row.id).order_by(grant.c.id))
        return _account_in(row, map(_grant_in, grants))

    def _change(self, person_id: int, **values: Any) -> None:
        self._connection.execute(update(person).where(person.c.id == person_id).values(**values))


def _agency_id(of: Grant) -> Any:
    return None if of.agency is None else select(agency.c.id).where(agency.c.code == of.agency).scalar_subquery()


def _same(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _grant_in(row: Row[*tuple[Any, ...]]) -> Grant:
    return Grant(Role(row.role), row.code, row.province, row.region)


def _account_in(row: Row[Any], grants: Iterable[Grant]) -> Account:
    return Account(
        Person(row.id, row.sign_in_name, row.full_name, tuple(grants)),
        row.password_hash or None,
        row.rehearsal,
        row.email,
        row.factor_secret,
        row.factor_step,
        bool(row.ministry_email or row.ministry_subject),
    )

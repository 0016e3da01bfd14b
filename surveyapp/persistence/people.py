"""People with accounts, what they are granted, and who is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from surveyapp.domain.people import Grant, Person, Role
from surveyapp.persistence.tables import agency, grant, person, sign_in


class People:
    """The shelf of people."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sign_in_name: str, full_name: str, password_hash: str, grants: Iterable[Grant]) -> None:
        """Put a person on the shelf. The name to sign in with is kept in small letters."""
        values = {"sign_in_name": sign_in_name.casefold(), "full_name": full_name, "password_hash": password_hash}
        added = self._connection.execute(person.insert().returning(person.c.id), values).scalar_one()
        for each in grants:
            place = select(agency.c.id).where(agency.c.code == each.agency).scalar_subquery()
            self._connection.execute(
                grant.insert().values(
                    person_id=added,
                    role=each.role.value,
                    agency_id=place if each.agency is not None else None,
                    province=each.province,
                    region=each.region,
                )
            )

    def password_hash(self, sign_in_name: str) -> tuple[int, str] | None:
        """(person id, password hash) of a name; None when nobody has it."""
        query = select(person.c.id, person.c.password_hash).where(person.c.sign_in_name == sign_in_name.casefold())
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (row.id, row.password_hash)

    def signed_in(self, token_hash: bytes, now: datetime) -> Person | None:
        """The person a sign-in belongs to, while it lasts."""
        query = select(sign_in.c.person_id).where(sign_in.c.token_hash == token_hash, sign_in.c.expires_at > now)
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else self.with_id(found)

    def with_id(self, person_id: int) -> Person:
        """The person with this id, with every grant."""
        row = self._connection.execute(select(person).where(person.c.id == person_id)).one()
        query = (
            select(grant.c.role, grant.c.province, grant.c.region, agency.c.code)
            .join_from(grant, agency, isouter=True)
            .where(grant.c.person_id == person_id)
            .order_by(grant.c.id)
        )
        rows = self._connection.execute(query)
        grants = tuple(Grant(Role(role), code, province, region) for role, province, region, code in rows)
        return Person(row.id, row.sign_in_name, row.full_name, grants)

    def sign_in(self, token_hash: bytes, person_id: int, expires_at: datetime, now: datetime) -> None:
        """Note a sign-in, and forget those that are over."""
        self._connection.execute(delete(sign_in).where(sign_in.c.expires_at <= now))
        values = {"token_hash": token_hash, "person_id": person_id, "expires_at": expires_at}
        self._connection.execute(sign_in.insert(), values)

    def sign_out(self, token_hash: bytes) -> None:
        """Forget a sign-in."""
        self._connection.execute(delete(sign_in).where(sign_in.c.token_hash == token_hash))

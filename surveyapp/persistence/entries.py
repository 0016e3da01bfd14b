"""How people come in: sign-ins, links of one use, recovery codes. Of secrets only hashes are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from surveyapp.domain.sign_in import Purpose, SignIn, Step
from surveyapp.persistence.tables import entry_link, recovery_code, sign_in


class Entries:
    """The shelf of sign-ins, links and recovery codes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, new: SignIn, now: datetime) -> None:
        """Note a sign-in, and forget those that are over."""
        self._connection.execute(delete(sign_in).where(sign_in.c.expires_at <= now))
        values = {name: getattr(new, name) for name in sign_in.c.keys()}  # noqa: SIM118 - columns, not a mapping
        self._connection.execute(sign_in.insert(), {**values, "step": new.step.value})

    def end(self, token_hash: bytes) -> None:
        """Forget a sign-in."""
        self._connection.execute(delete(sign_in).where(sign_in.c.token_hash == token_hash))

    def end_others(self, person_id: int, keep: bytes | None = None) -> int:
        """Forget every sign-in of a person but one. Comes back with how many there were."""
        query = delete(sign_in).where(sign_in.c.person_id == person_id)
        if keep is not None:
            query = query.where(sign_in.c.token_hash != keep)
        return self._connection.execute(query).rowcount

    def found(self, token_hash: bytes, now: datetime) -> SignIn | None:
        """The sign-in of a token, while it lives."""
        row = self._connection.execute(select(sign_in).where(sign_in.c.token_hash == token_hash)).one_or_none()
        entry = None if row is None else _sign_in_in(row)
        return entry if entry is not None and entry.lives(now) else None

    def of_person(self, person_id: int, now: datetime) -> list[SignIn]:
        """Every sign-in of a person that lives, the newest day first."""
        query = select(sign_in).where(sign_in.c.person_id == person_id, sign_in.c.step == Step.IN.value)
        rows = self._connection.execute(query.order_by(sign_in.c.started_on.desc(), sign_in.c.token_hash))
        return [entry for entry in map(_sign_in_in, rows) if entry.lives(now)]

    def seen(self, token_hash: bytes, now: datetime) -> None:
        """Note that the person is still there."""
        self._change(token_hash, seen_at=now)

    def confirm(self, token_hash: bytes, until: datetime) -> None:
        """Note that the person has just shown that it is them."""
        self._change(token_hash, confirmed_until=until)

    def _change(self, token_hash: bytes, **values: datetime) -> None:
        self._connection.execute(update(sign_in).where(sign_in.c.token_hash == token_hash).values(**values))

    # --- links of one use ---------------------------------------------------------------------------

    def add_link(self, token_hash: bytes, person_id: int, purpose: Purpose, expires_at: datetime) -> None:
        """Keep a link; those the person had before are worth nothing from now on."""
        self.drop_links(person_id)
        values = {"token_hash": token_hash, "person_id": person_id}
        self._connection.execute(entry_link.insert(), {**values, "purpose": purpose.value, "expires_at": expires_at})

    def link(self, token_hash: bytes, now: datetime) -> tuple[int, Purpose, datetime] | None:
        """(person id, purpose, until when) of a link that can still be used; looking does not use it."""
        query = select(entry_link).where(entry_link.c.token_hash == token_hash, entry_link.c.expires_at > now)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (row.person_id, Purpose(row.purpose), row.expires_at)

    def spend_link(self, token_hash: bytes, now: datetime) -> int | None:
        """Use a link up. The person's id for exactly one of however many try; None for the others."""
        query = delete(entry_link).where(entry_link.c.token_hash == token_hash, entry_link.c.expires_at > now)
        return self._connection.execute(query.returning(entry_link.c.person_id)).scalar_one_or_none()

    def drop_links(self, person_id: int) -> None:
        """Forget every link of a person."""
        self._connection.execute(delete(entry_link).where(entry_link.c.person_id == person_id))

    def newest_link(self, person_id: int, purpose: Purpose) -> datetime | None:
        """Until when the person's link of this kind lasts."""
        query = select(func.max(entry_link.c.expires_at)).where(
            entry_link.c.person_id == person_id, entry_link.c.purpose == purpose.value
        )
        return self._connection.execute(query).scalar_one_or_none()

    # --- recovery codes -----------------------------------------------------------------------------

    def set_recovery_codes(self, person_id: int, hashes: Iterable[bytes]) -> None:
        """Keep new codes in place of the old."""
        self._connection.execute(delete(recovery_code).where(recovery_code.c.person_id == person_id))
        rows = [{"person_id": person_id, "hash": each} for each in hashes]
        if rows:
            self._connection.execute(recovery_code.insert(), rows)

    def spend_recovery_code(self, person_id: int, code_hash: bytes) -> bool:
        """Use a code up; True for exactly one of however many try."""
        query = delete(recovery_code).where(recovery_code.c.person_id == person_id, recovery_code.c.hash == code_hash)
        return self._connection.execute(query).rowcount == 1

    def recovery_codes_left(self, person_id: int) -> int:
        """How many codes a person still has."""
        query = select(func.count()).select_from(recovery_code).where(recovery_code.c.person_id == person_id)
        return self._connection.execute(query).scalar_one()


def _sign_in_in(row: Row[Any]) -> SignIn:
    return SignIn(**{**row._mapping, "step": Step(row.step)})

"""Accounts: sign in, sign out, and who somebody is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from surveyapp.adapters.passwords import Passwords
from surveyapp.domain.people import Person
from surveyapp.domain.problems import SignInFailed
from surveyapp.persistence.store import Store

SIGNED_IN_FOR: Final = timedelta(hours=10)
_LONGEST: Final = 200


@dataclass(frozen=True)
class Accounts:
    """What people with an account need to enter. ``new_token()`` gives an unguessable text."""

    store: Store
    passwords: Passwords
    now: Callable[[], datetime]
    new_token: Callable[[], str]

    def sign_in(self, name: str, password: str, old_token: str | None = None) -> str:
        """A fresh token for the person; the old one, if any, ends. Refuses without telling which was wrong."""
        if len(name) > _LONGEST or len(password) > _LONGEST or "\x00" in name:
            raise SignInFailed()
        with self.store.reading() as shelves:
            known = shelves.people.password_hash(name.strip())
        if not self.passwords.matches(known[1] if known else None, password) or known is None:
            raise SignInFailed()
        token = self.new_token()
        now = self.now()
        with self.store.writing() as shelves:
            if old_token:
                shelves.people.sign_out(_hashed(old_token))
            shelves.people.sign_in(_hashed(token), known[0], now + SIGNED_IN_FOR, now)
            shelves.journal.note(shelves.people.with_id(known[0]).sign_in_name, "sign_in", "account", now)
        return token

    def sign_out(self, token: str) -> None:
        """End a sign-in; a token that is over already is fine."""
        with self.store.writing() as shelves:
            shelves.people.sign_out(_hashed(token))

    def who(self, token: str | None) -> Person | None:
        """The person of a token, or None."""
        if not token:
            return None
        with self.store.reading() as shelves:
            return shelves.people.signed_in(_hashed(token), self.now())


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

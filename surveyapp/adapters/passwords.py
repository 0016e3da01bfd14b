"""Passwords: argon2id, with the library's recommended cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from surveyapp.domain.problems import NotNow

# One check takes 64 MB and a whole core: a crowd at the sign-in must not starve those who answer.
_AT_ONCE: Final = BoundedSemaphore(2)
_PATIENCE_SECONDS: Final = 3


@dataclass(frozen=True)
class Passwords:
    """Hashes passwords and checks them."""

    _hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def hash(self, password: str) -> str:
        """A salted hash to keep."""
        return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one kept. With nothing kept the same work is done, and it is not."""
        if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
            raise NotNow()
        try:
            return self._hasher.verify(kept or self._nobody(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
        finally:
            _AT_ONCE.release()

    def _nobody(self) -> str:
        """A hash no password is known for, so that an unknown name takes as long as a known one."""
        return "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$aXQgaXMgbm90IGFueWJvZHkncyBwYXNzd29yZCE"

"""Password hashes (argon2id)."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from surveyapp.domain.problems import NotNow

# One check takes 64 MB and a whole core: a crowd at the sign-in must not starve those who answer.
_AT_ONCE: Final = BoundedSemaphore(2)
_KNOWN: Final = BoundedSemaphore(1)  # a place of its own for devices that have signed in before
_PATIENCE_SECONDS: Final = 3


@dataclass(frozen=True)
class Passwords:
    """Hashes passwords and checks them."""

    _hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def hash(self, password: str) -> str:
        """A salted hash to keep."""
        return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str, *, known: bool = False) -> bool:
        """Whether the password is the one kept. With nothing kept the same work is done, and it is not.

        known: it comes from a device that signed in before, so it does not wait behind strangers.
        """
        queue = _KNOWN if known else _AT_ONCE
        if not queue.acquire(timeout=_PATIENCE_SECONDS):
            raise NotNow()
        try:
            return self._hasher.verify(kept or self._nobody(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
        finally:
            queue.release()

    def _nobody(self) -> str:
        """A hash no password is known for, so that an unknown name takes as long as a known one."""
        return "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$aXQgaXMgbm90IGFueWJvZHkncyBwYXNzd29yZCE"

"""Password hashes (argon2id)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha512
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

    def matches(self, kept: str | None, password: str, *, whose: bytes = b"", known: bool = False) -> bool:
        """Whether the password is the one kept. With nothing kept the same work is done, and it is not.

        whose: bytes of the name that only this installation can make. How long a check takes hangs a little on the
        salt, so every unknown name has a salt of its own, as every known one has.
        known: it comes from a device that signed in before, so it does not wait behind strangers.
        """
        queue = _KNOWN if known else _AT_ONCE
        if not queue.acquire(timeout=_PATIENCE_SECONDS):
            raise NotNow()
        try:
            return self._hasher.verify(kept or self._nobodys(whose), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
        finally:
            queue.release()

    def _nobodys(self, whose: bytes) -> str:
        """A hash no password is known for, so that an unknown name takes as long as a known one."""
        asked, noise = self._hasher, sha512(whose).digest()
        salt, tag = noise[: asked.salt_len], noise[-asked.hash_len :]
        costs = f"m={asked.memory_cost},t={asked.time_cost},p={asked.parallelism}"
        return f"$argon2id$v=19${costs}${_encoded(salt)}${_encoded(tag)}"


def _encoded(piece: bytes) -> str:
    return b64encode(piece).decode().rstrip("=")

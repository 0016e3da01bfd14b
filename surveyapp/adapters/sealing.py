"""Seals secrets at rest and hashes tokens, with keys derived from the installation's own."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # 7 MB that a server of forms has no use for; loaded where something is sealed
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12


@dataclass(frozen=True)
class Sealing:
    """AES-256-GCM for what must be read again, HMAC-SHA256 for what must only be known again."""

    secret_key: Callable[[], str]

    def seal(self, content: bytes, whose: str) -> bytes:
        """Content only this installation can read, and only as of the same owner."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, whose.encode())

    def unseal(self, sealed: bytes, whose: str) -> bytes | None:
        """What was sealed; None when it was changed, is another's, or the installation's key is a new one."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], whose.encode())
        except (InvalidTag, ValueError):
            return None

    def mark(self, text: str) -> bytes:
        """The keyed hash of a short secret, 32 bytes: a copy of the database alone cannot guess it."""
        return hmac.digest(self._mark_key, text.encode(), "sha256")

    @cached_property
    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._derived(b"surveyapp second factor"))

    @cached_property
    def _mark_key(self) -> bytes:
        return self._derived(b"surveyapp recovery codes")

    def _derived(self, purpose: bytes) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 32, None, purpose).derive(self.secret_key().encode())

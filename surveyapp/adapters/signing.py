"""Signing: one Ed25519 key of the installation, made once and kept beside its data."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from surveyapp.domain.bundle_problems import SigningKeyUnsound

_HEAD: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: an Ed25519 public key follows
_PEM: Final = re.compile(rb"-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/]{59}=)\n-----END PUBLIC KEY-----\n", re.ASCII)


@dataclass(frozen=True)
class SigningKey:
    """The key in ``folder/signing_key`` (32 bytes in hexadecimal, mode 600); its public half beside it."""

    folder: Path

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same for the same message. Makes the key where there is none yet."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._seed()).sign(message)

    def public(self) -> bytes:
        """The public half as PEM. Makes the key where there is none yet."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        pem = as_pem(Ed25519PrivateKey.from_private_bytes(self._seed()).public_key().public_bytes_raw())
        (self.folder / "signing_key.pub").write_bytes(pem)
        return pem

    def fingerprint(self) -> str | None:
        """The fingerprint of the public half; None until something was signed."""
        try:
            return fingerprint_of((self.folder / "signing_key.pub").read_bytes())
        except OSError:
            return None

    def _seed(self) -> bytes:
        path = self.folder / "signing_key"
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _whole(path)
        with os.fdopen(descriptor, "w") as file:
            seed = secrets.token_bytes(32)
            file.write(seed.hex())
            file.flush()
            os.fsync(file.fileno())
        return seed


def _whole(path: Path) -> bytes:
    try:
        seed = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        seed = b""
    if len(seed) != 32:
        raise SigningKeyUnsound(file=path.name)
    return seed


def as_pem(raw: bytes) -> bytes:
    """A public key of 32 bytes in the one notation ``raw_in`` reads."""
    body = base64.b64encode(_HEAD + raw)
    return b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n"


def raw_in(pem: bytes) -> bytes | None:
    """The 32 bytes of a public key; None where it is none, or in another notation."""
    found = _PEM.fullmatch(pem)
    der = base64.b64decode(found[1]) if found else b""
    raw = der.removeprefix(_HEAD)
    return raw if len(raw) == 32 and as_pem(raw) == pem else None


def fingerprint_of(pem: bytes) -> str | None:
    """SHA-256 of the 32 bytes of a public key, in hexadecimal; None where it is no key."""
    raw = raw_in(pem)
    return None if raw is None else hashlib.sha256(raw).hexdigest()


def is_signed(pem: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this key signed this message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    raw = raw_in(pem)
    if raw is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True

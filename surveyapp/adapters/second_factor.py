"""Codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds), and recovery codes."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Final

from surveyapp.domain.thai import arabic_digits

STEP_SECONDS: Final = 30
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: they are read as each other
_GROUPS: Final = 3
RECOVERY_CODES: Final = 8


def new_secret() -> str:
    """160 random bits in base 32, as the apps read them."""
    import pyotp

    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """The otpauth address an app reads from a QR code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="ITA surveyapp")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step a code belongs to: this one, the one before or after (slow hands, slow clocks); else None."""
    import pyotp

    typed = "".join(arabic_digits(code).split())
    if not (len(typed) == 6 and typed.isascii() and typed.isdecimal()):
        return None
    this = int(now.timestamp()) // STEP_SECONDS
    codes = pyotp.TOTP(secret)
    return next((s for s in (this, this - 1, this + 1) if hmac.compare_digest(codes.generate_otp(s), typed)), None)


def new_recovery_codes() -> list[str]:
    """Fresh codes of twelve signs (60 bits) each, such as ABCD-EFGH-JKLM."""
    groups = (
        ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)
    )
    return ["-".join(each) for each in groups]


def tidy_recovery_code(typed: str) -> str:
    """A typed recovery code as it was made: capitals, in groups of four; "" when it cannot be one."""
    letters = "".join(typed.split()).replace("-", "").upper()
    whole = len(letters) == 4 * _GROUPS and set(letters) <= set(_LETTERS)
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4)) if whole else ""

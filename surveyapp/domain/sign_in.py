"""A sign-in: how far it has come, how long it lasts, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from surveyapp.domain.people import Person

LASTS: Final = timedelta(hours=10)  # a working day; then everybody signs in anew
IDLE: Final = timedelta(hours=1)
HALF_LASTS: Final = timedelta(minutes=10)  # between the password and the second factor
CONFIRMED_FOR: Final = timedelta(minutes=5)
WARNED: Final = timedelta(minutes=20)
_NOTED_EVERY: Final = timedelta(minutes=5)


class Step(StrEnum):
    """How far a sign-in has come."""

    IN = "in"
    CODE = "code"  # the password was right; the second factor is awaited
    SET_UP = "set_up"  # the password was right; the role asks for a second factor, and there is none yet


class Purpose(StrEnum):
    """What a link is for, each with the time it lasts."""

    INVITATION = "invitation"
    RECOVERY = "recovery"

    @property
    def lasts(self) -> timedelta:
        """From the making of the link."""
        return timedelta(days=7) if self is Purpose.INVITATION else timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in. Of the device only a coarse name of the browser is kept, of its beginning the day."""

    token_hash: bytes
    person_id: int
    step: Step
    expires_at: datetime
    seen_at: datetime
    started_on: date
    browser: str
    confirmed_until: datetime | None = None

    @property
    def name(self) -> str:
        """What a page may call it by; from it nobody comes to the token."""
        return self.token_hash.hex()[:16]

    def lives(self, now: datetime) -> bool:
        """Whether it is neither too old nor left alone for too long."""
        return now < self.expires_at and now < self.seen_at + IDLE

    def wants_noting(self, now: datetime) -> bool:
        """Whether it is time to note that the person is still there."""
        return now - self.seen_at > _NOTED_EVERY

    def is_confirmed(self, now: datetime) -> bool:
        """Whether the person has shown within the last minutes that it is them."""
        return self.confirmed_until is not None and now < self.confirmed_until

    def ends_soon(self, now: datetime) -> bool:
        """Whether work begun now should be sent before long."""
        return self.expires_at - now < WARNED


@dataclass(frozen=True, slots=True)
class Account:
    """What a person signs in with. password_hash: None until an invitation is accepted."""

    person: Person
    password_hash: str | None
    rehearsal: bool
    email: str | None
    factor_secret: bytes | None
    factor_step: int | None
    ministry: bool

    @property
    def is_invited(self) -> bool:
        """Whether the person has not come in yet."""
        return self.password_hash is None


@dataclass(frozen=True, slots=True)
class Journey:
    """What is remembered while somebody is at the ministry's page."""

    state: str
    nonce: str
    verifier: str


_BROWSERS: Final = (
    ("Line/", "LINE"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """A coarse name such as "Chrome, Windows": what a person knows their device by, and no version."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "?")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "?")
    return f"{browser}, {system}"

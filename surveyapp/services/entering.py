"""What coming in is about: visits, entries, links of which only hashes are kept, and the letter around a link."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from surveyapp.adapters.mail import Mail
from surveyapp.domain.people import Person
from surveyapp.domain.problems import N_
from surveyapp.domain.sign_in import Account, Purpose, SignIn, Step
from surveyapp.persistence.store import Shelves

Say: TypeAlias = Callable[[str], str]  # an English sentence → the same in the language of the page, facts unfilled

_SUBJECTS: Final = {
    Purpose.INVITATION: N_("Your account for the Integrity and Transparency Assessment"),
    Purpose.RECOVERY: N_("A new password for the Integrity and Transparency Assessment"),
}
_TEXTS: Final = {
    Purpose.INVITATION: N_(
        "Dear %(full_name)s,\n\nan account has been made for you. Your name to sign in with is: %(name)s\n\n"
        "Open this link and choose a password. It works once, for 7 days:\n%(link)s\n\n"
        "Do not pass the link on. If you expected no account, do nothing."
    ),
    Purpose.RECOVERY: N_(
        "Dear %(full_name)s,\n\nsomebody asked for a new password for the name: %(name)s\n\n"
        "Open this link and choose one. It works once, for one hour:\n%(link)s\n\n"
        "If it was not you, do nothing; your password stays as it is."
    ),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a try comes from. device: the random name of a browser, with whoever has signed in there before."""

    network: str
    browser: str = ""
    device: str = ""
    knows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """A fresh token, whose it is, and how far it goes."""

    token: str
    person_id: int
    step: Step


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who is signed in."""

    person: Person
    sign_in: SignIn
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class SetUp:
    """A second factor about to be set up. sealed: the secret, for the page to bring back."""

    secret: str
    address: str
    qr: bytes
    sealed: str


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person sees of their own account."""

    account: Account
    sign_ins: tuple[SignIn, ...]
    here: str
    codes_left: int
    must_have_factor: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to send with a link, in words already; its facts are still to be filled in."""

    subject: str
    text: str

    def send(self, mail: Mail, account: Account, link: str) -> bool:
        """Hand it to the mail server, to the account's own address; False when there is no way."""
        facts = {"full_name": account.person.full_name, "name": account.person.sign_in_name, "link": link}
        return account.email is not None and mail.send(account.email, self.subject, self.text % facts)


def letter(purpose: Purpose, say: Say) -> Letter:
    """The letter for a link of this kind."""
    return Letter(say(_SUBJECTS[purpose]), say(_TEXTS[purpose]))


@dataclass(frozen=True)
class Links:
    """Makes links of one use; their address is the installation's own, never one of a request.

    ministry: the name of the ministry's login that can be tied to an account; empty where there is none.
    """

    public_url: str
    new_token: Callable[[], str]
    ministry: str = ""

    def make(self, shelves: Shelves, person_id: int, purpose: Purpose, now: datetime) -> str:
        """A fresh link for a person, in the transaction of whoever asks; older ones end."""
        token = self.new_token()
        shelves.entries.add_link(hashed(token), person_id, purpose, now + purpose.lasts)
        return f"{self.public_url}/enter/{token}"


def hashed(token: str) -> bytes:
    """What is kept of a token that nobody could guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()

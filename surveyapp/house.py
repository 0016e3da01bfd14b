"""Builds everything once: the store, the library, and every errand."""

from __future__ import annotations

import secrets

from surveyapp.adapters.anchors import Anchors
from surveyapp.adapters.backup_file import KeyFiles
from surveyapp.adapters.clock import now
from surveyapp.adapters.mail import Mail
from surveyapp.adapters.ministry import Ministry
from surveyapp.adapters.passwords import Passwords
from surveyapp.adapters.patience import Patience
from surveyapp.adapters.sealing import Sealing
from surveyapp.adapters.signing import SigningKey
from surveyapp.adapters.thai_words import words
from surveyapp.domain.access_code import Seal
from surveyapp.instruments.library import Library
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import KeptPapers, Store
from surveyapp.services.accounts import Accounts
from surveyapp.services.answering import Answering, Remembered
from surveyapp.services.approval import Approvals
from surveyapp.services.backups import Backups
from surveyapp.services.board import Boards
from surveyapp.services.calendar import Calendars
from surveyapp.services.certificates import Certificates
from surveyapp.services.codes import Codes
from surveyapp.services.demo import Demo
from surveyapp.services.entering import Links as Entrances
from surveyapp.services.errands import Errands
from surveyapp.services.filing import Filing
from surveyapp.services.installation import Installation
from surveyapp.services.journal import JournalBook
from surveyapp.services.links import Links
from surveyapp.services.nights import Nights
from surveyapp.services.numbers import Numbers
from surveyapp.services.papers import Papers
from surveyapp.services.people import People
from surveyapp.services.posters import Posters
from surveyapp.services.publishing import Publishing
from surveyapp.services.receipts import Receipts
from surveyapp.services.reminders import Reminders
from surveyapp.services.results import Results
from surveyapp.services.review import Review
from surveyapp.services.roster import Roster
from surveyapp.services.rounds import Rounds
from surveyapp.services.signs import Signs
from surveyapp.services.wording import WordingChange
from surveyapp.settings import Settings


def build(settings: Settings) -> Errands:
    """Every errand of an installation."""
    store = Store(Database(settings.database_url))
    library = Library(kept=KeptPapers(store))
    passwords = Passwords()
    mail = Mail(settings.smtp_url, settings.mail_from)
    seal = Seal(settings.secret_key)
    entrances = Entrances(settings.public_url, secrets.token_urlsafe, settings.oidc[3] if settings.oidc else "")
    rounds = Rounds(store, library, settings.public_url, now, secrets.randbelow)
    accounts = Accounts(
        store,
        passwords,
        now,
        secrets.token_urlsafe,
        Sealing(settings.secret_key),
        Patience(),
        mail,
        _ministry(settings),
        entrances,
    )
    return Errands(
        accounts,
        Answering(store, library, now, seal, Remembered(settings.page_seconds)),
        Boards(store, library, now),
        Backups(store, KeyFiles(settings.data_dir), settings.secret_key, now),
        Approvals(store, library, now, accounts.freshly_confirmed),
        Calendars(store, rounds.close, now),
        Certificates(store, library, settings.public_url),
        Codes(store, library, settings.public_url, seal, now, secrets.randbelow),
        Demo(store, library, passwords, seal, now),
        Filing(store, library, now),
        Installation(store),
        JournalBook(store, Anchors(settings.data_dir / "journal.heads"), now),
        Links(store, settings.public_url, now, secrets.randbelow),
        Nights(store, now, settings.keep_days),
        Numbers(store, library, now),
        Papers(library),
        People(store, now, mail, entrances),
        Posters(store, library, settings.public_url),
        Reminders(store, library, settings.public_url, now, mail),
        Publishing(store, library, SigningKey(settings.data_dir), now),
        Receipts(store, library),
        Results(store, library),
        Review(store, library, now),
        Signs(store, library),
        Roster(store, now, secrets.randbelow),
        rounds,
        WordingChange(store, library, words, now),
    )


def _ministry(settings: Settings) -> Ministry:
    """The ministry's own sign-in, where one is set."""
    issuer, client_id, client_secret, name = settings.oidc or ("", "", "", "")
    return Ministry(issuer, client_id, client_secret, name, f"{settings.public_url}/sign-in/ministry/back")

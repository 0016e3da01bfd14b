"""Builds everything once: the store, the library, and every errand."""

from __future__ import annotations

import secrets

from surveyapp.adapters.clock import now
from surveyapp.adapters.passwords import Passwords
from surveyapp.adapters.signing import SigningKey
from surveyapp.adapters.thai_words import words
from surveyapp.instruments.library import Library
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import KeptPapers, Store
from surveyapp.services.accounts import Accounts
from surveyapp.services.answering import Answering, Remembered
from surveyapp.services.demo import Demo
from surveyapp.services.errands import Errands
from surveyapp.services.filing import Filing
from surveyapp.services.installation import Installation
from surveyapp.services.papers import Papers
from surveyapp.services.posters import Posters
from surveyapp.services.publishing import Publishing
from surveyapp.services.receipts import Receipts
from surveyapp.services.results import Results
from surveyapp.services.review import Review
from surveyapp.services.rounds import Rounds
from surveyapp.services.wording import WordingChange
from surveyapp.settings import Settings


def build(settings: Settings) -> Errands:
    """Every errand of an installation."""
    store = Store(Database(settings.database_url))
    library = Library(kept=KeptPapers(store))
    passwords = Passwords()
    return Errands(
        Accounts(store, passwords, now, secrets.token_urlsafe),
        Answering(store, library, now, Remembered(settings.page_seconds)),
        Demo(store, library, passwords, now),
        Filing(store, library, now),
        Installation(store),
        Papers(library),
        Posters(store, library, settings.public_url),
        Publishing(store, library, SigningKey(settings.data_dir), now),
        Receipts(store, library),
        Results(store, library),
        Review(store, library, now),
        Rounds(store, library, settings.public_url, now, secrets.randbelow),
        WordingChange(store, library, words, now),
    )

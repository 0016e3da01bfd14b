"""Backups: the whole installation into one file, and a file into an empty installation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from surveyapp.adapters.backup_file import BackupReader, KeyFiles, reading_backup, writing_backup
from surveyapp.domain.backup import BackupOfAnother, BackupUnreadable, Content, InstallationNotEmpty, KeyIsAnother
from surveyapp.persistence.database import NEWEST
from surveyapp.persistence.store import Store

_OPERATOR: Final = "operator"
_WHAT: Final = "installation"
_KEY: Final = "secret_key"


@dataclass(frozen=True)
class Backups:
    """What an operator needs to keep a copy. files: what stands beside the database."""

    store: Store
    files: KeyFiles
    secret_key: Callable[[], str]
    now: Callable[[], datetime]

    def save(self, target: Path) -> tuple[int, bool]:
        """The whole installation, as of one moment. (rows, whether the database's own log forgot the order too).

        The storage forgets first in which order answers came: a copy may be read by whoever finds it.
        """
        log_emptied = self.store.blur()
        with writing_backup(target) as out:
            with self.store.writing() as shelves:
                shelves.journal.note(_OPERATOR, "make_backup", _WHAT, self.now())
            with self.store.copying() as copying:
                rows = {name: out.put_table(name, copying.rows(name)) for name in copying.tables()}
            for name, content in self.files.found().items():
                out.put_key(name, content)
            out.put_content(Content(NEWEST, self._mark(), rows))
        return sum(rows.values()), log_emptied

    def restore(self, source: Path) -> int:
        """Take a backup into an empty installation: all of it, or nothing. How many rows."""
        with reading_backup(source) as found:
            if found.content.revision != NEWEST:
                raise BackupOfAnother(theirs=found.content.revision, ours=NEWEST)
            keys = self._keys(found)
            self.store.database.upgrade()
            with self.store.taking_in() as (copying, shelves):
                if not copying.is_empty():
                    raise InstallationNotEmpty()
                rows = {name: copying.put(name, found.rows(name)) for name in copying.tables()}
                if rows != found.content.rows:
                    raise BackupUnreadable(file=str(source))
                shelves.journal.note(_OPERATOR, "restore_backup", _WHAT, self.now())
                self.files.put(keys)
        return sum(rows.values())

    def _keys(self, found: BackupReader) -> dict[str, bytes]:
        """The files to put beside the data. Refuses where another key is in use here, which would void them."""
        keys = found.keys()
        if (_KEY in self.files.found() or _KEY not in keys) and self._mark() != found.content.key:
            raise KeyIsAnother(file=str(self.files.folder / _KEY))
        return keys

    def _mark(self) -> str:
        """Tells one secret key from another, and nothing of it: it is at least 32 random signs."""
        return hashlib.sha256(b"surveyapp backup " + self.secret_key().encode()).hexdigest()[:16]

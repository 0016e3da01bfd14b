"""A backup of a whole installation: what stands in it, and why one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from surveyapp.domain.problems import N_, Problem

FORMAT: Final = 1
# Files beside the database that belong to it: without them codes, second factors and signatures are void.
KEYS: Final = frozenset({"secret_key", "signing_key", "signing_key.pub", "journal.heads"})


class BackupThere(Problem):
    sentence = N_("%(file)s is there already and stays as it is. Choose another name.")


class BackupUnreadable(Problem):
    sentence = N_("%(file)s is no whole backup of surveyapp. Nothing was changed. Take another copy of it.")


class RowsUnsound(Problem):
    sentence = N_("What the backup says of “%(table)s” does not fit. Nothing was changed. Take another backup.")


class BackupOfAnother(Problem):
    sentence = N_(
        "The backup is of revision %(theirs)s, this program of %(ours)s. Nothing was changed. Restore it with the "
        "program it was made with, then upgrade."
    )


class InstallationNotEmpty(Problem):
    sentence = N_("This installation holds data already. Nothing was changed. Restore into an empty one.")


class KeyIsAnother(Problem):
    sentence = N_(
        "The backup was made with another secret key. Nothing was changed. Set SURVEYAPP_SECRET_KEY to that key, or "
        "remove %(file)s if it was never used."
    )


@dataclass(frozen=True, slots=True)
class Content:
    """What a backup says of itself. key: a mark of the secret key; rows: how many there are, by table."""

    revision: str
    key: str
    rows: Mapping[str, int]

    def document(self) -> dict[str, Any]:
        """The same, to be written."""
        return {"surveyapp backup": FORMAT, "revision": self.revision, "key": self.key, "rows": dict(self.rows)}


def parse_content(document: object) -> Content | None:
    """What ``document`` wrote; None for anything else."""
    if not isinstance(document, dict) or document.get("surveyapp backup") != FORMAT:
        return None
    revision, key, rows = (document.get(each) for each in ("revision", "key", "rows"))
    if not (isinstance(revision, str) and isinstance(key, str) and isinstance(rows, dict)):
        return None
    if not all(isinstance(name, str) and type(n) is int and n >= 0 for name, n in rows.items()):
        return None
    return Content(revision, key, rows)

"""Heads of the journal that were seen whole, noted in a file beside the data, a line each."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from surveyapp.domain.journal import Head, parse_head
from surveyapp.domain.problems import FileNotWritten
from surveyapp.domain.round_problems import HeadUnreadable


@dataclass(frozen=True)
class Anchors:
    """The file of noted heads. Who can change the database and this file can hide a cut; a printed head shows it."""

    file: Path

    def heads(self) -> frozenset[Head]:
        """Every head that was noted; a line that holds none is left alone."""
        found: set[Head] = set()
        with suppress(OSError):
            for line in self.file.read_text("utf-8", "replace").splitlines():
                with suppress(HeadUnreadable):
                    found.add(parse_head(line.split(" ")[0]))
        return frozenset(found)

    def note(self, head: Head, at: datetime) -> None:
        """Note a head, once."""
        if head in self.heads():
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as file:
                file.write(f"{head} {at.astimezone(UTC).isoformat(timespec='seconds')}\n")
        except OSError as error:
            raise FileNotWritten(file=str(self.file), why=error.strerror or "?") from None

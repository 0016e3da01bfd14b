"""Journal: reading it, taking it out, and telling whether it is still what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from surveyapp.adapters.anchors import Anchors
from surveyapp.adapters.journal_file import write_csv
from surveyapp.domain.journal import Head, Line, parse_head
from surveyapp.domain.people import Act, Person
from surveyapp.persistence.store import Store
from surveyapp.services.checks import signed

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. broken: lines that are not what was written; lost: heads that were there once and
    are not any more (lines cut off, or all written anew)."""

    lines: int
    head: Head
    broken: tuple[int, ...]
    lost: tuple[Head, ...]

    @property
    def whole(self) -> bool:
        """Whether the journal is what was written."""
        return not self.broken and not self.lost


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the journal."""

    lines: tuple[Line, ...]
    found: int
    number: int
    pages: int


@dataclass(frozen=True)
class JournalBook:
    """What auditors and the operator need. person None is the operator at the command line."""

    store: Store
    anchors: Anchors
    now: Callable[[], datetime]

    def page(self, person: Person | None, search: str, number: int) -> Leaf:
        """Lines that hold every word, the newest first, 50 to a page."""
        signed(person, Act.SEE_JOURNAL)
        search = search.replace("\x00", "")[:200]
        with self.store.reading() as shelves:
            found = shelves.journal.count(search)
            pages = max(1, -(-found // PAGE))
            number = min(max(1, number), pages)
            lines = tuple(shelves.journal.page(search, skip=(number - 1) * PAGE, most=PAGE))
        return Leaf(lines, found, number, pages)

    def export(self, person: Person | None) -> bytes:
        """The whole journal as CSV, the oldest line first."""
        signed(person, Act.SEE_JOURNAL)
        with self.store.reading() as shelves:
            return write_csv(shelves.journal.every())

    def verify(self, head: str | None = None) -> Verdict:
        """Compute every line anew, and look for every head that was noted before, and for ``head``.

        A whole journal's head is noted beside the data, so that cutting lines off shows the next time.
        """
        lost = {*self.anchors.heads(), *([parse_head(head)] if head else [])} - {Head()}
        broken: list[int] = []
        count, last = 0, Head()
        with self.store.reading() as shelves:
            for seq, whole, hash_ in shelves.journal.links():
                last, count = Head(seq, hash_), count + 1
                lost.discard(last)
                if not whole:
                    broken.append(seq)
        verdict = Verdict(count, last, tuple(broken), tuple(sorted(lost)))
        if verdict.whole and count:
            self.anchors.note(last, self.now())
        return verdict

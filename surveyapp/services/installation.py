"""The installation: making the database ready, and whether everything answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from surveyapp.domain.journal import NIGHT
from surveyapp.domain.places import Stage
from surveyapp.persistence.store import Store


@dataclass(frozen=True, slots=True)
class Condition:
    """How an installation is, with nothing in it that an answer changes.

    rounds: how many in each stage; night: when the last nightly step was done, None before the first; log_emptied:
    whether the log of writes forgot then, too; free_bytes: room on the disk of an embedded database.
    """

    rounds: Mapping[Stage, int]
    night: datetime | None
    log_emptied: bool
    lines: int
    free_bytes: int | None


@dataclass(frozen=True)
class Installation:
    """What an operator and a monitor ask."""

    store: Store

    def init(self) -> tuple[str | None, str]:
        """Create or upgrade the database. Comes back with (revision before, revision now)."""
        return self.store.database.upgrade()

    def blur(self) -> bool:
        """The storage forgets in which order responses came. Comes back with whether its log of writes did too."""
        return self.store.blur()

    def healthy(self) -> bool:
        """Whether the database answers and is at the newest revision."""
        return self.store.database.answers()

    def condition(self) -> Condition:
        """What a monitor may watch for years without learning who answered."""
        with self.store.reading(answers=False) as shelves:
            stages = [each.stage for each in shelves.rounds.every()]
            night, lines = shelves.journal.last(NIGHT), shelves.journal.head().seq
        emptied = night is not None and night.facts.get("log") == "emptied"
        counts = {each: stages.count(each) for each in Stage}
        return Condition(counts, night.at if night else None, emptied, lines, self.store.database.free_bytes())

    def let_go(self) -> None:
        """Give back every connection, so that none is shared by processes."""
        self.store.database.close()

    def years(self) -> tuple[int, ...]:
        """The fiscal years there is a round of, the newest first."""
        with self.store.reading() as shelves:
            return tuple(each.fiscal_year for each in shelves.rounds.every())

"""The installation: making the database ready, and whether everything answers."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.persistence.store import Store


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

    def let_go(self) -> None:
        """Give back every connection, so that none is shared by processes."""
        self.store.database.close()

    def years(self) -> tuple[int, ...]:
        """The fiscal years there is a round of, the newest first."""
        with self.store.reading() as shelves:
            return tuple(each.fiscal_year for each in shelves.rounds.every())

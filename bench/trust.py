"""The attacker's game of docs/privacy.md at full size, and the race for codes: figures, not verdicts."""

from __future__ import annotations

from pathlib import Path

from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store
from tests.trust.code_races import race
from tests.trust.game import play

SIZES = (8, 15, 50, 200)


def play_on(name: str, url: str, offices: int, folder: Path) -> None:
    """One game: so many offices of each size, and a table of what each kind of evidence adds to blind guessing."""
    database = Database(url)
    database.upgrade()
    logs = None if database.file else next(folder.rglob("pg_wal"), folder).parent
    table = play(Store(database), [size for size in SIZES for _ in range(offices)], 2569, logs)
    print(f"\n{name}: {offices} offices of each size; share of hits minus blind guessing [95 %] and minus 1/N")
    for (arm, size), found in table.items():
        gain, low, high = found.advantage
        shares = f"{gain:+8.3f} [{low:+.3f}, {high:+.3f}]{found.over_even:+8.3f}"
        print(f"  {arm:34}{size:5}{found.hits:5}/{found.tries}{shares}")
    database.close()


def race_on(name: str, url: str, folder: Path) -> None:
    """One race: double spends, and spends without a response."""
    database = Database(url)
    database.upgrade()
    ended = race(Store(database), folder, 200, 50)
    print(
        f"{name}: {ended.codes} codes, {ended.tried:,} tries in three processes, one killed: {ended.killed}; "
        f"acknowledged twice {ended.spent_twice}, spent {ended.spent}, responses {ended.responses}"
    )
    database.close()

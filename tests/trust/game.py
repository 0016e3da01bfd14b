"""A whole game on one database: people arrive over some days, and every arm accuses somebody in every office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from surveyapp.persistence.store import Store
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW
from tests.trust.timing import (
    YEAR,
    Arm,
    Office,
    accuse,
    accuse_by_days,
    answer,
    arrivals,
    clues_of_storage,
    open_offices,
)

LIVE, NIGHT, LOG, BACKUPS, FINAL, ALL = (
    "database and its log while live",
    "after the nightly step",
    "after it, with the log of writes",
    "a backup of every evening",
    "final database",
    "everything at once",
)
SILENT = (NIGHT, FINAL)
Table = dict[tuple[str, int], Arm]  # (arm, size of the office)


def play(store: Store, sizes: Sequence[int], seed: int, data_directory: Path | None = None) -> Table:
    """Every arm that reads storage. The nightly step runs after each day, a backup is made after it."""
    dice = Random(seed)
    offices = open_offices(store, sizes, dice)
    first_seen: dict[bytes, int] = {}
    live: dict[int, dict[str, dict[bytes, float]]] = defaultdict(lambda: defaultdict(dict))
    for day, crowd in enumerate(arrivals(offices, dice)):
        for office, place in crowd:
            answer(store, office, place)
        _watch(store, offices, live, data_directory)
        store.blur()
        for office in offices:
            for number in _kept(store, office):
                first_seen.setdefault(number, day)
    table: Table = defaultdict(Arm)

    def note(arm: str, guesses: Sequence[int]) -> None:
        for office, guess in zip(offices, guesses, strict=True):
            table[arm, len(office.ids)].note(office, guess)

    def read(arm: str, where: Path | None = None) -> None:
        each = zip(offices, clues_of_storage(store, offices, where), strict=True)
        note(arm, [accuse(office, clues, dice) for office, clues in each])

    note(LIVE, [accuse(office, live[id(office)], dice) for office in offices])
    read(NIGHT)
    if data_directory is not None:
        read(LOG, data_directory)
    note(BACKUPS, [accuse_by_days(office, first_seen, dice) for office in offices])
    Rounds(store, LIBRARY, "https://ita.example", lambda: NOW, lambda n: 0).close(YEAR)
    read(FINAL)
    note(ALL, [accuse(office, live[id(office)], dice) for office in offices])
    return table


def _watch(
    store: Store, offices: Sequence[Office], live: dict[int, dict[str, dict[bytes, float]]], where: Path | None
) -> None:
    """What an operator who reads the disk every evening before the nightly step adds up: later days come later."""
    for office, clues in zip(offices, clues_of_storage(store, offices, where), strict=True):
        for name, clue in clues.items():
            known = live[id(office)][name]
            base = max(known.values(), default=0.0) + 1
            lowest = min((at for number, at in clue.items() if number not in known), default=0.0)
            known.update({number: base + at - lowest for number, at in clue.items() if number not in known})


def _kept(store: Store, office: Office) -> list[bytes]:
    from sqlalchemy import select

    from surveyapp.persistence.tables import response

    with store.database.reading() as connection:
        query = select(response.c.id).where(response.c.assessment_id == office.link.assessment.id)
        return [bytes(number) for (number,) in connection.execute(query)]

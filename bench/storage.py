"""How many bytes a response takes on the disk, keys and all, when responses arrive in random order of their ids."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import text

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Agency, Round, Stage
from surveyapp.domain.receipt import LEAF_BYTES
from surveyapp.domain.response import Response
from surveyapp.instruments.library import Library
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store

RESPONSES = 100_000
AGENCIES = 200
_BATCH = 100
_SIZE_ON_SERVER = """
    select sum(pg_total_relation_size(name)) from unnest(array['response', 'receipt', 'receipt_sheaf']) as tables (name)
"""


def bytes_each(url: str, *, receipts: bool = False, days: int = 1) -> tuple[float, float]:
    """Bytes a response of 15 items takes (with its leaf), 100,000 of them in 200 agencies, spread over so many days
    with a nightly step after each: before the last night, and after it."""
    database = Database(url)
    database.upgrade()
    store = Store(database)
    owners = _owners(store)
    before = _size(database)
    for day in range(days):
        if day:
            store.blur()
        _one_day(store, owners, RESPONSES // days, receipts=receipts)
    kept = RESPONSES // days * days
    used = (_size(database) - before) / kept
    store.blur()
    after = (_size(database) - before) / kept
    database.close()
    return used, after


def _one_day(store: Store, owners: list[int], responses: int, *, receipts: bool) -> None:
    for start in range(0, responses, _BATCH):
        with store.writing() as shelves:
            for place in range(start, min(start + _BATCH, responses)):
                owner = owners[place % len(owners)]
                shelves.responses.keep_many(owner, [_response()])
                if receipts:
                    shelves.receipts.add(owner, Instrument.EIT, secrets.token_bytes(LEAF_BYTES))


def _owners(store: Store) -> list[int]:
    year = 2569
    with store.writing() as shelves:
        shelves.agencies.add([Agency(0, f"A{n}", f"หน่วยงาน {n}", "oboto_m", "ธารทอง") for n in range(AGENCIES)])
        round_ = shelves.rounds.add(Round(0, year, Stage.OPEN, Library().paper(year).digest, False, None))
        shelves.rounds.add_assessments(round_.id, [(each.id, 100, 1000) for each in shelves.agencies.every()])
        return [each.id for each in shelves.rounds.assessments(year)]


def _response() -> Response:
    return Response(secrets.token_bytes(16), Instrument.EIT, 1, bytes(secrets.randbelow(6) + 1 for _ in range(15)))


def _size(database: Database) -> int:
    with database.writing() as connection:
        if database.file is None:
            return int(connection.execute(text(_SIZE_ON_SERVER)).scalar_one())
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("pragma wal_checkpoint(truncate)")  # type: ignore[union-attr]
    return Path(database.file).stat().st_size

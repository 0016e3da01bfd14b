"""What the installation does by itself at night, and that removed answers are gone from the disk."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import text

from surveyapp.domain.journal import NIGHT
from surveyapp.domain.night import seconds_until_night
from surveyapp.domain.paper import Instrument
from surveyapp.domain.problems import RoundNotClosed
from surveyapp.domain.response import Response
from surveyapp.persistence.store import Store
from surveyapp.services.nights import Nights
from surveyapp.services.results import Results
from surveyapp.services.rounds import Rounds
from surveyapp.waiting import AGAIN, PAST, keep_nights
from tests.conftest import LIBRARY, NOW
from tests.places import open_small_round


def closed_round(store: Store) -> list[Response]:
    """A1 with forty answers, closed at NOW."""
    place, dice = open_small_round(store), Random(4)
    length = len(LIBRARY.paper(2564).eit.sub_questions)
    given = [Response(dice.randbytes(16), Instrument.EIT, 1, bytes([1]) * length) for _ in range(40)]
    with store.writing() as shelves:
        shelves.responses.keep_many(place.assessments["A1"].id, given)
        shelves.front_counts.add({(place.assessments["A1"].id, Instrument.EIT, "f1", "f"): 20})
    Rounds(store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(2564)
    return given


def night(store: Store, days: int) -> list[int]:
    return Nights(store, lambda: NOW + timedelta(days=days), keep_days=365).run().removed


def test_answers_stay_a_year_and_the_result_stays_after_them(store: Store) -> None:
    closed_round(store)
    results = Results(store, LIBRARY)
    before = results.of(2564, "A1").result
    assert night(store, 365) == []
    assert night(store, 366) == [2564]
    assert night(store, 367) == []
    assert results.of(2564, "A1").result.tree.score == before.tree.score
    with store.reading() as shelves:
        assert shelves.responses.received([1, 2]) == {}
        assert [shelves.front_counts.of(each) for each in (1, 2)] == [{}, {}]


def test_an_open_round_keeps_its_answers_whatever_the_clock_says(store: Store) -> None:
    open_small_round(store)
    assert night(store, 10_000) == []
    with pytest.raises(RoundNotClosed):
        Nights(store, lambda: NOW, 0).forget(2564)


def test_removed_answers_cannot_be_carved_out_of_the_file(sqlite_store: Store) -> None:
    given = closed_round(sqlite_store)
    file = sqlite_store.database.file
    assert file is not None
    assert any(each.id in file.read_bytes() for each in given)
    assert Nights(sqlite_store, lambda: NOW, 0).forget(2564) == 40
    log = file.with_name(f"{file.name}-wal")
    left = file.read_bytes() + (log.read_bytes() if log.exists() else b"")
    assert not [each for each in given if each.id in left]


def test_answers_are_removed_even_while_somebody_reads(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_round(postgresql_store)
    with postgresql_store.database.reading() as backup:
        assert backup.execute(text("select count(*) from response")).scalar() == 40
        monkeypatch.setattr("surveyapp.persistence.blur._PATIENCE", 1)
        assert Nights(postgresql_store, lambda: NOW, 0).forget(2564) == 40
    with postgresql_store.reading() as shelves:
        assert shelves.responses.received([1, 2]) == {}


@pytest.mark.parametrize(
    ("utc", "hours"), [((2026, 3, 1, 18, 0), 1), ((2026, 3, 1, 19, 0), 24), ((2026, 3, 1, 19, 30), 23.5)]
)
def test_the_night_is_at_two_in_thailand(utc: tuple[int, ...], hours: float) -> None:
    assert seconds_until_night(datetime(*utc, tzinfo=UTC)) == hours * 3600  # type: ignore[arg-type,misc]


def test_a_night_that_was_refused_is_tried_again_and_one_that_was_done_is_not() -> None:
    waited: list[float] = []
    done = iter([False, False, True, True])

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return len(waited) < 6

    keep_nights(lambda: datetime(2026, 3, 1, 18, tzinfo=UTC), wait, lambda: next(done))
    assert waited == [3600, AGAIN, AGAIN, PAST, 3600, PAST]
    assert not list(done)


def test_whoever_waits_for_the_nights_ends_with_the_server() -> None:
    command = [sys.executable, "-m", "surveyapp.waiting"]
    server = f"import os, subprocess; subprocess.Popen({command} + [str(os.getpid())])"
    # Comes back when nobody holds the pipe any more, or not at all.
    subprocess.run([sys.executable, "-c", server], check=True, capture_output=True, timeout=60)


def test_every_night_leaves_a_line_in_the_journal(store: Store) -> None:
    for day in (1, 2):
        night(store, day)
    with store.reading() as shelves:
        lines = [line for line in shelves.journal.every() if line.act == NIGHT]
        newest = shelves.journal.last(NIGHT)
    assert [line.at for line in lines] == [NOW + timedelta(days=day) for day in (1, 2)]
    assert newest == lines[-1]
    assert newest.facts == {"log": "emptied" if store.database.file else "kept"}, "not everybody may empty a server's"

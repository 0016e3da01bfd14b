"""The one writer of a process: whatever happens to the database, nobody waits for ever or hears a false word."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Link
from surveyapp.domain.problems import NotKnown, NotNow
from surveyapp.persistence import intake as module
from surveyapp.persistence.responses import Offer, Outcome, Responses
from surveyapp.persistence.store import Store
from tests.places import SmallRound, a_response, open_small_round

DAY = date(2026, 3, 2)


@pytest.fixture
def place(store: Store) -> SmallRound:
    return open_small_round(store)


def offer(store: Store, place: SmallRound, number: int) -> Offer:
    return Offer(_link(store, place), a_response(number=number), DAY)


def _link(store: Store, place: SmallRound) -> Link:
    with store.reading() as shelves:
        return shelves.links.with_code(place.codes["A1", Instrument.EIT])


def received(store: Store, place: SmallRound) -> int:
    with store.reading() as shelves:
        return sum(shelves.responses.received([place.assessments["A1"].id]).values())


def test_counters_that_cannot_be_put_down_stop_nobody_and_are_put_down_later(
    store: Store, place: SmallRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_COUNTERS_EVERY", 0.05)
    real, broken = Responses.count, threading.Event()

    def count(self: Responses, counted: Any) -> None:
        if not broken.is_set():
            broken.set()
            raise DatabaseError("insert", {}, Exception("read-only"))
        real(self, counted)

    monkeypatch.setattr(Responses, "count", count)
    assert store.intake.keep(offer(store, place, 1)) is Outcome.NEW
    assert broken.wait(5)
    assert store.intake.keep(offer(store, place, 2)) is Outcome.NEW
    store.intake.settle()
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("select sum(n) from progress").scalar() == 2


def test_a_database_that_is_away_fails_everybody_who_waits_at_once(
    store: Store, place: SmallRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    @contextmanager
    def away(_self: object, _connection: object) -> Iterator[None]:
        tries.append(1)
        time.sleep(0.3)
        if tries:
            raise NotNow
        yield

    offers = [offer(store, place, number) for number in range(12)]
    monkeypatch.setattr(type(store.database), "writing_on", away)
    heard: list[type[Exception]] = []

    def send(one: Offer) -> None:
        try:
            store.intake.keep(one)
        except Exception as error:
            heard.append(type(error))

    threads = [threading.Thread(target=send, args=(each,)) for each in offers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert heard == [NotNow] * 12
    assert len(tries) <= 3
    monkeypatch.undo()
    assert store.intake.keep(offers[0]) is Outcome.NEW
    assert received(store, place) == 1


def test_where_it_breaks_while_committing_nobody_is_told_that_nothing_was_kept(
    store: Store, place: SmallRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = type(store.database).writing_on

    @contextmanager
    def breaks_after(self: Any, connection: Any) -> Iterator[None]:
        with real(self, connection):
            yield
        raise NotNow

    one = offer(store, place, 1)
    monkeypatch.setattr(type(store.database), "writing_on", breaks_after)
    with pytest.raises(NotKnown):
        store.intake.keep(one)
    monkeypatch.undo()
    assert store.intake.keep(one) is Outcome.AGAIN
    assert received(store, place) == 1


def test_who_waits_too_long_is_taken_back_or_told_that_it_is_not_known(
    store: Store, place: SmallRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.3)
    monkeypatch.setattr(module, "MOST_AT_ONCE", 1)
    real, go_on = type(store.database).writing_on, threading.Event()

    @contextmanager
    def slow(self: Any, connection: Any) -> Iterator[None]:
        go_on.wait(10)
        with real(self, connection):
            yield

    offers = [offer(store, place, number) for number in (1, 2)]
    monkeypatch.setattr(type(store.database), "writing_on", slow)
    heard: dict[int, type[Exception]] = {}

    def send(which: int) -> None:
        try:
            store.intake.keep(offers[which])
        except Exception as error:
            heard[which] = type(error)

    first = threading.Thread(target=send, args=(0,))
    first.start()
    time.sleep(0.1)
    send(1)
    first.join()
    assert heard == {0: NotKnown, 1: NotNow}
    go_on.set()
    monkeypatch.undo()
    assert store.intake.keep(offers[0]) is Outcome.AGAIN
    assert store.intake.keep(offers[1]) is Outcome.NEW


def test_after_closing_nothing_is_taken_and_nothing_is_left_in_memory(store: Store, place: SmallRound) -> None:
    offers = [offer(store, place, number) for number in range(40)]
    heard: list[object] = []

    def send(some: list[Offer]) -> None:
        for each in some:
            try:
                heard.append(store.intake.keep(each))
            except NotNow:
                heard.append(NotNow)

    threads = [threading.Thread(target=send, args=(offers[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    store.intake.close()
    for thread in threads:
        thread.join()
    assert set(heard) <= {Outcome.NEW, NotNow}
    new = heard.count(Outcome.NEW)
    assert received(store, place) == new
    with store.database.reading() as connection:
        assert (connection.exec_driver_sql("select sum(n) from progress").scalar() or 0) == new

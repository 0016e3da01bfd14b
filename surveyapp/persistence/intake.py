"""The intake: responses from every thread of this process, made durable together by one writer.

A commit costs a flush of the disk, whether it holds one response or fifty. So whoever hands in a response
waits while one thread puts down everything that is waiting and commits it; the answer goes out afterwards.
The counters (of channels and days, of front questions) are not worth a flush of their own: they follow within
a second, and are lost only with a killed process. What is scored is counted from the responses themselves.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import Connection

from surveyapp.domain.problems import NotKnown, NotNow, Problem
from surveyapp.persistence.database import Database
from surveyapp.persistence.front_counts import FrontCounts, FrontKey
from surveyapp.persistence.responses import CounterKey, Offer, Outcome, Responses

MOST_AT_ONCE: Final = 64
_COUNTERS_EVERY: Final = 1.0  # seconds
_IDLE_SECONDS: Final = 5.0  # then the thread ends; the next response starts another
_PATIENCE: Final = 25.0  # longer than the database and another process together let us wait
MOST_WAITING: Final = 500


class _TakenBack(Exception):
    """Ends a transaction of which nothing shall stay."""


class _Ticket:
    """One waiting response. ``done`` is released when ``outcome`` or ``failure`` is there."""

    __slots__ = ("done", "failure", "offer", "outcome")

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.outcome: Outcome | None = None
        self.failure: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()


class Intake:
    """Where the answering door hands in responses."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Ticket] = deque()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None  # of the thread alone
        self._closing = False
        self._counted: Counter[CounterKey] = Counter()
        self._front: Counter[FrontKey] = Counter()
        self._flushed = time.monotonic()
        self._lock_file = _open_lock_file(database)
        database.before_closing(self.close)

    def keep(self, offer: Offer) -> Outcome:
        """Keep a response. Comes back when it is durable, or was refused.

        Raises ``NotNow`` when nothing was kept, and ``NotKnown`` when that cannot be told; the same response
        may then be handed in again, and is kept once.
        """
        ticket = _Ticket(offer)
        with self._change:
            if self._closing or len(self._waiting) >= MOST_WAITING:
                raise NotNow()
            self._waiting.append(ticket)
            if self._thread is None or not self._thread.is_alive():
                self._start()
            self._change.notify()
        if not ticket.done.acquire(timeout=_PATIENCE):
            raise self._give_up(ticket)
        if ticket.failure is not None:
            raise ticket.failure
        if ticket.outcome is None:
            raise NotKnown()
        return ticket.outcome

    def settle(self) -> None:
        """Put down the counters that are still in memory; they stay there when it fails."""
        counted, self._counted = self._counted, Counter()
        front, self._front = self._front, Counter()
        self._flushed = time.monotonic()
        if not counted:
            return
        try:
            with self._turn(), self._database.writing() as connection:
                Responses(connection).count(counted)
                FrontCounts(connection).add(front)
        except Exception:
            self._counted.update(counted)
            self._front.update(front)
            raise

    def close(self) -> None:
        """Finish what waits, put down the counters, and let go of the database. Nothing is taken afterwards."""
        with self._change:
            self._closing = True
            thread = self._thread
            self._change.notify()
        if thread is not None:
            thread.join()
        self._settle_quietly()
        descriptor, self._lock_file = self._lock_file, None
        if descriptor is not None:
            os.close(descriptor)

    def _give_up(self, ticket: _Ticket) -> Problem:
        """A ticket that still waits is taken back; one that is being put down may yet be kept."""
        with self._change:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                return NotNow()
        return NotKnown()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
        self._thread.start()
        atexit.unregister(self._settle_quietly)
        atexit.register(self._settle_quietly)

    def _work(self) -> None:
        try:
            while batch := self._next():
                self._put_down(batch)
        finally:
            self._let_go()
            with self._change:
                self._thread = None
                if self._waiting:  # somebody came between the last look and the end
                    self._start()

    def _next(self) -> list[_Ticket]:
        """The tickets that wait; when nothing came for a while, none."""
        until = time.monotonic() + _IDLE_SECONDS
        while True:
            with self._change:
                if not self._waiting and not self._closing:
                    self._change.wait(_COUNTERS_EVERY)
                if self._waiting:
                    return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            if self._counted and time.monotonic() - self._flushed >= _COUNTERS_EVERY:
                self._settle_quietly()
            if self._closing or time.monotonic() > until:
                return []

    def _settle_quietly(self) -> None:
        with suppress(Exception):  # a later second will do; the answers themselves are safe
            self.settle()

    def _put_down(self, batch: list[_Ticket], *, again: bool = False) -> None:
        """One transaction for all. A database that is away fails them all at once; any other failure is
        tried for each alone, so that one bad sheet spoils no other."""
        try:
            with self._turn(), self._transaction() as connection:
                shelf = Responses(connection)
                outcomes = [shelf.keep(ticket.offer) for ticket in batch]
        except Problem as away:
            self._fail(batch, away)
        except Exception as error:
            if len(batch) == 1:
                self._fail(batch, error)
                return
            for ticket in batch:
                self._put_down([ticket], again=True)
        else:
            for ticket, outcome in zip(batch, outcomes, strict=True):
                # Tried a second time, what is there already may be of the first time.
                new = outcome is Outcome.NEW or (again and outcome is Outcome.AGAIN)
                ticket.outcome = Outcome.NEW if new else outcome
                if new:
                    self._counted.update(ticket.offer.counters)
                    self._front.update(ticket.offer.front_counters)
                ticket.done.release()

    def _fail(self, batch: list[_Ticket], why: Exception) -> None:
        for ticket in batch:
            ticket.failure = why
            ticket.done.release()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction on the thread's own connection; after a failure on a new one."""
        if self._connection is None:
            self._connection = self._database.connect()
        written = False
        try:
            with self._database.writing_on(self._connection):
                yield self._connection
                written = True
        except Exception as error:
            self._let_go()
            if written:  # it broke while committing: perhaps before, perhaps after
                raise NotKnown() from error
            raise

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be broken already
                connection.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The writers of all processes take turns. SQLite's own waiting sleeps, and lets the unlucky starve."""
        descriptor = self._lock_file
        if descriptor is None:
            yield
            return
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def rehearse(database: Database, offer: Offer) -> None:
    """Put a response down and take it back, so that its statements are worked out once, before a server forks."""
    with suppress(_TakenBack), database.writing() as connection:
        Responses(connection).keep(offer)
        Responses(connection).count(Counter(offer.counters))
        FrontCounts(connection).add(Counter(offer.front_counters))
        raise _TakenBack()


def _open_lock_file(database: Database) -> int | None:
    path = database.file
    return None if path is None else os.open(f"{path}-intake", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

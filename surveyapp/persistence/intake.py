"""The intake: responses from every thread of this process, made durable together by one writer.

A commit costs a flush of the disk, whether it holds one response or fifty. So whoever hands in a response
waits while one thread puts down everything that is waiting and commits it; the answer goes out afterwards.
The counters of channels and days are not worth a flush of their own: they follow within a second, and are
lost only with a killed process. What is scored is counted from the responses themselves.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

from surveyapp.domain.problems import NotNow, Problem
from surveyapp.persistence.database import Database
from surveyapp.persistence.responses import CounterKey, Offer, Outcome, Responses

MOST_AT_ONCE: Final = 64
_COUNTERS_EVERY: Final = 1.0  # seconds
_IDLE_SECONDS: Final = 5.0  # then the thread ends; the next response starts another
_PATIENCE: Final = 60.0  # longer than the database itself waits


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
        self._flushed = time.monotonic()
        self._lock_file = _open_lock_file(database)
        database.before_closing(self.close)

    def keep(self, offer: Offer) -> Outcome:
        """Keep a response. Comes back when it is durable, or was refused; raises when nothing was kept."""
        ticket = _Ticket(offer)
        with self._change:
            self._waiting.append(ticket)
            if self._thread is None:
                self._start()
            self._change.notify()
        if not ticket.done.acquire(timeout=_PATIENCE):
            raise TimeoutError("the writer does not answer; whether the response was kept is not known")
        if ticket.failure is not None:
            raise ticket.failure
        if ticket.outcome is None:
            raise NotNow()
        return ticket.outcome

    def settle(self) -> None:
        """Put down the counters that are still in memory."""
        counted, self._counted = self._counted, Counter()
        self._flushed = time.monotonic()
        if counted:
            with self._turn(), self._database.writing() as connection:
                Responses(connection).count(counted)

    def close(self) -> None:
        """Finish what waits, put down the counters, and let go of the database."""
        with self._change:
            self._closing = True
            thread = self._thread
            self._change.notify()
        if thread is not None:
            thread.join()
        self._settle_quietly()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
        self._thread.start()
        atexit.unregister(self._settle_quietly)
        atexit.register(self._settle_quietly)

    def _work(self) -> None:
        while batch := self._next():
            self._put_down(batch)
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
        counted = self._counted.copy()
        try:
            self.settle()
        except Problem:
            self._counted = counted  # a later second will do

    def _put_down(self, batch: list[_Ticket]) -> None:
        """One transaction for all; where it fails, one for each, so that one bad sheet spoils no other."""
        try:
            with self._turn(), self._transaction() as connection:
                shelf = Responses(connection)
                outcomes = [shelf.keep(ticket.offer) for ticket in batch]
        except Exception as error:
            if len(batch) > 1:
                for ticket in batch:
                    self._put_down([ticket])
                return
            batch[0].failure = error
        else:
            for ticket, outcome in zip(batch, outcomes, strict=True):
                ticket.outcome = outcome
                if outcome is Outcome.NEW:
                    self._counted.update(ticket.offer.counters)
        for ticket in batch:
            ticket.done.release()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction on the thread's own connection; after a failure on a new one."""
        if self._connection is None:
            self._connection = self._database.connect()
        try:
            with self._database.writing_on(self._connection):
                yield self._connection
        except Exception:
            self._let_go()
            raise

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The writers of all processes take turns. SQLite's own waiting sleeps, and lets the unlucky starve."""
        if self._lock_file is None:
            yield
            return
        fcntl.flock(self._lock_file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._lock_file, fcntl.LOCK_UN)


def _open_lock_file(database: Database) -> int | None:
    path = database.file
    return None if path is None else os.open(f"{path}-intake", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

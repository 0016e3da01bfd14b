"""A bounded load on a server of this machine: a fixed number of requests, then it stops."""

from __future__ import annotations

import http.client
import secrets
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.servers import Server


@dataclass(frozen=True)
class Figures:
    """One round: requests per second, milliseconds at percentiles, server CPU milliseconds per request."""

    rate: float
    p50: float
    p95: float
    p99: float
    cpu: float


def get_load(server: Server, requests: int, threads: int) -> Figures:
    """The form, again and again, as a browser asks for it."""
    return _load(server, requests, threads, lambda one: _look(server, one))


def full_load(server: Server, requests: int, threads: int) -> Figures:
    """A full submission each time: look at the form, then send a new whole answer. Times are of the sending."""

    def both(one: http.client.HTTPConnection) -> float:
        _look(server, one)
        return _send(server, one)

    return _load(server, requests, threads, both)


def post_load(server: Server, requests: int, threads: int) -> Figures:
    """A new whole answer each time."""
    return _load(server, requests, threads, lambda one: _send(server, one))


def _look(server: Server, one: http.client.HTTPConnection) -> float:
    return _ask(one, 200, "GET", server.path, None, {"Accept-Encoding": "gzip"})


def _send(server: Server, one: http.client.HTTPConnection) -> float:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return _ask(one, 303, "POST", server.path, server.body(secrets.token_hex(16)), headers)


def _ask(one: http.client.HTTPConnection, expected: int, *what: Any) -> float:
    """Milliseconds until the whole answer was there, on a new connection."""
    begun = time.perf_counter()
    one.request(*what)
    answer = one.getresponse()
    answer.read()
    took = (time.perf_counter() - begun) * 1000
    one.close()
    if answer.status != expected:
        raise RuntimeError(f"{what[:2]} answered {answer.status}")
    return took


def _load(server: Server, requests: int, threads: int, act: Callable[[http.client.HTTPConnection], float]) -> Figures:
    took: list[float] = []

    def work(n: int) -> None:
        one = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for _ in range(n):
            took.append(act(one))

    cpu, begun = server.cpu_seconds(), time.perf_counter()
    workers = [threading.Thread(target=work, args=(requests // threads,)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds, used = time.perf_counter() - begun, server.cpu_seconds() - cpu
    cuts = statistics.quantiles(took, n=100)
    return Figures(len(took) / seconds, cuts[49], cuts[94], cuts[98], used * 1000 / len(took))

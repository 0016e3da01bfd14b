"""A bounded load on a server of this machine: a fixed number of requests, then it stops."""

from __future__ import annotations

import http.client
import secrets
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

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
    """The form, again and again."""
    return _load(server, requests, threads, lambda one: one.request("GET", server.path), 200)


def post_load(server: Server, requests: int, threads: int) -> Figures:
    """A new whole answer each time."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    def send(one: http.client.HTTPConnection) -> None:
        one.request("POST", server.path, server.body(secrets.token_hex(16)), headers)

    return _load(server, requests, threads, send, 303)


def _load(
    server: Server, requests: int, threads: int, send: Callable[[http.client.HTTPConnection], None], expected: int
) -> Figures:
    took: list[float] = []

    def work(n: int) -> None:
        for _ in range(n):
            one = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            begun = time.perf_counter()
            send(one)
            answer = one.getresponse()
            answer.read()
            took.append((time.perf_counter() - begun) * 1000)
            one.close()
            if answer.status != expected:
                raise RuntimeError(f"{server.path} answered {answer.status}")

    cpu, begun = server.cpu_seconds(), time.perf_counter()
    workers = [threading.Thread(target=work, args=(requests // threads,)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds, used = time.perf_counter() - begun, server.cpu_seconds() - cpu
    cuts = statistics.quantiles(took, n=100)
    return Figures(len(took) / seconds, cuts[49], cuts[94], cuts[98], used * 1000 / len(took))

"""A bad network: a proxy that drops, delays, cuts at any byte, and sends things twice."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

_FAULTS = ("fine", "fine", "fine", "slow", "dropped", "request cut", "reply cut", "reply lost", "sent twice")


@dataclass
class BadNetwork:
    """Forwards connections of one request each to a port of this machine, most of them badly."""

    target: int
    seed: int = 1
    port: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def working(self) -> Iterator[BadNetwork]:
        """Listen while the block lasts."""
        with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
            self.port = listener.getsockname()[1]
            self._random = Random(self.seed)
            threading.Thread(target=self._listen, args=(listener,), daemon=True).start()
            yield self

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(10)
            request = _whole(client)
            with self._lock:
                fault, place = self._random.choice(_FAULTS), self._random.random()
                self.happened[fault] += 1
            if fault == "slow":
                time.sleep(0.15 * place)
            if fault == "dropped":
                return
            if fault == "request cut":
                self._send(request[: int(len(request) * place)], wait=False)
                return
            if fault == "sent twice":
                self._send(request)
            reply = self._send(request)
            if fault == "reply lost":
                return
            client.sendall(reply[: int(len(reply) * place)] if fault == "reply cut" else reply)

    def _send(self, request: bytes, *, wait: bool = True) -> bytes:
        with socket.create_connection(("127.0.0.1", self.target), timeout=10) as server:
            server.sendall(request)
            if not wait:
                return b""
            reply = b""
            while chunk := server.recv(65_536):
                reply += chunk
            return reply


def _whole(client: socket.socket) -> bytes:
    """One whole request, by its Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = client.recv(65_536)
        if not chunk:
            raise OSError("the client went away")
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(lengths[0]) - len(body) if lengths else 0
    while missing > 0:
        chunk = client.recv(65_536)
        if not chunk:
            raise OSError("the client went away")
        data += chunk
        missing -= len(chunk)
    return data

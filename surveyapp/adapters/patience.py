"""How long somebody waits between tries. In the memory of a process, by keyed hashes, forgotten after a day.

A wait belongs to who tries (a name from a network, a network, a device), never to a name alone: nobody can
shut another person out by guessing at their name.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from surveyapp.domain.account_problems import TooManyTries

_DAY: Final = 24 * 3600.0
_MOST_KEYS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Counted:
    """What tries are counted under, how many are free, and the longest wait in seconds."""

    key: tuple[str, ...]
    free: int
    longest: int


def wait_after(failures: int, free: int, longest: int) -> int:
    """Seconds to wait after so many failures: none while they are free, then 1, 2, 4 … up to the longest."""
    over = failures - free
    return 0 if over < 0 else min(longest, 1 << min(over, 30))


class Patience:
    """Counts failures. A try counts as a failure until it is forgiven, so that many at once gain nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._secret = secrets.token_bytes(32)
        self._failures: OrderedDict[bytes, tuple[int, float]] = OrderedDict()  # name → (failures, of when)

    def begin(self, counted: Iterable[Counted]) -> None:
        """Count a try under each; raises ``TooManyTries`` with the seconds left where one still has to wait."""
        with self._lock:
            now = self._clock()
            named = [(each, self._name(each)) for each in counted]
            left = max((self._left(each, name, now) for each, name in named), default=0.0)
            if left > 0:
                raise TooManyTries(seconds=int(left) + 1)
            for _, name in named:
                self._set(name, self._count(name, now) + 1, now)

    def forgive(self, counted: Iterable[Counted], *, wholly: bool = False) -> None:
        """The try was right: it does not count; ``wholly``: nor does any before it."""
        with self._lock:
            now = self._clock()
            for name in map(self._name, counted):
                self._set(name, 0 if wholly else max(0, self._count(name, now) - 1), now)

    def _left(self, each: Counted, name: bytes, now: float) -> float:
        failures, since = self._failures.get(name, (0, now))
        return since + wait_after(failures, each.free, each.longest) - now if failures else 0

    def _count(self, name: bytes, now: float) -> int:
        failures, since = self._failures.get(name, (0, now))
        return failures if now - since < _DAY else 0

    def _set(self, name: bytes, failures: int, now: float) -> None:
        self._failures[name] = (failures, now)
        self._failures.move_to_end(name)
        while len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def _name(self, each: Counted) -> bytes:
        told = "\x1f".join(each.key).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(told, key=self._secret, digest_size=16).digest()

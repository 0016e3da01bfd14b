"""Rendered parts kept for a few seconds, so that many who look at the same thing cost one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar, cast

from flask import current_app, request

SECONDS: Final = 10.0
_MOST: Final = 200

LIVE: Final = "live"
_T = TypeVar("_T")


class Kept:
    """Values by what they were made for, each for ten seconds. What is made for one reach is never another's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._values: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """The value that was kept; else a new one."""
        with self._lock:
            until, value = self._values.get(key, (0.0, None))
        if value is not None and until > self._clock():
            return cast(_T, value)
        made = make()
        with self._lock:
            if len(self._values) >= _MOST:
                self._values.pop(next(iter(self._values)))
            self._values.pop(key, None)
            self._values[key] = (self._clock() + SECONDS, made)
        return made


def kept() -> Kept:
    """What this application keeps."""
    found: Kept = current_app.extensions.setdefault("kept_parts", Kept())
    return found


def wants_part() -> bool:
    """Whether the page asks for its live part alone, as it does by itself; a person asks for pages."""
    return request.headers.get("X-Part") == LIVE

"""Waits for the nights: ``python -m surveyapp.waiting [PID]``, until the process that started it has ended.

It knows nothing but the hour, so that waiting costs little memory; the nightly step is a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeAlias

from surveyapp.domain.night import seconds_until_night

AGAIN: Final = 600.0  # seconds until a night that was refused is tried again
PAST: Final = 60.0  # seconds after which the hour is surely over
Wait: TypeAlias = Callable[[float], bool]  # False: whoever started us has ended


def keep_nights(now: Callable[[], datetime], wait: Wait, night: Callable[[], bool]) -> None:
    """Every night once, and again until it is done."""
    while wait(seconds_until_night(now())):
        while not night():
            if not wait(AGAIN):
                return
        if not wait(PAST):
            return


def _wait(seconds: float, parent: int | None) -> bool:
    until = time.time() + seconds
    while time.time() < until:
        if parent is not None and os.getppid() != parent:
            return False
        time.sleep(min(2.0, max(0.0, until - time.time())))
    return True


def _night() -> bool:
    return subprocess.run([sys.executable, "-m", "surveyapp", "night"], check=False).returncode == 0


def main() -> None:
    """Keep nights until the process of that number has ended; for ever where none is named."""
    parent = int(sys.argv[1]) if len(sys.argv) > 1 else None
    keep_nights(lambda: datetime.now(UTC), partial(_wait, parent=parent), _night)


if __name__ == "__main__":
    main()

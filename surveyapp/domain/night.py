"""When the nightly step is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from surveyapp.domain.thai import BANGKOK

HOUR: Final = 2  # in Thailand; the fewest people answer then


def seconds_until_night(now: datetime) -> float:
    """Until the next night's hour in Thailand."""
    local = now.astimezone(BANGKOK)
    tonight = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return ((tonight if tonight > local else tonight + timedelta(days=1)) - local).total_seconds()

"""What may be shown of the answers behind a score.

Thresholds are the defaults of the release policy (docs/privacy.md); the wider rules of a round build on
them. Scores themselves are official results and are always shown once a round is closed.
"""

from __future__ import annotations

from typing import Final

from surveyapp.domain.paper import Instrument
from surveyapp.domain.scoring import Result

LEAST_FOR_COUNTS: Final = 10


def may_show_counts(result: Result, instrument: Instrument, *, rehearsal: bool) -> bool:
    """Whether the counts per choice of an instrument may be shown: n ≥ 10, or made-up data."""
    n = next((sample.n for sample in result.samples if sample.instrument is instrument), 0)
    return rehearsal or n >= LEAST_FOR_COUNTS

"""What may be shown of the answers behind a score.

Thresholds are the defaults of the release policy (docs/privacy.md); the wider rules of a round build on
them. Scores themselves are official results and are always shown once a round is closed.
"""

from __future__ import annotations

from typing import Final

from surveyapp.domain.paper import Instrument
from surveyapp.domain.scoring import Kind, Result, Step

LEAST_FOR_COUNTS: Final = 10


def may_show_counts(result: Result, instrument: Instrument, *, rehearsal: bool) -> bool:
    """Whether the counts per choice of an instrument may be shown: n ≥ 10, or made-up data.

    Where the two EIT parts stand side by side, each is a group of its own and needs its ten.
    """
    groups = _groups(result.instruments()[instrument])
    return rehearsal or min(groups.values(), default=0) >= LEAST_FOR_COUNTS


def _groups(survey: Step) -> dict[int | None, int]:
    """EIT part (None: not split) → its responses, for every group whose counts the steps hold."""
    groups: dict[int | None, int] = {}
    for indicator in survey.parts:
        for group in indicator.parts if indicator.kind is Kind.EIT_PARTS else [indicator]:
            n = max((sum(counted.n for counted in step.counts) for step in group.walk() if step.counts), default=0)
            groups[group.eit_part] = max(n, groups.get(group.eit_part, 0))
    return groups

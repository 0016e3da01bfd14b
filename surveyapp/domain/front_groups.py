"""Groups whose sum is known, without those that are too small. Gives way to ``domain.release``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surveyapp.domain.steps import Reason, Withheld


@dataclass(frozen=True, slots=True)
class Released:
    """A number that was let through."""

    value: int


def release_groups(groups: Mapping[str, int], k: int) -> dict[str, Released | Withheld]:
    """How many are in each group, where the number of all is known: k or more in every group that is shown, and
    nobody, or k or more, in all that are not. Where one small group would be the difference, the next smallest
    goes with it."""
    order = sorted(groups, key=lambda name: (groups[name], name))
    hidden = [name for name in order if groups[name] < k]
    rest = [name for name in order if groups[name] >= k]
    while rest and 0 < sum(groups[name] for name in hidden) < k:
        hidden.append(rest.pop(0))
    return {name: Withheld(Reason.TOO_FEW) if name in hidden else Released(n) for name, n in groups.items()}

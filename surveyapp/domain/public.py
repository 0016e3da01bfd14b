"""A result as the public may read it: what too few answers would give away is taken out of the tree.

Thresholds are the defaults of the release policy (docs/privacy.md). An official score may be computed
from few answers; it is the finer steps that would show what one person said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from surveyapp.domain.paper import Instrument
from surveyapp.domain.scoring import Counted, Reason, Result, Step, Withheld

LEAST_FOR_INSTRUMENT: Final = 5
LEAST_FOR_STEPS: Final = 10
LEAST_IN_A_CELL: Final = 3
MOST_IN_A_CELL: Final = 0.95


def public_result(result: Result, *, rehearsal: bool) -> Result:
    """The result without steps that few answers stand behind; a rehearsal is shown whole.

    Fewer than 5 answers: neither the instrument's score nor the total. Fewer than 10: the instrument's
    score alone. From 10: every step, and counts where each is 0 or at least 3 and none is above 95 %.
    """
    if rehearsal:
        return result
    parts = tuple(_instrument(result, step) for step in result.tree.parts)
    hidden = ", ".join(step.code for step in parts if _is_hidden(step))
    score = Withheld(Reason.PART_MISSING, {"missing": hidden}) if hidden else result.tree.score
    return replace(result, tree=replace(result.tree, score=score, parts=parts))


def _is_hidden(step: Step) -> bool:
    return isinstance(step.score, Withheld) and step.score.reason is Reason.TOO_FEW


def _instrument(result: Result, step: Step) -> Step:
    sample = next((each for each in result.samples if each.instrument.value == step.code), None)
    if sample is None or step.code == Instrument.OIT.value or isinstance(step.score, Withheld):
        return step
    if sample.n < LEAST_FOR_INSTRUMENT:
        few = Withheld(Reason.TOO_FEW, {"n": sample.n, "needed": LEAST_FOR_INSTRUMENT})
        return replace(step, score=few, parts=())
    return replace(step, parts=()) if sample.n < LEAST_FOR_STEPS else _without_small_counts(step)


def _without_small_counts(step: Step) -> Step:
    """The step and all below it. A step of fewer than 10 answers (one EIT part) loses what is under it."""
    if _answers(step) < LEAST_FOR_STEPS:
        return replace(step, parts=(), counts=())
    counts = step.counts if _may_show(step.counts) else ()
    return replace(step, counts=counts, parts=tuple(_without_small_counts(part) for part in step.parts))


def _answers(step: Step) -> int:
    return max((sum(counted.n for counted in each.counts) for each in step.walk()), default=0)


def _may_show(counts: tuple[Counted, ...]) -> bool:
    n = sum(counted.n for counted in counts)
    cells = [counted.n for counted in counts]
    return all(cell == 0 or cell >= LEAST_IN_A_CELL for cell in cells) and max(cells, default=0) <= MOST_IN_A_CELL * n

"""A result as the public may read it: what too few answers would give away is taken out of the tree.

Thresholds are the paper's (``Release``; docs/privacy.md says why). An official score may be computed
from few answers; it is the finer steps that would show what one person said.
"""

from __future__ import annotations

from dataclasses import replace

from surveyapp.domain.paper import Instrument, Release
from surveyapp.domain.scoring import Result
from surveyapp.domain.steps import Counted, Kind, Reason, Step, Withheld


def public_result(result: Result, *, rehearsal: bool) -> Result:
    """The result without steps that few answers stand behind; a rehearsal is shown whole.

    Below the first threshold of answers: neither the instrument's score nor the total. Below the second:
    the instrument's score alone. From there: every step, and the counts that single nobody out.
    """
    if rehearsal:
        return result
    parts = tuple(_instrument(result, step) for step in result.tree.parts)
    hidden = ", ".join(step.code for step in parts if _is_hidden(step))
    score = Withheld(Reason.PART_MISSING, {"missing": hidden}) if hidden else result.tree.score
    return replace(result, tree=replace(result.tree, score=score).over(parts))


def _is_hidden(step: Step) -> bool:
    return isinstance(step.score, Withheld) and step.score.reason is Reason.TOO_FEW


def _instrument(result: Result, step: Step) -> Step:
    sample = next((each for each in result.samples if each.instrument.value == step.code), None)
    if sample is None or step.code == Instrument.OIT.value or isinstance(step.score, Withheld):
        return step
    rules = result.paper.release
    if sample.n < rules.least_for_instrument:
        few = Withheld(Reason.TOO_FEW, {"n": sample.n, "needed": rules.least_for_instrument})
        return replace(step, score=few, lay_out=tuple)
    if sample.n < rules.least_for_steps or _has_thin_part(rules, step):
        return step.over(())
    return _without_small_counts(rules, step)


def _has_thin_part(rules: Release, step: Step) -> bool:
    """Whether few people stand behind one part of the EIT. The other part must go too: with the mean it gives
    the first away."""
    parts = (part for indicator in step.parts if indicator.kind is Kind.EIT_PARTS for part in indicator.parts)
    return any(0 < _answers(part) < rules.least_for_steps for part in parts)


def _without_small_counts(rules: Release, step: Step) -> Step:
    """The step and all below it. A step of too few answers (one EIT part) loses what is under it."""
    if _answers(step) < rules.least_for_steps:
        return replace(step, counts=(), lay_out=tuple)
    counts = step.counts if _may_show(rules, step.counts) else ()
    return replace(step, counts=counts).over(_without_small_counts(rules, part) for part in step.parts)


def _answers(step: Step) -> int:
    return max((sum(counted.n for counted in each.counts) for each in step.walk()), default=0)


def _may_show(rules: Release, counts: tuple[Counted, ...]) -> bool:
    n = sum(counted.n for counted in counts)
    cells = [counted.n for counted in counts]
    return (
        all(cell == 0 or cell >= rules.least_in_cell for cell in cells)
        and max(cells, default=0) <= rules.most_in_cell * n
    )

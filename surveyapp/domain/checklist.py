"""The OIT work on one agency's checklist: every legal step, and the status as a fold over history.

History is append-only. What an item's status is, what evidence counts and what mark it has are
always computed from its history by ``fold``; nothing else decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from surveyapp.domain.approval_problems import FinalReasonMissing, ItemDecidedFinally, ItemNotFailed
from surveyapp.domain.problems import ItemAlreadyDecided, Problem, Problems

PASSED: Final = Decimal(100)
FAILED: Final = Decimal(0)


class ItemStatus(StrEnum):
    """Where one checklist item stands."""

    EMPTY = "empty"
    FILED = "filed"
    DECIDED = "decided"
    CLARIFYING = "clarifying"  # failed, and the agency asked for another look
    FINAL = "final"  # looked at again; the agency cannot ask once more


class StepKind(StrEnum):
    """What can happen to an item."""

    FILE = "file"
    DECIDE = "decide"
    CLARIFY = "clarify"


# Every legal step. A pair that is not here is refused; so is another look at an item that passes, and a final
# decision without a reason.
STEPS: Final[dict[tuple[ItemStatus, StepKind], ItemStatus]] = {
    (ItemStatus.EMPTY, StepKind.FILE): ItemStatus.FILED,
    (ItemStatus.FILED, StepKind.FILE): ItemStatus.FILED,
    (ItemStatus.EMPTY, StepKind.DECIDE): ItemStatus.DECIDED,
    (ItemStatus.FILED, StepKind.DECIDE): ItemStatus.DECIDED,
    (ItemStatus.DECIDED, StepKind.DECIDE): ItemStatus.DECIDED,
    (ItemStatus.DECIDED, StepKind.CLARIFY): ItemStatus.CLARIFYING,
    (ItemStatus.CLARIFYING, StepKind.CLARIFY): ItemStatus.CLARIFYING,
    (ItemStatus.CLARIFYING, StepKind.DECIDE): ItemStatus.FINAL,
    (ItemStatus.FINAL, StepKind.DECIDE): ItemStatus.FINAL,  # a slip of the pen is mended; history keeps both
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an agency files for an item: addresses, and a note to the assessor."""

    urls: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """An assessor's decision: 100 or 0, with a reason where it is 0."""

    mark: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clarification:
    """Why an agency asks for another look at a failed item, with the addresses of what it shows now."""

    reason: str
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemStep:
    """One thing that happened to one item. Exactly one of evidence, decision and clarification is there."""

    item: str
    at: datetime
    by: str
    evidence: Evidence | None = None
    decision: Decision | None = None
    clarification: Clarification | None = None

    @property
    def kind(self) -> StepKind:
        """What happened."""
        if self.clarification is not None:
            return StepKind.CLARIFY
        return StepKind.FILE if self.decision is None else StepKind.DECIDE


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item as its history leaves it. decision: the newest; evidence: what was filed before any decision."""

    status: ItemStatus = ItemStatus.EMPTY
    evidence: Evidence | None = None
    decision: Decision | None = None
    clarification: Clarification | None = None

    @property
    def may_clarify(self) -> bool:
        """Whether the agency may ask for another look, as far as the item itself goes."""
        failed = self.decision is not None and self.decision.mark == FAILED
        return failed and (self.status, StepKind.CLARIFY) in STEPS

    def after(self, step: ItemStep) -> ItemState:
        """The state after one more step; refuses an illegal one."""
        if step.kind is StepKind.CLARIFY and not self.may_clarify:
            raise (
                ItemDecidedFinally(item=step.item) if self.status is ItemStatus.FINAL else ItemNotFailed(item=step.item)
            )
        status = STEPS.get((self.status, step.kind))
        if status is None:
            raise ItemAlreadyDecided(item=step.item)
        if status is ItemStatus.FINAL and step.decision and not step.decision.reason:
            raise FinalReasonMissing(code=step.item)
        return ItemState(
            status,
            step.evidence or self.evidence,
            step.decision or self.decision,
            step.clarification or self.clarification,
        )


def fold(history: Iterable[ItemStep]) -> dict[str, ItemState]:
    """Item code → state, for every item that has a history."""
    states: dict[str, ItemState] = {}
    for step in history:
        states[step.item] = states.get(step.item, ItemState()).after(step)
    return states


def new_steps(
    states: dict[str, ItemState], wanted: Iterable[tuple[str, Evidence | None, Decision | None]], at: datetime, by: str
) -> list[ItemStep]:
    """The steps that bring items to what is wanted; what is so already makes no step.

    wanted: (item code, evidence or None, decision or None). Raises ``Problems`` with every illegal step.
    So an item that waits for its final decision is not decided by a sheet that only repeats the former one.
    """
    now = dict(states)
    steps: list[ItemStep] = []
    problems: list[Problem] = []
    for item, evidence, decision in wanted:
        for step in _changes(now.get(item, ItemState()), item, evidence, decision, at, by):
            try:
                now[item] = now.get(item, ItemState()).after(step)
                steps.append(step)
            except Problem as problem:
                problems.append(problem)
    if problems:
        raise Problems(problems)
    return steps


def _changes(
    state: ItemState, item: str, evidence: Evidence | None, decision: Decision | None, at: datetime, by: str
) -> Iterable[ItemStep]:
    if evidence is not None and evidence != state.evidence:
        yield ItemStep(item, at, by, evidence=evidence)
    if decision is not None and not _repeats(decision, state):
        yield ItemStep(item, at, by, decision=decision)


def _repeats(decision: Decision, state: ItemState) -> bool:
    """Whether a decision says what stands. Before a final one a sheet's other white space is no new word."""
    if state.decision is None or state.status is not ItemStatus.CLARIFYING:
        return decision == state.decision
    return decision.mark == state.decision.mark and decision.reason.split() == state.decision.reason.split()


def marks(states: dict[str, ItemState]) -> dict[str, Decimal]:
    """Item code → 0 or 100, for every decided item."""
    return {code: state.decision.mark for code, state in states.items() if state.decision is not None}

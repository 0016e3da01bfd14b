"""The head's approval: every legal step, the state as a fold over history, and the digest of what is signed.

History is append-only. Nothing but ``fold`` decides whether an agency's work is signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from surveyapp.domain.approval_problems import (
    AlreadyAsked,
    AlreadySigned,
    NoteMissing,
    NoteTooLong,
    NothingAsked,
    NothingToReturn,
)
from surveyapp.domain.checklist import ItemState
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Assessment
from surveyapp.domain.problems import Problem

LONGEST_NOTE: Final = 1000


class Approved(StrEnum):
    """Where the approval of an agency's work stands."""

    NONE = "none"
    ASKED = "asked"
    SIGNED = "signed"
    RETURNED = "returned"


class StepKind(StrEnum):
    """What can happen: the coordinator asks; the head signs, or returns (after signing: withdraws)."""

    ASK = "ask"
    SIGN = "sign"
    RETURN = "return"


# Every legal step. A pair that is not here is refused.
STEPS: Final[Mapping[tuple[Approved, StepKind], Approved]] = {
    (Approved.NONE, StepKind.ASK): Approved.ASKED,
    (Approved.RETURNED, StepKind.ASK): Approved.ASKED,
    (Approved.ASKED, StepKind.SIGN): Approved.SIGNED,
    (Approved.ASKED, StepKind.RETURN): Approved.RETURNED,
    (Approved.SIGNED, StepKind.SIGN): Approved.SIGNED,  # only when the content has changed since
    (Approved.SIGNED, StepKind.RETURN): Approved.RETURNED,
}
_REFUSALS: Final[Mapping[StepKind, type[Problem]]] = {
    StepKind.ASK: AlreadyAsked,
    StepKind.SIGN: NothingAsked,
    StepKind.RETURN: NothingToReturn,
}


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One thing that happened. digest: of the content at that moment, 64 hexadecimal digits."""

    kind: StepKind
    at: datetime
    by: str
    note: str
    digest: str


@dataclass(frozen=True, slots=True)
class Approval:
    """What a history adds up to. last: its newest step."""

    state: Approved = Approved.NONE
    last: ApprovalStep | None = None

    @property
    def is_signed(self) -> bool:
        """Whether the head's signature stands."""
        return self.state is Approved.SIGNED

    def after(self, step: ApprovalStep) -> Approval:
        """The state after one more step; refuses an illegal one, and a second signature under the same content."""
        state = STEPS.get((self.state, step.kind))
        if state is None:
            raise _REFUSALS[step.kind]()
        if self.is_signed and state is Approved.SIGNED and not self.changed(step.digest):
            raise AlreadySigned()
        return Approval(state, step)

    def may(self, kind: StepKind, digest: str) -> bool:
        """Whether a step is legal while the content has this digest."""
        if (self.state, kind) not in STEPS:
            return False
        return not self.is_signed or kind is not StepKind.SIGN or self.changed(digest)

    def changed(self, digest: str) -> bool:
        """Whether the content is signed, and is another by now."""
        return self.is_signed and self.last is not None and self.last.digest != digest


def fold(history: Iterable[ApprovalStep]) -> Approval:
    """Where a history, the oldest step first, leaves the approval."""
    found = Approval()
    for step in history:
        found = found.after(step)
    return found


def parse_note(typed: str, *, needed: bool = False) -> str:
    """A note of at most 1000 characters as it was typed, lines kept; refuses a longer or (if needed) empty one."""
    note = typed.replace("\r\n", "\n").replace("\x00", "").strip()
    if needed and not note:
        raise NoteMissing()
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(limit=LONGEST_NOTE, n=len(note))
    return note


def digest_of(
    assessment: Assessment, paper: str, required: Mapping[Instrument, int], states: Mapping[str, ItemState]
) -> str:
    """The digest of what an agency sends: 64 hexadecimal digits.

    paper: digest of the year's paper. In it: the numbers, the minimum samples and the evidence of every item.
    Not in it: how many answers came in (they go on coming, and nobody at the agency sends them), decisions, and
    clarifications, which come after.
    """
    content = {
        "fiscal_year": assessment.round.fiscal_year,
        "agency": assessment.agency.code,
        "paper": paper,
        "eligible": [assessment.eligible_iit, assessment.eligible_eit],
        "required": {each.value: n for each, n in required.items()},
        "evidence": {
            code: [list(state.evidence.urls), state.evidence.note] for code, state in states.items() if state.evidence
        },
    }
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

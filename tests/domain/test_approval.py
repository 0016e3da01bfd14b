"""The head's approval: which steps are legal, what a history adds up to, and what a signature covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.approval import (
    LONGEST_NOTE,
    STEPS,
    Approval,
    ApprovalStep,
    Approved,
    StepKind,
    digest_of,
    fold,
    parse_note,
)
from surveyapp.domain.approval_problems import AlreadySigned, NoteMissing, NoteTooLong
from surveyapp.domain.checklist import FAILED, Clarification, Decision, Evidence, ItemState, ItemStatus
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Agency, Assessment, Round, Stage
from surveyapp.domain.problems import Problem

from .builders import examples

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
DIGESTS = ("a" * 64, "b" * 64)
KINDS = st.lists(st.tuples(st.sampled_from(StepKind), st.sampled_from(DIGESTS)), max_size=12)
ASSESSMENT = Assessment(
    1, Round(1, 2569, Stage.OPEN, "0" * 64, False, None), Agency(1, "A1", "ไทย", "oboto_m", "ตราด"), 40, 900
)
REQUIRED = {Instrument.IIT: 30, Instrument.EIT: 70}
STATES = {"O1": ItemState(ItemStatus.FILED, Evidence(("https://a.example/",), "หน้า 3"))}


def a_step(kind: StepKind, digest: str = DIGESTS[0]) -> ApprovalStep:
    return ApprovalStep(kind, NOW, "นางวิภา", "", digest)


def kept(wanted: list[tuple[StepKind, str]]) -> list[ApprovalStep]:
    """The steps a shelf would hold after trying all these: the refused ones are not there."""
    state, found = Approval(), list[ApprovalStep]()
    for kind, digest in wanted:
        assert state.may(kind, digest) == _passes(state, kind, digest)
        if state.may(kind, digest):
            found.append(a_step(kind, digest))
            state = state.after(found[-1])
    return found


def _passes(state: Approval, kind: StepKind, digest: str) -> bool:
    try:
        state.after(a_step(kind, digest))
    except Problem:
        return False
    return True


@given(KINDS)
@examples(300)
def test_whatever_is_tried_a_signature_stands_only_when_asked_and_not_returned_since(
    wanted: list[tuple[StepKind, str]],
) -> None:
    history = kept(wanted)
    kinds = [step.kind for step in history]
    found = fold(history)
    assert found.is_signed == (bool(kinds) and kinds[-1] is StepKind.SIGN)
    for number, kind in enumerate(kinds):
        before = kinds[number - 1] if number else StepKind.RETURN
        assert (kind is StepKind.ASK) == (before is StepKind.RETURN)
    assert found.last == (history[-1] if history else None)


@given(KINDS, st.sampled_from(DIGESTS))
@examples(200)
def test_a_signature_says_so_when_the_content_is_another(wanted: list[tuple[StepKind, str]], now: str) -> None:
    history = kept(wanted)
    found = fold(history)
    assert found.changed(now) == (found.is_signed and history[-1].digest != now)


def test_the_same_content_is_not_signed_twice() -> None:
    signed = fold([a_step(StepKind.ASK), a_step(StepKind.SIGN)])
    with pytest.raises(AlreadySigned):
        signed.after(a_step(StepKind.SIGN))
    assert signed.after(a_step(StepKind.SIGN, DIGESTS[1])).state is Approved.SIGNED


def test_every_state_is_left_again_and_every_refusal_has_words() -> None:
    assert {state for state, _ in STEPS} == set(Approved)
    for state in Approved:
        for kind in StepKind:
            if (state, kind) not in STEPS:
                with pytest.raises(Problem):
                    Approval(state, a_step(kind)).after(a_step(kind))


def digest(assessment: Assessment = ASSESSMENT, **changes: ItemState) -> str:
    return digest_of(assessment, "p" * 64, REQUIRED, STATES | changes)


def test_a_digest_names_what_is_sent_and_nothing_that_comes_after() -> None:
    same = digest()
    filed = STATES["O1"]
    assert len(same) == 64
    assert digest(replace(ASSESSMENT, id=9)) == same
    assert digest(O1=replace(filed, decision=Decision(FAILED, "x"), clarification=Clarification("y"))) == same
    assert digest(O9=ItemState()) == same
    others = [
        digest(replace(ASSESSMENT, eligible_iit=41)),
        digest(replace(ASSESSMENT, eligible_eit=None)),
        digest(O2=filed),
        digest(O1=ItemState(ItemStatus.FILED, Evidence(("https://a.example/",), "หน้า 4"))),
        digest_of(ASSESSMENT, "q" * 64, REQUIRED, STATES),
        digest_of(ASSESSMENT, "p" * 64, {**REQUIRED, Instrument.IIT: 31}, STATES),
    ]
    assert len({same, *others}) == 1 + len(others)


def test_the_order_of_the_items_is_nothing_to_a_digest() -> None:
    both = {"O2": STATES["O1"], **STATES}
    assert digest_of(ASSESSMENT, "p", REQUIRED, both) == digest_of(
        ASSESSMENT, "p", REQUIRED, dict(reversed(both.items()))
    )


def test_a_note_is_kept_as_typed_and_refused_when_too_long_or_missing() -> None:
    assert parse_note(" หนึ่ง\r\nสอง\x00 ") == "หนึ่ง\nสอง"
    assert parse_note("ก" * LONGEST_NOTE)
    with pytest.raises(NoteTooLong):
        parse_note("ก" * (LONGEST_NOTE + 1))
    with pytest.raises(NoteMissing):
        parse_note(" \n", needed=True)
    assert parse_note("") == ""

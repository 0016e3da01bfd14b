"""The OIT work on one item: which steps are legal, and what a history adds up to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.approval_problems import FinalReasonMissing, ItemDecidedFinally, ItemNotFailed
from surveyapp.domain.checklist import (
    FAILED,
    PASSED,
    STEPS,
    Clarification,
    Decision,
    Evidence,
    ItemState,
    ItemStatus,
    ItemStep,
    StepKind,
    fold,
    marks,
    new_steps,
)
from surveyapp.domain.checklist_sheet import parse_clarification
from surveyapp.domain.problems import ItemAlreadyDecided, Problems

from .builders import examples

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
PAGE = Evidence(("https://www.example.go.th/ita/o1",), "ดูหน้า 3")
OTHER = Evidence(("https://www.example.go.th/ita/new",))
PASS = Decision(PASSED)
FAIL = Decision(FAILED, "ลิงก์เปิดไม่ได้")


def filed(item: str = "O1", evidence: Evidence = PAGE) -> ItemStep:
    return ItemStep(item, NOW, "tt001", evidence=evidence)


def decided(item: str = "O1", decision: Decision = PASS) -> ItemStep:
    return ItemStep(item, NOW, "assessor", decision=decision)


def test_the_table_holds_exactly_the_legal_steps() -> None:
    legal = {
        (ItemStatus.EMPTY, StepKind.FILE): ItemStatus.FILED,
        (ItemStatus.EMPTY, StepKind.DECIDE): ItemStatus.DECIDED,
        (ItemStatus.FILED, StepKind.FILE): ItemStatus.FILED,
        (ItemStatus.FILED, StepKind.DECIDE): ItemStatus.DECIDED,
        (ItemStatus.DECIDED, StepKind.DECIDE): ItemStatus.DECIDED,
        (ItemStatus.DECIDED, StepKind.CLARIFY): ItemStatus.CLARIFYING,
        (ItemStatus.CLARIFYING, StepKind.CLARIFY): ItemStatus.CLARIFYING,
        (ItemStatus.CLARIFYING, StepKind.DECIDE): ItemStatus.FINAL,
        (ItemStatus.FINAL, StepKind.DECIDE): ItemStatus.FINAL,
    }
    assert legal == STEPS
    assert set(product(ItemStatus, StepKind)) - set(STEPS) == {
        *((status, StepKind.FILE) for status in (ItemStatus.DECIDED, ItemStatus.CLARIFYING, ItemStatus.FINAL)),
        *((status, StepKind.CLARIFY) for status in (ItemStatus.EMPTY, ItemStatus.FILED, ItemStatus.FINAL)),
    }


ASKED = Clarification("ลิงก์เปิดได้แล้ว", ("https://www.example.go.th/ita/o1-new",))


def clarified(item: str = "O1", asked: Clarification = ASKED) -> ItemStep:
    return ItemStep(item, NOW, "tt001", clarification=asked)


def test_a_failed_item_is_looked_at_once_more_and_the_second_decision_is_final() -> None:
    asked = fold([filed(), decided(decision=FAIL), clarified()])
    assert marks(asked) == {"O1": FAILED}, "until then the first decision counts"
    assert asked["O1"].evidence == PAGE, "what the head signed is not rewritten"
    state = fold([filed(), decided(decision=FAIL), clarified(), decided(decision=Decision(PASSED, "เปิดได้จริง"))])["O1"]
    assert (state.status, state.clarification, state.may_clarify) == (ItemStatus.FINAL, ASKED, False)
    with pytest.raises(ItemDecidedFinally):
        state.after(clarified())


@pytest.mark.parametrize("history", [[], [filed()], [filed(), decided()]])
def test_only_a_failed_item_is_looked_at_again(history: list[ItemStep]) -> None:
    with pytest.raises(ItemNotFailed):
        fold([*history, clarified()])


def test_a_final_decision_needs_a_reason_and_repeating_the_old_one_decides_nothing() -> None:
    states = fold([decided(decision=FAIL), clarified()])
    assert new_steps(states, [("O1", None, Decision(FAILED, f" {FAIL.reason} "))], NOW, "x") == []
    with pytest.raises(Problems) as refusal:
        new_steps(states, [("O1", None, PASS)], NOW, "x")
    assert refusal.value.problems == (FinalReasonMissing(code="O1"),)
    (step,) = new_steps(states, [("O1", None, Decision(FAILED, "ยังไม่ครบ"))], NOW, "x")
    assert states["O1"].after(step).status is ItemStatus.FINAL


def test_what_an_agency_says_is_read_with_every_problem_at_once() -> None:
    assert parse_clarification("O1", " เพราะ ", "https://a.example/\n\nhttps://b.example/ ") == Clarification(
        "เพราะ", ("https://a.example/", "https://b.example/")
    )
    with pytest.raises(Problems) as refusal:
        parse_clarification("O1", " ", "ftp://a\nnope")
    assert [type(each).__name__ for each in refusal.value.problems] == [
        "ClarificationMissing",
        *["ClarificationLinkUnsound"] * 2,
    ]


def test_evidence_cannot_change_after_a_decision() -> None:
    with pytest.raises(ItemAlreadyDecided) as refusal:
        fold([filed(), decided(), filed(evidence=OTHER)])
    assert refusal.value.facts == {"item": "O1"}
    assert refusal.value.status == 409


def test_a_decision_can_be_decided_again_and_the_last_one_stands() -> None:
    state = fold([filed(), decided(), decided(decision=FAIL)])["O1"]
    assert state == ItemState(ItemStatus.DECIDED, PAGE, FAIL)


def test_filing_again_replaces_the_evidence() -> None:
    assert fold([filed(), filed(evidence=OTHER)])["O1"] == ItemState(ItemStatus.FILED, OTHER)


def test_an_item_without_evidence_can_be_decided() -> None:
    assert fold([decided(decision=FAIL)])["O1"] == ItemState(ItemStatus.DECIDED, None, FAIL)


def test_items_do_not_disturb_each_other() -> None:
    states = fold([filed("O1"), decided("O2"), filed("O3", OTHER), decided("O1", FAIL)])
    assert {code: state.status.value for code, state in states.items()} == {
        "O1": "decided",
        "O2": "decided",
        "O3": "filed",
    }


def test_a_history_that_is_empty_leaves_nothing() -> None:
    assert fold([]) == {}


def test_only_decided_items_have_marks() -> None:
    states = fold([filed("O1"), decided("O2"), decided("O3", FAIL)])
    assert marks(states) == {"O2": 100, "O3": 0}


def test_what_is_so_already_makes_no_step() -> None:
    states = fold([filed(), decided("O2")])
    assert new_steps(states, [("O1", PAGE, None), ("O2", None, PASS), ("O3", None, None)], NOW, "x") == []


def test_the_evidence_of_a_decided_item_may_be_sent_again_unchanged() -> None:
    states = fold([filed(), decided()])
    assert new_steps(states, [("O1", PAGE, None)], NOW, "tt001") == []


def test_evidence_and_decision_in_one_row_are_two_steps_in_that_order() -> None:
    steps = new_steps({}, [("O1", PAGE, PASS)], NOW, "assessor")
    assert [step.kind for step in steps] == [StepKind.FILE, StepKind.DECIDE]
    assert {(step.item, step.at, step.by) for step in steps} == {("O1", NOW, "assessor")}
    assert fold(steps)["O1"] == ItemState(ItemStatus.DECIDED, PAGE, PASS)


def test_every_illegal_step_is_named_and_none_is_made() -> None:
    states = fold([decided("O1"), decided("O4")])
    with pytest.raises(Problems) as refusal:
        new_steps(states, [("O1", PAGE, None), ("O2", PAGE, None), ("O4", OTHER, FAIL)], NOW, "tt001")
    assert refusal.value.problems == (ItemAlreadyDecided(item="O1"), ItemAlreadyDecided(item="O4"))


def test_rows_of_one_item_follow_each_other() -> None:
    """A second row must find the item as the first one leaves it."""
    with pytest.raises(Problems) as refusal:
        new_steps({}, [("O1", None, PASS), ("O1", PAGE, None)], NOW, "assessor")
    assert refusal.value.problems == (ItemAlreadyDecided(item="O1"),)


EVIDENCE = st.sampled_from((None, PAGE, OTHER))
DECISIONS = st.sampled_from((None, PASS, FAIL))
WANTED = st.lists(st.tuples(st.sampled_from(("O1", "O2", "O3")), EVIDENCE, DECISIONS), unique_by=lambda row: row[0])


@examples(80)
@given(days=st.lists(WANTED, max_size=6))
def test_steps_that_were_granted_always_fold_and_do_what_was_wanted(
    days: list[list[tuple[str, Evidence | None, Decision | None]]],
) -> None:
    history: list[ItemStep] = []
    for n, wanted in enumerate(days):
        states = fold(history)
        late = [code for code, evidence, _ in wanted if changes(states.get(code, ItemState()), evidence)]
        if late:
            with pytest.raises(Problems) as refusal:
                new_steps(states, wanted, NOW, "x")
            assert [problem.facts["item"] for problem in refusal.value.problems] == late
            continue
        history += new_steps(states, wanted, NOW + timedelta(days=n), "x")
        after = fold(history)
        for code, evidence, decision in wanted:
            state = after.get(code, ItemState())
            assert evidence in (None, state.evidence)
            assert decision in (None, state.decision)


def changes(state: ItemState, evidence: Evidence | None) -> bool:
    """Whether this would change the evidence of a decided item."""
    return state.status is ItemStatus.DECIDED and evidence not in (None, state.evidence)


@examples(60)
@given(
    steps=st.lists(
        st.sampled_from((filed(), filed(evidence=OTHER), decided(), decided(decision=FAIL), clarified())), max_size=12
    )
)
def test_a_status_never_goes_back(steps: list[ItemStep]) -> None:
    order = list(ItemStatus)
    state = ItemState()
    for step in steps:
        try:
            after = state.after(step)
        except ItemAlreadyDecided:
            assert state.decision is not None
            continue
        except (ItemNotFailed, ItemDecidedFinally):
            assert not state.may_clarify
            continue
        except FinalReasonMissing:
            assert state.status in (ItemStatus.CLARIFYING, ItemStatus.FINAL)
            continue
        assert order.index(after.status) >= order.index(state.status)
        state = after

"""What may be used once is used once, however many try at the same moment. On both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.adapters.patience import Counted, Patience, wait_after
from surveyapp.domain.account_problems import TooManyTries
from surveyapp.domain.sign_in import Purpose
from surveyapp.persistence.store import Store
from tests.conftest import NOW

AT_ONCE = 8
ROUNDS = 5


def test_of_many_who_use_a_link_a_code_or_a_step_at_once_one_succeeds(store: Store) -> None:
    with store.writing() as shelves:
        person = shelves.people.add("a", "A", "hash", [])

    def link(key: bytes) -> bool:
        with store.writing() as shelves:
            return shelves.entries.spend_link(key, NOW) is not None

    def code(key: bytes) -> bool:
        with store.writing() as shelves:
            return shelves.entries.spend_recovery_code(person, key)

    def step(key: bytes) -> bool:
        with store.writing() as shelves:
            return shelves.people.use_step(person, key[0])

    with ThreadPoolExecutor(AT_ONCE) as many:
        for number in range(1, ROUNDS + 1):
            key = bytes([number]) * 32
            with store.writing() as shelves:
                shelves.entries.add_link(key, person, Purpose.RECOVERY, NOW + timedelta(hours=1))
                shelves.entries.set_recovery_codes(person, [key])
            for use in (link, code, step):
                assert sum(many.map(use, [key] * AT_ONCE)) == 1, use.__name__


def test_a_link_whose_time_is_over_cannot_be_used(store: Store) -> None:
    with store.writing() as shelves:
        person = shelves.people.add("a", "A", "hash", [])
        shelves.entries.add_link(b"1" * 32, person, Purpose.INVITATION, NOW)
        assert shelves.entries.link(b"1" * 32, NOW) is None
        assert shelves.entries.spend_link(b"1" * 32, NOW) is None


@given(st.integers(0, 200), st.integers(0, 20), st.integers(1, 1000))
def test_waits_only_grow_and_never_pass_the_longest(failures: int, free: int, longest: int) -> None:
    assert 0 <= wait_after(failures, free, longest) <= wait_after(failures + 1, free, longest) <= longest


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=60))
def test_no_pattern_of_tries_gets_more_than_the_waits_allow(tries: list[tuple[float, bool]]) -> None:
    """Whatever somebody else does meanwhile: n tries that reach the check take at least the sum of their waits."""
    now = [0.0]
    patience, mine, other = Patience(lambda: now[0]), Counted(("me",), 3, 60), Counted(("you",), 3, 60)
    reached, last = 0, 0.0
    for pause, is_mine in tries:
        now[0] += pause
        try:
            patience.begin([mine if is_mine else other])
        except TooManyTries:
            continue
        if is_mine:
            assert now[0] - last >= wait_after(reached, 3, 60) or reached == 0
            reached, last = reached + 1, now[0]

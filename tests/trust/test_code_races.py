"""A slip is good for one answer, however many try it at once and whatever is killed meanwhile."""

from __future__ import annotations

from pathlib import Path

from surveyapp.persistence.store import Store
from tests.trust.code_races import race

CODES, SPENDS = 40, 24  # ``python -m bench codes`` runs 200 codes and 50 spenders each


def test_a_code_is_spent_once_and_with_an_answer(store: Store, tmp_path: Path) -> None:
    ended = race(store, tmp_path, CODES, SPENDS)
    assert ended.killed
    assert ended.spent_twice == 0
    assert ended.spent == ended.responses == CODES
    assert sum(ended.acknowledged.values()) > CODES // 2

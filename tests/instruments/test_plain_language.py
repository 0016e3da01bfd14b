"""Our own wording is plain: one question at a time, short, no double negatives, choices in one order."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from surveyapp.domain.paper import Paper, Text
from surveyapp.instruments.library import Library

LIBRARY = Library()
PAPERS = [LIBRARY.paper(year) for year in LIBRARY.years()]
MARKS_ABOVE_AND_BELOW = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
# About 30 Thai letters fit a line of 320 px at the size of a question; three lines are still one look.
LONGEST = 90


def questions(paper: Paper) -> Iterator[tuple[str, Text]]:
    for questionnaire in paper.questionnaires():
        for item in questionnaire.items:
            yield item.code, item.text
            for sub in item.sub_questions:
                yield sub.code, sub.text


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.fiscal_year))
def test_a_question_is_short_enough_for_one_look(paper: Paper) -> None:
    long = {code: text.th for code, text in questions(paper) if len(MARKS_ABOVE_AND_BELOW.sub("", text.th)) > LONGEST}
    assert long == {}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.fiscal_year))
def test_a_question_never_says_no_twice(paper: Paper) -> None:
    twice = {code: text.th for code, text in questions(paper) if len(re.findall("ไม่(?!ว่า)|มิได้|ปราศจาก", text.th)) > 1}
    assert twice == {}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.fiscal_year))
def test_a_question_asks_once(paper: Paper) -> None:
    asked = {code: text for code, text in questions(paper) if text.th.count("?") > 1 or text.en.count("?") > 1}
    assert asked == {}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.fiscal_year))
def test_choices_always_come_in_the_same_order(paper: Paper) -> None:
    """The same words never stand in two orders within a year, whichever end carries the points."""
    for questionnaire in paper.questionnaires():
        orders: dict[frozenset[str], set[tuple[str, ...]]] = {}
        for sub in questionnaire.sub_questions:
            labels = tuple(choice.label.th for choice in sub.choices)
            orders.setdefault(frozenset(labels), set()).add(labels)
        assert all(len(found) == 1 for found in orders.values())


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.fiscal_year))
def test_thai_is_written_with_single_signs(paper: Paper) -> None:
    """ำ is one sign, not two; no mark stands twice; nothing invisible is in the text."""
    wrong = re.compile("\u0e4d\u0e32|([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1|\u0e40\u0e40|[\u200b-\u200f\ufeff\u00a0]")
    texts = [text.th for _, text in questions(paper)]
    texts += [text.th for item in paper.oit.items for text in (item.name, item.evidence)]
    assert [text for text in texts if wrong.search(text)] == []

"""What a line of counts may be, and what an exact sum gives away."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.disclosure import Block, Column, is_safe, merged, single_nobody_out
from tests.domain.builders import examples, paper

RULES = paper(2569).release
SCALE = (0, 20, 40, 60, 80, 100)
counts_of = st.lists(st.integers(0, 30), min_size=2, max_size=6).filter(any)


@pytest.mark.parametrize(
    ("counts", "lines"),
    [
        ((5, 5, 5), [(0, 1, 5), (1, 2, 5), (2, 3, 5)]),
        ((1, 4, 5), [(0, 2, 5), (2, 3, 5)]),
        ((0, 1, 4, 5), [(0, 1, 0), (1, 3, 5), (3, 4, 5)]),
        ((1, 12), []),
        ((0, 12), []),
        ((1, 1, 1, 9), [(0, 3, 3), (3, 4, 9)]),
        ((1, 99), [(1, 2, 99)]),
        ((1, 38), []),  # more than 95 % of 39 would mean at most one other
    ],
)
def test_lines_are_as_many_as_may_be_shown(counts: tuple[int, ...], lines: list[tuple[int, int, int]]) -> None:
    assert [(block.start, block.stop, block.n) for block in merged(RULES, counts)] == lines


@given(counts_of)
def test_every_line_is_nobody_or_enough_and_not_nearly_all(counts: list[int]) -> None:
    n, lines = sum(counts), merged(RULES, counts)
    for block in lines:
        assert block.n == sum(counts[block.start : block.stop])
        if block.least is None:
            assert block.n == 0 or 3 <= block.n <= RULES.most_in_cell * n
        else:
            assert lines == (block,)
            assert block.n >= block.least > RULES.most_in_cell * n
            assert n - block.least >= 2
    if single_nobody_out(RULES, counts):
        assert len(lines) == len(counts)


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(any), min_size=1, max_size=3),
    st.booleans(),
)
@examples(300)
def test_what_is_called_safe_is_open_when_everything_is_tried(people: list[list[int]], lines: bool) -> None:
    """Every other way the counts might be, one after the other."""
    worths = [(0, 50, 100), (0, 33, 100), (0, 50, 100)]
    columns = [Column(tuple(counts), worth) for counts, worth in zip(people, worths, strict=False)]
    if lines:
        columns[0] = replace(columns[0], blocks=(Block(0, 1, people[0][0]), Block(1, 3, sum(people[0][1:]))))
    if not is_safe(columns, 3):
        return
    ways = [way for way in product(*map(others, columns)) if worth_of(columns, way) == worth_of(columns, people)]
    for place, counts in enumerate(people):
        for cell, n in enumerate(counts):
            if 0 < n < 3 or n == sum(counts):
                assert len({way[place][cell] for way in ways}) > 1


def others(column: Column) -> list[tuple[int, ...]]:
    """Every way the column's counts can be, for a reader of its lines."""
    ways = [way for way in product(range(column.n + 1), repeat=3) if sum(way) == column.n]
    return [way for way in ways if all(sum(way[block.start : block.stop]) == block.n for block in column.blocks)]


def worth_of(columns: list[Column], way: tuple[tuple[int, ...], ...] | list[list[int]]) -> int:
    return sum(
        n * (worth or 0)
        for column, counts in zip(columns, way, strict=True)
        for n, worth in zip(counts, column.worth, strict=True)
    )


def test_everybody_of_one_mind_is_not_hidden_by_others_of_the_same_mind() -> None:
    best = Column((0, 0, 0, 0, 0, 12), SCALE)
    assert not is_safe([best, best, best], 3)
    assert is_safe([best, Column((0, 0, 0, 0, 1, 11), SCALE)], 3)
    assert not is_safe([best, Column((0, 12), (0, 100))], 3)


def test_a_question_of_two_choices_needs_others_that_can_make_up_for_it() -> None:
    """One step of 20 lost in all: nobody can have said the one thing that costs 100."""
    no_bribes = Column((0, 12), (0, 100))
    assert not is_safe([no_bribes, Column((0, 0, 0, 0, 1, 11), SCALE)], 3)
    assert is_safe([no_bribes, Column((0, 0, 0, 2, 3, 7), SCALE), Column((0, 0, 0, 2, 2, 8), SCALE)], 3)


def test_lines_that_cannot_move_hide_nothing() -> None:
    split = Column((0, 0, 0, 1, 3, 8), SCALE, (Block(3, 5, 4), Block(5, 6, 8)))
    fixed = Column(
        (0, 0, 0, 4, 4, 4), SCALE, tuple(Block(place, place + 1, n) for place, n in enumerate((0, 0, 0, 4, 4, 4)))
    )
    assert not is_safe([split, fixed], 3)
    assert is_safe([split, split, fixed], 3)

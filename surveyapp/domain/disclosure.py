"""What released numbers give away, for a reader who solves equations.

A column is what was answered to one question: how many people chose each choice, and what one of them adds
to the score. What is released of several columns is one exact sum and, of each column, the counts of some
neighbouring choices taken together. Whole numbers only.

A cell is *at risk* when few people stand in it (fewer than k, but somebody) or everybody does. It is safe when
at least one other value of it agrees with everything released. Such another value is shown to exist by
moving people: one or two in every column, within what is released, so that the sum stays (ADR 8). Whoever
is moved, the released numbers are the same, so nobody can tell the two apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from math import floor, gcd
from typing import Final, TypeAlias

from surveyapp.domain.paper import Release

_NOTABLE: Final = 2  # people outside "more than 95 %" that must be possible, so that it does not mean "all"


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring choices shown as one line: places ``start`` to ``stop`` (not in it), and how many people.

    least: only told is that it is more than a share of all, that is at least so many. None: the exact number is.
    """

    start: int
    stop: int
    n: int
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """counts: people per choice, in the paper's order. worth: what one person there adds to the sum, in whole
    units; None where a choice is not counted. blocks: what is told of the counts; none: nothing."""

    counts: tuple[int, ...]
    worth: tuple[int | None, ...]
    blocks: tuple[Block, ...] = ()

    @property
    def n(self) -> int:
        """How many people answered."""
        return sum(self.counts)


def single_nobody_out(rules: Release, counts: Sequence[int]) -> bool:
    """Whether all the counts of a question may be shown: each 0 or enough, and none nearly everybody."""
    most = floor(rules.most_in_cell * sum(counts))
    return all(count == 0 or rules.least_in_cell <= count <= most for count in counts)


def merged(rules: Release, counts: Sequence[int]) -> tuple[Block, ...]:
    """The counts as the most lines of neighbouring choices that may be shown; () where there is no such way.

    Where one choice alone has nearly everybody, that is all that is told, and only where it leaves open
    whether two people or nobody chose otherwise.
    """
    n = sum(counts)
    most = floor(rules.most_in_cell * n)
    for place, count in enumerate(counts):
        if count > most:
            return (Block(place, place + 1, count, least=most + 1),) if n - most - 1 >= _NOTABLE else ()
    best: list[tuple[Block, ...] | None] = [()]
    for stop in range(1, len(counts) + 1):
        ways = [
            (*before, Block(start, stop, people))
            for start, before in enumerate(best)
            if before is not None
            and ((people := sum(counts[start:stop])) == 0 or rules.least_in_cell <= people <= most)
        ]
        best.append(max(ways, key=len, default=None))
    found = best[-1]
    return found if found is not None and len(found) > 1 else ()


def at_risk(column: Column, k: int) -> list[int]:
    """The places of the cells that must not be pinned: somebody but fewer than k, or everybody."""
    n = column.n
    return [
        place
        for place, count in enumerate(column.counts)
        if (0 < count < k or count == n > 0) and column.worth[place] is not None
    ]


def is_safe(columns: Sequence[Column], k: int) -> bool:
    """Whether every cell at risk keeps another possible value when the sum over these columns is known exactly."""
    known = {id(column) for twins in _alike(columns) if are_open(twins) for column in twins}
    doubtful = [place for place, column in enumerate(columns) if id(column) not in known and at_risk(column, k)]
    return not doubtful or _can_be_moved(columns, doubtful, k)


def are_open(twins: Sequence[Column]) -> bool:
    """Whether columns that add alike, of which nothing is told, hide each other's cells.

    Somebody in the one and somebody in the other who chose otherwise may have chosen the other way about;
    that fails only where all of them are of one mind.
    """
    return len(twins) > 1 and len({worth for column in twins for worth in _minds(column)}) > 1


def _minds(column: Column) -> Iterable[int | None]:
    return (worth for count, worth in zip(column.counts, column.worth, strict=True) if count)


def _alike(columns: Sequence[Column]) -> Iterable[list[Column]]:
    """Columns of which nothing is told, by what a person can add to them."""
    found: dict[tuple[int, ...], list[Column]] = {}
    for column in columns:
        if not column.blocks and None not in column.worth:
            found.setdefault(tuple(sorted(each for each in column.worth if each is not None)), []).append(column)
    return found.values()


# --- moving one or two people ------------------------------------------------------------------------

_Change: TypeAlias = tuple[int, ...]  # by how much each count of a column changes
_Sums: TypeAlias = int  # a set of whole numbers from -reach to reach: bit (number + reach)


def _can_be_moved(columns: Sequence[Column], doubtful: Sequence[int], k: int) -> bool:
    """Whether each cell at risk in the doubtful columns can change while the others make up for it."""
    unit = _unit(columns)
    moves = [_moves(column, unit) for column in columns]
    reach = max(abs(worth) for place in doubtful for worth in moves[place].values())
    heaviest = max(_weight(columns[place]) for place in doubtful)
    sets = [
        {*each.values(), *(_crowds(column, unit) if 2 * _weight(column) <= heaviest else ())}
        for column, each in zip(columns, moves, strict=True)
    ]
    before = list(accumulate(sets, lambda sums, more: _add(sums, more, reach), initial=1 << reach))
    after = list(accumulate(reversed(sets), lambda sums, more: _add(sums, more, reach), initial=1 << reach))[::-1]
    for place in doubtful:
        others = _Others(before[place], _turned(after[place + 1], reach))
        for cell in at_risk(columns[place], k):
            if not any(change[cell] and others.make_up_for(worth) for change, worth in moves[place].items()):
                return False
    return True


@dataclass(frozen=True, slots=True)
class _Others:
    """What the sums of the columns before and after one can change by; ``after`` turned round."""

    before: _Sums
    after: _Sums

    def make_up_for(self, worth: int) -> bool:
        """Whether some change before and some change after add up to ``-worth``."""
        return bool(self.before & (self.after >> worth if worth >= 0 else self.after << -worth))


def _turned(sums: _Sums, reach: int) -> _Sums:
    """Every number of the set with the other sign."""
    return int(format(sums, f"0{2 * reach + 1}b")[::-1], 2)


def _add(sums: _Sums, more: Iterable[int], reach: int) -> _Sums:
    """Every sum of one of each, as far as ``reach``."""
    found = 0
    for number in more:
        if abs(number) <= reach:
            found |= sums << number if number >= 0 else sums >> -number
    return found & ((1 << (2 * reach + 1)) - 1)


def _unit(columns: Sequence[Column]) -> int:
    """The largest number that every difference within a column is a multiple of."""
    gaps = (
        worth - first
        for column in columns
        for first in [next((each for each in column.worth if each is not None), 0)]
        for worth in column.worth
        if worth is not None
    )
    return reduce(gcd, gaps, 0) or 1


def _moves(column: Column, unit: int) -> dict[_Change, int]:
    """Everything that moving none, one or two people in the column can do → by how many units its sum changes."""
    nothing = (0,) * len(column.counts)
    found = {nothing: 0}
    steps = _steps(column)
    for _ in range(2):
        for change, worth in list(found.items()):
            for source, target, by in steps:
                moved = list(change)
                moved[source] -= 1
                moved[target] += 1
                if column.counts[source] + moved[source] >= 0:
                    found[tuple(moved)] = worth + by // unit
    return {change: worth for change, worth in found.items() if _keeps(column, change)}


def _weight(column: Column) -> int:
    """The most that one person can change the sum by."""
    worths = [worth for worth in column.worth if worth is not None]
    return max(worths, default=0) - min(worths, default=0)


def _crowds(column: Column, unit: int) -> Iterable[int]:
    """By how many units the sum changes when 4, 8, 16 … people go the same way, which a person who weighs more
    (in a smaller part of the EIT) may need as a counterweight. Not where anything is told of the column."""
    if not column.blocks:
        for source, _, by in _steps(column):
            yield from (by // unit * 2**power for power in range(2, column.counts[source].bit_length()))


def _steps(column: Column) -> list[tuple[int, int, int]]:
    """Every way one person may go: from where, to where, and what that adds. Exact lines keep their people."""
    line = [-1] * len(column.counts)
    for number, block in enumerate(column.blocks):
        if block.least is None:
            line[block.start : block.stop] = [number] * (block.stop - block.start)
    return [
        (source, target, there - here)
        for source, here in enumerate(column.worth)
        for target, there in enumerate(column.worth)
        if source != target and here is not None and there is not None and line[source] == line[target]
    ]


def _keeps(column: Column, change: _Change) -> bool:
    """Whether what is told without an exact number stays true."""
    return all(
        block.least is None or block.n + sum(change[block.start : block.stop]) >= block.least for block in column.blocks
    )

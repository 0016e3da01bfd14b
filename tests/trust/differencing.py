"""A reader who solves equations: given everything published of an agency, which counts has he worked out?

It shares no code with ``domain.disclosure``. There, somebody else is shown to be possible by moving people
about; here every possible count is tried, exactly: whole numbers, sets as bits. What is known of an
instrument is a tree of means. A known mean over known means leaves one sum over the questions between, and
every question belongs to one such sum, so each can be solved by itself without losing anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, gcd, lcm

from surveyapp.domain.paper import EitParts, Instrument, Paper, SubQuestion
from surveyapp.domain.release import Cell, MoreThan, PublicResult, PublicStep, Released
from surveyapp.domain.scoring import Inputs
from surveyapp.domain.steps import shown
from surveyapp.domain.tally import Tally, add

Key = tuple[str, int, str]  # instrument, part, question
Line = tuple[tuple[int, ...], int]  # places, and how many people are in them together


@dataclass(frozen=True)
class Published:
    """Everything shown of an agency: path in the tree → score (exact, or the least and most it can be), and the
    lines of counts by path; how many answered each part."""

    scores: Mapping[tuple[str, ...], tuple[Fraction, Fraction]]
    cells: Mapping[tuple[str, ...], tuple[Cell, ...]]
    people: Mapping[Instrument, Mapping[int, int]]


def read(result: PublicResult, people: Mapping[Instrument, Mapping[int, int]], *, cents: bool = False) -> Published:
    """What a result page says. cents: scores are told with two decimals only."""
    scores, cells = {}, {}
    half = Fraction(1, 200) if cents else Fraction(0)
    for path, step in _paths(result.tree, ()):
        if isinstance(step.score, Decimal):
            told = Fraction(shown(step.score) if cents else step.score)
            scores[path] = (told - half, told + half)
        if step.cells:
            cells[path] = step.cells
    return Published(_by_the_total(result.paper, scores), cells, people)


def _paths(step: PublicStep, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], PublicStep]]:
    """Every step with its path: instrument, indicator, part (where there are two), item, sub-question."""
    own = f"part {step.eit_part}" if step.eit_part else step.code
    path = () if step.code == "total" else (*above, own)
    yield path, step
    for part in step.parts:
        yield from _paths(part, path)


def _by_the_total(
    paper: Paper, scores: dict[tuple[str, ...], tuple[Fraction, Fraction]]
) -> dict[tuple[str, ...], tuple[Fraction, Fraction]]:
    """With the instrument that the total and the two others give away."""
    lacking = [each for each in Instrument if (each.value,) not in scores]
    if () in scores and len(lacking) == 1:
        others = [each for each in Instrument if each not in lacking]
        rest = [sum(Fraction(paper.weights[each]) * scores[each.value,][end] for each in others) for end in (1, 0)]
        weight = Fraction(paper.weights[lacking[0]])
        scores[lacking[0].value,] = ((scores[()][0] - rest[0]) / weight, (scores[()][1] - rest[1]) / weight)
    return scores


# --- the questions between known means ---------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """One question of one part: n people, the points of its choices, what is told of its counts."""

    key: Key
    n: int
    points: tuple[int, ...]
    cells: tuple[Cell, ...]
    codes: tuple[str, ...]

    @cached_property
    def tellings(self) -> list[list[Line]]:
        """Every way the told lines can be meant: exact counts of places that together hold everybody."""
        lines: list[list[Line]] = [[]]
        for cell in self.cells:
            places = tuple(self.codes.index(choice.code) for choice in cell.choices)
            if isinstance(cell.people, MoreThan):
                least = floor(cell.people.share * self.n) + 1
                lines = [[*told, (places, n)] for told in lines for n in range(least, self.n + 1)]
            else:
                lines = [[*told, (places, cell.people.value)] for told in lines]
        named = {place for told in lines[:1] for places, _ in told for place in places}
        rest = tuple(place for place in range(len(self.points)) if place not in named)
        full = ([*told, (rest, self.n - sum(n for _, n in told))] for told in lines)
        return [told for told in full if all(n >= 0 and (places or not n) for places, n in told)]


@dataclass
class Sum:
    """Questions whose weighted means add up to something known: between ``least`` and ``most``."""

    questions: list[tuple[Question, Fraction]]
    least: Fraction | None
    most: Fraction | None
    _others: dict[object, int] = field(default_factory=dict)
    _found: dict[object, list[int]] = field(default_factory=dict)

    @cached_property
    def factor(self) -> int:
        return lcm(*((weight / question.n).denominator for question, weight in self.questions))

    @cached_property
    def unit(self) -> int:
        gaps = [
            self._worth(question, weight, point) for question, weight in self.questions for point in question.points
        ]
        return gcd(*gaps) or 1

    def _worth(self, question: Question, weight: Fraction, point: int) -> int:
        """What one person adds above the least he could, as a whole number."""
        return int(weight / question.n * self.factor) * (point - min(question.points))

    def worths(self, question: Question, weight: Fraction) -> tuple[int, ...]:
        """What a person at each choice adds above the lowest, in units."""
        return tuple(self._worth(question, weight, point) // self.unit for point in question.points)

    @cached_property
    def targets(self) -> int:
        """Every sum that agrees with what is known."""
        floor_of = sum((weight * min(question.points) for question, weight in self.questions), Fraction(0))
        top = sum(max(self.worths(question, weight)) * question.n for question, weight in self.questions)
        if self.least is None or self.most is None:
            return (1 << (top + 1)) - 1
        ends = [(end - floor_of) * self.factor / self.unit for end in (self.least, self.most)]
        dust = Fraction(1, 10**9)
        low, high = max(ceil(ends[0] - dust), 0), min(floor(ends[1] + dust), top)
        assert low <= high, "what is published contradicts itself"
        return ((1 << (high - low + 1)) - 1) << low

    def left_for(self, place: int) -> int:
        """Every sum that the question at ``place`` may have, whatever the others are."""
        sign = self._sign(place)
        if sign not in self._others:
            left = self.targets
            for other, (each, share) in enumerate(self.questions):
                if other != place:
                    worths = self.worths(each, share)
                    left = _any(_without(left, worths, told) for told in each.tellings)
            self._others[sign] = left
        return self._others[sign]

    def _sign(self, place: int) -> object:
        """The same for questions of which the same is known: what is possible in one is in the other."""
        question, weight = self.questions[place]
        worths = self.worths(question, weight)
        return (worths if question.cells else tuple(sorted(worths)), question.n, question.cells)

    def possible(self, place: int, group: frozenset[int], enough: int = 2) -> list[int]:
        """How many people may have chosen one of the choices ``group``, up to ``enough`` different numbers."""
        question, weight = self.questions[place]
        worths = self.worths(question, weight)
        inside = group if question.cells else tuple(sorted(worths[each] for each in group))
        sign = (self._sign(place), inside, enough)
        if sign not in self._found:
            self._found[sign] = self._possible(place, group, enough)
        return self._found[sign]

    def _possible(self, place: int, group: frozenset[int], enough: int) -> list[int]:
        question, weight = self.questions[place]
        left, worths = self.left_for(place), self.worths(question, weight)
        found: list[int] = []
        for n in sorted(range(question.n + 1), key=lambda n: min(n, question.n - n)):
            if any(_fits(left, worths, told, group, n) for told in question.tellings):
                found.append(n)
                if len(found) == enough:
                    break
        return found


def _any(sets: Iterator[int]) -> int:
    found = 0
    for each in sets:
        found |= each
    return found


def _without(left: int, worths: Sequence[int], told: Sequence[Line]) -> int:
    """The sums that are left when everybody of a question is taken away, wherever in their line they were."""
    for places, n in told:
        steps = {worths[place] for place in places}
        for _ in range(n):
            left = _any(left >> step for step in steps)
    return left


def _fits(left: int, worths: Sequence[int], told: Sequence[Line], group: frozenset[int], n: int) -> bool:
    """Whether exactly n people in the group agree with the lines and with a sum that is left."""
    ways = {0: left}  # people in the group so far → sums left
    for places, people in told:
        inside = {worths[place] for place in places if place in group}
        outside = {worths[place] for place in places if place not in group}
        ways = _line(ways, inside, outside, people, n)
    return bool(ways.get(n, 0) & 1)


def _line(ways: dict[int, int], inside: set[int], outside: set[int], people: int, most: int) -> dict[int, int]:
    if not inside:
        return {n: _times(left, outside, people) for n, left in ways.items()}
    if not outside:
        return {n + people: _times(left, inside, people) for n, left in ways.items() if n + people <= most}
    found: dict[int, int] = {}
    for before, left in ways.items():
        for n in range(min(people, most - before) + 1):
            more = _times(_times(left, inside, n), outside, people - n)
            found[before + n] = found.get(before + n, 0) | more
    return found


def _times(left: int, steps: set[int], times: int) -> int:
    for _ in range(times):
        left = _any(left >> step for step in steps)
    return left


# --- from a page to its sums -------------------------------------------------------------------------


def sums(paper: Paper, published: Published) -> list[Sum]:
    """Every question of the surveys, each in the one sum that what is published leaves for it."""
    found: list[Sum] = []
    for questionnaire in paper.questionnaires():
        instrument = questionnaire.instrument
        people = {part: n for part, n in published.people[instrument].items() if n}
        if people:
            solver = _Solver(published, instrument, people, found)
            inside: list[_Node] = [
                _Node(
                    indicator.code,
                    [
                        _Node(
                            f"part {part}",
                            [solver.item(part, item.code, item.sub_questions) for item in indicator.items],
                        )
                        for part in people
                    ],
                )
                for indicator in questionnaire.indicators
            ]
            solver.finish(_Node(instrument.value, inside))
    return found


@dataclass(frozen=True)
class _Node:
    name: str
    parts: Sequence[_Node]
    asked: tuple[int, SubQuestion] | None = None


@dataclass(frozen=True)
class _Solver:
    published: Published
    instrument: Instrument
    people: Mapping[int, int]
    found: list[Sum]

    def item(self, part: int, code: str, subs: Sequence[SubQuestion]) -> _Node:
        if len(subs) == 1 and subs[0].code == code:
            return _Node(code, (), (part, subs[0]))
        return _Node(code, [_Node(sub.code, (), (part, sub)) for sub in subs])

    def finish(self, top: _Node) -> None:
        open_, _ = self._collect(top, ())
        if open_:
            self.found.append(Sum(open_, None, None))

    def _collect(
        self, node: _Node, above: tuple[str, ...]
    ) -> tuple[list[tuple[Question, Fraction]], tuple[Fraction, Fraction]]:
        """The node's score as what is open in it and what is known (least, most)."""
        path = self._path(node, above)
        if node.asked is not None:
            part, sub = node.asked
            open_ = [(self._question(path, part, sub), Fraction(1))]
            known = (Fraction(0), Fraction(0))
        else:
            inside = [self._collect(each, path) for each in node.parts]
            share = Fraction(1, len(inside))
            open_ = [(question, weight * share) for each, _ in inside for question, weight in each]
            known = (sum(each[0] for _, each in inside) * share, sum(each[1] for _, each in inside) * share)
        told = self.published.scores.get(path)
        if told is None or (node.name.startswith("part ") and path == above):
            return open_, known
        if open_:
            self.found.append(Sum(open_, told[0] - known[1], told[1] - known[0]))
        return [], told

    def _path(self, node: _Node, above: tuple[str, ...]) -> tuple[str, ...]:
        """Where the page has it; a part that is not laid out apart has no line of its own."""
        alone = node.name.startswith("part ") and not any(
            path[: len(above) + 1] == (*above, node.name) for path in self.published.scores
        )
        return above if alone else (*above, node.name)

    def _question(self, path: tuple[str, ...], part: int, sub: SubQuestion) -> Question:
        points = tuple(int(choice.points) for choice in sub.choices if choice.points is not None)
        codes = tuple(choice.code for choice in sub.choices)
        cells = self.published.cells.get(path, ())
        return Question((self.instrument.value, part, sub.code), self.people[part], points, cells, codes)


# --- the attack --------------------------------------------------------------------------------------


@dataclass
class Found:
    """cells: counts that must not be known (few people, or everybody). pinned: those that can be worked out."""

    cells: int = 0
    pinned: list[tuple[Key, str, int]] = field(default_factory=list)
    smallest: int | None = None

    def take(self, people: int) -> None:
        """Note a group of so many people whose number is known."""
        if people and (self.smallest is None or people < self.smallest):
            self.smallest = people


def people_of(paper: Paper, inputs: Inputs) -> dict[Instrument, dict[int, int]]:
    """How many answered what is counted apart."""
    return {
        instrument: {part: sum(next(iter(tally.values())).values()) for part, tally in parts.items()}
        for instrument, parts in _counted(paper, inputs).items()
    }


def _counted(paper: Paper, inputs: Inputs) -> dict[Instrument, dict[int, Tally]]:
    eit = {part: tally for part, tally in ((1, inputs.eit), (2, inputs.eit2)) if tally and _anybody(tally)}
    if paper.settings.eit_parts is EitParts.POOL and len(eit) == 2:
        eit = {1: add(eit[1], eit[2])}
    iit = {1: inputs.iit} if inputs.iit and _anybody(inputs.iit) else {}
    return {Instrument.IIT: iit, Instrument.EIT: eit}


def _anybody(tally: Tally) -> bool:
    return any(any(counts.values()) for counts in tally.values())


def attack(paper: Paper, inputs: Inputs, published: Published, *, k: int = 3, groups: bool = False) -> Found:
    """Work out what can be worked out, and hold it against the truth.

    groups: also look for the smallest group of neighbouring choices of a question whose number is pinned.
    """
    truth = _counted(paper, inputs)
    found = Found()
    for each in sums(paper, published):
        for place, (question, _) in enumerate(each.questions):
            instrument, part, code = question.key
            counts = [truth[Instrument(instrument)][part][code].get(choice, 0) for choice in question.codes]
            for cell, n in enumerate(counts):
                if 0 < n < k or n == question.n:
                    found.cells += 1
                    possible = each.possible(place, frozenset({cell}))
                    assert possible, "the truth itself must be possible"
                    if len(possible) == 1:
                        assert possible == [n]
                        found.pinned.append((question.key, question.codes[cell], n))
            _smallest(found, each, place, deep=groups)
    return found


def _smallest(found: Found, each: Sum, place: int, *, deep: bool) -> None:
    question = each.questions[place][0]
    for cell in question.cells:
        if isinstance(cell.people, Released):
            found.take(cell.people.value)
    if deep:
        size = len(question.points)
        for start in range(size):
            for stop in range(start + 1, size + 1):
                if stop - start < size:
                    possible = each.possible(place, frozenset(range(start, stop)))
                    if len(possible) == 1:
                        found.take(possible[0])

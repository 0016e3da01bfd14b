"""What chance gives: how often honest people agree, when some are kinder than others and questions differ.

The picture behind it is the partial credit model (Masters 1982). Of everybody with the same total, which
answers make up the total depends on the questions alone, not on who is kind: so no guess about the people
is needed to say how often two of them agree. Floats, because nothing here ever becomes a score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb, exp, lgamma, log, prod
from operator import getitem
from typing import Final, TypeAlias

from surveyapp.domain.paper import Questionnaire, SubQuestion

Vectors: TypeAlias = Mapping[bytes, int]
Steps: TypeAlias = tuple[tuple[int, ...], ...]
Weights: TypeAlias = tuple[tuple[float, ...], ...]

_LEVELS: Final = 8
_ROUNDS: Final = 4
_TRIMS: Final = (1, _ROUNDS)  # only the last fit has to be a good one
_STEEPEST: Final = 8.0
_SMALLEST: Final = 1e-300


def steps_of(questionnaire: Questionnaire) -> Steps:
    """Sub-question → place of the choice → its step, 0 for the fewest points. Place 0 (a blank) is step 0 too."""
    return tuple((0, *_steps(sub)) for sub in questionnaire.sub_questions)


def _steps(sub: SubQuestion) -> Iterator[int]:
    ladder = sorted({choice.points for choice in sub.choices if choice.points is not None})
    return (0 if choice.points is None else ladder.index(choice.points) for choice in sub.choices)


def totals(steps: Steps, vectors: Vectors) -> dict[bytes, int]:
    """Vector → the sum of its steps."""
    return {vector: sum(map(getitem, steps, vector)) for vector in vectors}


@dataclass(frozen=True, slots=True)
class Chance:
    """The questions as the agency's own people found them.

    weights: sub-question → place → how likely the choice is for somebody of middling kindness.
    levels: (people, how kind they are), from the least kind; ``weights`` tilted by it gives their answers.
    """

    steps: Steps
    weights: Weights
    levels: tuple[tuple[int, float], ...]

    def kept(self, places: Iterable[int]) -> Chance:
        """The same people on a part of the questions, counted from 0."""
        wanted = list(places)
        return Chance(tuple(self.steps[i] for i in wanted), tuple(self.weights[i] for i in wanted), self.levels)

    def sums(self, power: int = 1) -> list[float]:
        """Total → the summed products of the weights (each to ``power``) over every way to answer with that total."""
        found = [1.0]
        for steps, weights in zip(self.steps, self.weights, strict=True):
            longer = [0.0] * (len(found) + max(steps))
            for step, weight in zip(steps, weights, strict=True):
                if weight:
                    share = weight**power
                    for total, so_far in enumerate(found, start=step):
                        longer[total] += so_far * share
            found = longer
        return found

    def likely(self, vector: Sequence[int]) -> float:
        """The product of the weights of these answers."""
        return prod(map(getitem, self.weights, vector))

    def share_of(self, vector: Sequence[int]) -> float:
        """How likely this way to answer is, over all levels."""
        people = sum(n for n, _ in self.levels)
        return sum(n * self._at(tilt, vector) for n, tilt in self.levels) / people

    def _at(self, tilt: float, vector: Sequence[int]) -> float:
        likely = 1.0
        for steps, weights, place in zip(self.steps, self.weights, vector, strict=True):
            whole = sum(w * exp(tilt * step) for step, w in zip(steps, weights, strict=True))
            likely *= weights[place] * exp(tilt * steps[place]) / whole
        return likely


def fit(steps: Steps, vectors: Vectors, *, rounds: int = _ROUNDS) -> Chance:
    """The questions fitted to these people: what the model expects of each choice is what was counted.

    People stand in up to eight levels by their totals, drawn towards the middle by how unreliable a total is.
    """
    seen = _column_counts(steps, vectors)
    shares: Weights = tuple(_smooth(counts) for counts in seen)
    aims = _levels(steps, seen, shares, vectors)
    weights = shares
    tilts = [0.0] * len(aims)
    for _ in range(rounds):
        tilts = [_tilted(steps, weights, aim, tilt) for (_, aim), tilt in zip(aims, tilts, strict=True)]
        weights = _nudged(steps, weights, shares, [(n, tilt) for (n, _), tilt in zip(aims, tilts, strict=True)])
    return Chance(steps, weights, tuple((n, tilt) for (n, _), tilt in zip(aims, tilts, strict=True)))


def fit_without_heaps(steps: Steps, vectors: Vectors, *, slack: float) -> Chance:
    """The questions fitted as if nobody's answers had been copied, so that a heap of copies does not excuse itself.

    Every way to answer counts once at first; then as often as it came, up to one more than ``slack`` times what
    that fit gives it, and never so often that it makes up much more than a fifth of all.
    """
    found = totals(steps, vectors)
    people = _by_total(found, vectors)
    limit = 1 + len(vectors) // 5
    chance = fit(steps, dict.fromkeys(vectors, 1), rounds=1)
    for rounds in _TRIMS:
        sums = chance.sums()
        most = {v: 1 + slack * people[found[v]] * chance.likely(v) / max(sums[found[v]], _SMALLEST) for v in vectors}
        chance = fit(
            steps, {vector: min(n, limit, round(most[vector])) for vector, n in vectors.items()}, rounds=rounds
        )
    return chance


def _column_counts(steps: Steps, vectors: Vectors) -> list[list[int]]:
    whole = b"".join(vector * n for vector, n in vectors.items())
    return [
        [column.count(place) for place in range(len(row))]
        for row, column in ((row, whole[where :: len(steps)]) for where, row in enumerate(steps))
    ]


def _smooth(counts: list[int]) -> tuple[float, ...]:
    """Shares, with half a person more on each choice; a blank nobody left stays impossible."""
    added = [n + 0.5 if place or n else 0.0 for place, n in enumerate(counts)]
    return tuple(each / sum(added) for each in added)


def _levels(steps: Steps, seen: list[list[int]], shares: Weights, vectors: Vectors) -> list[tuple[int, float]]:
    """(people, their total as it would be without luck), by Kelley's rule with Cronbach's alpha."""
    people = _by_total(totals(steps, vectors), vectors)
    middle, spread = _moments(people)
    luck = sum(_moments(_by_step(row, counts))[1] for row, counts in zip(steps, seen, strict=True))
    trust = max(0.0, len(steps) / (len(steps) - 1) * (1 - luck / spread)) if spread and len(steps) > 1 else 0.0
    smooth = sum(sum(step * w for step, w in zip(*each, strict=True)) for each in zip(steps, shares, strict=True))
    return [(n, smooth + min(1.0, trust) * (aim - middle)) for n, aim in _grouped(people)]


def _by_total(found: Mapping[bytes, int], vectors: Vectors) -> Counter[int]:
    people = Counter[int]()
    for vector, n in vectors.items():
        people[found[vector]] += n
    return people


def _by_step(row: tuple[int, ...], counts: list[int]) -> Counter[int]:
    found = Counter[int]()
    for step, n in zip(row, counts, strict=True):
        found[step] += n
    return found


def _moments(counts: Mapping[int, int]) -> tuple[float, float]:
    """Mean and variance."""
    n = sum(counts.values())
    mean = sum(value * each for value, each in counts.items()) / n
    return mean, sum((value - mean) ** 2 * each for value, each in counts.items()) / n


def _grouped(people: Mapping[int, int]) -> list[tuple[int, float]]:
    """(people, mean total) of up to so many groups of about the same size."""
    ordered = sorted(people.items())
    most = sum(people.values())
    groups: dict[int, list[tuple[int, int]]] = {}
    for (total, n), before in zip(ordered, accumulate((n for _, n in ordered), initial=0), strict=False):
        groups.setdefault((2 * before + n) * _LEVELS // (2 * most), []).append((total, n))
    sizes = [(sum(n for _, n in group), group) for group in groups.values()]
    return [(size, sum(total * n for total, n in group) / size) for size, group in sizes]


def _tilted(steps: Steps, weights: Weights, aim: float, tilt: float) -> float:
    """The tilt at which the expected total is ``aim``, nearer by two steps of Newton's."""
    for _ in range(2):
        powers = _powers(steps, tilt)
        mean = spread = 0.0
        for row, likely in zip(steps, weights, strict=True):
            whole = first = second = 0.0
            for step, weight in zip(row, likely, strict=True):
                share = weight * powers[step]
                whole += share
                first += share * step
                second += share * step * step
            mean += first / whole
            spread += second / whole - (first / whole) ** 2
        tilt += max(-1.0, min(1.0, (aim - mean) / max(spread, 1e-6)))
        tilt = max(-_STEEPEST, min(_STEEPEST, tilt))
    return tilt


def _powers(steps: Steps, tilt: float) -> list[float]:
    return [exp(tilt * step) for step in range(max(map(max, steps)) + 1)]


def _nudged(steps: Steps, weights: Weights, shares: Weights, levels: list[tuple[int, float]]) -> Weights:
    """Weights whose expected shares are nearer to those seen."""
    tilted = [(n, _powers(steps, tilt)) for n, tilt in levels]
    return tuple(_nudge(*each, tilted) for each in zip(steps, weights, shares, strict=True))


def _nudge(
    row: tuple[int, ...], likely: tuple[float, ...], seen: tuple[float, ...], tilted: list[tuple[int, list[float]]]
) -> tuple[float, ...]:
    expected = [0.0] * len(row)
    for n, powers in tilted:
        given = [weight * powers[step] for step, weight in zip(row, likely, strict=True)]
        each = n / sum(given)
        expected = [so_far + share * each for so_far, share in zip(expected, given, strict=True)]
    new = [w * share / e if e else 0.0 for w, share, e in zip(likely, seen, expected, strict=True)]
    whole = sum(new)
    return tuple(each / whole for each in new)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of people who answered alike everywhere: seen, and what chance gives (mean, variance).

    twins: responses that have at least one like them; twins_expected: what chance gives of those.
    """

    pairs: int
    expected: float
    variance: float
    twins: int
    twins_expected: float

    def probability(self, slack: float) -> float:
        """How likely so many pairs or more are where chance gives ``slack`` times what the model says.

        By a gamma distribution of that mean and variance.
        """
        if not self.pairs:
            return 1.0
        mean = max(slack * self.expected, 1e-9)
        variance = max(slack**2 * self.variance, mean)
        return gamma_tail(mean * mean / variance, (self.pairs - 0.5) * mean / variance)


def agreement(chance: Chance, vectors: Vectors) -> Agreement:
    """How many pairs agree everywhere, beside what chance gives among people of the same totals.

    The lowest and the highest total can be reached in one way only; they are left out of both.
    """
    one, two, three = (chance.sums(power) for power in (1, 2, 3))
    found = totals(chance.steps, vectors)
    people = _by_total(found, vectors)
    inner = {total: n for total, n in people.items() if 0 < total < len(one) - 1}
    expected = variance = twins = 0.0
    for total, n in inner.items():
        same, thrice = _alike(one[total], two[total], three[total])
        expected += comb(n, 2) * same
        variance += comb(n, 2) * (same - same**2) + n * (n - 1) * (n - 2) * (thrice - same**2)
        twins += n * (1 - (1 - same) ** (n - 1))
    alike = [n for vector, n in vectors.items() if n > 1 and found[vector] in inner]
    return Agreement(sum(comb(n, 2) for n in alike), expected, variance, sum(alike), twins)


def _alike(one: float, two: float, three: float) -> tuple[float, float]:
    """How likely two, and three, people of one total agree; 1 where the numbers are too small to tell."""
    if one**3 < _SMALLEST:
        return 1.0, 1.0
    same = min(1.0, two / one**2)
    return same, max(same**2, min(same, three / one**3))


def binomial_tail(n: int, share: float, least: int) -> float:
    """How likely ``least`` or more of n are hit, each with this probability."""
    if least <= 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    logs = (
        lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(share) + (n - k) * log(1 - share)
        for k in range(least, n + 1)
    )
    return min(1.0, sum(map(exp, logs)))


def gamma_tail(shape: float, above: float) -> float:
    """How likely a gamma variable of scale 1 is above a value: the regularized upper incomplete gamma function.

    By its series below the mean, by Lentz's continued fraction above it.
    """
    if above <= 0:
        return 1.0
    lead = exp(shape * log(above) - above - lgamma(shape))
    if above < shape + 1:
        return max(0.0, 1.0 - lead * _series(shape, above))
    return lead * _fraction(shape, above)


def _series(shape: float, above: float) -> float:
    term = whole = 1.0 / shape
    for count in range(1, 1000):
        term *= above / (shape + count)
        whole += term
        if term < whole * 1e-12:
            break
    return whole


def _fraction(shape: float, above: float) -> float:
    b = above + 1.0 - shape
    c, d = 1e300, 1.0 / b
    whole = d
    for count in range(1, 1000):
        a = -count * (count - shape)
        b += 2.0
        d = 1.0 / (a * d + b or 1e-300)
        c = a / c + b or 1e-300
        whole *= c * d
        if abs(c * d - 1.0) < 1e-12:
            break
    return whole

"""A score and how it came about: one step of the computation, made of the steps under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from functools import cached_property
from typing import Final, Protocol, TypeAlias, TypeGuard

from surveyapp.domain.paper import Choice, Text

WORKING: Final = Context(prec=60)  # so that means of means stay far more exact than anything shown
ZERO: Final = Decimal(0)
_SETTLED: Final = Decimal(1).scaleb(-40)
_CENTS: Final = Decimal("0.01")


class Reason(StrEnum):
    """Why there is no score."""

    NOT_GIVEN = "not_given"
    NOT_STARTED = "not_started"
    NO_RESPONSES = "no_responses"
    NOT_DECIDED = "not_decided"
    PART_MISSING = "part_missing"
    TOO_FEW = "too_few"
    BELOW_MINIMUM = "below_minimum"
    PROTECTED = "protected"  # it would let somebody's answer be worked out
    ALL_ALIKE = "all_alike"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A score that is not there, and why. ``facts``: what a reader needs to understand the reason."""

    reason: Reason
    facts: Mapping[str, int | str] = field(default_factory=dict)


Score: TypeAlias = Decimal | Withheld


class Kind(StrEnum):
    """How a step came to its score."""

    WEIGHTED = "weighted"
    MEAN = "mean"
    EIT_PARTS = "eit_parts"
    POINTS = "points"
    MARK = "mark"
    GIVEN = "given"
    BY_POLICY = "by_policy"


@dataclass(frozen=True, slots=True)
class Counted:
    """A choice and how many responses chose it."""

    choice: Choice
    n: int


@dataclass(frozen=True)
class Step:
    """One line of the computation: what, how, the score, and the steps it was made from.

    The score is there at once; the steps under it are laid out when somebody looks.
    """

    code: str
    kind: Kind
    name: Text
    score: Score
    weight: Decimal | None = None
    counts: tuple[Counted, ...] = ()
    eit_part: int | None = None
    lay_out: Callable[[], Iterable[Step]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def parts(self) -> tuple[Step, ...]:
        """The steps this one was made from."""
        with localcontext(WORKING):
            return tuple(self.lay_out())

    def weighing(self, weight: Decimal) -> Step:
        """The same step, with its weight in the total."""
        return Step(self.code, self.kind, self.name, self.score, weight, self.counts, self.eit_part, self.lay_out)

    def over(self, parts: Iterable[Step]) -> Step:
        """The same step, over these."""
        known = tuple(parts)
        return replace(self, lay_out=lambda: known)

    def walk(self) -> Iterable[Step]:
        """This step and every step under it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def shown(score: Decimal) -> Decimal:
    """The score as people see it: two decimals, half up. Only ever for showing and for levels."""
    return settled(score).quantize(_CENTS, rounding=ROUND_HALF_UP, context=WORKING)


def settled(score: Decimal) -> Decimal:
    """The score without the dust of its divisions (40 decimals), so that 85 made of thirds is 85."""
    return score.quantize(_SETTLED, context=WORKING)


class Coded(Protocol):
    """Whatever has a code to be named by."""

    @property
    def code(self) -> str:
        """Its code."""


def mean(parts: Sequence[Coded], scores: Sequence[Score]) -> Score:
    """The mean of the parts' scores, or withheld when any of them is."""
    return combine(parts, scores, middle)


def middle(scores: Sequence[Decimal]) -> Decimal:
    """The mean of known scores."""
    return sum(scores, ZERO) / len(scores)


def combine(parts: Sequence[Coded], scores: Sequence[Score], how: Callable[[Sequence[Decimal]], Decimal]) -> Score:
    """The parts' scores put together, or withheld when any of them is."""
    if _all_known(scores):
        return how(scores)
    missing = [part.code for part, value in zip(parts, scores, strict=True) if isinstance(value, Withheld)]
    return Withheld(Reason.PART_MISSING, {"missing": ", ".join(missing)})


def _all_known(scores: Sequence[Score]) -> TypeGuard[Sequence[Decimal]]:
    return Withheld not in map(type, scores)


def mean_of_steps(code: str, name: Text, parts: Iterable[Step], kind: Kind = Kind.MEAN) -> Step:
    """A step whose score is the mean of these."""
    parts = tuple(parts)
    return Step(code, kind, name, mean(parts, [part.score for part in parts]), lay_out=lambda: parts)

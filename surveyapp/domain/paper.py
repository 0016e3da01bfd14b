"""The shape of one fiscal year's paper: its instruments, weights, levels and settings.

A paper is data. Everything the ITA changes from year to year (questions, choices and their points,
the checklist, weights, levels and their gates, minimum samples) is a value in here, so that no rule
of a single year is written in code. Papers are read by ``surveyapp.instruments``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from math import ceil, lcm
from typing import Final

# Reading a line of Thai and choosing; our own estimate, to be replaced when it has been measured.
_SECONDS_PER_QUESTION: Final = 7


class Instrument(StrEnum):
    """The three instruments that make one score."""

    IIT = "iit"
    EIT = "eit"
    OIT = "oit"


class Status(StrEnum):
    """Whether a year's paper may be presented as the rules of that year."""

    VERIFIED = "verified"
    DRAFT = "draft"


class Wording(StrEnum):
    """Whose words the texts are: our own for the themes of the year, or the authority's."""

    OWN = "own"
    OFFICIAL = "official"


class Direction(StrEnum):
    """Whether the strongest answer is the best ("positive") or the worst ("negative")."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class EvidenceYear(StrEnum):
    """Which year the evidence of a checklist item must be of."""

    CURRENT = "current"
    PREVIOUS = "previous"
    ANY = "any"


class EitParts(StrEnum):
    """How EIT part 1 (the public answers by itself) and part 2 (collected by the assessor) are joined."""

    ONE = "one"  # the year has a single part
    MEAN = "mean"  # mean of the two parts, each with equal weight
    POOL = "pool"  # all respondents together


class EitMinimum(StrEnum):
    """Which answers count towards the minimum sample of the EIT."""

    ALL = "all"
    PART_1 = "part_1"


class BelowMinimum(StrEnum):
    """What happens to a survey instrument with fewer responses than the minimum sample."""

    WARN = "warn"
    BLANK = "blank"
    ZERO = "zero"


class LevelOn(StrEnum):
    """Whether levels are decided on the score as shown (two decimals) or on the exact score."""

    SHOWN = "shown"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Thai and in English."""

    th: str
    en: str

    def into(self, language: str) -> str:
        """The sentence in ``language`` ("th" or "en"); anything but "en" gives Thai."""
        return self.en if language == "en" else self.th


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a sub-question. ``points`` 0–100; None when the choice is not counted."""

    code: str
    label: Text
    points: Decimal | None


@dataclass(frozen=True)
class SubQuestion:
    """What one radio group asks. ``code`` is "i2", or "i1.1" where the item has several."""

    code: str
    text: Text
    direction: Direction
    choices: tuple[Choice, ...]

    @cached_property
    def unit(self) -> int:
        """How many units of ``counted`` one point is: 1, or 100 where points have two decimals."""
        places = [-int(choice.points.as_tuple().exponent) for choice in self.choices if choice.points is not None]
        return int(10 ** max([0, *places]))

    @cached_property
    def counted(self) -> tuple[tuple[str, int], ...]:
        """Code and points of every choice that counts, the points as whole ``unit``s: exact, and quick to add."""
        return tuple((each.code, int(each.points * self.unit)) for each in self.choices if each.points is not None)

    def choice(self, code: str) -> Choice | None:
        """The choice with this code, if there is one."""
        return next((choice for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True, slots=True)
class Item:
    """A question of the IIT or EIT: one sub-question, or a stem followed by several."""

    code: str
    text: Text
    sub_questions: tuple[SubQuestion, ...]
    hint: Text | None = None


@dataclass(frozen=True)
class Indicator:
    """An indicator of a questionnaire (1–8)."""

    code: str
    name: Text
    items: tuple[Item, ...]

    @cached_property
    def whole(self) -> int:
        """A number that every share of ``shares`` divides without rest."""
        parts = (sub.unit * len(item.sub_questions) for item in self.items for sub in item.sub_questions)
        return lcm(*parts) * len(self.items)

    @cached_property
    def shares(self) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
        """Code of each sub-question → code of each choice that counts → what one person's choice adds.

        A mean of means is one sum: with n answers everywhere, the indicator is the sum of what was added,
        divided by n and by ``whole``. Whole numbers, so exact.
        """
        return tuple(
            (sub.code, tuple((code, points * self._share(item, sub)) for code, points in sub.counted))
            for item in self.items
            for sub in item.sub_questions
        )

    def _share(self, item: Item, sub: SubQuestion) -> int:
        return self.whole // (len(self.items) * len(item.sub_questions) * sub.unit)


@dataclass(frozen=True, slots=True)
class FrontChoice:
    """One answer of a front question; it carries no points."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class FrontItem:
    """A question about whoever answers ("f1"): never scored, never kept with the answers, always optional."""

    code: str
    text: Text
    choices: tuple[FrontChoice, ...]


@dataclass(frozen=True)
class Questionnaire:
    """The IIT or the EIT of a year. ``front``: what it asks about whoever answers; nothing in most years."""

    instrument: Instrument
    name: Text
    indicators: tuple[Indicator, ...]
    front: tuple[FrontItem, ...] = ()

    @property
    def minutes(self) -> int:
        """About how many minutes answering takes, rounded up."""
        return ceil(len(self.sub_questions) * _SECONDS_PER_QUESTION / 60)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the paper's order."""
        return tuple(item for indicator in self.indicators for item in indicator.items)

    @cached_property
    def sub_questions(self) -> tuple[SubQuestion, ...]:
        """Every sub-question, in the paper's order; the order in which answers are packed."""
        return tuple(sub for item in self.items for sub in item.sub_questions)

    @cached_property
    def twins(self) -> tuple[tuple[str, ...], ...]:
        """Codes of the sub-questions, together where a person can add exactly the same to the instrument."""
        found: dict[tuple[Decimal, ...], list[str]] = {}
        for indicator in self.indicators:
            for item in indicator.items:
                for sub in item.sub_questions:
                    parts = len(indicator.items) * len(item.sub_questions)
                    worth = sorted(choice.points for choice in sub.choices if choice.points is not None)
                    found.setdefault((Decimal(parts), *worth), []).append(sub.code)
        return tuple(map(tuple, found.values()))

    @cached_property
    def counts_everything(self) -> bool:
        """Whether every choice has points."""
        return all(choice.points is not None for sub in self.sub_questions for choice in sub.choices)


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of public disclosure ("O12"): 100 when every required element is met, else 0."""

    code: str
    name: Text
    evidence: Text
    evidence_year: EvidenceYear


@dataclass(frozen=True)
class SubIndicator:
    """A group of checklist items ("9.1"); its score is the mean of its items."""

    code: str
    name: Text
    items: tuple[ChecklistItem, ...]

    @cached_property
    def item_codes(self) -> tuple[str, ...]:
        """The code of every item."""
        return tuple(item.code for item in self.items)


@dataclass(frozen=True, slots=True)
class ChecklistIndicator:
    """An indicator of the OIT ("9", "10"); its score is the mean of its sub-indicators."""

    code: str
    name: Text
    sub_indicators: tuple[SubIndicator, ...]


@dataclass(frozen=True)
class Checklist:
    """The OIT of a year."""

    name: Text
    indicators: tuple[ChecklistIndicator, ...]

    @cached_property
    def sub_indicators(self) -> tuple[SubIndicator, ...]:
        """Every sub-indicator, in the paper's order."""
        return tuple(sub for indicator in self.indicators for sub in indicator.sub_indicators)

    @cached_property
    def items(self) -> tuple[ChecklistItem, ...]:
        """Every item, in the paper's order."""
        return tuple(item for sub in self.sub_indicators for item in sub.items)

    def item(self, code: str) -> ChecklistItem | None:
        """The item with this code, if there is one."""
        return next((item for item in self.items if item.code == code), None)


@dataclass(frozen=True, slots=True)
class Level:
    """A result level. An agency has the first level of the paper's list whose conditions it meets.

    ``each_at_least`` is the gate: every instrument must reach it too. None: no gate.
    """

    code: str
    name: Text
    total_at_least: Decimal
    each_at_least: Decimal | None
    passes: bool


@dataclass(frozen=True, slots=True)
class SampleRule:
    """The minimum number of responses for one instrument and one kind of agency.

    ``fixed`` if given; else ``share`` of the eligible, at least ``at_least``, at most ``at_most``,
    and never more than the eligible themselves. ``kinds`` empty: every kind without its own rule.
    """

    instrument: Instrument
    kinds: tuple[str, ...]
    fixed: int | None
    share: Decimal | None
    at_least: int
    at_most: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the sources leave open, each with its default for the year."""

    eit_parts: EitParts
    eit_minimum: EitMinimum
    below_minimum: BelowMinimum
    level_on: LevelOn
    least_for_score: int


@dataclass(frozen=True, slots=True)
class Release:
    """What may be shown of few answers, so that nobody's own can be read off (docs/privacy.md).

    rounded_to: counts of an open round are rounded down to a multiple of this. least_for_instrument and
    least_for_steps: answers an instrument needs before its score, and the steps under it, are shown.
    least_in_cell, most_in_cell: a choice's count is shown when it is 0 or at least the one, and at most
    the other's share of all.
    """

    rounded_to: int
    least_for_instrument: int
    least_for_steps: int
    least_in_cell: int
    most_in_cell: Decimal


@dataclass(frozen=True)
class Paper:
    """One fiscal year's instruments and rules. ``digest`` names its exact content."""

    fiscal_year: int
    status: Status
    wording: Wording
    title: Text
    sources: tuple[str, ...]
    unsure: tuple[Text, ...]
    weights: dict[Instrument, Decimal]
    iit: Questionnaire
    eit: Questionnaire
    oit: Checklist
    levels: tuple[Level, ...]
    samples: tuple[SampleRule, ...]
    settings: Settings
    release: Release
    digest: str = field(default="", compare=False)

    def questionnaire(self, instrument: Instrument) -> Questionnaire:
        """The IIT or the EIT. The OIT is a checklist, not a questionnaire: ValueError."""
        match instrument:
            case Instrument.IIT:
                return self.iit
            case Instrument.EIT:
                return self.eit
            case _:
                raise ValueError(f"{instrument} is not a questionnaire")

    def level(self, code: str) -> Level | None:
        """The level with this code, if there is one."""
        return next((level for level in self.levels if level.code == code), None)

    def questionnaires(self) -> Iterator[Questionnaire]:
        """The IIT, then the EIT."""
        yield self.iit
        yield self.eit

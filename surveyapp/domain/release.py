"""The release gate: whatever a page, a list, an export or a trend shows of answers comes from here.

What it lets through has types of its own (``PublicResult``, ``PublicStep``, ``Released``), made nowhere else, so
that a page cannot print a count or a score that did not pass. Thresholds are the paper's (``Release``; ADR 8
and docs/privacy.md say why). What a reader could work out is ``domain.disclosure``'s to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from math import lcm
from typing import Final, Generic, TypeAlias, TypeVar

from surveyapp.domain.disclosure import Block, Column, is_safe, merged
from surveyapp.domain.levels import level_of
from surveyapp.domain.paper import (
    Choice,
    Indicator,
    Instrument,
    Level,
    Paper,
    Questionnaire,
    Release,
    SubQuestion,
    Text,
)
from surveyapp.domain.places import Round
from surveyapp.domain.scoring import Part, Result, Sample
from surveyapp.domain.steps import Kind, Reason, Score, Step, Withheld
from surveyapp.domain.tally import ChoiceCounts

T = TypeVar("T", covariant=True)
_INSTRUMENTS: Final = {each.value: each for each in Instrument}
_NOBODY: Final[ChoiceCounts] = {}
PROTECTED: Final = Withheld(Reason.PROTECTED)  # the same for what is risky and what goes with it


@dataclass(frozen=True, slots=True)
class Released(Generic[T]):
    """A value that was let through."""

    value: T


@dataclass(frozen=True, slots=True)
class MoreThan:
    """More than this share of all; the exact number is not told."""

    share: Decimal


People: TypeAlias = Released[int] | MoreThan


@dataclass(frozen=True, slots=True)
class Cell:
    """How many people chose one of these neighbouring choices."""

    choices: tuple[Choice, ...]
    people: People

    @property
    def is_exact(self) -> bool:
        """Whether it is one choice, with its exact count."""
        return len(self.choices) == 1 and isinstance(self.people, Released)


@dataclass(frozen=True)
class PublicStep:
    """One line of the computation as it may be read. Its parts are laid out, and judged, when somebody looks."""

    code: str
    kind: Kind
    name: Text
    score: Score
    weight: Decimal | None = None
    eit_part: int | None = None
    cells: tuple[Cell, ...] = ()
    lay_out: Callable[[], Iterable[PublicStep]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def parts(self) -> tuple[PublicStep, ...]:
        """The steps this one was made from, as far as they may be read."""
        return tuple(self.lay_out())

    @property
    def is_counted_out(self) -> bool:
        """Whether the count of every single choice is there, so that the score can be computed from them."""
        return bool(self.cells) and all(cell.is_exact for cell in self.cells)

    @property
    def hides(self) -> bool:
        """Whether anything directly under this is not shown for the sake of those who answered."""
        return any(part.score == PROTECTED for part in self.parts)

    def walk(self) -> Iterable[PublicStep]:
        """This step and every step under it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many answered an instrument, and how many were needed. counted: those that count towards that."""

    instrument: Instrument
    n: Released[int]
    counted: Released[int]
    required: int | None
    enough: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The total and the level as they may be read."""

    total: Score
    level: Level | None


@dataclass(frozen=True)
class PublicResult:
    """A result as it may be read."""

    paper: Paper
    tree: PublicStep
    turnouts: tuple[Turnout, ...]

    @property
    def total(self) -> Score:
        """The total, unrounded."""
        return self.tree.score

    def instruments(self) -> dict[Instrument, PublicStep]:
        """Instrument → its step."""
        return {Instrument(step.code): step for step in self.tree.parts}

    def indicators(self) -> dict[str, PublicStep]:
        """Indicator code → its step, as far as they may be read."""
        return {step.code: step for instrument in self.tree.parts for step in instrument.parts}


# --- while answers come in, and afterwards -----------------------------------------------------------


def may_be_read(round_: Round) -> bool:
    """Whether a round has results for anybody: a real one once they are announced, a rehearsal always."""
    return round_.is_released


def received(rules: Release, n: int, *, live: bool) -> Released[int]:
    """How many answers came in. While they still do (``live``), rounded down: an exact count would tell who has
    just been to answer."""
    return Released(n - n % rules.rounded_to if live else n)


def standing(result: Result, *, rehearsal: bool) -> Standing:
    """Only the total and the level of what ``release`` lets through; for freezing and lists of thousands."""
    scores = {_INSTRUMENTS[step.code]: step.score for step in result.tree.parts}
    withheld = {} if rehearsal else _withheld(result)
    total = _total(result, withheld)
    return Standing(total, level_of(result.paper, total, {**scores, **withheld}))


def release(result: Result, *, rehearsal: bool) -> PublicResult:
    """The result as it may be read once the round is closed; a rehearsal is shown whole.

    By the number of answers to an instrument: too few for anything, the instrument's score alone, or what is
    under it as far as nobody's answer can be worked out. The total is there when every instrument is.
    """
    withheld = {} if rehearsal else _withheld(result)
    samples = {} if rehearsal else {sample.instrument: sample for sample in result.samples}
    steps = {_INSTRUMENTS[step.code]: step for step in result.tree.parts}
    parts = tuple(
        _instrument(result.paper, step, samples.get(each), withheld.get(each)) for each, step in steps.items()
    )
    tree = replace(_bare(result.tree), score=_total(result, withheld), lay_out=lambda: parts)
    return PublicResult(result.paper, tree, tuple(_turnout(sample) for sample in result.samples))


def _withheld(result: Result) -> dict[Instrument, Withheld]:
    """Why an instrument does not show its score for the sake of those who answered."""
    reasons = [(sample.instrument, _why_not(result.paper, sample)) for sample in result.samples]
    return {instrument: why for instrument, why in reasons if why is not None}


def _why_not(paper: Paper, sample: Sample) -> Withheld | None:
    rules = paper.release
    if sample.n < rules.least_for_instrument:
        return Withheld(Reason.TOO_FEW, {"n": sample.n, "needed": rules.least_for_instrument})
    if not _is_varied(paper.questionnaire(sample.instrument), sample, rules.least_in_cell):
        return Withheld(Reason.ALL_ALIKE)
    return None


def _total(result: Result, withheld: Mapping[Instrument, Withheld]) -> Score:
    """The total, unless an instrument was taken out of it."""
    if not withheld or isinstance(result.total, Withheld):
        return result.total
    return Withheld(Reason.PART_MISSING, {"missing": ", ".join(withheld)})


def _turnout(sample: Sample) -> Turnout:
    return Turnout(
        sample.instrument, Released(sample.n), Released(sample.counted), sample.required, enough=sample.enough
    )


def _bare(step: Step) -> PublicStep:
    """The step alone, without what is under it."""
    return PublicStep(step.code, step.kind, step.name, step.score, step.weight, step.eit_part)


def _whole(step: Step) -> PublicStep:
    cells = tuple(Cell((counted.choice,), Released(counted.n)) for counted in step.counts)
    return replace(_bare(step), cells=cells, lay_out=lambda: map(_whole, step.parts))


# --- an instrument -----------------------------------------------------------------------------------


def _instrument(paper: Paper, step: Step, sample: Sample | None, why_not: Withheld | None) -> PublicStep:
    """sample: None for what may be shown whole: a rehearsal, the checklist, scores that were given."""
    if sample is None:
        return _whole(step)
    bare = _bare(step)
    if why_not is not None:
        return bare if isinstance(step.score, Withheld) else replace(bare, score=why_not)
    if sample.n < paper.release.least_for_steps or _has_thin_part(sample, paper.release):
        return bare
    questionnaire = paper.questionnaire(sample.instrument)
    return replace(bare, lay_out=lambda: _indicators(paper.release, questionnaire, sample, step))


def _has_thin_part(sample: Sample, rules: Release) -> bool:
    """Whether few people stand behind one part of the EIT. The other part must go too: with the mean it gives
    the first away."""
    return any(part.n < rules.least_for_steps for part in sample.parts)


def _is_varied(questionnaire: Questionnaire, sample: Sample, k: int) -> bool:
    """Whether the instrument's exact score pins no cell at risk; quickly where questions hide one another."""
    if questionnaire.counts_everything and all(_is_mixed(part, questionnaire.twins, k) for part in sample.parts):
        return True
    return is_safe([each.column for each in _asked(questionnaire.indicators, sample)], k)


def _is_mixed(part: Part, classes: Sequence[Sequence[str]], k: int) -> bool:
    """Whether no class of questions that add alike is all of one mind; one without a twin must be without risk."""
    for twins in classes:
        for code in twins:
            counts = part.tally.get(code, _NOBODY).values()
            if part.n not in counts and sum(counts) == part.n and (len(twins) > 1 or not _few(counts, k)):
                break
        else:
            return False
    return True


def _few(counts: Iterable[int], k: int) -> bool:
    return any(0 < n < k for n in counts)


# --- questions as columns ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question in one part of the answers, and its column."""

    part: int
    code: str
    column: Column


def _asked(indicators: Sequence[Indicator], sample: Sample) -> list[_Asked]:
    """Every question of these indicators in every part, in units in which all of them add up to one sum."""
    whole = lcm(*(indicator.whole for indicator in indicators))
    answers = {
        (part.number, code): sum(part.tally.get(code, {}).get(choice, 0) for choice, _ in shares)
        for part in sample.parts
        for indicator in indicators
        for code, shares in indicator.shares
    }
    people = lcm(*(n or 1 for n in answers.values()))
    return [
        _Asked(part.number, code, _column(sub.choices, dict(shares), part.tally.get(code, {}), factor))
        for part in sample.parts
        for indicator in indicators
        for sub, (code, shares) in zip(_subs(indicator), indicator.shares, strict=True)
        for factor in [whole // indicator.whole * (people // (answers[part.number, code] or 1))]
    ]


def _subs(indicator: Indicator) -> Iterable[SubQuestion]:
    return (sub for item in indicator.items for sub in item.sub_questions)


def _column(choices: Sequence[Choice], shares: Mapping[str, int], counts: Mapping[str, int], factor: int) -> Column:
    worth = (shares[choice.code] * factor if choice.code in shares else None for choice in choices)
    return Column(tuple(counts.get(choice.code, 0) for choice in choices), tuple(worth))


# --- indicators and questions ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """The lines of counts that are told, by part and question. share: what "more than" means in them."""

    lines: Mapping[tuple[int, str], tuple[Block, ...]]
    share: Decimal

    def cells(self, step: Step, part: int) -> tuple[Cell, ...]:
        """The lines of one question, with its choices."""
        return tuple(
            Cell(
                tuple(counted.choice for counted in step.counts[block.start : block.stop]),
                Released(block.n) if block.least is None else MoreThan(self.share),
            )
            for block in self.lines.get((part, step.code), ())
        )


def _indicators(rules: Release, questionnaire: Questionnaire, sample: Sample, step: Step) -> Iterable[PublicStep]:
    hidden = _hidden(rules, questionnaire, sample)
    for indicator, part in zip(questionnaire.indicators, step.parts, strict=True):
        if indicator.code in hidden:
            yield replace(_bare(part), score=PROTECTED)
        else:
            told = _told(rules, _asked([indicator], sample))
            yield _below(part, told, sample.parts[0].number)


def _hidden(rules: Release, questionnaire: Questionnaire, sample: Sample) -> set[str]:
    """Codes of the indicators whose scores stay hidden: each that would give something away, and as many of its
    neighbours as it takes, since the instrument's score gives back the mean of the hidden ones."""
    indicators = questionnaire.indicators
    risky = [place for place, each in enumerate(indicators) if not _may_stand_alone(rules, each, sample)]
    if not risky:
        return set()
    order = [(risky[0] + step) % len(indicators) for step in range(len(indicators))]
    hidden = {*risky}
    for place in order:
        group = [each for number, each in enumerate(indicators) if number in hidden]
        if is_safe([each.column for each in _asked(group, sample)], rules.least_in_cell):
            break
        hidden.add(place)
    return {indicators[place].code for place in hidden}


def _may_stand_alone(rules: Release, indicator: Indicator, sample: Sample) -> bool:
    """Whether the indicator's score pins nothing, in every part by itself."""
    asked = _asked([indicator], sample)
    return all(
        is_safe([each.column for each in asked if each.part == part.number], rules.least_in_cell)
        for part in sample.parts
    )


def _told(rules: Release, asked: Sequence[_Asked]) -> _Told:
    """What is told of an indicator's questions beside its score, by part: lines of counts where they pin nothing.

    Where they would, one question's lines are left out, the last that helps; else all of them.
    """
    told: dict[tuple[int, str], tuple[Block, ...]] = {}
    for part in {each.part for each in asked}:
        mine = [each for each in asked if each.part == part]
        columns = [replace(each.column, blocks=merged(rules, each.column.counts)) for each in mine]
        ways = (columns, *(_without(columns, place) for place in reversed(range(len(columns)))))
        safe = next((way for way in ways if is_safe(way, rules.least_in_cell)), ())
        told |= {(part, each.code): column.blocks for each, column in zip(mine, safe, strict=False)}
    return _Told(told, rules.most_in_cell)


def _without(columns: Sequence[Column], place: int) -> list[Column]:
    return [replace(column, blocks=()) if at == place else column for at, column in enumerate(columns)]


def _below(step: Step, told: _Told, part: int) -> PublicStep:
    """An indicator that is shown, with what is told under it."""
    if step.kind is Kind.EIT_PARTS:
        return replace(_bare(step), lay_out=lambda: (_below(each, told, each.eit_part or part) for each in step.parts))
    return replace(_bare(step), lay_out=lambda: (_question(each, told, part) for each in step.parts))


def _question(step: Step, told: _Told, part: int) -> PublicStep:
    """An item or sub-question; its score only where every count that it is made of is told."""
    if step.counts:
        found = replace(_bare(step), cells=told.cells(step, part))
        whole = found.is_counted_out
    else:
        parts = tuple(_question(each, told, part) for each in step.parts)
        found = replace(_bare(step), lay_out=lambda: parts)
        whole = not any(isinstance(each.score, Withheld) for each in parts)
    return found if whole or isinstance(step.score, Withheld) else replace(found, score=PROTECTED)


# --- groups, and the same again later ----------------------------------------------------------------


def release_groups(groups: Mapping[str, int], k: int) -> dict[str, Released[int] | Withheld]:
    """How many are in each group, where the number of all is known: k or more in every group that is shown, and
    nobody, or k or more, in all that are not. Where one small group would be the difference, the next smallest
    goes with it."""
    order = sorted(groups, key=lambda name: (groups[name], name))
    hidden = [name for name in order if groups[name] < k]
    rest = [name for name in order if groups[name] >= k]
    while rest and 0 < sum(groups[name] for name in hidden) < k:
        hidden.append(rest.pop(0))
    return {name: PROTECTED if name in hidden else Released(n) for name, n in groups.items()}


def may_follow(before_n: int, after_n: int, k: int) -> bool:
    """Whether a release over so many answers may follow one over ``before_n`` of the same: the difference of the
    two is about nobody, or about k people or more."""
    return before_n == after_n or abs(after_n - before_n) >= k


def following(before: tuple[int, T], after: tuple[int, T], k: int) -> T:
    """What is shown next, of (answers, release): the new release where it may follow, else the earlier one again."""
    return after[1] if may_follow(before[0], after[0], k) else before[1]

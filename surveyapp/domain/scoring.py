"""From tallies and marks to one score, as a tree of steps a person can check with a calculator.

Rules (ITA 2562 onward; proven by arithmetic on published results, see docs/scoring.md):
sub-question = mean points of its answers; item = mean of its sub-questions; OIT item = 100 or 0;
sub-indicator = mean of its OIT items; indicator = mean of its items (1–8) or of its sub-indicators
(9–10); instrument = mean of its indicators; total = weighted sum of the instruments.
Scores are unrounded until shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from typing import Final, TypeAlias

from surveyapp.domain.paper import (
    BelowMinimum,
    ChecklistIndicator,
    ChecklistItem,
    Choice,
    EitParts,
    Indicator,
    Instrument,
    Item,
    Paper,
    Questionnaire,
    SubIndicator,
    SubQuestion,
    Text,
)
from surveyapp.domain.tally import Tally, add

_WORKING: Final = Context(prec=60)  # so that means of means stay far more exact than anything shown
_SETTLED: Final = Decimal(1).scaleb(-40)
_CENTS: Final = Decimal("0.01")


class Reason(StrEnum):
    """Why there is no score."""

    NOT_GIVEN = "not_given"
    NO_RESPONSES = "no_responses"
    NOT_DECIDED = "not_decided"
    PART_MISSING = "part_missing"
    TOO_FEW = "too_few"
    BELOW_MINIMUM = "below_minimum"


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


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the computation: what, how, the score, and the steps it was made from."""

    code: str
    kind: Kind
    name: Text
    score: Score
    parts: tuple[Step, ...] = ()
    weight: Decimal | None = None
    counts: tuple[Counted, ...] = ()
    eit_part: int | None = None

    def walk(self) -> Iterable[Step]:
        """This step and every step under it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Inputs:
    """What is known of an agency, at whatever level. The lowest level of each instrument is used.

    marks: OIT item code → 0 or 100; {} where nothing is decided yet, None where marks are not
    given. required: the minimum sample of an instrument, where it is known.
    """

    instruments: Mapping[Instrument, Decimal] = field(default_factory=dict)
    indicators: Mapping[str, Decimal] = field(default_factory=dict)
    sub_indicators: Mapping[str, Decimal] = field(default_factory=dict)
    marks: Mapping[str, Decimal] | None = None
    iit: Tally | None = None
    eit: Tally | None = None
    eit2: Tally | None = None
    required: Mapping[Instrument, int] = field(default_factory=dict)

    def requiring(self, required: Mapping[Instrument, int]) -> Inputs:
        """The same, with these minimum samples."""
        return replace(self, required=required)


@dataclass(frozen=True, slots=True)
class Sample:
    """How many responses an instrument had, and how many it needed (None: not known)."""

    instrument: Instrument
    n: int
    required: int | None

    @property
    def enough(self) -> bool:
        """Whether the minimum is reached; True where no minimum is known."""
        return self.required is None or self.n >= self.required


@dataclass(frozen=True)
class Result:
    """A scored agency: the tree of steps under the total, and the samples behind it."""

    paper: Paper
    tree: Step
    samples: tuple[Sample, ...]

    @property
    def total(self) -> Score:
        """The total, unrounded."""
        return self.tree.score

    def instruments(self) -> dict[Instrument, Step]:
        """Instrument → its step."""
        return {Instrument(step.code): step for step in self.tree.parts}

    def indicators(self) -> dict[str, Step]:
        """Indicator code → its step, as far as the inputs went down."""
        return {step.code: step for instrument in self.tree.parts for step in instrument.parts}

    def sub_indicators(self) -> dict[str, Step]:
        """Sub-indicator code → its step, as far as the inputs went down."""
        oit = self.instruments()[Instrument.OIT]
        return {step.code: step for indicator in oit.parts for step in indicator.parts}


def shown(score: Decimal) -> Decimal:
    """The score as people see it: two decimals, half up. Only ever for showing and for levels."""
    with localcontext(_WORKING):
        return settled(score).quantize(_CENTS, rounding=ROUND_HALF_UP)


def settled(score: Decimal) -> Decimal:
    """The score without the dust of its divisions (40 decimals), so that 85 made of thirds is 85."""
    with localcontext(_WORKING):
        return score.quantize(_SETTLED)


def total_of(result: Result) -> str | None:
    """The total as people see it; None where it is withheld."""
    return str(shown(result.total)) if isinstance(result.total, Decimal) else None


def score(paper: Paper, inputs: Inputs) -> Result:
    """Everything that can be computed from ``inputs`` under this paper."""
    with localcontext(_WORKING):
        iit = _survey(paper, inputs, Instrument.IIT, [inputs.iit])
        eit = _survey(paper, inputs, Instrument.EIT, [inputs.eit, inputs.eit2])
        steps = [iit, eit, _checklist(paper, inputs)]
        total = _weighted(paper, steps)
    return Result(paper, total, tuple(_samples(inputs)))


def responses_in(tally: Tally | None) -> int:
    """How many responses a tally was counted from."""
    return max((sum(counts.values()) for counts in (tally or {}).values()), default=0)


# --- the weighted total ----------------------------------------------------------------------------


def _weighted(paper: Paper, steps: Sequence[Step]) -> Step:
    parts = tuple(replace(step, weight=paper.weights[Instrument(step.code)]) for step in steps)
    value = _combine(parts, lambda scores: sum((p.weight or 0) * s for p, s in zip(parts, scores, strict=True)))
    return Step("total", Kind.WEIGHTED, Text("คะแนนรวม", "Total"), value, parts)


def _combine(parts: Sequence[Step], how: Callable[[list[Decimal]], Decimal | int]) -> Score:
    """The parts' scores put together, or withheld when any of them is."""
    scores = [part.score for part in parts if isinstance(part.score, Decimal)]
    if len(scores) == len(parts):
        return Decimal(how(scores))
    missing = [part.code for part in parts if isinstance(part.score, Withheld)]
    return Withheld(Reason.PART_MISSING, {"missing": ", ".join(missing)})


def _mean(scores: list[Decimal]) -> Decimal:
    return sum(scores, Decimal(0)) / len(scores)


def _mean_step(code: str, name: Text, parts: Iterable[Step], kind: Kind = Kind.MEAN) -> Step:
    parts = tuple(parts)
    return Step(code, kind, name, _combine(parts, _mean), parts)


def _given_step(code: str, name: Text, given: Decimal | None) -> Step:
    return Step(code, Kind.GIVEN, name, Withheld(Reason.NOT_GIVEN) if given is None else given)


# --- IIT and EIT -----------------------------------------------------------------------------------


def _survey(paper: Paper, inputs: Inputs, instrument: Instrument, tallies: Sequence[Tally | None]) -> Step:
    questionnaire = paper.questionnaire(instrument)
    known = [(part, tally) for part, tally in enumerate(tallies, start=1) if tally is not None]
    if known:
        step = _from_tallies(paper, questionnaire, known)
        return _by_policy(paper, inputs, instrument, step)
    return _from_given(questionnaire.instrument, questionnaire.name, questionnaire.indicators, inputs)


def _from_given(
    instrument: Instrument, name: Text, indicators: Sequence[Indicator | ChecklistIndicator], inputs: Inputs
) -> Step:
    if any(indicator.code in inputs.indicators for indicator in indicators):
        given = (_given_step(i.code, i.name, inputs.indicators.get(i.code)) for i in indicators)
        return _mean_step(instrument.value, name, given)
    return _given_step(instrument.value, name, inputs.instruments.get(instrument))


def _from_tallies(paper: Paper, questionnaire: Questionnaire, known: list[tuple[int, Tally]]) -> Step:
    answered = [(part, tally) for part, tally in known if responses_in(tally)]
    counted = answered or known[:1]
    if paper.settings.eit_parts is EitParts.POOL and len(counted) == 2:
        counted = [(1, add(counted[0][1], counted[1][1]))]
    # A mean of two parts that came from one of them says so: ÷ 1, with the part's number.
    by_part = bool(answered) and len(known) == 2 and paper.settings.eit_parts is EitParts.MEAN
    indicators = (_indicator(indicator, counted, by_part=by_part) for indicator in questionnaire.indicators)
    return _mean_step(questionnaire.instrument.value, questionnaire.name, indicators)


def _indicator(indicator: Indicator, counted: list[tuple[int, Tally]], *, by_part: bool) -> Step:
    if len(counted) == 1 and not by_part:
        return _mean_step(indicator.code, indicator.name, _items(indicator, counted[0][1]))
    parts = [
        replace(_mean_step(indicator.code, indicator.name, _items(indicator, tally)), eit_part=part)
        for part, tally in counted
    ]
    return _mean_step(indicator.code, indicator.name, parts, Kind.EIT_PARTS)


def _items(indicator: Indicator, tally: Tally) -> Iterable[Step]:
    return (_item(item, tally) for item in indicator.items)


def _item(item: Item, tally: Tally) -> Step:
    subs = tuple(_points(sub, tally) for sub in item.sub_questions)
    if len(subs) == 1 and subs[0].code == item.code:
        return subs[0]
    return _mean_step(item.code, item.text, subs)


def _points(sub: SubQuestion, tally: Tally) -> Step:
    """Mean points of one sub-question. A choice without points is left out of the mean."""
    counts = tuple(Counted(choice, tally.get(sub.code, {}).get(choice.code, 0)) for choice in sub.choices)
    scored = [(c.choice.points, c.n) for c in counts if c.choice.points is not None]
    n = sum(count for _, count in scored)
    value: Score = Withheld(Reason.NO_RESPONSES)
    if n:
        value = sum((points * count for points, count in scored), Decimal(0)) / n
    return Step(sub.code, Kind.POINTS, sub.text, value, counts=counts)


def _by_policy(paper: Paper, inputs: Inputs, instrument: Instrument, step: Step) -> Step:
    """The instrument after the year's rules on small samples."""
    n = _responses(inputs, instrument)
    if n < paper.settings.least_for_score:
        facts = {"n": n, "needed": paper.settings.least_for_score}
        why = Withheld(Reason.TOO_FEW if n else Reason.NO_RESPONSES, facts)
        return replace(step, score=why)
    required = inputs.required.get(instrument)
    if required is None or n >= required or paper.settings.below_minimum is BelowMinimum.WARN:
        return step
    if paper.settings.below_minimum is BelowMinimum.ZERO:
        return replace(step, kind=Kind.BY_POLICY, score=Decimal(0))
    return replace(step, score=Withheld(Reason.BELOW_MINIMUM, {"n": n, "needed": required}))


def _responses(inputs: Inputs, instrument: Instrument) -> int:
    if instrument is Instrument.IIT:
        return responses_in(inputs.iit)
    return responses_in(inputs.eit) + responses_in(inputs.eit2)


def _samples(inputs: Inputs) -> Iterable[Sample]:
    eit = inputs.eit2 if inputs.eit is None else inputs.eit
    for instrument, tally in ((Instrument.IIT, inputs.iit), (Instrument.EIT, eit)):
        if tally is not None:
            yield Sample(instrument, _responses(inputs, instrument), inputs.required.get(instrument))


# --- OIT -------------------------------------------------------------------------------------------


def _checklist(paper: Paper, inputs: Inputs) -> Step:
    marks = inputs.marks
    if marks or (marks is not None and not _oit_is_given(paper, inputs)):
        return _oit(paper, lambda sub: _mean_step(sub.code, sub.name, _marks(sub.items, marks)))
    if inputs.sub_indicators:
        return _oit(paper, lambda sub: _given_step(sub.code, sub.name, inputs.sub_indicators.get(sub.code)))
    return _from_given(Instrument.OIT, paper.oit.name, paper.oit.indicators, inputs)


def _oit_is_given(paper: Paper, inputs: Inputs) -> bool:
    """Whether the OIT is known from above the items, so that an empty list of marks says nothing."""
    codes = {indicator.code for indicator in paper.oit.indicators}
    return bool(inputs.sub_indicators or codes & set(inputs.indicators) or Instrument.OIT in inputs.instruments)


def _oit(paper: Paper, sub_step: Callable[[SubIndicator], Step]) -> Step:
    indicators = (
        _mean_step(indicator.code, indicator.name, [sub_step(sub) for sub in indicator.sub_indicators])
        for indicator in paper.oit.indicators
    )
    return _mean_step(Instrument.OIT.value, paper.oit.name, indicators)


def _marks(items: Sequence[ChecklistItem], marks: Mapping[str, Decimal]) -> Iterable[Step]:
    for item in items:
        value: Score = marks.get(item.code, Withheld(Reason.NOT_DECIDED))
        yield Step(item.code, Kind.MARK, item.name, value)

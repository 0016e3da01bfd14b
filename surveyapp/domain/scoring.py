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
from decimal import Decimal, localcontext
from typing import Final, TypeAlias

from surveyapp.domain.paper import (
    BelowMinimum,
    ChecklistIndicator,
    ChecklistItem,
    EitMinimum,
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
from surveyapp.domain.steps import (
    WORKING,
    ZERO,
    Counted,
    Kind,
    Reason,
    Score,
    Step,
    Withheld,
    combine,
    mean,
    mean_of_steps,
    middle,
)
from surveyapp.domain.tally import ChoiceCounts, Tally, add

_TOTAL: Final = Text("คะแนนรวม", "Total")
_NOT_GIVEN: Final = Withheld(Reason.NOT_GIVEN)
_NO_RESPONSES: Final = Withheld(Reason.NO_RESPONSES)
_NOT_DECIDED: Final = Withheld(Reason.NOT_DECIDED)
_NOBODY: Final[ChoiceCounts] = {}


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
class Part:
    """Answers that are scored together: the number of the part, how many they are, and their tally."""

    number: int
    n: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Sample:
    """How many responses an instrument had, and how many it needed (None: not known).

    counted: those of them that count towards what was needed; fewer than ``n`` where only part 1 does.
    parts: what was scored.
    """

    instrument: Instrument
    n: int
    required: int | None
    counted: int
    parts: tuple[Part, ...] = field(default=(), compare=False, repr=False)

    @property
    def enough(self) -> bool:
        """Whether the minimum is reached; True where no minimum is known."""
        return self.required is None or self.counted >= self.required


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


def score(paper: Paper, inputs: Inputs) -> Result:
    """Everything that can be computed from ``inputs`` under this paper."""
    with localcontext(WORKING):
        iit, iit_sample = _survey(paper, inputs, Instrument.IIT, [inputs.iit])
        eit, eit_sample = _survey(paper, inputs, Instrument.EIT, [inputs.eit, inputs.eit2])
        total = _weighted(paper, (iit, eit, _checklist(paper, inputs)))
    return Result(paper, total, tuple(filter(None, (iit_sample, eit_sample))))


def responses_in(tally: Tally | None) -> int:
    """How many responses a tally was counted from."""
    return max(map(sum, [counts.values() for counts in tally.values()]), default=0) if tally else 0


# --- the weighted total, and means -----------------------------------------------------------------


def _weighted(paper: Paper, steps: Sequence[Step]) -> Step:
    parts = tuple(step.weighing(paper.weights[Instrument(step.code)]) for step in steps)
    value = combine(parts, [step.score for step in steps], lambda scores: _weigh(parts, scores))
    return Step("total", Kind.WEIGHTED, _TOTAL, value, lay_out=lambda: parts)


def _weigh(parts: Sequence[Step], scores: Sequence[Decimal]) -> Decimal:
    return sum(((part.weight or ZERO) * value for part, value in zip(parts, scores, strict=True)), ZERO)


def _given_step(code: str, name: Text, given: Decimal | None) -> Step:
    return Step(code, Kind.GIVEN, name, _NOT_GIVEN if given is None else given)


# --- IIT and EIT -----------------------------------------------------------------------------------
# What is ranked and summed for a nation is computed by ``_of_…``; ``_show_…`` lays out the same numbers
# one rule at a time, and tests hold the two together.


def _survey(
    paper: Paper, inputs: Inputs, instrument: Instrument, tallies: Sequence[Tally | None]
) -> tuple[Step, Sample | None]:
    """The instrument's step, and how many answered; None where it was not counted from answers."""
    questionnaire = paper.questionnaire(instrument)
    known = [(part, tally) for part, tally in enumerate(tallies, start=1) if tally is not None]
    if not known:
        return _from_given(instrument, questionnaire.name, questionnaire.indicators, inputs), None
    people = {part: responses_in(tally) for part, tally in known}
    answered = [(part, tally) for part, tally in known if people[part]]
    counted = _pooled(paper, answered or known[:1])
    step = _from_tallies(paper, questionnaire, counted, both_known=len(known) == 2 and bool(answered))
    sample = _sample(paper, instrument, people, inputs.required.get(instrument), counted)
    return _by_policy(paper, sample, step), sample


def _from_given(
    instrument: Instrument, name: Text, indicators: Sequence[Indicator | ChecklistIndicator], inputs: Inputs
) -> Step:
    if any(indicator.code in inputs.indicators for indicator in indicators):
        given = (_given_step(i.code, i.name, inputs.indicators.get(i.code)) for i in indicators)
        return mean_of_steps(instrument.value, name, given)
    return _given_step(instrument.value, name, inputs.instruments.get(instrument))


_Parts: TypeAlias = list[tuple[int, Tally]]


def _pooled(paper: Paper, answered: _Parts) -> _Parts:
    """The parts that are scored: where the year counts all answers together, that is one."""
    if paper.settings.eit_parts is EitParts.POOL and len(answered) == 2:
        return [(1, add(answered[0][1], answered[1][1]))]
    return answered


def _from_tallies(paper: Paper, questionnaire: Questionnaire, counted: _Parts, *, both_known: bool) -> Step:
    # A mean of two parts that came from one of them says so: ÷ 1, with the part's number.
    by_part = len(counted) == 2 or (both_known and paper.settings.eit_parts is EitParts.MEAN)
    indicators = questionnaire.indicators
    value = mean(indicators, [_of_parts(indicator, counted) for indicator in indicators])
    show = _show_by_part if by_part else _show_whole
    return Step(
        questionnaire.instrument.value,
        Kind.MEAN,
        questionnaire.name,
        value,
        lay_out=lambda: (show(indicator, counted) for indicator in indicators),
    )


def _of_parts(indicator: Indicator, counted: _Parts) -> Score:
    """An indicator: the mean of its parts, nearly always one."""
    scores = [_of_indicator(indicator, tally) for _, tally in counted]
    return scores[0] if len(scores) == 1 else mean([indicator] * len(scores), scores)


def _of_indicator(indicator: Indicator, tally: Tally) -> Score:
    """The mean of the indicator's items, each the mean of its sub-questions; in one pass, exactly."""
    by_n: dict[int, int] = {}
    for question, shares in indicator.shares:
        counts = tally.get(question, _NOBODY)
        n = worth = 0
        for choice, share in shares:
            if people := counts.get(choice):
                n += people
                worth += people * share
        by_n[n] = by_n.get(n, 0) + worth
    if 0 in by_n:
        return _show_indicator(indicator, tally).score
    return sum([Decimal(worth) / n for n, worth in by_n.items()], ZERO) / indicator.whole


def _asks_one_thing(item: Item) -> bool:
    return len(item.sub_questions) == 1 and item.sub_questions[0].code == item.code


def _show_whole(indicator: Indicator, counted: _Parts) -> Step:
    return _show_indicator(indicator, counted[0][1])


def _show_by_part(indicator: Indicator, counted: _Parts) -> Step:
    parts = [replace(_show_indicator(indicator, tally), eit_part=part) for part, tally in counted]
    return mean_of_steps(indicator.code, indicator.name, parts, Kind.EIT_PARTS)


def _show_indicator(indicator: Indicator, tally: Tally) -> Step:
    return mean_of_steps(indicator.code, indicator.name, [_show_item(item, tally) for item in indicator.items])


def _show_item(item: Item, tally: Tally) -> Step:
    subs = [_show_points(sub, tally) for sub in item.sub_questions]
    return subs[0] if _asks_one_thing(item) else mean_of_steps(item.code, item.text, subs)


def _show_points(sub: SubQuestion, tally: Tally) -> Step:
    """Mean points of one sub-question. A choice without points is left out of the mean."""
    counts = tuple(Counted(choice, tally.get(sub.code, _NOBODY).get(choice.code, 0)) for choice in sub.choices)
    n = sum(each.n for each in counts if each.choice.points is not None)
    worth = sum((each.n * each.choice.points for each in counts if each.choice.points is not None), ZERO)
    return Step(sub.code, Kind.POINTS, sub.text, worth / n if n else _NO_RESPONSES, counts=counts)


def _by_policy(paper: Paper, sample: Sample, step: Step) -> Step:
    """The instrument after the year's rules on small samples."""
    least, policy = paper.settings.least_for_score, paper.settings.below_minimum
    if sample.n < least:
        facts = {"n": sample.n, "needed": least}
        return replace(step, score=Withheld(Reason.TOO_FEW if sample.n else Reason.NOT_STARTED, facts))
    if sample.enough or policy is BelowMinimum.WARN:
        return step
    if policy is BelowMinimum.ZERO:
        return replace(step, kind=Kind.BY_POLICY, score=ZERO)
    facts = {"n": sample.counted, "needed": sample.required or 0}
    return replace(step, score=Withheld(Reason.BELOW_MINIMUM, facts))


def _sample(
    paper: Paper, instrument: Instrument, people: Mapping[int, int], required: int | None, counted: _Parts
) -> Sample:
    """people: how many answered each part, by its number."""
    n = sum(people.values())
    parts = tuple(Part(number, n if len(counted) == 1 else people[number], tally) for number, tally in counted)
    only_part_1 = instrument is Instrument.EIT and paper.settings.eit_minimum is EitMinimum.PART_1
    return Sample(instrument, n, required, people.get(1, 0) if only_part_1 else n, parts)


# --- OIT -------------------------------------------------------------------------------------------


def _checklist(paper: Paper, inputs: Inputs) -> Step:
    marks, given = inputs.marks, inputs.sub_indicators
    if marks is not None and (marks or not _oit_is_given(paper, inputs)):
        step = _oit(paper, lambda sub: _of_marks(sub, marks), lambda sub: _show_marks(sub, marks))
        return step if marks else replace(step, score=Withheld(Reason.NOT_STARTED))
    if given:
        return _oit(
            paper,
            lambda sub: given.get(sub.code, _NOT_GIVEN),
            lambda sub: _given_step(sub.code, sub.name, given.get(sub.code)),
        )
    return _from_given(Instrument.OIT, paper.oit.name, paper.oit.indicators, inputs)


def _oit_is_given(paper: Paper, inputs: Inputs) -> bool:
    """Whether the OIT is known from above the items, so that an empty list of marks says nothing."""
    codes = {indicator.code for indicator in paper.oit.indicators}
    return bool(inputs.sub_indicators or codes & set(inputs.indicators) or Instrument.OIT in inputs.instruments)


def _oit(paper: Paper, score_of: Callable[[SubIndicator], Score], show: Callable[[SubIndicator], Step]) -> Step:
    indicators = paper.oit.indicators

    def of(indicator: ChecklistIndicator) -> Score:
        return mean(indicator.sub_indicators, [score_of(sub) for sub in indicator.sub_indicators])

    def parts() -> Iterable[Step]:
        return (mean_of_steps(each.code, each.name, map(show, each.sub_indicators)) for each in indicators)

    value = mean(indicators, [of(indicator) for indicator in indicators])
    return Step(Instrument.OIT.value, Kind.MEAN, paper.oit.name, value, lay_out=parts)


def _of_marks(sub: SubIndicator, marks: Mapping[str, Decimal]) -> Score:
    try:
        return middle([marks[code] for code in sub.item_codes])
    except KeyError:
        return _show_marks(sub, marks).score


def _show_marks(sub: SubIndicator, marks: Mapping[str, Decimal]) -> Step:
    return mean_of_steps(sub.code, sub.name, [_show_mark(item, marks) for item in sub.items])


def _show_mark(item: ChecklistItem, marks: Mapping[str, Decimal]) -> Step:
    return Step(item.code, Kind.MARK, item.name, marks.get(item.code, _NOT_DECIDED))

"""Whether a paper can be trusted to score with: everything that is wrong with it, by place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from surveyapp.domain.paper import Checklist, Direction, FrontItem, Instrument, Paper, Questionnaire, SubQuestion, Text
from surveyapp.domain.problems import PaperUnsound

_HUNDRED: Final = Decimal(100)
_HALF: Final = Decimal("0.5")
_MOST_IN_CELL: Final = Decimal("0.95")
LAXEST: Final = {"rounded_to": 5, "least_for_instrument": 5, "least_for_steps": 10, "least_in_cell": 3}
MOST_FRONT: Final = 5
_FRONT_CHOICES: Final = range(2, 9)
_FRONT_CHOICE: Final = re.compile(r"[a-z0-9]{1,10}", re.ASCII)  # a counter is kept under it
_INDICATORS: Final = {
    Instrument.IIT: ("1", "2", "3", "4", "5"),
    Instrument.EIT: ("6", "7", "8"),
    Instrument.OIT: ("9", "10"),
}


def faults_of(paper: Paper) -> list[PaperUnsound]:
    """Every fault of a paper, in its own order; empty when it is sound."""
    return [
        *_year(paper),
        *_weights(paper),
        *_levels(paper),
        *_samples(paper),
        *_release(paper),
        *_questionnaire(paper.iit, "i"),
        *_questionnaire(paper.eit, "e"),
        *_checklist(paper.oit),
    ]


def _fault(place: str, th: str, en: str) -> PaperUnsound:
    return PaperUnsound(place=place, fault=Text(th, en))


def _year(paper: Paper) -> Iterator[PaperUnsound]:
    if not 2561 <= paper.fiscal_year <= 2600:
        yield _fault("fiscal_year", "ปีงบประมาณไม่อยู่ในช่วงที่เป็นไปได้", "is not a possible fiscal year")
    if not paper.sources or not all(source.strip() for source in paper.sources):
        yield _fault("sources", "ต้องบอกที่มาอย่างน้อยหนึ่งแห่ง", "names no source")


def _weights(paper: Paper) -> Iterator[PaperUnsound]:
    total = sum(paper.weights.values())
    if total != 1:
        yield _fault("weights", f"น้ำหนักรวมได้ {total} ต้องเป็น 1", f"add up to {total}, not 1")
    for instrument, weight in paper.weights.items():
        if weight <= 0:
            yield _fault(f"weights.{instrument}", "น้ำหนักต้องมากกว่า 0", "must be above 0")


def _levels(paper: Paper) -> Iterator[PaperUnsound]:
    yield from _doubles("level", [level.code for level in paper.levels])
    if not paper.levels:
        yield _fault("level", "ไม่มีระดับผลเลย", "there are no levels")
        return
    last = paper.levels[-1]
    if last.total_at_least != 0 or last.each_at_least is not None:
        yield _fault(f"level[{last.code}]", "ระดับสุดท้ายต้องเริ่มที่ 0 และไม่มีเงื่อนไข", "the last must begin at 0, ungated")
    for place, level in enumerate(paper.levels):
        limits = [level.total_at_least, level.each_at_least or Decimal(0)]
        if not all(0 <= limit <= _HUNDRED for limit in limits):
            yield _fault(f"level[{level.code}]", "เกณฑ์ต้องอยู่ระหว่าง 0 ถึง 100", "limits must be from 0 to 100")
        for earlier in paper.levels[:place]:
            gate, own_gate = earlier.each_at_least or Decimal(0), level.each_at_least or Decimal(0)
            # Where every instrument reaches the gate, the total (their weighted mean) reaches it too.
            if earlier.total_at_least <= max(level.total_at_least, own_gate) and gate <= own_gate:
                yield _fault(
                    f"level[{level.code}]",
                    f"ไปไม่ถึง เพราะระดับ {earlier.code} มาก่อนและกว้างกว่า",
                    f"cannot be reached: {earlier.code} comes first and takes all of it",
                )


def _samples(paper: Paper) -> Iterator[PaperUnsound]:
    for rule in paper.samples:
        place = f"sample[{rule.instrument}]"
        if rule.instrument is Instrument.OIT:
            yield _fault(place, "OIT ไม่มีผู้ตอบ", "the OIT has no respondents")
        if (rule.fixed is None) == (rule.share is None):
            yield _fault(place, "ต้องมี fixed หรือ share อย่างใดอย่างหนึ่ง", "needs either fixed or share")
        if rule.share is not None and not 0 < rule.share <= 1:
            yield _fault(place, "share ต้องมากกว่า 0 และไม่เกิน 1", "share must be above 0 and at most 1")
        if rule.at_most is not None and rule.at_most < rule.at_least:
            yield _fault(place, "at_most น้อยกว่า at_least", "at_most is below at_least")
    for instrument in (Instrument.IIT, Instrument.EIT):
        general = [rule for rule in paper.samples if rule.instrument is instrument and not rule.kinds]
        if not general:
            yield _fault(f"sample[{instrument}]", "ขาดเกณฑ์สำหรับหน่วยงานทั่วไป", "has no rule for every kind")
        if len(general) > 1:
            yield _fault(
                f"sample[{instrument}]", "มีเกณฑ์สำหรับหน่วยงานทั่วไปมากกว่าหนึ่งข้อ", "has more than one rule for every kind"
            )


def _release(paper: Paper) -> Iterator[PaperUnsound]:
    """Thresholds may be made stricter than what protects an answer, never laxer."""
    given = paper.release
    for name, least in LAXEST.items():
        if getattr(given, name) < least:
            yield _fault(f"release.{name}", f"ต้องไม่น้อยกว่า {least}", f"must be at least {least}")
    if given.least_for_steps < given.least_for_instrument:
        yield _fault("release.least_for_steps", "ต้องไม่น้อยกว่า least_for_instrument", "is below least_for_instrument")
    if not _HALF <= given.most_in_cell <= _MOST_IN_CELL:
        yield _fault("release.most_in_cell", "ต้องอยู่ระหว่าง 0.5 ถึง 0.95", "must be from 0.5 to 0.95")


def _questionnaire(questionnaire: Questionnaire, letter: str) -> Iterator[PaperUnsound]:
    place = questionnaire.instrument.value
    yield from _same(place, [each.code for each in questionnaire.indicators], _INDICATORS[questionnaire.instrument])
    codes = [item.code for item in questionnaire.items]
    yield from _same(f"{place}.item", codes, [f"{letter}{n}" for n in range(1, len(codes) + 1)])
    for indicator in questionnaire.indicators:
        if not indicator.items:
            yield _fault(f"{place}.{indicator.code}", "ตัวชี้วัดไม่มีข้อ", "the indicator has no items")
    for item in questionnaire.items:
        if not item.sub_questions:
            yield _fault(f"{place}.{item.code}", "ข้อไม่มีคำถาม", "the item asks nothing")
    for sub in questionnaire.sub_questions:
        yield from _sub_question(f"{place}.{sub.code}", sub)
    yield from _front(place, questionnaire.front)


def _front(place: str, items: Sequence[FrontItem]) -> Iterator[PaperUnsound]:
    """A few questions of a few choices each: the finer they are, the fewer people stand behind one count."""
    codes = [item.code for item in items]
    yield from _same(f"{place}.front", codes, [f"f{n}" for n in range(1, len(codes) + 1)])
    if len(items) > MOST_FRONT:
        yield _fault(f"{place}.front", f"มีได้ไม่เกิน {MOST_FRONT} คำถาม", f"may be {MOST_FRONT} questions at most")
    for item in items:
        yield from _front_choices(f"{place}.front[{item.code}].choices", item)


def _front_choices(place: str, item: FrontItem) -> Iterator[PaperUnsound]:
    yield from _doubles(place, [choice.code for choice in item.choices])
    yield from _doubles(f"{place}.label", [choice.label.th for choice in item.choices])
    if len(item.choices) not in _FRONT_CHOICES:
        yield _fault(place, "ต้องมี 2 ถึง 8 ตัวเลือก", "needs 2 to 8 choices")
    if not all(_FRONT_CHOICE.fullmatch(choice.code) for choice in item.choices):
        yield _fault(place, "รหัสต้องเป็น a-z หรือ 0-9 ไม่เกิน 10 ตัว", "codes are 1 to 10 of a-z and 0-9")


def _sub_question(place: str, sub: SubQuestion) -> Iterator[PaperUnsound]:
    yield from _doubles(f"{place}.choices", [choice.code for choice in sub.choices])
    yield from _doubles(f"{place}.choices.label", [choice.label.th for choice in sub.choices])
    points = [choice.points for choice in sub.choices if choice.points is not None]
    if not 2 <= len(sub.choices) <= 20:
        yield _fault(f"{place}.choices", "ต้องมี 2 ถึง 20 ตัวเลือก", "needs 2 to 20 choices")
    if len(points) < 2:
        yield _fault(f"{place}.choices", "ต้องมีอย่างน้อยสองตัวเลือกที่มีคะแนน", "needs points on two choices")
        return
    if min(points) != 0 or max(points) != _HUNDRED:
        yield _fault(f"{place}.choices", "คะแนนต้องเริ่มที่ 0 และสูงสุด 100", "points must reach from 0 to 100")
    if len(points) > 2 and points not in (sorted(points), sorted(points, reverse=True)):
        yield _fault(f"{place}.choices", "คะแนนไม่เรียงตามลำดับตัวเลือก", "points do not follow the choices' order")
    rising = points[-1] > points[0]
    if len(points) > 2 and rising is not (sub.direction is Direction.POSITIVE):
        yield _fault(f"{place}.direction", "ทิศทางไม่ตรงกับคะแนน", "the direction contradicts the points")


def _checklist(checklist: Checklist) -> Iterator[PaperUnsound]:
    yield from _same("oit", [each.code for each in checklist.indicators], _INDICATORS[Instrument.OIT])
    codes = [item.code for item in checklist.items]
    yield from _same("oit.item", codes, [f"O{n}" for n in range(1, len(codes) + 1)])
    for indicator in checklist.indicators:
        expected = [f"{indicator.code}.{n}" for n in range(1, len(indicator.sub_indicators) + 1)]
        yield from _same(f"oit.{indicator.code}", [sub.code for sub in indicator.sub_indicators], expected)
        if not indicator.sub_indicators:
            yield _fault(f"oit.{indicator.code}", "ไม่มีตัวชี้วัดย่อย", "has no sub-indicators")
    for sub in checklist.sub_indicators:
        if not sub.items:
            yield _fault(f"oit.{sub.code}", "ตัวชี้วัดย่อยไม่มีข้อ", "the sub-indicator has no items")


def _same(place: str, got: Sequence[str], expected: Sequence[str]) -> Iterator[PaperUnsound]:
    """Doubles, and the first code that is out of order or skipped."""
    yield from _doubles(place, got)
    for found, wanted in zip(got, expected, strict=False):
        if found != wanted:
            yield _fault(place, f"พบ {found} ตรงที่ควรเป็น {wanted}", f"has {found} where {wanted} belongs")
            return
    if len(got) < len(expected):
        missing = ", ".join(expected[len(got) :])
        yield _fault(place, f"ขาด {missing}", f"lacks {missing}")
    if len(got) > len(expected):
        yield _fault(place, f"เกินมา {got[len(expected)]}", f"has {got[len(expected)]} too many")


def _doubles(place: str, codes: Iterable[str]) -> Iterator[PaperUnsound]:
    for code, n in Counter(codes).items():
        if n > 1:
            yield _fault(place, f"{code} ซ้ำ {n} ครั้ง", f"{code} is there {n} times")

"""Whether a crosswalk of two consecutive years can be trusted: everything that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from surveyapp.domain.crosswalk import Crosswalk, Match, MatchKind, codes_of, group_of
from surveyapp.domain.paper import Instrument, Item, Paper, Status, SubQuestion, Text
from surveyapp.domain.problems import PaperUnsound

_Groups = list[frozenset[str]]


def faults_of_crosswalk(crosswalk: Crosswalk, before: Paper, after: Paper) -> list[PaperUnsound]:
    """Every fault of a crosswalk against the papers of its two years; empty when it is sound."""
    place = f"{crosswalk.after_year}/from_{crosswalk.before_year}"
    pair = _Pair(crosswalk, before, after)
    found = [*_head(pair), *_codes(pair), *_matches(pair)]
    return [PaperUnsound(place=f"{place}.{where}", fault=what) for where, what in found]


@dataclass(frozen=True)
class _Pair:
    crosswalk: Crosswalk
    before: Paper
    after: Paper

    @cached_property
    def same(self) -> dict[str, str]:
        """Code of the earlier year → the code it is the same as."""
        pairs = (match for match in self.crosswalk.matches if match.kind is MatchKind.SAME)
        return {match.before[0]: match.after[0] for match in pairs}


_Fault = tuple[str, Text]


def _head(pair: _Pair) -> Iterator[_Fault]:
    crosswalk = pair.crosswalk
    if (pair.before.fiscal_year, pair.after.fiscal_year) != (crosswalk.before_year, crosswalk.after_year):
        yield "fiscal_year", Text("ปีไม่ตรงกับเครื่องมือประเมิน", "is not of these two papers")
    if crosswalk.after_year != crosswalk.before_year + 1:
        yield "from", Text("ต้องเป็นปีก่อนหน้าหนึ่งปี", "must be the year before")
    if not crosswalk.sources or not all(source.strip() for source in crosswalk.sources):
        yield "sources", Text("ต้องบอกที่มาอย่างน้อยหนึ่งแห่ง", "names no source")
    if crosswalk.status is Status.VERIFIED and Status.DRAFT in (pair.before.status, pair.after.status):
        yield "status", Text("ยืนยันไม่ได้ เพราะมีปีที่เป็นฉบับร่าง", "cannot be verified: one of the years is a draft")


def _codes(pair: _Pair) -> Iterator[_Fault]:
    matches = pair.crosswalk.matches
    for year, paper, said in (
        (pair.crosswalk.before_year, pair.before, Counter(code for match in matches for code in match.before)),
        (pair.crosswalk.after_year, pair.after, Counter(code for match in matches for code in match.after)),
    ):
        known = codes_of(paper)
        for code, n in said.items():
            if code not in known:
                yield code, Text(f"ปี {year} ไม่มีรหัสนี้", f"is not a code of {year}")
            if n > 1:
                yield code, Text(f"กล่าวถึงปี {year} ซ้ำ {n} ครั้ง", f"is there {n} times for {year}")
        for code in known.keys() - said.keys():
            yield code, Text(f"ไม่ได้บอกว่ารหัสของปี {year} นี้เป็นอะไร", f"of {year} is not accounted for")


def _matches(pair: _Pair) -> Iterator[_Fault]:
    known_before, known_after = codes_of(pair.before), codes_of(pair.after)
    for match in pair.crosswalk.matches:
        where = _name(match)
        if len({group_of(code) for code in match.before + match.after}) > 1:
            yield where, Text("จับคู่คนละชนิดกัน", "matches things of different kinds")
        elif match.kind in (MatchKind.MERGED, MatchKind.SPLIT, MatchKind.REGROUPED) and not match.breaks:
            yield where, Text("รวมหรือแยกข้อต้องบอกเหตุผล", "merges or splits without a reason")
        elif match.kind is MatchKind.SAME and match.before[0] in known_before and match.after[0] in known_after:
            for th, en in _differences(pair, match.before[0], match.after[0]):
                yield where, Text(f"บอกว่าเหมือนเดิม แต่{th}", f"is called the same, but {en}")


def _name(match: Match) -> str:
    sides = ["+".join(side) for side in (match.before, match.after) if side]
    return " > ".join(dict.fromkeys(sides))


# --- what may be called the same -------------------------------------------------------------------


def _differences(pair: _Pair, old: str, new: str) -> Iterator[tuple[str, str]]:
    match group_of(old):
        case "i" | "e":
            yield from _of_questions(_item(pair.before, old), _item(pair.after, new))
        case "O":
            yield from _of_evidence(pair, old, new)
        case "indicator":
            yield from _of_indicator(pair, old, new)
        case "instrument":
            yield from _of_instrument(pair, old, new)
        case "total":
            yield from _of_total(pair)
        case _:
            if (pair.before.levels, pair.before.settings.level_on) != (pair.after.levels, pair.after.settings.level_on):
                yield "ตารางระดับผลต่างกัน", "the levels differ"


def _of_questions(old: Item, new: Item) -> Iterator[tuple[str, str]]:
    if len(old.sub_questions) != len(new.sub_questions):
        yield "จำนวนข้อย่อยต่างกัน", "the number of sub-questions differs"
        return
    pairs = list(zip(old.sub_questions, new.sub_questions, strict=True))
    if any(one.direction is not other.direction for one, other in pairs):
        yield "ทิศทางของคำถามต่างกัน", "the direction differs"
    if any(_points(one) != _points(other) for one, other in pairs):
        yield "มาตรวัดต่างกัน", "the scale differs"


def _points(sub: SubQuestion) -> list[object]:
    return [choice.points for choice in sub.choices]


def _item(paper: Paper, code: str) -> Item:
    return next(item for each in paper.questionnaires() for item in each.items if item.code == code)


def _of_evidence(pair: _Pair, old: str, new: str) -> Iterator[tuple[str, str]]:
    one, other = pair.before.oit.item(old), pair.after.oit.item(new)
    if one is None or other is None:
        return
    if one.evidence_year is not other.evidence_year:
        yield "ปีของหลักฐานต่างกัน", "the year of the evidence differs"
    if one.evidence != other.evidence:
        yield "หลักฐานที่ขอต่างกัน", "the evidence differs"


def _of_indicator(pair: _Pair, old: str, new: str) -> Iterator[tuple[str, str]]:
    def carried(code: str) -> str:
        return pair.same.get(code, f"not {code}")

    expected = [frozenset(map(carried, group)) for group in _groups(pair.before, old)]
    if expected != _groups(pair.after, new):
        yield "ข้อข้างในไม่เหมือนเดิมทั้งหมด", "not all of its items are the same"
    yield from _of_eit_parts(pair, old in {each.code for each in pair.before.eit.indicators})


def _groups(paper: Paper, code: str) -> _Groups:
    """The items of an indicator, as they are averaged: in one group, or by sub-indicator."""
    for questionnaire in paper.questionnaires():
        for indicator in questionnaire.indicators:
            if indicator.code == code:
                return [frozenset(item.code for item in indicator.items)]
    found = (indicator for indicator in paper.oit.indicators if indicator.code == code)
    return [frozenset(item.code for item in sub.items) for indicator in found for sub in indicator.sub_indicators]


def _of_instrument(pair: _Pair, old: str, new: str) -> Iterator[tuple[str, str]]:
    below, above = _indicators(pair.before, old), _indicators(pair.after, new)
    if {pair.same.get(code, "") for code in below} != above:
        yield "ตัวชี้วัดข้างในไม่เหมือนเดิมทั้งหมด", "not all of its indicators are the same"
    if old != Instrument.OIT and pair.before.settings.below_minimum is not pair.after.settings.below_minimum:
        yield "กฎเมื่อผู้ตอบไม่ถึงขั้นต่ำต่างกัน", "the rule below the minimum sample differs"
    yield from _of_eit_parts(pair, old == Instrument.EIT)


def _of_eit_parts(pair: _Pair, concerned: bool) -> Iterator[tuple[str, str]]:
    if concerned and pair.before.settings.eit_parts is not pair.after.settings.eit_parts:
        yield "วิธีรวมส่วนของ EIT ต่างกัน", "the EIT parts are joined differently"


def _indicators(paper: Paper, instrument: str) -> set[str]:
    if instrument == Instrument.OIT:
        return {indicator.code for indicator in paper.oit.indicators}
    return {indicator.code for indicator in paper.questionnaire(Instrument(instrument)).indicators}


def _of_total(pair: _Pair) -> Iterator[tuple[str, str]]:
    if any(instrument.value not in pair.same for instrument in Instrument):
        yield "แบบวัดไม่เหมือนเดิมทั้งหมด", "not all instruments are the same"
    if pair.before.weights != pair.after.weights:
        yield "น้ำหนักต่างกัน", "the weights differ"

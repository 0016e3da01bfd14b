"""A made-up province: believable names, staff, answers and marks, the same for the same seed.

The distributions follow the published ones (indicator means of local bodies FY2564: surveys are narrow
with a spread of 3 to 5 points, the OIT is wide and lumpy). Nobody and nothing here is real.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import comb
from random import Random
from typing import Final

from surveyapp.domain.calendar import Phase, Span
from surveyapp.domain.checklist import FAILED, PASSED, Decision, Evidence
from surveyapp.domain.paper import Checklist, Choice, FrontItem, Questionnaire, SubQuestion
from surveyapp.domain.places import Agency
from surveyapp.domain.provinces import MADE_UP
from surveyapp.domain.response import Response

PROVINCE: Final = MADE_UP
_FIRST: Final = "บ้าน หนอง โนน นา ดอน ห้วย คลอง ท่า วัง ทุ่ง โคก บึง เขา ป่า สระ น้ำ".split()
_SECOND: Final = (
    "ใหญ่ แก้ว ทอง สูง ไผ่ มะม่วง บัว งาม กลาง เหนือ ศรี สามัคคี พัฒนา ขาม ยาง แดง ขาว หิน ทราย เจริญ ญี่ปุ่น ผึ้ง กุ้ง"
).split()
# (kind, words before the name, share of the roster, staff from, staff to); shares as among local bodies.
_KINDS: Final = (
    ("oboto_m", "องค์การบริหารส่วนตำบล", 40, 25, 60),
    ("oboto_l", "องค์การบริหารส่วนตำบล", 24, 45, 110),
    ("oboto_s", "องค์การบริหารส่วนตำบล", 6, 14, 28),
    ("thesaban_tambon_m", "เทศบาลตำบล", 20, 40, 120),
    ("thesaban_tambon_s", "เทศบาลตำบล", 7, 25, 60),
    ("thesaban_muang", "เทศบาลเมือง", 3, 120, 380),
)
_SPECIAL: Final = (("thesaban_muang", "เทศบาลเมือง", 240), ("obojo", "องค์การบริหารส่วนจังหวัด", 420))
# Published means of the indicators, 0–1, and how far agencies spread around them.
_MEANS: Final = {
    "1": 0.94,
    "2": 0.875,
    "3": 0.905,
    "4": 0.87,
    "5": 0.89,
    "6": 0.91,
    "7": 0.89,
    "8": 0.875,
}
_SPREAD: Final = 0.035
_TEMPERS: Final = ((0.25, -0.16), (0.45, 0.0), (0.30, 0.09))  # (share of people, how much kinder they are)


# (phase, first day, last day), counted from today
_PHASES: Final = (
    (Phase.REGISTER, -90, -61),
    (Phase.NUMBERS, -75, -46),
    (Phase.ANSWERING, -45, 60),
    (Phase.FILING, -40, 60),
    (Phase.APPROVAL, -10, 62),
    (Phase.CHECKING, -20, 75),
    (Phase.PRELIMINARY, 76, 82),
    (Phase.CLARIFICATION, 83, 97),
    (Phase.CONFIRMATION, 98, 112),
    (Phase.ANNOUNCEMENT, 120, 126),
)


@dataclass(frozen=True, slots=True)
class MadeUpAgency:
    """An agency with its staff, its clients, and how good it is (0–1 for the OIT; shift for the surveys)."""

    agency: Agency
    staff: int
    clients: int
    coordinator: str
    shift: float
    openness: float


def make_agencies(rng: Random, n: int) -> list[MadeUpAgency]:
    """n agencies of the made-up province, each with its own name."""
    names = [first + second for first in _FIRST for second in _SECOND]
    rng.shuffle(names)
    found = [_special(rng, place) for place in range(min(n, 2))]
    for place in range(len(found), n):
        kind, words, _, low, high = rng.choices(_KINDS, weights=[each[2] for each in _KINDS])[0]
        extra = f" {place // len(names) + 1}" if place >= len(names) else ""
        found.append(_agency(rng, place, kind, f"{words}{names[place % len(names)]}{extra}", rng.randint(low, high)))
    return found


def _special(rng: Random, place: int) -> MadeUpAgency:
    kind, name, staff = _SPECIAL[place]
    return replace(_agency(rng, place, kind, name + PROVINCE, staff), openness=0.9)


def _agency(rng: Random, place: int, kind: str, name: str, staff: int) -> MadeUpAgency:
    return MadeUpAgency(
        agency=Agency(0, f"TT{place + 1:03d}", name, kind, PROVINCE),
        staff=staff,
        clients=staff * rng.randint(8, 30),
        coordinator=_person_name(rng),
        shift=rng.gauss(0, _SPREAD),
        openness=min(0.995, max(0.25, rng.betavariate(6, 1.6))),
    )


def _person_name(rng: Random) -> str:
    first = rng.choice(
        "นายกิตติ นายสมชาย นางวิภา นางอรุณี นายปรีชา นางสาวสุดา นายมานะ นางสาวชูใจ นางสาวนภา นายธีรพล นางรัตนา "
        "นายพงศ์ศักดิ์ นางสาวศิริพร นายณัฐวุฒิ".split()
    )
    last = rng.choice("ใจดี รักถิ่น ศรีสุข แก้วงาม ทองดี บุญมี วงศ์ใหญ่ ตั้งมั่น พึ่งธรรม สุขเกษม".split())
    return f"{first} {last}"


def make_calendar(today: date, *, over: bool = False) -> list[Span]:
    """A calendar in whose middle today is: evidence and answers come in, assessors decide.

    over: today is the day of the results instead, and everything else lies behind.
    """
    if over:
        today -= timedelta(days=_PHASES[-1][1])
    return [Span(phase, today + timedelta(days=first), today + timedelta(days=last)) for phase, first, last in _PHASES]


def share_out(weights: Sequence[int], total: int) -> list[int]:
    """``total`` shared out by weight in whole numbers that add up exactly (largest remainders)."""
    whole = sum(weights) or 1
    exact = [total * weight / whole for weight in weights]
    shares = [int(each) for each in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


def make_responses(
    rng: Random, questionnaire: Questionnaire, made_up: MadeUpAgency, n: int, eit_part: int
) -> list[Response]:
    """n complete responses of people who differ in how kind they are; in no order."""
    tempers = share_out([round(share * 100) for share, _ in _TEMPERS], n)
    rows: list[bytes] = []
    for count, (_, kinder) in zip(tempers, _TEMPERS, strict=True):
        columns = [
            _draw(rng, sub, _MEANS[indicator.code] + made_up.shift + kinder, count)
            for indicator in questionnaire.indicators
            for item in indicator.items
            for sub in item.sub_questions
        ]
        rows += [bytes(row) for row in zip(*columns, strict=True)] if count else []
    responses = [Response(rng.randbytes(16), questionnaire.instrument, eit_part, row) for row in rows]
    # They were drawn temper by temper; the order of random ids is no order, and costs no further draw.
    return sorted(responses, key=lambda response: response.id)


def _draw(rng: Random, sub: SubQuestion, goodness: float, n: int) -> list[int]:
    """The places (from 1) of n choices whose mean points are about 100 times the goodness."""
    good = min(0.995, max(0.05, goodness))
    places = [place for place, _ in sorted(enumerate(sub.choices, start=1), key=lambda each: _points(each[1]))]
    last = len(places) - 1
    if last == 1:
        good = min(0.995, good + 0.05)  # taking bribes is rarer than poor service
    weights = [comb(last, step) * good**step * (1 - good) ** (last - step) for step in range(last + 1)]
    return rng.choices(places, weights=weights, k=n)


def _points(choice: Choice) -> float:
    return float(choice.points) if choice.points is not None else -1.0


def make_front(rng: Random, items: Sequence[FrontItem], n: int) -> Counter[tuple[str, str]]:
    """(front question, choice) → how many of n people chose it, the later choices fewer; one in seven none."""
    counts: Counter[tuple[str, str]] = Counter()
    for item in items:
        weights = [place**2 for place in range(len(item.choices), 0, -1)]
        chosen = rng.choices(item.choices, weights, k=n)
        counts.update((item.code, choice.code) for choice in chosen if rng.random() > 1 / 7)
    return counts


def spread_over_days(rng: Random, n: int, last: date, days: int) -> dict[date, int]:
    """n arrivals over the days before ``last``, more towards the end."""
    counts: dict[date, int] = {}
    for back in rng.choices(range(days), weights=[days - back for back in range(days)], k=n):
        day = last - timedelta(days=back)
        counts[day] = counts.get(day, 0) + 1
    return counts


def make_checklist(
    rng: Random, checklist: Checklist, made_up: MadeUpAgency, fiscal_year: int, *, undecided: int
) -> Iterator[tuple[str, Evidence | None, Decision | None]]:
    """What the agency filed and what was decided; the last ``undecided`` items wait for the assessor."""
    host = f"www.{made_up.agency.code.lower()}.example.go.th"
    for place, item in enumerate(checklist.items):
        passes = rng.random() < made_up.openness
        filed = passes or rng.random() < 0.7
        evidence = Evidence((f"https://{host}/ita/{fiscal_year}/{item.code.lower()}",)) if filed else None
        decided = place < len(checklist.items) - undecided
        reason = rng.choice(_REASONS_FILED if filed else _REASONS_EMPTY)
        decision = Decision(PASSED) if passes else Decision(FAILED, reason)
        yield item.code, evidence, decision if decided else None


_REASONS_FILED: Final = (
    "เปิดลิงก์แล้วไม่พบข้อมูลของปีที่กำหนด",
    "ข้อมูลยังไม่ครบองค์ประกอบ ขาดรายละเอียดผลการดำเนินงาน",
    "ลิงก์นำไปยังหน้าแรกของเว็บไซต์ ไม่ใช่หน้าของข้อมูล",
)
_REASONS_EMPTY: Final = ("ไม่ได้แนบหลักฐาน",)


def weight_of(rng: Random, required: int) -> int:
    """How many responses an agency gets compared with the others: most reach what they need, some do not."""
    return max(1, round(required * rng.uniform(0.75, 1.5)))

"""A paper as sheets of text cells, and what each sheet and column is called. Read back in ``sheet_reading``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, get_type_hints

from surveyapp.domain.paper import Direction, EvidenceYear, Instrument, Paper, Release, Settings
from surveyapp.instruments.writing import Tables, plain_number, written

README: Final = "readme"


class Holds(StrEnum):
    """What the value of a key of the sheet ``paper`` is."""

    TEXT = "text"  # Thai and English
    TEXTS = "texts"  # the same, once a row
    LINES = "lines"  # one sentence a row
    WORD = "word"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: the key it is found by, what it is called in Thai, its width in characters, and its words."""

    key: str
    thai: str
    width: int
    words: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The heading as it is written; only its first word, the key, is read."""
        return f"{self.key} · {self.thai}"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet to write."""

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    readme: bool = False


def _rules(table: str, kind: type[Settings | Release]) -> dict[str, Holds]:
    """The keys of a table of rules, in the order of its fields."""
    hints = get_type_hints(kind)
    return {f"{table}.{each.name}": _held(hints[each.name]) for each in fields(kind)}


def _held(hint: type) -> Holds:
    return Holds.WORD if issubclass(hint, StrEnum) else Holds.NUMBER


KEYS: Final[dict[str, Holds]] = {
    "fiscal_year": Holds.NUMBER,
    "status": Holds.WORD,
    "wording": Holds.WORD,
    "title": Holds.TEXT,
    "iit.name": Holds.TEXT,
    "eit.name": Holds.TEXT,
    "oit.name": Holds.TEXT,
    "sources": Holds.LINES,
    "unsure": Holds.TEXTS,
    **{f"weights.{instrument}": Holds.NUMBER for instrument in sorted(Instrument)},
    **_rules("settings", Settings),
    **_rules("release", Release),
}
_TH, _EN = Heading("th", "ข้อความไทย", 70), Heading("en", "ข้อความอังกฤษ", 70)
_CODE: Final = Heading("code", "รหัส", 12)
_DIRECTION: Final = Heading("direction", "ทิศทาง", 13, tuple(Direction))
_SCALE: Final = Heading("scale", "มาตรวัด", 12)


def _questionnaire_headings() -> tuple[Heading, ...]:
    kind = Heading("kind", "ชนิด", 12, ("indicator", "item", "ask", "front", "choice"))
    hints = (Heading("hint_th", "คำอธิบายไทย", 34), Heading("hint_en", "คำอธิบายอังกฤษ", 34))
    return (kind, _CODE, _TH, _EN, *hints, _DIRECTION, _SCALE)


HEADINGS: Final[dict[str, tuple[Heading, ...]]] = {
    "paper": (Heading("key", "รายการ", 30), _TH, _EN),
    "levels": (
        _CODE,
        Heading("name_th", "ชื่อไทย", 30),
        Heading("name_en", "ชื่ออังกฤษ", 30),
        Heading("total_at_least", "คะแนนรวมไม่น้อยกว่า", 22),
        Heading("each_at_least", "ทุกแบบวัดไม่น้อยกว่า", 22),
        Heading("passes", "ผ่านหรือไม่", 12, ("true", "false")),
    ),
    "samples": (
        Heading("instrument", "แบบวัด", 12, (Instrument.IIT, Instrument.EIT)),
        Heading("kinds", "ประเภทหน่วยงาน (ว่าง = ทุกประเภท)", 34),
        Heading("fixed", "จำนวนตายตัว", 14),
        Heading("share", "สัดส่วน", 12),
        Heading("at_least", "ไม่น้อยกว่า", 14),
        Heading("at_most", "ไม่เกิน", 14),
        Heading("source", "ที่มา", 60),
    ),
    "scales": (_SCALE, _CODE, _TH, _EN, Heading("points", "คะแนน (ว่าง = ไม่นับ)", 22)),
    "iit": _questionnaire_headings(),
    "eit": _questionnaire_headings(),
    "oit": (
        Heading("kind", "ชนิด", 12, ("indicator", "sub", "item")),
        _CODE,
        Heading("th", "ชื่อไทย", 44),
        Heading("en", "ชื่ออังกฤษ", 44),
        Heading("evidence_th", "หลักฐานไทย", 60),
        Heading("evidence_en", "หลักฐานอังกฤษ", 60),
        Heading("evidence_year", "ปีของหลักฐาน", 16, tuple(EvidenceYear)),
    ),
}


def leaves_of(paper: Paper) -> tuple[Leaf, ...]:
    """Every sheet of a paper in order, the instructions first. Equal papers give equal sheets."""
    tables = written(paper)
    rows: dict[str, Iterator[tuple[str, ...]]] = {
        "paper": _paper_rows(tables),
        "levels": (_level_row(table) for table in tables["paper"]["level"]),
        "samples": (_sample_row(table) for table in tables["paper"]["sample"]),
        "scales": _scale_rows(tables),
        "iit": _questionnaire_rows(tables["iit"]),
        "eit": _questionnaire_rows(tables["eit"]),
        "oit": _checklist_rows(tables["oit"]),
    }
    leaves = (Leaf(name, headings, tuple(rows[name])) for name, headings in HEADINGS.items())
    return (_readme(paper), *leaves)


def _readme(paper: Paper) -> Leaf:
    headings = (Heading("th", "ภาษาไทย", 80), Heading("en", "English", 80))
    return Leaf(README, headings, (*_INSTRUCTIONS, ("รหัสเนื้อหา", "Digest"), (paper.digest, paper.digest)), readme=True)


def _paper_rows(tables: Tables) -> Iterator[tuple[str, ...]]:
    for key, holds in KEYS.items():
        value = _at(tables, key)
        match holds:
            case Holds.TEXT:
                yield key, value["th"], value["en"]
            case Holds.TEXTS:
                yield from ((key, each["th"], each["en"]) for each in value)
            case Holds.LINES:
                yield from ((key, each, "") for each in value)
            case _:
                yield key, _plain(value), ""


def _at(tables: Tables, key: str) -> Any:
    """The value of a key such as "title", "settings.level_on" or "iit.name"."""
    first, _, rest = key.partition(".")
    if first in tables:
        return tables[first][rest]
    return tables["paper"][first][rest] if rest else tables["paper"][first]


def _level_row(level: Tables) -> tuple[str, ...]:
    limits = (_plain(level["total_at_least"]), _plain(level.get("each_at_least")))
    return level["code"], level["name"]["th"], level["name"]["en"], *limits, _plain(level["passes"])


def _sample_row(sample: Tables) -> tuple[str, ...]:
    numbers = (_plain(sample.get(key)) for key in ("fixed", "share", "at_least", "at_most"))
    return sample["instrument"], "\n".join(sample["kinds"]), *numbers, sample["source"]


def _scale_rows(tables: Tables) -> Iterator[tuple[str, ...]]:
    for name, scale in (tables["iit"]["scale"] | tables["eit"]["scale"]).items():
        for choice in scale["choices"]:
            label = choice["label"]
            yield name, choice["code"], label["th"], label["en"], _plain(choice.get("points"))


def _questionnaire_rows(table: Tables) -> Iterator[tuple[str, ...]]:
    for indicator in table["indicator"]:
        yield "indicator", indicator["code"], indicator["name"]["th"], indicator["name"]["en"], "", "", "", ""
        for item in indicator["item"]:
            text, hint = item["text"], item.get("hint", {"th": "", "en": ""})
            head = ("item", item["code"], text["th"], text["en"], hint["th"], hint["en"])
            yield *head, item.get("direction", ""), item.get("scale", "")
            for n, ask in enumerate(item.get("ask", ()), start=1):
                text = ask["text"]
                code = f"{item['code']}.{n}"
                yield "ask", code, text["th"], text["en"], "", "", ask["direction"], ask["scale"]
    for front in table.get("front", ()):
        yield "front", front["code"], front["text"]["th"], front["text"]["en"], "", "", "", ""
        for choice in front["choices"]:
            yield "choice", choice["code"], choice["label"]["th"], choice["label"]["en"], "", "", "", ""


def _checklist_rows(table: Tables) -> Iterator[tuple[str, ...]]:
    for indicator in table["indicator"]:
        yield "indicator", indicator["code"], indicator["name"]["th"], indicator["name"]["en"], "", "", ""
        for sub in indicator["sub"]:
            yield "sub", sub["code"], sub["name"]["th"], sub["name"]["en"], "", "", ""
            for item in sub["item"]:
                name, evidence = item["name"], item["evidence"]
                texts = (name["th"], name["en"], evidence["th"], evidence["en"])
                yield "item", item["code"], *texts, item["evidence_year"]


def _plain(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | Decimal():
            return plain_number(value)
        case _:
            return str(value)


def _words() -> str:
    """The words each setting knows: eit_parts one/mean/pool · …"""
    hints = get_type_hints(Settings)
    return " · ".join(f"{name} {'/'.join(kind)}" for name, kind in hints.items() if _held(kind) is Holds.WORD)


_INSTRUCTIONS: Final = (
    (
        "สมุดงานนี้คือเครื่องมือประเมินของปีหนึ่งทั้งหมด แก้ข้อความแล้วนำเข้าด้วยคำสั่ง surveyapp instruments import FILE.xlsx",
        "This workbook is the whole paper of one fiscal year. Change its texts, then run: "
        "surveyapp instruments import FILE.xlsx",
    ),
    (
        "ก่อนนำเข้า ดูส่วนที่ต่างไปทีละคำได้ด้วย --dry-run โดยไม่มีอะไรเปลี่ยน",
        "With --dry-run the import shows every difference, word by word, and changes nothing.",
    ),
    (
        "ถ้าใช้ถ้อยคำทางการ ให้เปลี่ยน wording ในแผ่น paper จาก own เป็น official และแก้รายการ unsure ที่ไม่จริงแล้ว",
        "With official texts, change wording on the sheet paper from own to official, and mend what is not unsure "
        "any more.",
    ),
    (
        "ปีที่ status เป็น verified แก้ได้เฉพาะข้อความ ปีที่เป็น draft แก้โครงสร้างได้ด้วย เช่น ข้อ มาตรวัด คะแนน น้ำหนัก ระดับผล",
        "Where status is verified, only texts may change. Where it is draft, so may the structure: items, scales, "
        "points, weights, levels.",
    ),
    (
        "อย่าเปลี่ยนชื่อแผ่นงานและคำแรกของหัวคอลัมน์ อย่าใส่สูตร อย่าผสานเซลล์ แผ่นนี้ (readme) ไม่ถูกอ่านตอนนำเข้า",
        "Keep the names of the sheets and the first word of each heading. No formulas, no merged cells. "
        "This sheet is not read.",
    ),
    (
        "แผ่น iit และ eit: indicator คือตัวชี้วัด item คือข้อ ask คือข้อย่อย (รหัส i1.1 i1.2 ตามลำดับ) มาตรวัดอยู่ในแผ่น scales",
        "Sheets iit and eit: indicator, item, and ask for a sub-question (i1.1, i1.2 in order). Scales are on their "
        "own sheet.",
    ),
    (
        "ท้ายแผ่น iit และ eit: front คือคำถามเกี่ยวกับผู้ตอบ (f1 f2 ตามลำดับ ไม่เกิน 5 ข้อ) ตามด้วย choice 2 ถึง 8 แถว ไม่มีคะแนน",
        "At the end of iit and eit: front is a question about whoever answers (f1, f2 in order, 5 at most), followed "
        "by 2 to 8 rows choice. No points, never compulsory.",
    ),
    (
        "คำที่ใช้ได้ใน settings: " + _words(),
        "Words of the settings: " + _words(),
    ),
)

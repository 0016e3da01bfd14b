"""The eight papers that ship: sound, complete, bilingual, and what the fact sheet says they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from surveyapp.domain.paper import (
    BelowMinimum,
    Direction,
    EitParts,
    EvidenceYear,
    Instrument,
    LevelOn,
    Paper,
    Questionnaire,
    SubQuestion,
    Text,
)
from surveyapp.domain.paper_document import paper_document
from surveyapp.domain.places import Round, Stage
from surveyapp.domain.problems import PaperChanged, YearWithoutPaper
from surveyapp.domain.soundness import faults_of
from surveyapp.instruments.library import SHIPPED, Library, digest_of

LIBRARY = Library()
YEARS = (2562, 2563, 2564, 2565, 2566, 2567, 2568, 2569)
LONG, SHORT = YEARS[:5], YEARS[5:]
D = Decimal


def paper(year: int) -> Paper:
    return LIBRARY.paper(year)


def test_there_are_eight_years() -> None:
    assert LIBRARY.years() == YEARS


@pytest.mark.parametrize("year", YEARS)
def test_every_paper_is_sound(year: int) -> None:
    found, faults = LIBRARY.read(year)
    assert faults == []
    assert found is not None
    assert faults_of(found) == []
    assert found.fiscal_year == year


# --- how much there is ---------------------------------------------------------------------------------

CHECKLISTS = {
    2562: ((9, 8, 7, 4, 5), (8, 7)),
    2563: ((9, 8, 7, 4, 5), (8, 2)),
    2564: ((9, 8, 7, 4, 5), (8, 2)),
    2565: ((9, 8, 7, 4, 5), (8, 2)),
    2566: ((10, 8, 4, 4, 4), (8, 5)),
    2567: ((6, 7, 4, 4, 4), (6, 4)),
    2568: ((4, 7, 2, 3, 4), (4, 4)),
    2569: ((4, 6, 2, 3, 4), (3, 4)),
}
ITEMS = {2562: 48, 2563: 43, 2564: 43, 2565: 43, 2566: 43, 2567: 35, 2568: 28, 2569: 26}


@pytest.mark.parametrize("year", YEARS)
def test_the_checklist_has_as_many_items_in_each_group_as_that_year_had(year: int) -> None:
    oit = paper(year).oit
    sizes = tuple(tuple(len(sub.items) for sub in each.sub_indicators) for each in oit.indicators)
    assert sizes == CHECKLISTS[year]
    assert len(oit.items) == ITEMS[year]
    assert [item.code for item in oit.items] == [f"O{n}" for n in range(1, ITEMS[year] + 1)]
    assert [sub.code for sub in oit.sub_indicators] == ["9.1", "9.2", "9.3", "9.4", "9.5", "10.1", "10.2"]


@pytest.mark.parametrize("year", LONG)
def test_the_long_form_has_30_items_with_51_sub_questions_and_15_with_19(year: int) -> None:
    of = paper(year)
    assert [len(each.items) for each in of.iit.indicators] == [6] * 5
    assert [len(each.items) for each in of.eit.indicators] == [5] * 3
    asked = [sum(len(item.sub_questions) for item in each.items) for each in of.iit.indicators]
    assert (asked, len(of.iit.sub_questions)) == ([15, 10, 8, 6, 12], 51)
    assert len(of.eit.sub_questions) == 19


@pytest.mark.parametrize("year", SHORT)
def test_the_short_form_has_three_questions_an_indicator(year: int) -> None:
    of = paper(year)
    assert [len(each.items) for each in of.iit.indicators] == [3] * 5
    assert [len(each.items) for each in of.eit.indicators] == [3] * 3
    assert (len(of.iit.sub_questions), len(of.eit.sub_questions)) == (15, 9)


@pytest.mark.parametrize("year", YEARS)
def test_codes_run_from_one_without_a_gap(year: int) -> None:
    for questionnaire, letter in ((paper(year).iit, "i"), (paper(year).eit, "e")):
        items = questionnaire.items
        assert [item.code for item in items] == [f"{letter}{n}" for n in range(1, len(items) + 1)]
        for item in items:
            several = [f"{item.code}.{n}" for n in range(1, len(item.sub_questions) + 1)]
            assert [sub.code for sub in item.sub_questions] in ([item.code], several)


# --- what each question is -----------------------------------------------------------------------------

SCALES = {
    "P4": (Direction.POSITIVE, (0, 33, 67, 100)),
    "N4": (Direction.NEGATIVE, (100, 67, 33, 0)),
    "YN+": (Direction.POSITIVE, (100, 0)),
    "YN-": (Direction.NEGATIVE, (0, 100)),
    "P6": (Direction.POSITIVE, (0, 20, 40, 60, 80, 100)),
    "N6": (Direction.NEGATIVE, (100, 80, 60, 40, 20, 0)),
}
# ITA fact sheet 1.2: item, sub-questions, scale. Two scales where the sub-questions differ.
IIT_LONG = """
i1 2 P4 | i2 1 P4 | i3 3 P4 | i4 3 YN- | i5 3 YN- | i6 3 YN-
i7 1 P4 | i8 2 P4 | i9 1 N4 | i10 1 N4 | i11 2 P4,N4 | i12 3 P4
i13 1 P4 | i14 1 P4 | i15 1 P4 | i16 1 N4 | i17 1 N4 | i18 3 N4
i19 1 N4 | i20 1 P4 | i21 1 P4 | i22 1 N4 | i23 1 P4 | i24 1 P4
i25 1 P4 | i26 2 YN+ | i27 1 P4 | i28 3 P4 | i29 1 P4 | i30 4 P4
"""
# 1.3
EIT_LONG = """
e1 2 P4 | e2 1 P4 | e3 1 P4 | e4 3 YN- | e5 1 P4
e6 2 P4 | e7 1 P4 | e8 1 YN+ | e9 1 P4 | e10 1 YN+
e11 1 P4 | e12 1 P4 | e13 1 YN+ | e14 1 P4 | e15 1 P4
"""
# 1.4, with the six-step scale
IIT_SHORT = """
i1 1 P6 | i2 1 P6 | i3 1 YN- | i4 1 P6 | i5 1 N6 | i6 1 N6 | i7 1 P6 | i8 1 N6
i9 1 N6 | i10 1 P6 | i11 1 N6 | i12 1 P6 | i13 1 P6 | i14 1 P6 | i15 1 P6
"""
EIT_SHORT = "e1 1 P6 | e2 1 P6 | e3 1 YN- | e4 1 P6 | e5 1 P6 | e6 1 P6 | e7 1 P6 | e8 1 P6 | e9 1 P6"


def written_out(table: str) -> list[tuple[str, str]]:
    """(sub-question, scale) for every sub-question of a table above."""
    found = []
    for row in re.split(r"[|\n]", table.strip()):
        code, n, scales = row.split()
        each = scales.split(",") if "," in scales else [scales] * int(n)
        found += [(f"{code}.{place}" if int(n) > 1 else code, scale) for place, scale in enumerate(each, start=1)]
    return found


def scale_of(sub: SubQuestion) -> str:
    points = tuple(int(choice.points or 0) for choice in sub.choices)
    assert all(choice.points == n for choice, n in zip(sub.choices, points, strict=True))
    return next(name for name, known in SCALES.items() if known == (sub.direction, points))


def as_asked(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    return [(sub.code, scale_of(sub)) for sub in questionnaire.sub_questions]


@pytest.mark.parametrize("year", LONG)
def test_the_long_form_asks_each_question_on_the_scale_and_in_the_direction_of_the_fact_sheet(year: int) -> None:
    assert as_asked(paper(year).iit) == written_out(IIT_LONG)
    assert as_asked(paper(year).eit) == written_out(EIT_LONG)
    assert len(written_out(IIT_LONG)) == 51


@pytest.mark.parametrize("year", SHORT)
def test_the_short_form_asks_each_question_on_the_scale_and_in_the_direction_of_the_fact_sheet(year: int) -> None:
    assert as_asked(paper(year).iit) == written_out(IIT_SHORT)
    assert as_asked(paper(year).eit) == written_out(EIT_SHORT)


@pytest.mark.parametrize("code", ["i27", "i28"])
@pytest.mark.parametrize("year", LONG)
def test_an_agency_without_corruption_is_told_to_choose_the_top_answer(year: int, code: str) -> None:
    item = next(item for item in paper(year).iit.items if item.code == code)
    assert item.hint is not None
    assert item.sub_questions[0].choices[-1].label.th in item.hint.th


INDICATORS = {
    "1": "การปฏิบัติหน้าที่",
    "2": "การใช้งบประมาณ",
    "3": "การใช้อำนาจ",
    "4": "การใช้ทรัพย์สินของราชการ",
    "5": "การแก้ไขปัญหาการทุจริต",
    "6": "คุณภาพการดำเนินงาน",
    "7": "ประสิทธิภาพการสื่อสาร",
    "8": "การปรับปรุงระบบการทำงาน",
    "9": "การเปิดเผยข้อมูล",
    "10": "การป้องกันการทุจริต",
}


@pytest.mark.parametrize("year", YEARS)
def test_the_ten_indicators_have_their_names(year: int) -> None:
    of = paper(year)
    names = {each.code: each.name.th for questionnaire in of.questionnaires() for each in questionnaire.indicators}
    assert names | {each.code: each.name.th for each in of.oit.indicators} == INDICATORS


@pytest.mark.parametrize(
    ("year", "code", "word"),
    [
        (2562, "O48", "ดุลพินิจ"),
        (2564, "O23", "สขร.1"),
        (2564, "O34", "เจตจำนง"),
        (2565, "O34", "No Gift"),
        (2565, "O35", "ผู้บริหาร"),
        (2566, "O10", "คุ้มครองข้อมูลส่วนบุคคล"),
        (2566, "O31", "No Gift"),
        (2567, "O25", "มีส่วนร่วม"),
        (2568, "O16", "จริยธรรม"),
        (2569, "O20", "No Gift"),
        (2569, "O25", "ITA"),
    ],
)
def test_items_that_changed_over_the_years_are_where_that_year_had_them(year: int, code: str, word: str) -> None:
    item = paper(year).oit.item(code)
    assert item is not None
    assert word in item.name.th


def test_2563_and_2565_are_2564_but_for_the_no_gift_policy() -> None:
    assert paper(2563).oit == paper(2564).oit
    differing = [new.code for old, new in zip(paper(2564).oit.items, paper(2565).oit.items, strict=True) if old != new]
    assert differing == ["O34"]


@pytest.mark.parametrize("year", YEARS)
def test_no_two_items_of_a_checklist_have_the_same_name(year: int) -> None:
    names = [item.name.th for item in paper(year).oit.items]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("year", YEARS)
def test_some_evidence_is_of_this_year_and_some_of_the_year_before(year: int) -> None:
    assert {item.evidence_year for item in paper(year).oit.items} == set(EvidenceYear)


# --- rules ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_only_years_proven_by_arithmetic_are_verified(year: int) -> None:
    assert paper(year).status.value == ("verified" if year in (2563, 2564, 2565) else "draft")


@pytest.mark.parametrize("year", YEARS)
def test_the_surveys_weigh_30_each_and_the_checklist_40(year: int) -> None:
    assert paper(year).weights == {Instrument.IIT: D("0.3"), Instrument.EIT: D("0.3"), Instrument.OIT: D("0.4")}


@pytest.mark.parametrize("year", YEARS)
def test_what_the_sources_leave_open_is_set_as_the_fact_sheet_proposes(year: int) -> None:
    settings = paper(year).settings
    assert settings.eit_parts is (EitParts.ONE if year <= 2565 else EitParts.MEAN)
    assert settings.below_minimum is BelowMinimum.WARN
    assert settings.level_on is LevelOn.SHOWN
    assert settings.least_for_score == 1


@pytest.mark.parametrize("year", YEARS)
def test_the_levels_are_those_of_the_year(year: int) -> None:
    rows = [
        f"{level.code} {level.total_at_least} {level.each_at_least} {'pass' if level.passes else 'fail'}"
        for level in paper(year).levels
    ]
    if year <= 2565:
        assert rows == [
            "AA 95 None pass",
            "A 85 None pass",
            "B 75 None fail",
            "C 65 None fail",
            "D 55 None fail",
            "E 50 None fail",
            "F 0 None fail",
        ]
    else:
        assert rows == [
            "excellent 95 95 pass",
            "good 85 85 pass",
            "pass 85 None pass",
            "improve 70 None fail",
            "urgent 0 None fail",
        ]
        names = [level.name.th for level in paper(year).levels]
        assert names == ["ผ่านดีเยี่ยม", "ผ่านดี", "ผ่าน", "ต้องปรับปรุง", "ต้องปรับปรุงโดยด่วน"]


@pytest.mark.parametrize("year", YEARS)
def test_every_year_says_where_it_comes_from_and_that_the_wording_is_ours(year: int) -> None:
    of = paper(year)
    assert len(of.sources) >= 3
    assert all(rule.source for rule in of.samples)
    assert any("not the official text" in each.en for each in of.unsure)


@pytest.mark.parametrize("year", [year for year in YEARS if paper(year).status.value == "draft"])
def test_a_draft_says_that_it_is_one(year: int) -> None:
    assert any("draft" in each.en and "ร่าง" in each.th for each in paper(year).unsure)


# --- both languages ------------------------------------------------------------------------------------


def texts_in(value: object) -> Iterator[Text]:
    """Every sentence of a paper."""
    if isinstance(value, Text):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts_in(getattr(value, each.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_in(part)


@pytest.mark.parametrize("year", YEARS)
def test_every_sentence_is_there_in_thai_and_in_english(year: int) -> None:
    found = list(texts_in(paper(year)))
    assert len(found) > 150
    for text in found:
        assert re.search(r"[ก-ฮ]", text.th), text
        assert re.search(r"[A-Za-z]", text.en), text
        assert not re.search(r"[\u0e00-\u0e7f]", text.en), text
        assert text.th == text.th.strip()
        assert text.en == text.en.strip()


@pytest.mark.parametrize("year", YEARS)
def test_every_sub_question_and_choice_is_there_in_both_languages(year: int) -> None:
    for questionnaire in paper(year).questionnaires():
        for sub in questionnaire.sub_questions:
            assert sub.text.into("th") != sub.text.into("en")
            assert sub.text.into("fr") == sub.text.th
            assert all(choice.label.th and choice.label.en for choice in sub.choices)


@pytest.mark.parametrize("year", YEARS)
def test_no_two_questions_of_a_questionnaire_read_the_same(year: int) -> None:
    for questionnaire in paper(year).questionnaires():
        for language in ("th", "en"):
            asked = [
                (i.text.into(language), s.text.into(language)) for i in questionnaire.items for s in i.sub_questions
            ]
            assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("year", YEARS)
def test_no_sentence_hides_a_sign_that_cannot_be_seen(year: int) -> None:
    for text in texts_in(paper(year)):
        assert not re.search(r"[\u200b-\u200f\u2028-\u202f\ufeff\x00-\x1f\x7f]|  ", text.th + text.en), text


# --- the digest ----------------------------------------------------------------------------------------


def test_every_year_has_its_own_digest() -> None:
    digests = {paper(year).digest for year in YEARS}
    assert len(digests) == len(YEARS)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests)


@pytest.mark.parametrize("year", YEARS)
def test_a_digest_depends_on_nothing_but_the_content(year: int) -> None:
    again = Library().paper(year)
    assert again.digest == digest_of(again) == digest_of(replace(again, digest="x")) == paper(year).digest


def a_round(year: int, digest: str) -> Round:
    return Round(1, year, Stage.OPEN, digest, False, None)


def test_a_round_gets_the_very_paper_it_was_opened_with() -> None:
    assert LIBRARY.bound(a_round(2569, paper(2569).digest)) is paper(2569)


def test_a_round_whose_paper_has_changed_gets_none() -> None:
    with pytest.raises(PaperChanged):
        LIBRARY.bound(a_round(2569, paper(2568).digest))


@pytest.mark.parametrize("year", [0, 2561, 2570, 2026, -2564])
def test_a_year_without_a_paper_is_refused_with_the_years_there_are(year: int) -> None:
    with pytest.raises(YearWithoutPaper) as refusal:
        LIBRARY.paper(year)
    assert refusal.value.facts == {"year": year, "known": "2562, 2563, 2564, 2565, 2566, 2567, 2568, 2569"}


# --- the document --------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_a_paper_can_be_read_by_other_programs(year: int) -> None:
    document = json.loads(json.dumps(paper_document(paper(year)), ensure_ascii=False))
    assert (document["fiscal_year"], document["digest"]) == (year, paper(year).digest)
    assert document["weights"] == {"iit": "0.30", "eit": "0.30", "oit": "0.40"}
    subs = [
        sub
        for name in ("iit", "eit")
        for indicator in document[name]["indicators"]
        for item in indicator["items"]
        for sub in item["sub_questions"]
    ]
    assert [sub["code"] for sub in subs] == [s.code for q in paper(year).questionnaires() for s in q.sub_questions]
    assert all(choice["points"] is not None and choice["label"]["th"] for sub in subs for choice in sub["choices"])
    items = [i for each in document["oit"]["indicators"] for sub in each["sub_indicators"] for i in sub["items"]]
    assert len(items) == ITEMS[year]
    assert [level["code"] for level in document["levels"]] == [level.code for level in paper(year).levels]


def test_the_papers_lie_where_they_are_said_to_lie() -> None:
    for year in YEARS:
        crosswalk = [f"from_{year - 1}.toml"] if year > YEARS[0] else []
        found = sorted(each.name for each in (SHIPPED / str(year)).iterdir())
        assert found == sorted(["eit.toml", *crosswalk, "iit.toml", "oit.toml", "paper.toml"])
    assert isinstance(SHIPPED, Path)

"""Front questions of a paper: read, refused, written and named, and no matter to papers without them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.domain.difference import difference
from surveyapp.domain.paper import FrontChoice, FrontItem, Instrument, Paper, Text
from surveyapp.instruments.library import Library, digest_of, document_of, paper_in, paper_in_sheets
from surveyapp.instruments.sheets import leaves_of

from .shelf import Tables, a_copy, faults, put, shipped_tables, write
from .test_writing import faults as faults_of_sheets
from .test_writing import given_sheets, sheets

LIBRARY = Library()
TABLES = shipped_tables(2569)

words = st.text("กขคงจฉ่าีู abcXYZ0123", min_size=1, max_size=20).filter(lambda text: text == " ".join(text.split()))
texts = st.builds(Text, words, words)
codes = st.from_regex(r"[a-z0-9]{1,10}", fullmatch=True)


@st.composite
def fronts(draw: st.DrawFn) -> tuple[FrontItem, ...]:
    """Any sound front page."""
    items = []
    for n in range(1, draw(st.integers(1, 5)) + 1):
        choices = draw(
            st.lists(
                st.builds(FrontChoice, codes, texts),
                min_size=2,
                max_size=8,
                unique_by=(lambda each: each.code, lambda each: each.label.th),
            )
        )
        items.append(FrontItem(f"f{n}", draw(texts), tuple(choices)))
    return tuple(items)


def fronted(paper: Paper, iit: tuple[FrontItem, ...], eit: tuple[FrontItem, ...] = ()) -> Paper:
    new = replace(paper, iit=replace(paper.iit, front=iit), eit=replace(paper.eit, front=eit))
    return replace(new, digest=digest_of(new))


def in_sheets(paper: Paper) -> Paper:
    found = {leaf.name: [[each.shown for each in leaf.headings], *map(list, leaf.rows)] for leaf in leaves_of(paper)}
    return paper_in_sheets(given_sheets(found))


@settings(max_examples=40, deadline=None)
@given(iit=fronts(), eit=fronts())
def test_any_front_page_comes_back_from_a_document_and_from_sheets(
    iit: tuple[FrontItem, ...], eit: tuple[FrontItem, ...]
) -> None:
    paper = fronted(LIBRARY.paper(2564), iit, eit)
    for again in (paper_in(document_of(paper)), in_sheets(paper)):
        assert again == paper
        assert again.digest == paper.digest != LIBRARY.paper(2564).digest


def as_before(value: Any) -> Any:
    """The content of a paper as digests were made of it before there were front questions."""
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case dict():
            return {str(key): as_before(each) for key, each in value.items() if key not in ("digest", "front")}
        case list() | tuple():
            return [as_before(each) for each in value]
        case _:
            return value


@pytest.mark.parametrize("year", LIBRARY.years())
def test_a_paper_without_front_questions_keeps_its_digest_and_document(year: int) -> None:
    bare = fronted(LIBRARY.paper(year), ())
    content = json.dumps(as_before(asdict(bare)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert bare.digest == hashlib.sha256(content.encode()).hexdigest()
    assert '"front"' not in document_of(bare)
    assert (bare.digest == LIBRARY.paper(year).digest) is (year != 2569)


def test_only_the_draft_year_asks_and_same_as_takes_nothing_of_it_along() -> None:
    asking = [year for year in LIBRARY.years() if any(each.front for each in LIBRARY.paper(year).questionnaires())]
    assert asking == [2569]
    assert LIBRARY.paper(2568).iit.items == LIBRARY.paper(2569).iit.items
    assert [item.text.th for item in LIBRARY.paper(2569).iit.front] == ["เพศ", "ช่วงอายุ", "ระยะเวลาที่ทำงานในหน่วยงานนี้"]


def test_a_year_that_is_the_same_as_another_may_ask_for_itself(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    asks = (folder / "2569" / "iit.toml").read_text("utf-8").partition("[[front]]")
    (folder / "2568" / "iit.toml").write_text("same_as = 2569\n" + asks[1] + asks[2], "utf-8")
    assert Library(folder).paper(2568).iit == LIBRARY.paper(2569).iit


ONE = {"code": "f1", "text": {"th": "เพศ", "en": "Gender"}}
CHOICES = [{"code": f"c{n}", "label": {"th": f"ก{n}", "en": f"c{n}"}} for n in range(9)]


def asking(*items: Tables) -> Tables:
    return put(TABLES, ("iit", "front"), list(items))


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        (asking({**ONE, "choices": CHOICES[:1]}), "iit.front[f1].choices: needs 2 to 8 choices"),
        (asking({**ONE, "choices": CHOICES}), "iit.front[f1].choices: needs 2 to 8 choices"),
        (asking({**ONE, "choices": [*CHOICES[:2], CHOICES[0]]}), "iit.front[f1].choices: c0 is there 2 times"),
        (asking(*[{**ONE, "choices": CHOICES[:2]}] * 2), "iit.front: f1 is there 2 times"),
        (asking({**ONE, "code": "f2", "choices": CHOICES[:2]}), "iit.front: has f2 where f1 belongs"),
        (
            asking(*[{**ONE, "code": f"f{n}", "choices": CHOICES[:2]} for n in range(1, 7)]),
            "iit.front: may be 5 questions at most",
        ),
        (
            asking({**ONE, "choices": [{**CHOICES[0], "code": "ชาย"}, CHOICES[1]]}),
            "iit.front[f1].choices: codes are 1 to 10 of a-z and 0-9",
        ),
        (
            asking({**ONE, "choices": [{**CHOICES[0], "points": 0}, CHOICES[1]]}),
            "2569/iit.toml.front[f1].choices[c0].points: is not a known key",
        ),
        (asking({**ONE, "choices": CHOICES[:2], "required": True}), "2569/iit.toml.front[f1].required: is not a known"),
        (put(TABLES, ("iit", "front"), "no"), "2569/iit.toml.front: must be a list"),
    ],
)
def test_a_front_page_that_cannot_be_is_refused_by_its_place(tmp_path: Path, tables: Tables, told: str) -> None:
    write(tmp_path, 2569, tables)
    assert [fault for fault in faults(tmp_path, 2569) if told in fault], faults(tmp_path, 2569)


@pytest.mark.parametrize(
    ("kind", "column", "value", "told"),
    [
        ("front", 6, "positive", "column direction: stays empty in a row of the kind front"),
        ("choice", 7, "scale1", "column scale: stays empty in a row of the kind choice"),
        ("choice", 2, "", "label.th: has no text"),
        ("front", 0, "choice", "1 is there 2 times"),
    ],
)
def test_a_spoiled_row_of_the_front_page_is_told(kind: str, column: int, value: str, told: str) -> None:
    spoiled = sheets(2569)
    rows = [row for row in spoiled["iit"] if row[0] == kind]
    rows[-1][column] = value
    assert [fault for fault in faults_of_sheets(spoiled) if told in fault], faults_of_sheets(spoiled)[:5]


def test_a_choice_without_its_question_is_told() -> None:
    spoiled = sheets(2569)
    first = next(n for n, row in enumerate(spoiled["iit"]) if row[0] == "front")
    del spoiled["iit"][first]
    assert any("below the row it belongs to" in fault for fault in faults_of_sheets(spoiled))


def test_a_workbook_made_before_there_were_front_questions_is_read_as_it_was() -> None:
    bare = fronted(LIBRARY.paper(2569), ())
    kinds = {row[0] for leaf in leaves_of(bare) if leaf.name in ("iit", "eit") for row in leaf.rows}
    assert kinds <= {"indicator", "item", "ask"}
    assert in_sheets(bare) == bare


def test_what_changes_on_the_front_page_is_told_by_its_place() -> None:
    before = LIBRARY.paper(2569)
    item = before.iit.front[0]
    renamed = replace(item, text=Text("เพศสภาพ", item.text.en), choices=item.choices[:2])
    found = difference(before, fronted(before, (renamed, *before.iit.front[1:]), before.eit.front), lambda text: [text])
    assert [change.place for change in found.texts] == [
        "iit.front[f1].text.th",
        "iit.front[f1].choice[o].label.th",
        "iit.front[f1].choice[o].label.en",
    ]
    assert [(each.place, each.before, each.after) for each in found.structure] == [
        ("iit.front[f1].choice", "f, m, o", "f, m")
    ]
    assert not any(
        "front" in each.place for each in difference(None, LIBRARY.paper(2564), lambda text: [text]).structure
    )


def test_crosswalks_do_not_care_about_front_questions() -> None:
    bare = fronted(LIBRARY.paper(2569), ())
    assert LIBRARY.is_walked(bare)
    assert not LIBRARY.is_walked(replace(bare, iit=replace(bare.iit, indicators=bare.iit.indicators[:-1]), digest="x"))
    assert bare.questionnaire(Instrument.IIT).front == ()

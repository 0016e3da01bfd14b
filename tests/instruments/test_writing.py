"""A paper written and read again is the very same paper, as a document and as sheets."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.domain.places import Round, Stage
from surveyapp.domain.problems import PaperChanged, Problems
from surveyapp.instruments.library import Library, digest_of, document_of, paper_in, paper_in_sheets
from surveyapp.instruments.sheet_reading import GivenRow, GivenSheet
from surveyapp.instruments.sheets import HEADINGS, KEYS, README, leaves_of
from surveyapp.instruments.writing import as_json, from_json, plain_number, written

from .shelf import DROP, put, shipped_tables, write

LIBRARY = Library()
YEARS = LIBRARY.years()


def sheets(year: int = 2564) -> dict[str, list[list[str]]]:
    """The sheets of a year, headings first."""
    return {
        leaf.name: [[each.shown for each in leaf.headings], *map(list, leaf.rows)]
        for leaf in leaves_of(LIBRARY.paper(year))
    }


def given_sheets(found: dict[str, list[list[str]]]) -> dict[str, GivenSheet]:
    return {
        name: GivenSheet(tuple(rows[0]), tuple(GivenRow(n, tuple(row)) for n, row in enumerate(rows[1:], start=2)))
        for name, rows in found.items()
    }


def faults(found: dict[str, list[list[str]]]) -> list[str]:
    with pytest.raises(Problems) as refused:
        paper_in_sheets(given_sheets(found))
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("year", YEARS)
def test_a_document_gives_the_very_same_paper(year: int) -> None:
    paper = LIBRARY.paper(year)
    again = paper_in(document_of(paper))
    assert again == paper
    assert again.digest == paper.digest == digest_of(again)
    assert {str(weight) for weight in again.weights.values()} == {"0.30", "0.40"}  # as people read them
    assert document_of(again) == document_of(paper)


@pytest.mark.parametrize("year", YEARS)
def test_sheets_give_the_very_same_paper(year: int) -> None:
    paper = LIBRARY.paper(year)
    again = paper_in_sheets(given_sheets(sheets(year)))
    assert again == paper
    assert again.digest == paper.digest
    assert leaves_of(again) == leaves_of(paper)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=9))
def test_numbers_are_exact_in_a_document(number: Decimal) -> None:
    again = from_json(as_json({"points": number}))["points"]
    assert again == number
    assert plain_number(again) == plain_number(number)
    assert "E" not in plain_number(number)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    match value:
        case dict():
            return [each for key, inner in value.items() for each in leaves(inner, (*path, key))]
        case list():
            return [each for at, inner in enumerate(value) for each in leaves(inner, (*path, at))]
        case str():
            return [(path, value)]
        case _:
            return []


TEXTS = [path for path, _ in leaves(written(LIBRARY.paper(2564))) if path[-1] in ("th", "en") and path[1] != "scale"]
some_text = st.text(min_size=1, max_size=50).filter(lambda text: text.strip() and "\x00" not in text)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(TEXTS), some_text, min_size=1, max_size=5))
def test_any_texts_come_back_from_a_document(changes: dict[tuple[str | int, ...], str]) -> None:
    tables = written(LIBRARY.paper(2564))
    for path, text in changes.items():
        tables = put(tables, path, text)
    paper = paper_in(as_json(tables))
    assert json.loads(document_of(paper))["paper"]["title"] == tables["paper"]["title"]
    assert paper_in(document_of(paper)).digest == paper.digest != LIBRARY.paper(2564).digest


def test_a_document_that_was_tampered_with_is_refused() -> None:
    paper = LIBRARY.paper(2564)
    tampered = document_of(paper).replace("น้อยที่สุด", "มากที่สุด", 1)

    class Tampered:
        def in_use(self) -> dict[int, str]:
            return {2564: paper.digest}

        def document(self, digest: str) -> str | None:
            return tampered

    with pytest.raises((PaperChanged, Problems)):
        Library(kept=Tampered()).paper(2564)


def test_the_library_asks_once_for_what_it_does_not_know() -> None:
    paper = LIBRARY.paper(2564)
    asked: list[str] = []

    class Kept:
        def in_use(self) -> dict[int, str]:
            return {}

        def document(self, digest: str) -> str | None:
            asked.append(digest)
            return document_of(paper)

    library = Library(kept=Kept())
    round_ = Round(1, 2564, Stage.OPEN, paper.digest, False, None)
    assert [library.bound(round_) for _ in range(3)] == [paper] * 3
    assert asked == [paper.digest]
    with pytest.raises(PaperChanged):
        library.bound(Round(1, 2569, Stage.OPEN, "f" * 64, False, None))


def test_every_key_of_a_paper_has_its_row() -> None:
    shown = {row[0] for row in sheets()["paper"][1:]}
    assert shown == set(KEYS)
    assert {leaf.name for leaf in leaves_of(LIBRARY.paper(2564))} == {README, *HEADINGS}


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "told"),
    [
        ("iit", 2, 0, "indikator", "Sheet iit, row 3, column kind: must be one of indicator, item, ask"),
        ("iit", 3, 1, "i1.3", "Sheet iit, row 4, column code: must be i1.1 here"),
        ("iit", 3, 4, "คำใบ้", "Sheet iit, row 4, column hint_th: stays empty in a row of the kind ask"),
        ("iit", 3, 2, "", "iit.indicator[1].item[i1].ask[1].text.th: has no text"),
        ("iit", 3, 2, "#N/A", "Sheet iit, row 4, column th: holds the error #N/A"),
        ("iit", 3, 7, "scale9", "there is no scale called scale9"),
        ("iit", 3, 6, "sideways", "direction: must be one of positive, negative"),
        ("iit", 2, 6, "positive", "iit.indicator[1].item[i1].direction: is not a known key"),
        ("scales", 1, 4, "NaN", "points: must be a number"),
        ("scales", 1, 4, "1e2", "points: must be a number"),
        ("scales", 1, 0, "", "Sheet scales, row 2, column scale: has no name of a scale"),
        ("scales", 1, 0, "spare", "Sheet scales, row 2, column scale: no question uses this scale"),
        ("paper", 1, 0, "year", "Sheet paper, row 2, column key: year is not a known key"),
        ("paper", 3, 0, "status", "Sheet paper, row 4, column key: was given in row 3 already"),
        ("paper", 1, 2, "2564", "Sheet paper, row 2, column en: stays empty"),
        ("paper", 1, 1, "MMXXI", "paper.fiscal_year: must be a number"),
        ("levels", 1, 3, "a lot", "paper.level[AA].total_at_least: must be a number"),
        ("levels", 1, 5, "maybe", "paper.level[AA].passes: must be true or false"),
        ("samples", 1, 0, "oat", "instrument: must be one of"),
        ("oit", 3, 6, "someday", "evidence_year: must be one of"),
        ("oit", 2, 0, "item", "Sheet oit, row 3, column kind: must be one of indicator, sub, item"),
    ],
)
def test_a_spoiled_cell_is_told_by_its_place(sheet: str, row: int, column: int, value: str, told: str) -> None:
    spoiled = sheets()
    spoiled[sheet][row][column] = value
    assert [fault for fault in faults(spoiled) if told in fault], faults(spoiled)[:5]


def test_a_code_given_twice_is_told() -> None:
    spoiled = sheets()
    second = next(row for row in spoiled["iit"] if row[1] == "i2")
    second[1] = "i1"
    assert any("i1 is there 2 times" in fault for fault in faults(spoiled))


def test_missing_sheets_and_columns_and_unknown_ones_are_told_together() -> None:
    spoiled = sheets()
    del spoiled["levels"]
    spoiled["iit (2)"] = spoiled["iit"]
    spoiled["eit"] = [row[:-1] for row in spoiled["eit"]]
    spoiled["oit"][0][2] = "thai"
    spoiled["samples"][0].append("note")
    spoiled["scales"][1].append("a remark")
    told = faults(spoiled)
    for wanted in (
        "Sheet levels: is missing.",
        "Sheet iit (2): is not a known sheet. Remove or rename it.",
        "Sheet eit: column scale is missing.",
        "Sheet oit: column thai is unknown or doubled.",
        "Sheet oit: column th is missing.",
        "Sheet samples: column note is unknown or doubled.",
        "Sheet scales, row 2, column ?: text stands in a column without a heading",
    ):
        assert wanted in told


def test_numbers_where_text_belongs_are_told() -> None:
    found = given_sheets(sheets())
    rows = list(found["iit"].rows)
    rows[2] = GivenRow(rows[2].number, rows[2].cells, frozenset({1, 2}))
    with pytest.raises(Problems) as refused:
        paper_in_sheets({**found, "iit": GivenSheet(found["iit"].header, tuple(rows))})
    assert [str(problem) for problem in refused.value.problems] == [
        f"Sheet iit, row 4, column {column}: holds a number or a date; type it as text" for column in ("code", "th")
    ]


def test_four_files_may_stand_in_any_folder_and_name_a_year_that_ships(tmp_path: Path) -> None:
    write(tmp_path, 2564, shipped_tables(2564))
    folder = (tmp_path / "2564").rename(tmp_path / "ours")
    (folder / "iit.toml").write_text("same_as = 2564\n", "utf-8")
    assert LIBRARY.read_files(folder).digest == LIBRARY.paper(2564).digest


def test_faults_of_given_files_are_named_by_their_file(tmp_path: Path) -> None:
    write(tmp_path, 2564, put(shipped_tables(2564), ("paper", "wording"), DROP))
    (tmp_path / "2564" / "oit.toml").unlink()
    with pytest.raises(Problems) as refused:
        LIBRARY.read_files(tmp_path / "2564")
    told = [str(problem) for problem in refused.value.problems]
    assert "oit.toml: there is no such file" in told
    assert any(each.startswith("paper.toml.wording: must be one of") for each in told)


def test_crosswalks_speak_of_other_words_but_not_of_another_structure() -> None:
    tables = written(LIBRARY.paper(2569))
    tables["paper"]["status"] = "verified"
    reworded = paper_in(as_json(put(tables, ("iit", "name", "th"), "ชื่อใหม่")))
    points = ("iit", "scale", "scale1", "choices", 1, "points")
    rescaled = paper_in(as_json(put(tables, points, Decimal("21"))))
    new_year = paper_in(as_json(put(tables, ("paper", "fiscal_year"), 2570)))
    assert [LIBRARY.is_walked(each) for each in (reworded, rescaled, new_year)] == [True, False, False]

"""The checklist spreadsheet and page: what people type, what is understood, and every fault by row."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.checklist import FAILED, PASSED, Decision, Evidence, ItemState, ItemStatus
from surveyapp.domain.checklist_sheet import (
    LONGEST_NOTE,
    Column,
    Line,
    Reading,
    SheetReader,
    find_columns,
    item_code,
    known_headings,
    lines_document,
    lines_in,
    parse_decisions,
    template_rows,
)
from surveyapp.domain.paper import Text
from surveyapp.domain.problems import (
    ColumnMissing,
    ColumnTwice,
    Problem,
    Problems,
    ReasonMissing,
    ReasonTooLong,
    RowItemMissing,
    RowItemTwice,
    RowItemUnknown,
    RowLinkUnsound,
    RowMarkNotYours,
    RowMarkUnknown,
    RowReasonMissing,
    RowTooLong,
    RowYearCommonEra,
    RowYearWrong,
)
from surveyapp.domain.score_problems import MarkNotWhole

from .builders import examples, paper

OIT = paper(2569).oit
HEADER = [column.heading for column in Column]
URL = "https://www.example.go.th/ita/2569/o1"
AGENCY = SheetReader(OIT, 2569, may_decide=False)
ASSESSOR = SheetReader(OIT, 2569, may_decide=True)


def a_row(
    item: str = "O1", year: str = "2569", *, urls: str = URL, note: str = "", mark: str = "", reason: str = ""
) -> list[str]:
    return [item, year, "ชื่อ", "หลักฐาน", urls, note, mark, reason]


def read(*rows: list[str], reader: SheetReader = ASSESSOR) -> Reading:
    """The rows under the template's heading; the first stands in row 5."""
    return reader.read(HEADER, list(enumerate(rows, start=5)))


def problems_of(*rows: list[str], reader: SheetReader = ASSESSOR) -> list[Problem]:
    return list(read(*rows, reader=reader).problems)


def at(column: Column, row: int = 5) -> dict[str, int | Text]:
    return {"row": row, "column": column.value}


# --- codes of items ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["O1", "o1", "O01", "o001", "O 1", " O1 ", "o๑", "O๐๑", "O-1", "O.1", "0-1", "01", "O\u00a01", "O\n1", "o ๑"],
)
def test_every_usual_way_of_writing_o1_is_understood(typed: str) -> None:
    assert item_code(typed) == "O1"


@pytest.mark.parametrize(("typed", "code"), [("O10", "O10"), ("o๑๐", "O10"), ("010", "O10"), ("O 26", "O26")])
def test_codes_of_two_signs_keep_both(typed: str, code: str) -> None:
    assert item_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("", ""),
        ("O", "O"),
        ("O0", "O0"),
        ("1", "1"),
        ("๑", "1"),
        ("Q1", "Q1"),
        ("o1a", "O1A"),
        ("OO1", "OO1"),
        ("O1000", "O1000"),
        ("ข้อ1", "ข้อ1"),
        ("O1.2", "O1.2"),
        ("O1-2", "O1-2"),
        ("O1,2", "O1,2"),
    ],
)
def test_anything_else_is_left_as_it_was_and_never_taken_for_another_item(typed: str, left: str) -> None:
    assert item_code(typed) == left


@pytest.mark.parametrize("code", [item.code for item in paper(2562).oit.items])
def test_every_code_of_the_paper_is_its_own_code(code: str) -> None:
    assert item_code(code) == item_code(code.lower()) == code


# --- headings ------------------------------------------------------------------------------------------


def test_the_headings_of_the_template_are_found_in_their_places() -> None:
    assert find_columns(HEADER) == {column: place for place, column in enumerate(Column)}


def test_english_headings_in_any_order_and_case_are_found() -> None:
    assert find_columns(["LINKS", "fiscal  year", "Item", "something else", "reason"]) == {
        Column.URLS: 0,
        Column.YEAR: 1,
        Column.ITEM: 2,
        Column.REASON: 4,
    }


def test_thai_headings_may_carry_a_remark_in_brackets_and_other_usual_names() -> None:
    found = find_columns(["ปีงบประมาณ (พ.ศ.)", "ข้อ", "ลิงค์", "หมายเหตุ", "ผลการตรวจ (ผ่าน/ไม่ผ่าน)", "เหตุผล"])
    assert list(found) == [Column.YEAR, Column.ITEM, Column.URLS, Column.NOTE, Column.MARK, Column.REASON]


def test_every_missing_column_is_named_at_once() -> None:
    with pytest.raises(Problems) as refusal:
        find_columns(["", "(รหัสข้อ)", "ชื่อข้อ"])
    assert refusal.value.problems == tuple(
        ColumnMissing(column=column.value) for column in (Column.ITEM, Column.YEAR, Column.URLS)
    )


def test_a_column_that_is_there_twice_is_named_even_under_two_names() -> None:
    with pytest.raises(Problems) as refusal:
        find_columns([*HEADER, "url"])
    assert refusal.value.problems == (ColumnTwice(column=Column.URLS.value),)


def test_unknown_headings_may_repeat() -> None:
    assert find_columns(["", *HEADER, "", "x", "x"])[Column.ITEM] == 1


def test_a_heading_row_can_be_told_from_title_lines() -> None:
    assert set(HEADER) <= known_headings()
    assert "แบบตรวจการเปิดเผยข้อมูลสาธารณะ (OIT)" not in known_headings()


@examples(100)
@given(header=st.lists(st.text() | st.sampled_from(sorted(known_headings()))))
def test_any_heading_row_is_found_or_refused_by_name(header: list[str]) -> None:
    found, problems = found_or_refused(header)
    assert {type(problem) for problem in problems} <= {ColumnMissing, ColumnTwice}
    assert problems or {Column.ITEM, Column.YEAR, Column.URLS} <= set(found)


def found_or_refused(header: list[str]) -> tuple[dict[Column, int], tuple[Problem, ...]]:
    try:
        return find_columns(header), ()
    except Problems as refusal:
        return {}, refusal.problems


# --- sound rows ----------------------------------------------------------------------------------------


def test_an_agency_files_addresses_and_a_note() -> None:
    reading = read(a_row("o๑", urls=f"{URL}\n{URL}/2", note=" ดูหน้า 3 "), reader=AGENCY)
    assert reading == Reading((Line(5, "O1", Evidence((URL, f"{URL}/2"), "ดูหน้า 3"), None),))


def test_an_assessor_decides_with_or_without_evidence() -> None:
    reading = read(a_row(mark="ผ่าน"), a_row("O2", urls="", mark="ไม่ผ่าน", reason="ไม่พบ"))
    assert reading.problems == ()
    assert reading.lines == (
        Line(5, "O1", Evidence((URL,)), Decision(PASSED)),
        Line(6, "O2", None, Decision(FAILED, "ไม่พบ")),
    )


@pytest.mark.parametrize("word", ["ผ่าน", " ผ่าน ", "pass", "PASS", "Passed", "100", "๑๐๐", "1", "มี", "yes"])
def test_every_usual_word_for_a_pass_passes(word: str) -> None:
    assert read(a_row(mark=word)).lines[0].decision == Decision(PASSED)


@pytest.mark.parametrize("word", ["ไม่ผ่าน", "ไม่ ผ่าน", "fail", "FAILED", "0", "๐", "ไม่มี", "no"])
def test_every_usual_word_for_a_fail_fails(word: str) -> None:
    assert read(a_row(mark=word, reason="ไม่พบ")).lines[0].decision == Decision(FAILED, "ไม่พบ")


def test_an_untouched_row_of_the_template_says_nothing_and_is_no_fault() -> None:
    untouched = a_row("O2", urls="")
    assert read(a_row(), untouched, [], ["", " "], [""] * 8, ["", "", "ชื่อ", "หลักฐาน"]) == read(a_row())


def test_a_row_that_is_cut_short_is_read_as_empty_to_its_end() -> None:
    assert read(["O1", "2569", "", "", URL]).lines == (Line(5, "O1", Evidence((URL,)), None),)


def test_good_rows_are_there_beside_bad_ones() -> None:
    reading = read(a_row("O1"), a_row("O99"), a_row("O3"))
    assert [line.item for line in reading.lines] == ["O1", "O3"]
    assert reading.problems == (RowItemUnknown(**at(Column.ITEM, 6), typed="O99", year=2569),)


# --- years ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["2569", " 2569 ", "๒๕๖๙", "๒๕69", "พ.ศ. 2569", "พ.ศ.๒๕๖๙"])
def test_the_year_of_the_round_is_understood(typed: str) -> None:
    assert problems_of(a_row(year=typed)) == []


def test_a_common_era_year_is_refused_with_what_it_would_mean_and_never_corrected() -> None:
    assert problems_of(a_row(year="2026")) == [
        RowYearCommonEra(**at(Column.YEAR), typed=2026, meant=2569, year=2569),
    ]
    assert read(a_row(year="๒๐๒๖")).lines == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2555", "2555"), ("๒๕๖๘", "๒๕๖๘"), ("", "–"), ("69", "69"), ("ปีนี้", "ปีนี้"), ("2569.5", "2569.5"), ("0", "0")],
)
def test_another_year_or_none_is_refused_as_it_was_typed(typed: str, said: str) -> None:
    assert problems_of(a_row(year=typed)) == [RowYearWrong(**at(Column.YEAR), typed=said, year=2569)]


def test_a_very_long_year_is_cut_where_it_is_shown() -> None:
    (problem,) = problems_of(a_row(year="2569" * 1000))
    assert len(str(problem.facts["typed"])) <= 60


# --- faults of rows ------------------------------------------------------------------------------------


def test_a_row_with_an_address_but_no_code_is_named() -> None:
    assert problems_of(a_row("")) == [RowItemMissing(**at(Column.ITEM))]


@pytest.mark.parametrize("typed", ["O27", "O0", "i1", "1", "O1.2", "O1-2", "=O1", "\ud800", "O1\x00"])
def test_a_code_that_is_not_in_the_year_is_refused_as_it_was_typed(typed: str) -> None:
    assert problems_of(a_row(typed)) == [RowItemUnknown(**at(Column.ITEM), typed=typed, year=2569)]


def test_an_item_given_twice_names_the_first_row_however_it_was_written() -> None:
    reading = read(a_row("O1"), a_row("o๑"), a_row("O01"))
    assert reading.problems == (
        RowItemTwice(**at(Column.ITEM, 6), item="O1", first=5),
        RowItemTwice(**at(Column.ITEM, 7), item="O1", first=5),
    )
    assert reading.lines == ()


def test_a_fail_needs_a_reason() -> None:
    assert problems_of(a_row(mark="ไม่ผ่าน", reason=" ")) == [RowReasonMissing(**at(Column.REASON), item="O1")]


@pytest.mark.parametrize("word", ["50", "100.0", "ผ่านแล้ว", "-", "?", "\x00", "ผ" * 5000])
def test_a_word_that_is_no_mark_is_refused(word: str) -> None:
    (problem,) = problems_of(a_row(mark=word, reason="x"))
    assert isinstance(problem, RowMarkUnknown)
    assert (problem.facts["row"], problem.facts["column"]) == (5, Column.MARK.value)


def test_an_agency_may_not_fill_in_marks_or_reasons() -> None:
    assert problems_of(a_row(mark="ผ่าน", reason="ดี"), reader=AGENCY) == [
        RowMarkNotYours(**at(Column.MARK)),
        RowMarkNotYours(**at(Column.REASON)),
    ]
    assert read(a_row(mark="ผ่าน"), reader=AGENCY).lines == ()


def test_notes_and_reasons_have_a_longest_length() -> None:
    longest, longer = "ก" * LONGEST_NOTE, "ก" * (LONGEST_NOTE + 1)
    assert problems_of(a_row(note=longest, mark="fail", reason=longest)) == []
    assert problems_of(a_row(note=longer, mark="fail", reason=longer)) == [
        RowTooLong(**at(Column.NOTE), limit=LONGEST_NOTE),
        RowTooLong(**at(Column.REASON), limit=LONGEST_NOTE),
    ]


def test_every_unsound_address_of_a_cell_is_named() -> None:
    cell = f"{URL} www.example.go.th\njavascript:alert(1) https://"
    assert problems_of(a_row(urls=cell)) == [
        RowLinkUnsound(**at(Column.URLS), typed=typed)
        for typed in ("www.example.go.th", "javascript:alert(1)", "https://")
    ]


def test_everything_wrong_with_a_row_is_said_at_once_from_left_to_right() -> None:
    reading = read(a_row("O99", "2026", urls="x", note="ก" * 2001, mark="บางส่วน", reason="ก" * 2001))
    assert [type(problem) for problem in reading.problems] == [
        RowItemUnknown,
        RowYearCommonEra,
        RowLinkUnsound,
        RowTooLong,
        RowTooLong,
        RowMarkUnknown,
    ]
    assert reading.lines == ()


def test_faults_of_all_rows_are_said_in_the_order_of_the_rows() -> None:
    found = problems_of(a_row("O1", "2555"), a_row(""), a_row("O3"), a_row("O4", urls="x"))
    assert [problem.facts["row"] for problem in found] == [5, 6, 8]


CELLS = st.text() | st.sampled_from(["O1", "o๒", "2569", "2026", URL, "ผ่าน", "ไม่ผ่าน", "x" * 3000, "\x00", "=1+1"])


@examples(100)
@given(rows=st.lists(st.lists(CELLS, max_size=10), max_size=6), may_decide=st.booleans())
def test_any_sheet_is_read_into_sound_rows_and_problems(rows: list[list[str]], may_decide: bool) -> None:
    reading = read(*rows, reader=SheetReader(OIT, 2569, may_decide=may_decide))
    codes = [line.item for line in reading.lines]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= {item.code for item in OIT.items}
    assert {line.row for line in reading.lines}.isdisjoint(problem.facts["row"] for problem in reading.problems)
    assert all(str(problem) for problem in reading.problems)
    assert may_decide or all(line.decision is None for line in reading.lines)


# --- there and back again ------------------------------------------------------------------------------

LINES = (
    Line(5, "O1", Evidence((URL, f"{URL}/2"), "หมายเหตุ “ก่อน” \n ขึ้นบรรทัด"), None),
    Line(6, "O2", None, Decision(PASSED)),
    Line(9, "O26", Evidence((), "มีแต่คำอธิบาย"), Decision(FAILED, "ไม่พบ")),
)


def test_sound_rows_can_be_put_away_and_taken_out_again() -> None:
    assert lines_in(json.loads(json.dumps(lines_document(LINES)))) == LINES
    assert lines_in(lines_document(())) == ()


@examples(60)
@given(
    lines=st.lists(
        st.builds(
            Line,
            row=st.integers(1, 10_000),
            item=st.sampled_from([item.code for item in OIT.items]),
            evidence=st.none() | st.builds(Evidence, urls=st.lists(st.text()).map(tuple), note=st.text()),
            decision=st.none() | st.builds(Decision, mark=st.sampled_from((PASSED, FAILED)), reason=st.text()),
        ),
        max_size=4,
    ).map(tuple)
)
def test_any_sound_rows_can_be_put_away_and_taken_out_again(lines: tuple[Line, ...]) -> None:
    assert lines_in(json.loads(json.dumps(lines_document(lines)))) == lines


def test_a_template_holds_every_item_of_the_year_and_reads_back_as_nothing_new() -> None:
    rows = template_rows(OIT, 2569, {})
    assert [row[0] for row in rows] == [f"O{n}" for n in range(1, 27)]
    assert {row[1] for row in rows} == {"2569"}
    assert all(row[2] and row[3] and not any(row[4:]) for row in rows)
    assert read(*rows) == read(*rows, reader=AGENCY) == Reading()


def test_a_template_filled_with_what_is_known_reads_back_the_same() -> None:
    states = {
        "O1": ItemState(ItemStatus.FILED, Evidence((URL, f"{URL}/2"), "ดูหน้า 3")),
        "O2": ItemState(ItemStatus.DECIDED, Evidence((URL,)), Decision(PASSED)),
        "O3": ItemState(ItemStatus.DECIDED, None, Decision(FAILED, "ไม่พบ")),
    }
    reading = read(*template_rows(OIT, 2569, states))
    assert reading.problems == ()
    assert {line.item: (line.evidence, line.decision) for line in reading.lines} == {
        code: (state.evidence, state.decision) for code, state in states.items()
    }


# --- decisions on a page -------------------------------------------------------------------------------


def decision_problems(typed: dict[str, str]) -> list[Problem]:
    with pytest.raises(Problems) as refusal:
        parse_decisions(OIT, typed)
    return list(refusal.value.problems)


def test_decisions_of_a_page_are_read_item_by_item() -> None:
    typed = {"mark-O1": "100", "mark-O2": "0", "reason-O2": " ไม่พบ ", "mark-O3": "", "reason-O3": "", "x": "1"}
    assert parse_decisions(OIT, typed) == {"O1": Decision(PASSED), "O2": Decision(FAILED, "ไม่พบ")}


def test_marks_of_items_that_are_not_in_the_year_are_none_of_our_business() -> None:
    assert parse_decisions(OIT, {"mark-O27": "50", "mark-O0": "100", "mark-": "0", "mark-o1": "0"}) == {}


def test_every_fault_of_a_page_is_named_in_the_order_of_the_paper() -> None:
    found = decision_problems(
        {
            "mark-O9": "0",
            "reason-O9": "ก" * (LONGEST_NOTE + 1),
            "mark-O2": "0",
            "reason-O2": " ",
            "mark-O1": "50",
            "mark-O3": "100",
            "reason-O3": "ก" * (LONGEST_NOTE + 1),
        }
    )
    assert found == [
        MarkNotWhole(place="O1", got="50", code="O1"),
        ReasonMissing(item="O2", code="O2"),
        ReasonTooLong(item="O3", limit=LONGEST_NOTE, code="O3"),
        ReasonTooLong(item="O9", limit=LONGEST_NOTE, code="O9"),
    ]


@pytest.mark.parametrize(
    "word", ["1", "99", "100.0", " 100", "๑๐๐", "pass", "-0", "00", "\x00", "\ud800", "9" * 100_000]
)
def test_only_100_and_0_are_marks(word: str) -> None:
    (problem,) = decision_problems({"mark-O1": word, "reason-O1": "x"})
    assert isinstance(problem, MarkNotWhole)
    assert len(str(problem.facts["got"])) <= 60


def test_a_reason_without_a_decision_is_not_lost_in_silence() -> None:
    found = decision_problems({"reason-O3": "ยังไม่ครบ"})
    assert [type(problem).__name__ for problem in found] == ["MarkMissing"]

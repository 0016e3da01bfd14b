"""The roster: a sheet read with every problem at once, and how it differs from what is known."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.adapters.roster_file import read_filled, write_template
from surveyapp.domain.kinds import KINDS, Track, kind_name, parse_kind, track_of
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Agency
from surveyapp.domain.problems import ColumnMissing, ColumnTwice, Problems
from surveyapp.domain.provinces import PROVINCES, nearest_province, parse_province
from surveyapp.domain.roster import (
    MOST_PEOPLE,
    Column,
    Reading,
    compare,
    entries_document,
    entries_in,
    read_roster,
)
from surveyapp.domain.round_problems import (
    RowCellMissing,
    RowCellOdd,
    RowCodeMissing,
    RowCodeTwice,
    RowCodeUnsound,
    RowCountUnreadable,
    RowKindFixed,
    RowKindUnlike,
    RowKindWithoutSize,
    RowProvinceUnknown,
    RowProvinceUnlike,
)
from tests.conftest import LIBRARY

HEADER = [column.heading for column in Column]
A1 = Agency(1, "A1", "เทศบาลเมืองไทย", "thesaban_muang", "ตราด", "เมืองตราด")
GOOD = ["A1", "เทศบาลเมืองไทย", "เทศบาลเมือง", "ตราด", "เมืองตราด", "", ""]


def read(*rows: Sequence[str], header: Sequence[str] = HEADER) -> Reading:
    return read_roster(header, list(enumerate(rows, start=2)))


CODES = st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,19}", fullmatch=True)
HOSTILE = st.sampled_from(
    ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "＝1+1", "'=1", '"; drop', "<script>", "๒๕๖๙"]
)
NAMES = st.one_of(HOSTILE, st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40))
AGENCIES = st.builds(
    Agency,
    id=st.just(0),
    code=CODES,
    name=NAMES.filter(lambda text: text.strip() and "<r>" not in text),
    kind=st.sampled_from(list(KINDS)),
    province=st.sampled_from(list(PROVINCES)),
    district=st.none() | st.sampled_from(["สันป่าตอง", "=เมือง"]),
)


@given(agencies=st.lists(AGENCIES, min_size=1, max_size=8, unique_by=lambda each: each.code.casefold()))
def test_a_template_filled_by_us_and_brought_back_changes_nothing(agencies: list[Agency]) -> None:
    """Formulas typed as text stay text, codes keep their zeros, names their signs."""
    reading = read_filled(write_template(agencies, {}), tuple(PROVINCES))
    assert reading.problems == ()
    found = compare(reading.entries, [*agencies], told=None)
    assert (found.new, found.changed, found.missing, found.unchanged) == ((), (), (), len(agencies))
    assert not found
    assert compare(reading.entries, [], told=None).new == tuple(agencies)


@given(cells=st.lists(st.text(max_size=30), min_size=7, max_size=7))
def test_whatever_is_in_a_row_it_is_sound_or_says_what_is_wrong(cells: list[str]) -> None:
    reading = read(cells)
    assert len(reading.entries) + bool(reading.problems) == bool(
        "".join(cells).strip() and any(c.split() for c in cells)
    )
    for entry in reading.entries:
        assert entry.kind in KINDS
        assert entry.province in PROVINCES
        assert entries_in(entries_document([entry])) == (entry,)


@given(order=st.permutations(range(7)), english=st.booleans())
def test_columns_may_stand_in_any_order_in_thai_or_english(order: list[int], english: bool) -> None:
    names = [column.value.en if english else column.value.th for column in Column]
    row = [*GOOD[:5], "๑,๒๐๐", "55"]
    reading = read([row[at] for at in order], header=[names[at] for at in order])
    assert reading.problems == ()
    assert (reading.entries[0].code, reading.entries[0].staff, reading.entries[0].contacts) == ("A1", 1200, 55)


def test_every_problem_is_told_at_once_with_its_row() -> None:
    reading = read(
        ["", "", "", "", "", "", ""],
        ["A1", "ก", "เทศบานเมือง", "เชียงไหม่", "", "0", "x"],
        ["a1", "", "อบต.", "แอตแลนติส", "", "", ""],
        ["ก/ข", "ชื่อ\u202eกลับ", "department", "ตราด", "", "1.5", ""],
        ["", "ค", "fund", "", "", "", ""],
    )
    assert reading.entries == ()
    assert [(type(each), each.facts["row"]) for each in reading.problems] == [
        (RowKindUnlike, 3),
        (RowProvinceUnlike, 3),
        (RowCountUnreadable, 3),
        (RowCountUnreadable, 3),
        (RowCodeTwice, 4),
        (RowCellMissing, 4),
        (RowKindWithoutSize, 4),
        (RowProvinceUnknown, 4),
        (RowCodeUnsound, 5),
        (RowCellOdd, 5),
        (RowCountUnreadable, 5),
        (RowCodeMissing, 6),
        (RowCellMissing, 6),
    ]


def test_a_sheet_without_its_columns_is_refused() -> None:
    with pytest.raises(Problems) as refused:
        read(GOOD, header=["รหัส", "รหัส", "x", "จังหวัด"])
    assert [type(each) for each in refused.value.problems] == [ColumnTwice, ColumnMissing, ColumnMissing]


def test_what_differs_is_told_cell_by_cell_and_what_is_missing_is_left_alone() -> None:
    other = Agency(2, "B2", "ข", "fund", "ตราด")
    reading = read(["a1", "เทศบาลเมืองใหม่", "เทศบาลนคร", "ตราด", "", "", ""], ["C3", "ค", "กองทุน", "จ.ตราด", "", "", ""])
    found = compare(reading.entries, [A1, other], told=None)
    assert [agency.code for agency in found.new] == ["C3"]
    assert found.missing == (other,)
    (changed,) = found.changed
    assert [(edit.column, edit.old, edit.new) for edit in changed.edits] == [
        (Column.NAME, "เทศบาลเมืองไทย", "เทศบาลเมืองใหม่"),
        (Column.KIND, "เทศบาลเมือง", "เทศบาลนคร"),
    ]
    assert (changed.after.id, changed.after.code, changed.after.district) == (1, "A1", "เมืองตราด")


def test_numbers_wait_until_a_round_is_prepared() -> None:
    entries = read([*GOOD[:5], "40", ""]).entries
    assert compare(entries, [A1], told=None).waiting == 1
    found = compare(entries, [A1], told={"A1": (30, 900)})
    assert [(each.code, each.staff, each.contacts) for each in found.numbers] == [("A1", (30, 40), (900, 900))]
    assert not compare(entries, [A1], told={"A1": (40, 900)})


def test_the_kind_of_an_agency_in_an_open_round_stands() -> None:
    entries = read(["A1", *GOOD[1:2], "อบจ.", *GOOD[3:]]).entries
    with pytest.raises(Problems) as refused:
        compare(entries, [A1], told=None, fixed={"A1"})
    assert [type(each) for each in refused.value.problems] == [RowKindFixed]
    assert compare(entries, [A1], told=None)


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "1e9", str(MOST_PEOPLE + 1), "12,34", "สิบ", "=1", "1 000 000 000"])
def test_what_is_no_number_of_people_is_refused(typed: str) -> None:
    assert [type(each) for each in read([*GOOD[:5], typed, ""]).problems] == [RowCountUnreadable]


@pytest.mark.parametrize("province", PROVINCES)
def test_a_province_is_known_by_its_name_and_found_when_a_sign_is_wrong(province: str) -> None:
    assert parse_province(f"จังหวัด {province}") == province
    assert parse_province(province.replace("ำ", "\u0e4d\u0e32")) == province
    if len(province) > 3:
        assert nearest_province(province[:-1] + "ฮ") is not None


def test_every_kind_is_known_by_its_code_and_names_and_holds_the_kinds_of_every_paper() -> None:
    for code, name in KINDS.items():
        assert parse_kind(code) == parse_kind(f" {name.th} ") == parse_kind(name.en.upper()) == code
    asked = {kind for year in LIBRARY.shipped_years() for rule in LIBRARY.shipped(year).samples for kind in rule.kinds}
    assert asked
    assert asked <= KINDS.keys()
    assert {rule.instrument for rule in LIBRARY.shipped(2569).samples} == {Instrument.IIT, Instrument.EIT}
    assert [code for code in KINDS if track_of(code) is Track.DISTRICT] == ["district"]
    assert kind_name("unheard").th == "unheard"

"""The crosswalks as files: each year has one, the notation is read, and every fault is named by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveyapp.domain.crosswalk import Match
from surveyapp.domain.problems import NoCrosswalk, PaperUnsound, Problems
from surveyapp.instruments.crosswalks import parse_crosswalk
from surveyapp.instruments.library import Library
from surveyapp.instruments.reader import Table
from tests.domain.builders import LIBRARY, YEARS
from tests.instruments.shelf import a_copy

WHY = {"th": "เปลี่ยน", "en": "It changed."}


def read(**keys: object) -> tuple[tuple[Match, ...], list[str]]:
    faults: list[PaperUnsound] = []
    head = {"fiscal_year": 2564, "from": 2563, "status": "draft", "sources": ["x"]}
    found = parse_crosswalk(Table(head | keys, "2564/from_2563.toml", faults))
    return found.matches, [str(fault) for fault in faults]


@pytest.mark.parametrize("year", YEARS[1:])
def test_every_year_but_the_first_has_a_crosswalk_from_the_year_before(year: int) -> None:
    found, faults = LIBRARY.read_crosswalk(year)
    assert faults == []
    assert found is not None
    assert (found.before_year, found.after_year) == (year - 1, year)


def test_the_notation_says_codes_ranges_moves_merges_and_splits() -> None:
    matches, faults = read(
        same=["O1", "O3..O4 > O2..O3"], changed=[{"codes": ["O5+O6 > O4", "O7 > O5+O6"], "why": WHY}], new=["O7..O8"]
    )
    assert faults == []
    assert [(match.before, match.after, match.kind.value) for match in matches] == [
        (("O1",), ("O1",), "same"),
        (("O3",), ("O2",), "same"),
        (("O4",), ("O3",), "same"),
        (("O5", "O6"), ("O4",), "merged"),
        (("O7",), ("O5", "O6"), "split"),
        ((), ("O7",), "new"),
        ((), ("O8",), "new"),
    ]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"same": ["O1..O3 > O1..O2"]}, "same: O1..O3 > O1..O2: the sides differ in length"),
        ({"same": ["O3..O1"]}, "same: O3..O1 is not a range"),
        ({"same": ["O1..e3"]}, "same: O1..e3 is not a range"),
        ({"same": ["O1..O999"]}, "same: O1..O999 is not a range"),
        ({"same": ["O 1"]}, "same: O 1 is not a code or a range"),
        ({"same": [""]}, "same:  is not a code or a range"),
        ({"same": ["O1 >"]}, "is not a code or a range"),
        ({"changed": [{"codes": ["O1"]}]}, "why.th: has no text"),
        ({"status": "sure"}, "status: must be one of verified, draft"),
        ({"merged": []}, "merged: is not a known key"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(keys: dict[str, object], told: str) -> None:
    _, faults = read(**keys)
    assert [fault for fault in faults if told in fault], faults
    assert all(fault.startswith("2564/from_2563.toml.") for fault in faults)


def test_a_spoiled_crosswalk_is_refused_and_the_papers_still_stand(tmp_path: Path) -> None:
    copy = a_copy(tmp_path)
    file = copy / "2564" / "from_2563.toml"
    file.write_text(file.read_text("utf-8").replace('"i1..i30"', '"i1..i29"'), "utf-8")
    library = Library(copy)
    assert [str(fault) for fault in library.read_crosswalk(2564)[1]] == [
        "2564/from_2563.i30: of 2563 is not accounted for",
        "2564/from_2563.i30: of 2564 is not accounted for",
        "2564/from_2563.5: is called the same, but not all of its items are the same",
    ]
    with pytest.raises(Problems):
        library.crosswalk(2563, 2566)
    assert library.paper(2564).fiscal_year == 2564
    assert library.crosswalk(2564, 2566).before_year == 2564


def test_a_year_without_a_crosswalk_is_refused_in_words(tmp_path: Path) -> None:
    copy = a_copy(tmp_path)
    (copy / "2564" / "from_2563.toml").unlink()
    assert Library(copy).read_crosswalk(2564) == (None, [])
    with pytest.raises(NoCrosswalk):
        Library(copy).crosswalk(2562, 2565)

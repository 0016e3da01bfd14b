"""Papers as files: numbers, encodings, sizes, missing files, and years that are the same as others."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from surveyapp.domain.problems import Problems
from surveyapp.instruments.files import LARGEST_FILE
from surveyapp.instruments.library import Library

from .shelf import DROP, FILES, a_copy, as_toml, faults, put, shipped_tables, write

D = Decimal
TABLES = shipped_tables(2564)

# --- numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "nan",
        "+nan",
        "inf",
        "-inf",
        "1e999999",
        "-1e999999",
        "1e1000000",
        "1e-99999",
        "1e-1000000",
        "1000001",
        "0." + "3" * 30,
        "0x" + "F" * 5000,
    ],
)
@pytest.mark.parametrize(
    ("before", "place"),
    [
        ("iit = ", "2564/paper.toml.weights.iit"),
        ("total_at_least = ", "2564/paper.toml.level[AA].total_at_least"),
        ("share = ", "2564/paper.toml.sample[1].share"),
        ("at_least = ", "2564/paper.toml.sample[1].at_least"),
        ("least_for_score = ", "2564/paper.toml.settings.least_for_score"),
        ("fiscal_year = ", "2564/paper.toml.fiscal_year"),
    ],
)
def test_a_number_out_of_all_size_is_found(tmp_path: Path, before: str, place: str, number: str) -> None:
    folder = a_copy(tmp_path)
    file = folder / "2564" / "paper.toml"
    lines = file.read_text("utf-8").splitlines()
    where = next(n for n, line in enumerate(lines) if line.startswith(before))
    lines[where] = before + number
    file.write_text("\n".join(lines), "utf-8")
    assert f"{place}: is a number out of all size" in faults(folder)


@pytest.mark.parametrize("number", ["1e99999999999999999999", "9" * 5000])
def test_a_number_nobody_can_read_makes_the_file_unreadable(tmp_path: Path, number: str) -> None:
    folder = a_copy(tmp_path)
    (folder / "2564" / "iit.toml").write_text(f"points = {number}\n", "utf-8")
    assert faults(folder)[0].startswith("2564/iit.toml: is not readable as TOML")


# --- faults of files -----------------------------------------------------------------------------------

UNREADABLE: dict[str, bytes] = {
    "a key twice": b"fiscal_year = 2564\nfiscal_year = 2564\n",
    "a table twice": b"[weights]\niit = 1\n[weights]\neit = 1\n",
    "a table that was closed": b"a = {b = 1}\n[a]\nc = 1\n",
    "no TOML": b'{"fiscal_year": 2564}',
    "a tag of another language": b"!!python/object:os.system {}",
    "a page": b"<!doctype html>",
    "another alphabet": "ปี = 2564".encode("cp874"),
    "two bytes a sign": "fiscal_year = 2564".encode("utf-16"),
    "NUL": b"\x00",
    "lists without end": b"a = " + b"[" * 100_000,
    "tables without end": b"a = " + b"{a = " * 10_000,
    "a string without end": b'a = "' + b"x" * 1000,
    "a year written as octal": b"fiscal_year = 02564",
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    folder = a_copy(tmp_path)
    (folder / "2564" / f"{name}.toml").write_bytes(content)
    assert faults(folder)[0].startswith(f"2564/{name}.toml: is not readable as TOML")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path, name: str) -> None:
    folder = a_copy(tmp_path)
    (folder / "2564" / f"{name}.toml").write_bytes(b"#" * (LARGEST_FILE + 1))
    assert faults(folder)[0] == f"2564/{name}.toml: is not readable as TOML: too large"


@pytest.mark.parametrize("name", ["iit", "eit", "oit"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    folder = a_copy(tmp_path)
    (folder / "2564" / f"{name}.toml").unlink()
    assert faults(folder)[0] == f"2564/{name}.toml: there is no such file"


@pytest.mark.parametrize("name", FILES)
def test_an_empty_file_lacks_everything_and_is_not_a_sound_paper(tmp_path: Path, name: str) -> None:
    folder = a_copy(tmp_path)
    (folder / "2564" / f"{name}.toml").write_bytes(b"")
    found = faults(folder)
    assert found
    assert all(each.startswith(f"2564/{name}.toml.") for each in found)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def a_ring_of_links(file: Path) -> None:
    file.unlink()
    os.symlink(file.name, file)


@pytest.mark.parametrize("spoil", [a_folder, a_ring_of_links])
def test_what_is_not_a_file_is_named_like_any_other_fault(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    folder = a_copy(tmp_path)
    spoil(folder / "2564" / "iit.toml")
    assert any(each.startswith("2564/iit.toml") for each in faults(folder))


def test_the_year_in_the_file_must_be_the_year_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path, 2570, TABLES)
    assert faults(tmp_path, 2570) == ["2570/paper.toml.fiscal_year: the file says 2564"]


def test_folders_that_are_no_years_are_no_papers(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    for name in ("notes", "2570", "25๖๙", "-2570"):
        (folder / name).mkdir()
    for name in ("notes", "25๖๙", "-2570"):
        (folder / name / "paper.toml").write_text("", "utf-8")
    (folder / "2571").write_text("", "utf-8")
    assert Library(folder).years() == tuple(range(2562, 2570))


def test_a_folder_written_with_a_leading_zero_is_not_the_same_year_again(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    (folder / "02564").mkdir()
    (folder / "02564" / "paper.toml").write_text("", "utf-8")
    assert Library(folder).years() == tuple(range(2562, 2570))


def test_a_key_of_thousands_of_dots_is_refused_within_a_second(tmp_path: Path) -> None:
    """20 KB. The time grows with the square: 100 KB would take minutes, a file of the largest size hours."""
    folder = a_copy(tmp_path)
    (folder / "2564" / "iit.toml").write_text(".".join("a" * 10_000) + " = 1\n", "utf-8")
    begun = time.process_time()
    assert faults(folder)
    assert time.process_time() - begun < 1


# --- one year like another -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["iit", "eit", "oit"])
def test_a_year_may_not_be_the_same_as_itself(tmp_path: Path, name: str) -> None:
    folder = a_copy(tmp_path)
    (folder / "2564" / f"{name}.toml").write_text("same_as = 2564\n", "utf-8")
    assert f"2564/{name}.toml.same_as: must name a year with content of its own" in faults(folder)


@pytest.mark.parametrize("name", ["iit", "eit", "oit"])
def test_two_years_may_not_be_the_same_as_each_other(tmp_path: Path, name: str) -> None:
    folder = a_copy(tmp_path)
    (folder / "2564" / f"{name}.toml").write_text("same_as = 2563\n", "utf-8")
    (folder / "2563" / f"{name}.toml").write_text("same_as = 2564\n", "utf-8")
    for year in (2563, 2564):
        assert f"{year}/{name}.toml.same_as: must name a year with content of its own" in faults(folder, year)


@pytest.mark.parametrize("name", ["iit", "eit", "oit"])
def test_a_year_that_is_the_same_as_a_missing_one_names_the_missing_file(tmp_path: Path, name: str) -> None:
    folder = a_copy(tmp_path)
    (folder / "2563" / f"{name}.toml").write_text("same_as = 2599\n", "utf-8")
    assert f"2599/{name}.toml: there is no such file" in faults(folder, 2563)


@pytest.mark.parametrize("value", ['"2564"', "-2564", "2564.5", "true", "[2564]", '"../../secret"', "nan", "{}"])
@pytest.mark.parametrize("name", ["iit", "eit", "oit"])
def test_same_as_must_be_a_year(tmp_path: Path, name: str, value: str) -> None:
    folder = a_copy(tmp_path)
    (folder / "2563" / f"{name}.toml").write_text(f"same_as = {value}\n", "utf-8")
    assert any(each.startswith(f"2563/{name}.toml.same_as: ") for each in faults(folder, 2563))


def test_a_fault_of_the_other_year_is_named_in_the_file_where_it_is(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    write(folder, 2564, put(TABLES, ("iit", "indicator", 0, "item", 0, "ask", 0, "text", "en"), DROP))
    assert faults(folder, 2563) == ["2564/iit.toml.indicator[1].item[i1].ask[1].text.en: has no text"]


def a_replacement(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": {"th": "นโยบายใหม่", "en": "New policy"},
        "evidence": {"th": "แสดงนโยบาย", "en": "Shows the policy."},
        "evidence_year": "current",
    }


def with_replacements(tmp_path: Path, *tables: object) -> list[str]:
    folder = a_copy(tmp_path)
    (folder / "2565" / "oit.toml").write_text(as_toml({"same_as": 2564, "replace": list(tables)}), "utf-8")
    return faults(folder, 2565)


def test_a_known_item_may_be_replaced(tmp_path: Path) -> None:
    assert with_replacements(tmp_path, a_replacement("O1"), a_replacement("O43")) == []


def test_an_unknown_item_cannot_be_replaced(tmp_path: Path) -> None:
    said = "2565/oit.toml.replace[O44].code: there is no item O44 to replace"
    assert with_replacements(tmp_path, a_replacement("O44")) == [said]


def test_an_item_replaced_twice_is_a_fault(tmp_path: Path) -> None:
    found = with_replacements(tmp_path, a_replacement("O1"), a_replacement("O1") | {"evidence_year": "any"})
    assert any(each.startswith("2565/oit.toml.replace[O1]") for each in found), found


def test_a_replacement_that_is_no_table_is_named(tmp_path: Path) -> None:
    assert "2565/oit.toml.replace[1]: must be a table" in with_replacements(tmp_path, "O1")


# --- what the library does with it ---------------------------------------------------------------------


def test_an_unsound_paper_is_refused_with_every_fault(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    write(folder, 2564, put(put(TABLES, ("paper", "weights", "iit"), 1), ("paper", "sources"), []))
    with pytest.raises(Problems) as refusal:
        Library(folder).paper(2564)
    assert [str(problem.facts["place"]) for problem in refusal.value.problems] == ["sources", "weights"]


def test_one_spoiled_year_does_not_spoil_the_others(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    (folder / "2569" / "paper.toml").write_bytes(b"\x00")
    library = Library(folder)
    assert library.years() == tuple(range(2562, 2570))
    assert library.paper(2564).fiscal_year == 2564
    with pytest.raises(Problems):
        library.paper(2569)


def test_a_fault_is_said_in_thai_too(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    write(folder, 2564, put(TABLES, ("paper", "weights", "iit"), D("0.31")))
    (fault,) = Library(folder).read(2564)[1]
    assert getattr(fault.facts["fault"], "th", "") == "น้ำหนักรวมได้ 1.01 ต้องเป็น 1"

"""Spoiled papers: every fault is found and named by its place, and nothing else ever breaks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.domain.paper_document import paper_document
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.score_document import result_document
from surveyapp.domain.scoring import Inputs, score
from surveyapp.instruments.library import LARGEST_FILE, Library

from .shelf import DROP, FILES, Path_, Tables, a_copy, as_toml, at, faults, places, put, shipped_tables, write

D = Decimal
TABLES = shipped_tables(2564)
FIRST_ITEM: Path_ = ("iit", "indicator", 0, "item", 0)
SECOND_ITEM: Path_ = ("iit", "indicator", 0, "item", 1)
MORE: Path_ = ("iit", "scale", "more_is_better", "choices")
YES: Path_ = ("iit", "scale", "yes_is_better", "choices")
FIRST_O: Path_ = ("oit", "indicator", 0, "sub", 0, "item", 0)

Change = tuple[Path_, object]


def spoiled(tmp_path: Path, *changes: Change, year: int = 2564) -> list[str]:
    """What is said of a copy of 2564 after these changes."""
    folder = a_copy(tmp_path)
    tables = TABLES
    for path, value in changes:
        tables = put(tables, path, value)
    write(folder, year, tables)
    return faults(folder, year)


def a_level(code: str, total: int, each: int | None = None) -> dict[str, Any]:
    gate = {} if each is None else {"each_at_least": each}
    return {"code": code, "name": {"th": "ก", "en": code}, "total_at_least": total, "passes": True} | gate


def a_choice(code: str, points: int | None, label: str) -> dict[str, Any]:
    counted = {} if points is None else {"points": points}
    return {"code": code, "label": {"th": label, "en": label}} | counted


def test_a_copy_that_was_only_written_again_has_no_fault(tmp_path: Path) -> None:
    assert spoiled(tmp_path) == []


# --- faults of meaning ---------------------------------------------------------------------------------

MEANING: dict[str, tuple[list[Change], str]] = {
    "weights over 1": ([(("paper", "weights", "iit"), D("0.31"))], "weights: add up to 1.01, not 1"),
    "weights barely over 1": ([(("paper", "weights", "iit"), D("0.3000000001"))], "weights: add up to"),
    "a negative weight": (
        [(("paper", "weights", "iit"), D("-0.3")), (("paper", "weights", "eit"), D("0.9"))],
        "weights.iit: must be above 0",
    ),
    "a weight of nothing": (
        [(("paper", "weights", "iit"), 0), (("paper", "weights", "eit"), D("0.6"))],
        "weights.iit: must be above 0",
    ),
    "an item twice": ([((*SECOND_ITEM, "code"), "i1")], "iit.item: i1 is there 2 times"),
    "a gap between items": ([((*SECOND_ITEM, "code"), "i99")], "iit.item: has i99 where i2 belongs"),
    "an item of the other questionnaire": ([((*SECOND_ITEM, "code"), "e2")], "iit.item: has e2 where i2 belongs"),
    "an indicator twice": ([(("iit", "indicator", 1, "code"), "1")], "iit: 1 is there 2 times"),
    "an indicator of the other questionnaire": ([(("eit", "indicator", 0, "code"), "5")], "eit: has 5 where 6 belongs"),
    "an indicator too few": ([(("eit", "indicator", 2), DROP)], "eit: lacks 8"),
    "an indicator too many": (
        [(("eit", "indicator", 3), at(TABLES, ("eit", "indicator", 2)) | {"code": "9"})],
        "eit: has 9 too many",
    ),
    "an indicator without items": ([(("eit", "indicator", 2, "item"), [])], "eit.8: the indicator has no items"),
    "an item that asks nothing": ([((*FIRST_ITEM, "ask"), [])], "iit.i1: the item asks nothing"),
    "a checklist item twice": ([((*FIRST_O, "code"), "O2")], "oit.item: O2 is there 2 times"),
    "a gap in the checklist": ([((*FIRST_O, "code"), "O44")], "oit.item: has O44 where O1 belongs"),
    "a sub-indicator twice": ([(("oit", "indicator", 0, "sub", 1, "code"), "9.1")], "oit.9: 9.1 is there 2 times"),
    "a gap between sub-indicators": (
        [(("oit", "indicator", 0, "sub", 4, "code"), "9.6")],
        "oit.9: has 9.6 where 9.5 belongs",
    ),
    "a sub-indicator without items": (
        [(("oit", "indicator", 1, "sub", 1, "item"), [])],
        "oit.10.2: the sub-indicator has no items",
    ),
    "a checklist indicator without groups": ([(("oit", "indicator", 1, "sub"), [])], "oit.10: has no sub-indicators"),
    "no levels": ([(("paper", "level"), [])], "level: there are no levels"),
    "a level twice": ([(("paper", "level", 1, "code"), "AA")], "level: AA is there 2 times"),
    "a level that an earlier one takes whole": (
        [(("paper", "level", 1, "total_at_least"), 95)],
        "level[A]: cannot be reached: AA comes first",
    ),
    "a level above an earlier one": (
        [(("paper", "level", 1, "total_at_least"), 96)],
        "level[A]: cannot be reached: AA comes first",
    ),
    "a gated level that an earlier open one takes whole": (
        [(("paper", "level", 1), a_level("A", 95, each=95))],
        "level[A]: cannot be reached: AA comes first",
    ),
    "a level whose gate alone lifts it into an earlier one": (
        [(("paper", "level", 1), a_level("A", 85, each=95))],
        "level[A]: cannot be reached: AA comes first",
    ),
    "a level over 100": ([(("paper", "level", 0, "total_at_least"), 101)], "level[AA]: limits must be from 0 to 100"),
    "a gate over 100": ([(("paper", "level", 0, "each_at_least"), 101)], "level[AA]: limits must be from 0 to 100"),
    "a level under 0": ([(("paper", "level", 6, "total_at_least"), -1)], "level[F]: limits must be from 0 to 100"),
    "a last level that does not begin at 0": (
        [(("paper", "level", 6, "total_at_least"), 10)],
        "level[F]: the last must begin at 0",
    ),
    "a last level with a gate": ([(("paper", "level", 6, "each_at_least"), 10)], "level[F]: the last must begin at 0"),
    "a choice twice": ([((*YES, 0, "code"), "n")], "iit.i26.1.choices: n is there 2 times"),
    "two choices that read the same": ([((*YES, 0, "label", "th"), "ไม่มี")], "iit.i26.1.choices.label: ไม่มี is there 2 times"),
    "two choices without points": (
        [((*YES, 0, "points"), DROP), ((*YES, 1, "points"), DROP)],
        "iit.i26.1.choices: needs points on two choices",
    ),
    "one choice without points": ([((*YES, 0, "points"), DROP)], "iit.i26.1.choices: needs points on two choices"),
    "a single choice": ([((*YES, 1), DROP)], "iit.i26.1.choices: needs 2 to 20 choices"),
    "no choices": ([(YES, [])], "iit.i26.1.choices: needs 2 to 20 choices"),
    "far too many choices": (
        [(YES, [a_choice(str(n), min(n, 100), f"ตัวเลือก {n}") for n in range(300)])],
        "iit.i26.1.choices: needs 2 to 20 choices",
    ),
    "a top choice under 100": ([((*MORE, 3, "points"), 99)], "iit.i1.1.choices: points must reach from 0 to 100"),
    "a top choice over 100": ([((*MORE, 3, "points"), 101)], "iit.i1.1.choices: points must reach from 0 to 100"),
    "points under 0": ([((*MORE, 0, "points"), -1)], "iit.i1.1.choices: points must reach from 0 to 100"),
    "points out of order": ([((*MORE, 1, "points"), 68)], "iit.i1.1.choices: points do not follow the choices' order"),
    "a direction against the points": (
        [((*SECOND_ITEM, "direction"), "negative")],
        "iit.i2.direction: the direction contradicts the points",
    ),
    "no source": ([(("paper", "sources"), [])], "sources: names no source"),
    "a blank source": ([(("paper", "sources", 0), " ")], "sources: names no source"),
    "an impossible year": ([(("paper", "fiscal_year"), 2021)], "fiscal_year: is not a possible fiscal year"),
    "a sample both fixed and shared": ([(("paper", "sample", 0, "fixed"), 30)], "sample[iit]: needs either fixed or share"),
    "a sample neither fixed nor shared": ([(("paper", "sample", 0, "share"), DROP)], "sample[iit]: needs either fixed or share"),
    "a share of nothing": ([(("paper", "sample", 0, "share"), 0)], "sample[iit]: share must be above 0 and at most 1"),
    "a share over everybody": ([(("paper", "sample", 0, "share"), D("1.1"))], "sample[iit]: share must be above 0"),
    "a cap under the floor": ([(("paper", "sample", 0, "at_most"), 29)], "sample[iit]: at_most is below at_least"),
    "a sample of the checklist": ([(("paper", "sample", 0, "instrument"), "oit")], "sample[oit]: the OIT has no respondents"),
    "no general rule": ([(("paper", "sample", 0, "kinds"), ["oboto_l"])], "sample[iit]: has no rule for every kind"),
    "two general rules": (
        [(("paper", "sample", 2), at(TABLES, ("paper", "sample", 0)) | {"at_least": 99})],
        "sample[iit]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), MEANING.values(), ids=MEANING)
def test_a_fault_of_meaning_is_found_and_its_place_named(tmp_path: Path, changes: list[Change], said: str) -> None:
    found = spoiled(tmp_path, *changes)
    assert any(each.startswith(said) for each in found), found


def test_a_yes_or_no_question_may_also_offer_an_answer_that_is_not_counted(tmp_path: Path) -> None:
    unsure = a_choice("u", None, "ไม่ทราบ")
    assert spoiled(tmp_path, ((*YES, 2), unsure), (("iit", "scale", "yes_is_worse", "choices", 2), unsure)) == []


def test_a_scale_may_also_offer_an_answer_that_is_not_counted(tmp_path: Path) -> None:
    assert spoiled(tmp_path, ((*MORE, 4), a_choice("u", None, "ไม่ทราบ"))) == []


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    found = spoiled(
        tmp_path,
        (("paper", "weights", "iit"), D("0.5")),
        (("paper", "sources"), []),
        ((*SECOND_ITEM, "code"), "i99"),
        ((*YES, 0, "points"), 50),
        ((*FIRST_O, "code"), "O9"),
    )
    assert [each.split(":")[0] for each in found] == [
        "sources",
        "weights",
        "iit.item",
        "iit.i26.1.choices",
        "iit.i26.2.choices",
        "oit.item",
        "oit.item",
    ]


# --- faults of shape -----------------------------------------------------------------------------------

SHAPE: dict[str, tuple[list[Change], str]] = {
    "a missing Thai sentence": (
        [((*SECOND_ITEM, "text", "th"), DROP)],
        "2564/iit.toml.indicator[1].item[i2].text.th: has no text",
    ),
    "a missing English sentence": (
        [((*FIRST_ITEM, "ask", 1, "text", "en"), DROP)],
        "2564/iit.toml.indicator[1].item[i1].ask[2].text.en: has no text",
    ),
    "a blank sentence": ([((*MORE, 0, "label", "en"), " ")], "2564/iit.toml.scale.more_is_better.choices[1].label.en: has no text"),
    "a missing name of a level": ([(("paper", "level", 0, "name"), DROP)], "2564/paper.toml.level[AA].name.th: has no text"),
    "a missing hint": ([((*FIRST_ITEM, "hint"), {"th": "ก"})], "2564/iit.toml.indicator[1].item[i1].hint.en: has no text"),
    "an endless sentence": (
        [((*SECOND_ITEM, "text", "th"), "ก" * 2001)],
        "2564/iit.toml.indicator[1].item[i2].text.th: is too long or holds a forbidden sign",
    ),
    "a sentence with NUL": (
        [((*SECOND_ITEM, "text", "th"), "ก\x00")],
        "2564/iit.toml.indicator[1].item[i2].text.th: is too long or holds a forbidden sign",
    ),
    "a missing source of a sample": ([(("paper", "sample", 1, "source"), DROP)], "2564/paper.toml.sample[2].source: has no text"),
    "missing sources": ([(("paper", "sources"), DROP)], "sources: names no source"),
    "an unknown key": ([(("paper", "colour"), "red")], "2564/paper.toml.colour: is not a known key"),
    "an unknown key far below": ([((*MORE, 0, "score"), 1)], "2564/iit.toml.scale.more_is_better.choices[1].score: is not a known key"),
    "an unknown language": ([((*SECOND_ITEM, "text", "fr"), "x")], "2564/iit.toml.indicator[1].item[i2].text.fr: is not a known key"),
    "a direction beside sub-questions": (
        [((*FIRST_ITEM, "direction"), "positive")],
        "2564/iit.toml.indicator[1].item[i1].direction: is not a known key",
    ),
    "a scale beside choices of its own": (
        [((*SECOND_ITEM, "choices"), [a_choice("1", 0, "ก"), a_choice("2", 100, "ข")])],
        "2564/iit.toml.indicator[1].item[i2].scale: is not a known key",
    ),
    "an unknown scale": (
        [((*SECOND_ITEM, "scale"), "less")],
        "2564/iit.toml.indicator[1].item[i2].scale: there is no scale called less",
    ),
    "an unknown direction": (
        [((*SECOND_ITEM, "direction"), "up")],
        "2564/iit.toml.indicator[1].item[i2].direction: must be one of positive, negative",
    ),
    "an unknown status": ([(("paper", "status"), "final")], "2564/paper.toml.status: must be one of verified, draft"),
    "an unknown setting": ([(("paper", "settings", "eit_parts"), "both")], "2564/paper.toml.settings.eit_parts: must be one of"),
    "a setting left out": ([(("paper", "settings", "level_on"), DROP)], "2564/paper.toml.settings.level_on: must be one of"),
    "settings left out": ([(("paper", "settings"), DROP)], "2564/paper.toml.settings.least_for_score: must be a number"),
    "a weight left out": ([(("paper", "weights", "oit"), DROP)], "2564/paper.toml.weights.oit: must be a number"),
    "a weight too many": ([(("paper", "weights", "moit"), D("0.1"))], "2564/paper.toml.weights.moit: is not a known key"),
    "a weight in words": ([(("paper", "weights", "oit"), "0.40")], "2564/paper.toml.weights.oit: must be a number"),
    "a truth as a number": ([(("paper", "level", 0, "passes"), 1)], "2564/paper.toml.level[AA].passes: must be true or false"),
    "a number as a truth": ([(("paper", "level", 0, "total_at_least"), True)], "2564/paper.toml.level[AA].total_at_least: must be a number"),
    "half a person": ([(("paper", "sample", 0, "at_least"), D("30.5"))], "2564/paper.toml.sample[1].at_least: must be a whole number"),
    "less than nobody": ([(("paper", "sample", 0, "at_least"), -1)], "2564/paper.toml.sample[1].at_least: must be a whole number"),
    "a table where a list belongs": ([(("paper", "level"), {"AA": 95})], "2564/paper.toml.level: must be a list"),
    "a list where a table belongs": ([(("paper", "weights"), [D("0.3")])], "2564/paper.toml.weights: must be a table"),
    "a text where a table belongs": ([(SECOND_ITEM, "i2")], "2564/iit.toml.indicator[1].item[2]: must be a table"),
    "a text where sentences belong": ([((*SECOND_ITEM, "text"), "ก")], "2564/iit.toml.indicator[1].item[i2].text: must be a table"),
    "a number among the sources": ([(("paper", "sources", 0), 1)], "2564/paper.toml.sources: must be a list of texts"),
    "a date where a number belongs": ([(("paper", "fiscal_year"), date(2021, 1, 1))], "2564/paper.toml.fiscal_year: must be a number"),
    "an item without a code": ([((*SECOND_ITEM, "code"), DROP)], "2564/iit.toml.indicator[1].item[2].code: has no text"),
    "an unknown evidence year": ([((*FIRST_O, "evidence_year"), "next")], "2564/oit.toml.indicator[9].sub[9.1].item[O1].evidence_year: must be"),
    "same_as beside content": ([(("oit", "same_as"), 2562)], "2564/oit.toml.indicator: is not a known key"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), SHAPE.values(), ids=SHAPE)
def test_a_fault_of_shape_is_found_and_its_place_named(tmp_path: Path, changes: list[Change], said: str) -> None:
    found = spoiled(tmp_path, *changes)
    assert any(each.startswith(said) for each in found), found


@pytest.mark.parametrize(
    "number",
    ["nan", "+nan", "inf", "-inf", "1e999999", "-1e999999", "1e1000000", "1e-99999", "1e-1000000", "1000001", "0." + "3" * 30],
)  # fmt: skip
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
    "no TOML": b"{\"fiscal_year\": 2564}",
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
    found = spoiled(tmp_path, year=2570)
    assert found == ["2570/paper.toml.fiscal_year: the file says 2564"]


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


@pytest.mark.parametrize("depth", [6000])
def test_a_key_of_thousands_of_dots_is_refused_within_a_second(tmp_path: Path, depth: int) -> None:
    """12 KB. The time grows with the square: 100 KB would take minutes, a file of the largest size hours."""
    folder = a_copy(tmp_path)
    (folder / "2564" / "iit.toml").write_text(".".join("a" * depth) + " = 1\n", "utf-8")
    begun = time.perf_counter()
    assert faults(folder)
    assert time.perf_counter() - begun < 1


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
    write(folder, 2564, put(TABLES, (*SECOND_ITEM, "text", "en"), DROP))
    assert faults(folder, 2563) == ["2564/iit.toml.indicator[1].item[i2].text.en: has no text"]


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


# --- anything anywhere ---------------------------------------------------------------------------------

ANYWHERE = list(places(TABLES))
VALUES: list[object] = [
    DROP,
    "",
    " ",
    "x",
    "i1",
    "O1",
    "ก" * 5000,
    "\x00",
    "%(place)s %s %",
    True,
    False,
    0,
    1,
    -1,
    100,
    2564,
    10**40,
    D("NaN"),
    D("Infinity"),
    D("-Infinity"),
    D("1E+999999"),
    D("1E-99999"),
    D("0E-99999"),
    D("-0.0"),
    D("33.3333333333"),
    date(2021, 8, 26),
    [],
    [[]],
    [1, "x", {}],
    {},
    {"th": "ก", "en": "x"},
    {"th": 1},
    {"code": []},
    {"code": "x", "points": {}},
    [{"code": "1", "label": {"th": "ก", "en": "x"}}],
]


def read_or_refused(tables: Tables) -> None:
    """A paper with these tables is refused with faults that can be told, or can be used for everything."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, 2564, tables)
        paper, found = Library(folder).read(2564)
        for fault in found:
            assert isinstance(fault, Problem)
            assert len(str(fault)) < 5000
        if found or paper is None:
            with pytest.raises(Problems):
                Library(folder).paper(2564)
            return
    paper_document(paper)
    counted = {sub.code: {choice.code: 3 for choice in sub.choices} for sub in paper.iit.sub_questions}
    result_document(score(paper, Inputs(iit=counted, marks={item.code: D(100) for item in paper.oit.items})))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(path=st.sampled_from(ANYWHERE), value=st.sampled_from(VALUES))
def test_any_value_in_any_place_is_a_fault_or_does_no_harm(path: Path_, value: object) -> None:
    read_or_refused(put(TABLES, path, value))


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(changes=st.lists(st.tuples(st.sampled_from(ANYWHERE), st.sampled_from(VALUES)), min_size=2, max_size=12))
def test_many_wrong_values_at_once_are_faults_and_never_a_crash(changes: list[Change]) -> None:
    tables = TABLES
    for path, value in changes:
        try:
            tables = put(tables, path, value)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change took this place away
    read_or_refused({name: tables.get(name) if isinstance(tables.get(name), dict) else {} for name in FILES})


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(source=st.sampled_from(ANYWHERE), target=st.sampled_from(ANYWHERE))
def test_two_places_that_change_their_content_are_faults_or_do_no_harm(source: Path_, target: Path_) -> None:
    if source[: len(target)] == target or target[: len(source)] == source:
        return
    tables = put(put(TABLES, source, at(TABLES, target)), target, at(TABLES, source))
    read_or_refused({name: tables[name] if isinstance(tables[name], dict) else {} for name in FILES})

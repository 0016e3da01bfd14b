"""A digest names what a paper says: not how its file is written, but every word, point and limit of it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.instruments.library import Library

from .shelf import Path_, Tables, a_copy, as_toml, at, places, put, shipped_tables, write

SHIPPED = Library().paper(2564).digest
TABLES = shipped_tables(2564)
D = Decimal


def digest_of(tables: Tables) -> str:
    """The digest of a 2564 made from these tables; it must be sound."""
    with TemporaryDirectory() as folder:
        write(Path(folder), 2564, tables)
        return Library(Path(folder)).paper(2564).digest


def test_a_paper_written_again_by_another_program_keeps_its_digest() -> None:
    assert digest_of(TABLES) == SHIPPED


def backwards(value: object) -> Any:
    """The same content with the keys of every table the other way round."""
    match value:
        case dict():
            return {key: backwards(each) for key, each in reversed(value.items())}
        case list():
            return [backwards(each) for each in value]
        case _:
            return value


def test_the_order_of_keys_makes_no_difference() -> None:
    assert digest_of(backwards(TABLES)) == SHIPPED


@pytest.mark.parametrize(
    ("path", "notations"),
    [
        (
            ("iit", "scale", "more_is_better", "choices", 3, "points"),
            [D("100.0"), D("1e2"), D("100.00000"), D("+1E+2")],
        ),
        (("iit", "scale", "more_is_better", "choices", 0, "points"), [D("0.0"), D("0e5"), D("-0.0")]),
        (("paper", "weights", "iit"), [D("0.3"), D("3e-1"), D("0.300000")]),
        (("paper", "level", 0, "total_at_least"), [D("95.0"), D("9.5e1")]),
        (("paper", "settings", "least_for_score"), [D("1.0"), D("1e0")]),
        (("paper", "fiscal_year"), [D("2564.0")]),
    ],
)
def test_a_number_may_be_written_in_any_notation(path: Path_, notations: list[Decimal]) -> None:
    assert {digest_of(put(TABLES, path, notation)) for notation in notations} == {SHIPPED}


def test_comments_blank_lines_and_line_ends_make_no_difference(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    for file in (folder / "2564").iterdir():
        text = "# ข้อสังเกต\n\n" + file.read_text("utf-8").replace(" = ", "   =  ")
        file.write_bytes(text.replace("\n", "\r\n").encode())
    assert Library(folder).paper(2564).digest == SHIPPED


def test_content_given_by_same_as_is_as_good_as_content_written_out(tmp_path: Path) -> None:
    folder = a_copy(tmp_path)
    for name in ("iit", "eit", "oit"):
        (folder / "2563" / f"{name}.toml").write_text(as_toml(TABLES[name]), "utf-8")
    assert Library(folder).paper(2563).digest == Library().paper(2563).digest


WORDS = [path for path in places(TABLES) if path[-1] in ("th", "en") or path[:2] in (("paper", "sources"),)]
WORDS = [path for path in WORDS if isinstance(at(TABLES, path), str)]


def test_there_are_hundreds_of_sentences_to_change() -> None:
    assert len(WORDS) > 400


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(path=st.sampled_from(WORDS), how=st.sampled_from(("x", " ", ".", "่", "\u200b")))
def test_a_change_of_any_word_changes_the_digest(path: Path_, how: str) -> None:
    assert digest_of(put(TABLES, path, at(TABLES, path) + how)) != SHIPPED


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("iit", "scale", "more_is_better", "choices", 1, "points"), D("33.33")),
        (("iit", "scale", "more_is_better", "choices", 1, "points"), D("33.0000000001")),
        (("iit", "scale", "more_is_better", "choices", 1, "code"), "b"),
        (("paper", "level", 1, "total_at_least"), D("84.995")),
        (("paper", "level", 1, "each_at_least"), 85),
        (("paper", "level", 1, "passes"), False),
        (("paper", "settings", "eit_parts"), "pool"),
        (("paper", "settings", "level_on"), "exact"),
        (("paper", "settings", "least_for_score"), 2),
        (("paper", "sample", 0, "at_least"), 31),
        (("paper", "sample", 0, "kinds", 0), "oboto_l"),
        (("paper", "status"), "draft"),
        (("oit", "indicator", 0, "sub", 0, "item", 0, "evidence_year"), "current"),
    ],
)
def test_a_change_of_any_rule_changes_the_digest(path: Path_, value: object) -> None:
    changed = put(TABLES, path, value)
    if path[-2:] == ("kinds", 0):
        changed["paper"]["sample"].append(TABLES["paper"]["sample"][0])
    assert digest_of(changed) != SHIPPED


def test_weights_that_change_places_change_the_digest() -> None:
    tables = put(put(TABLES, ("paper", "weights", "iit"), D("0.4")), ("paper", "weights", "oit"), D("0.3"))
    assert digest_of(tables) != SHIPPED


def test_a_hint_left_out_changes_the_digest() -> None:
    (hint, *_) = [path for path in places(TABLES["iit"]) if path[-1] == "hint"]
    tables = put(TABLES, ("iit", *hint[:-1]), {k: v for k, v in at(TABLES["iit"], hint[:-1]).items() if k != "hint"})
    assert digest_of(tables) != SHIPPED


def test_digests_do_not_depend_on_the_order_in_which_a_set_happens_to_be_walked() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", SHIPPED)
    assert {digest_of(TABLES) for _ in range(3)} == {SHIPPED}

"""Spoiled papers: every fault of meaning or of shape is found, and its place is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .shelf import DROP, Change, Path_, a_copy, at, faults, put, shipped_tables, write

D = Decimal
TABLES = shipped_tables(2564)
PAPER, IIT, OIT = "2564/paper.toml", "2564/iit.toml", "2564/oit.toml"
FIRST_ITEM: Path_ = ("iit", "indicator", 0, "item", 0)
SECOND_ITEM: Path_ = ("iit", "indicator", 0, "item", 1)
MORE: Path_ = ("iit", "scale", "more_is_better", "choices")
YES: Path_ = ("iit", "scale", "yes_is_better", "choices")
FIRST_O: Path_ = ("oit", "indicator", 0, "sub", 0, "item", 0)


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
    "single answers shown": ([(("paper", "release", "least_in_cell"), 1)], "release.least_in_cell: must be at least 3"),
    "counts of an open round shown": (
        [(("paper", "release", "rounded_to"), 1)],
        "release.rounded_to: must be at least 5",
    ),
    "a score of two people shown": (
        [(("paper", "release", "least_for_instrument"), 2)],
        "release.least_for_instrument: must be at least 5",
    ),
    "steps before their score": (
        [(("paper", "release", "least_for_instrument"), 11)],
        "release.least_for_steps: is below least_for_instrument",
    ),
    "unanimous answers shown": (
        [(("paper", "release", "most_in_cell"), 1)],
        "release.most_in_cell: must be from 0.5 to 0.95",
    ),
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
    "two choices that read the same": (
        [((*YES, 0, "label", "th"), "ไม่มี")],
        "iit.i26.1.choices.label: ไม่มี is there 2 times",
    ),
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
    "a sample both fixed and shared": (
        [(("paper", "sample", 0, "fixed"), 30)],
        "sample[iit]: needs either fixed or share",
    ),
    "a sample neither fixed nor shared": (
        [(("paper", "sample", 0, "share"), DROP)],
        "sample[iit]: needs either fixed or share",
    ),
    "a share of nothing": ([(("paper", "sample", 0, "share"), 0)], "sample[iit]: share must be above 0 and at most 1"),
    "a share over everybody": ([(("paper", "sample", 0, "share"), D("1.1"))], "sample[iit]: share must be above 0"),
    "a cap under the floor": ([(("paper", "sample", 0, "at_most"), 29)], "sample[iit]: at_most is below at_least"),
    "a sample of the checklist": (
        [(("paper", "sample", 0, "instrument"), "oit")],
        "sample[oit]: the OIT has no respondents",
    ),
    "no general rule": ([(("paper", "sample", 0, "kinds"), ["oboto_l"])], "sample[iit]: has no rule for every kind"),
    "two general rules": (
        [(("paper", "sample", 2), at(TABLES, ("paper", "sample", 0)) | {"at_least": 99})],
        "sample[iit]",
    ),
}


@pytest.mark.parametrize(("changes", "said"), MEANING.values(), ids=MEANING)
def test_a_fault_of_meaning_is_found_and_its_place_named(tmp_path: Path, changes: list[Change], said: str) -> None:
    found = spoiled(tmp_path, *changes)
    assert any(each.startswith(said) for each in found), found


def test_a_yes_or_no_question_may_also_offer_an_answer_that_is_not_counted(tmp_path: Path) -> None:
    unsure = a_choice("u", None, "ไม่ทราบ")
    assert spoiled(tmp_path, ((*YES, 2), unsure), (("iit", "scale", "yes_is_worse", "choices", 2), unsure)) == []


def test_a_scale_may_also_offer_an_answer_that_is_not_counted(tmp_path: Path) -> None:
    assert spoiled(tmp_path, ((*MORE, 4), a_choice("u", None, "ไม่ทราบ"))) == []


@pytest.mark.parametrize("place", [(*FIRST_ITEM, "ask", 0, "text", "en"), (*SECOND_ITEM, "text", "en")])
def test_one_fault_is_named_once(tmp_path: Path, place: Path_) -> None:
    assert len(spoiled(tmp_path, (place, DROP))) == 1


def test_a_fault_is_told_in_a_short_line_however_long_the_code_it_is_named_by(tmp_path: Path) -> None:
    """Every fault below carries the code in its place: a file of 2 MB could ask for more than all memory."""
    found = spoiled(tmp_path, (("iit", "indicator", 0, "code"), "x" * 100_000), (("iit", "indicator", 0, "item"), [{}]))
    assert all(len(each) < 5000 for each in found)


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
        f"{IIT}.indicator[1].item[i2].text.th: has no text",
    ),
    "a missing English sentence": (
        [((*FIRST_ITEM, "ask", 1, "text", "en"), DROP)],
        f"{IIT}.indicator[1].item[i1].ask[2].text.en: has no text",
    ),
    "a blank sentence": (
        [((*MORE, 0, "label", "en"), " ")],
        f"{IIT}.scale.more_is_better.choices[1].label.en: has no text",
    ),
    "a missing name of a level": ([(("paper", "level", 0, "name"), DROP)], f"{PAPER}.level[AA].name.th: has no text"),
    "a missing hint": ([((*FIRST_ITEM, "hint"), {"th": "ก"})], f"{IIT}.indicator[1].item[i1].hint.en: has no text"),
    "an endless sentence": (
        [((*SECOND_ITEM, "text", "th"), "ก" * 2001)],
        f"{IIT}.indicator[1].item[i2].text.th: is too long or holds a forbidden sign",
    ),
    "a sentence with NUL": (
        [((*SECOND_ITEM, "text", "th"), "ก\x00")],
        f"{IIT}.indicator[1].item[i2].text.th: is too long or holds a forbidden sign",
    ),
    "a missing source of a sample": (
        [(("paper", "sample", 1, "source"), DROP)],
        f"{PAPER}.sample[2].source: has no text",
    ),
    "missing sources": ([(("paper", "sources"), DROP)], "sources: names no source"),
    "an unknown key": ([(("paper", "colour"), "red")], f"{PAPER}.colour: is not a known key"),
    "an unknown key far below": (
        [((*MORE, 0, "score"), 1)],
        f"{IIT}.scale.more_is_better.choices[1].score: is not a known key",
    ),
    "an unknown language": (
        [((*SECOND_ITEM, "text", "fr"), "x")],
        f"{IIT}.indicator[1].item[i2].text.fr: is not a known key",
    ),
    "a direction beside sub-questions": (
        [((*FIRST_ITEM, "direction"), "positive")],
        f"{IIT}.indicator[1].item[i1].direction: is not a known key",
    ),
    "a scale beside choices of its own": (
        [((*SECOND_ITEM, "choices"), [a_choice("1", 0, "ก"), a_choice("2", 100, "ข")])],
        f"{IIT}.indicator[1].item[i2].scale: is not a known key",
    ),
    "an unknown scale": (
        [((*SECOND_ITEM, "scale"), "less")],
        f"{IIT}.indicator[1].item[i2].scale: there is no scale called less",
    ),
    "an unknown direction": (
        [((*SECOND_ITEM, "direction"), "up")],
        f"{IIT}.indicator[1].item[i2].direction: must be one of positive, negative",
    ),
    "an unknown status": ([(("paper", "status"), "final")], f"{PAPER}.status: must be one of verified, draft"),
    "an unknown setting": (
        [(("paper", "settings", "eit_parts"), "both")],
        f"{PAPER}.settings.eit_parts: must be one of",
    ),
    "a setting left out": ([(("paper", "settings", "level_on"), DROP)], f"{PAPER}.settings.level_on: must be one of"),
    "settings left out": ([(("paper", "settings"), DROP)], f"{PAPER}.settings.least_for_score: must be a number"),
    "thresholds left out": ([(("paper", "release"), DROP)], f"{PAPER}.release.rounded_to: must be a number"),
    "a weight left out": ([(("paper", "weights", "oit"), DROP)], f"{PAPER}.weights.oit: must be a number"),
    "a weight too many": ([(("paper", "weights", "moit"), D("0.1"))], f"{PAPER}.weights.moit: is not a known key"),
    "a weight in words": ([(("paper", "weights", "oit"), "0.40")], f"{PAPER}.weights.oit: must be a number"),
    "a truth as a number": ([(("paper", "level", 0, "passes"), 1)], f"{PAPER}.level[AA].passes: must be true or false"),
    "a number as a truth": (
        [(("paper", "level", 0, "total_at_least"), True)],
        f"{PAPER}.level[AA].total_at_least: must be a number",
    ),
    "half a person": (
        [(("paper", "sample", 0, "at_least"), D("30.5"))],
        f"{PAPER}.sample[1].at_least: must be a whole number",
    ),
    "less than nobody": (
        [(("paper", "sample", 0, "at_least"), -1)],
        f"{PAPER}.sample[1].at_least: must be a whole number",
    ),
    "a table where a list belongs": ([(("paper", "level"), {"AA": 95})], f"{PAPER}.level: must be a list"),
    "a list where a table belongs": ([(("paper", "weights"), [D("0.3")])], f"{PAPER}.weights: must be a table"),
    "a text where a table belongs": ([(SECOND_ITEM, "i2")], f"{IIT}.indicator[1].item[2]: must be a table"),
    "a text where sentences belong": (
        [((*SECOND_ITEM, "text"), "ก")],
        f"{IIT}.indicator[1].item[i2].text: must be a table",
    ),
    "a number among the sources": ([(("paper", "sources", 0), 1)], f"{PAPER}.sources: must be a list of texts"),
    "a date where a number belongs": (
        [(("paper", "fiscal_year"), date(2021, 1, 1))],
        f"{PAPER}.fiscal_year: must be a number",
    ),
    "an item without a code": ([((*SECOND_ITEM, "code"), DROP)], f"{IIT}.indicator[1].item[2].code: has no text"),
    "an unknown evidence year": (
        [((*FIRST_O, "evidence_year"), "next")],
        f"{OIT}.indicator[9].sub[9.1].item[O1].evidence_year: must be",
    ),
    "same_as beside content": ([(("oit", "same_as"), 2562)], f"{OIT}.indicator: is not a known key"),
}


@pytest.mark.parametrize(("changes", "said"), SHAPE.values(), ids=SHAPE)
def test_a_fault_of_shape_is_found_and_its_place_named(tmp_path: Path, changes: list[Change], said: str) -> None:
    found = spoiled(tmp_path, *changes)
    assert any(each.startswith(said) for each in found), found

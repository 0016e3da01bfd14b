"""TOML tables → a crosswalk. Shapes only; whether it fits the papers is for ``domain.crosswalk_soundness``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from surveyapp.domain.crosswalk import Break, Crosswalk, Match, in_order
from surveyapp.domain.paper import Status
from surveyapp.instruments.reader import Table

LONGEST_RANGE: Final = 200
_RANGE: Final = re.compile(r"([A-Za-z]*)([0-9]{1,3})\.\.([A-Za-z]*)([0-9]{1,3})", re.ASCII)
_CODE: Final = re.compile(r"[A-Za-z]{0,5}[0-9]{0,3}", re.ASCII)
_Side = list[tuple[str, ...]]


def parse_crosswalk(top: Table) -> Crosswalk:
    """The crosswalk of a ``from_YEAR.toml``."""
    before, after = top.whole("from"), top.whole("fiscal_year")
    matches = [Match(*sides) for sides in _pairs(top, "same")]
    for table in top.tables("changed"):
        breaks = (Break(after, table.text("why")),)
        matches += table.closed([Match(*sides, breaks) for sides in _pairs(table, "codes")])
    matches += [Match((), codes) for codes in _singles(top, "new")]
    matches += [Match(codes, ()) for codes in _singles(top, "dropped")]
    return top.closed(
        Crosswalk(
            before,
            after,
            top.one_of("status", Status),
            top.strings("sources"),
            top.texts("unsure"),
            in_order(matches),
        )
    )


def _pairs(table: Table, key: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """ "O1", "O1..O9", "O7 > O5", "O7..O9 > O5..O7" and "O10+O18 > O11", each as (before, after)."""
    for entry in table.strings(key):
        left, arrow, right = (part.strip() for part in entry.partition(">"))
        before = _side(table, key, left)
        after = _side(table, key, right) if arrow else before
        if len(before) != len(after):
            table.fault(key, f"{entry[:60]}: จำนวนสองข้างไม่เท่ากัน", f"{entry[:60]}: the sides differ in length")
        yield from zip(before, after, strict=False)


def _singles(table: Table, key: str) -> Iterator[tuple[str, ...]]:
    for entry in table.strings(key):
        yield from _side(table, key, entry)


def _side(table: Table, key: str, typed: str) -> _Side:
    """What one side of an entry names: a list of codes, or of sets of codes."""
    found = _RANGE.fullmatch(typed)
    if found is None:
        codes = tuple(code.strip() for code in typed.split("+"))
        if all(code and _CODE.fullmatch(code) for code in codes):
            return [codes]
        table.fault(key, f"อ่านรหัส {typed[:60]} ไม่ได้", f"{typed[:60]} is not a code or a range")
        return []
    letters, first, again, last = found[1], int(found[2]), found[3], int(found[4])
    if letters != again or not first < last <= first + LONGEST_RANGE:
        table.fault(key, f"ช่วง {typed} ไม่ถูกต้อง", f"{typed} is not a range")
        return []
    return [(f"{letters}{n}",) for n in range(first, last + 1)]

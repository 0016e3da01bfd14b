"""Any value in any place of a paper: a fault, or no harm; never anything else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.domain.paper_document import paper_document
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.score_document import result_document
from surveyapp.domain.scoring import Inputs, score
from surveyapp.instruments.library import Library

from .shelf import DROP, FILES, Change, Path_, Tables, at, places, put, shipped_tables, write

D = Decimal
TABLES = shipped_tables(2564)
ANYWHERE = [path for path in places(TABLES) if len(path) > 1]
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
            assert str(fault)
        if found or paper is None:
            with pytest.raises(Problems):
                Library(folder).paper(2564)
            return
    paper_document(paper)
    counted = {sub.code: {choice.code: 3 for choice in sub.choices} for sub in paper.iit.sub_questions}
    result_document(score(paper, Inputs(iit=counted, marks={item.code: D(100) for item in paper.oit.items})))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(path=st.sampled_from(ANYWHERE), value=st.sampled_from(VALUES))
def test_any_value_in_any_place_is_a_fault_or_does_no_harm(path: Path_, value: object) -> None:
    read_or_refused(put(TABLES, path, value))


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
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

"""Certificates: which results may have one, and who puts a name under it.

A certificate says what the result page says, once that cannot change any more: the agency, the year, the total and
the level. It proves nothing by itself; the code on it leads to the page it must agree with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from surveyapp.domain.calendar import day_text, parse_day
from surveyapp.domain.certificate_problems import (
    CertificateTooEarly,
    DayFarAway,
    LevelMissing,
    LevelUnknown,
    NothingToCertify,
    SignatoryTooLong,
    SignatoryUnreadable,
    SignatoryWithoutName,
)
from surveyapp.domain.paper import Level, Paper
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.thai import fiscal_year_of

SIGNATORIES: Final = 2
LONGEST: Final = 120  # signs of a name or a position; more would not be read from a wall
_LATEST: Final = 5  # fiscal years after the round's in which a certificate may still be given
_HEAP: Final = re.compile(r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0300-\u036f]{4}")  # no word has four marks on one letter


@dataclass(frozen=True, slots=True)
class Certified:
    """A result that is settled: the total as it was shown when the round closed, and its level."""

    assessment: Assessment
    total: str
    level: Level


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs, by hand: a name, and the position that stands under it."""

    name: str
    position: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a certificate says of its signing, and in which digits; nobody and no day where nobody signs."""

    signatories: tuple[Signatory, ...] = ()
    day: date | None = None
    thai_digits: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """Which certificates are asked for, by codes of levels, and who signs them."""

    levels: frozenset[str]
    signed: Signed


def refuse_before_its_time(round_: Round) -> None:
    """Only results that are frozen and announced are certified; a rehearsal's once it is closed."""
    if round_.stage is not Stage.CLOSED or not round_.is_released:
        raise CertificateTooEarly(year=round_.fiscal_year)


def certified(assessment: Assessment, total: str | None, level: Level | None) -> Certified:
    """The settled result; refuses where the total or the level was withheld."""
    if total is None or level is None:
        raise NothingToCertify(agency=assessment.agency.name)
    return Certified(assessment, total, level)


def parse_wish(paper: Paper, levels: Collection[str] | None, typed: Mapping[str, str]) -> Wish:
    """Which levels are asked for (None: those that pass), and who signs, as ``parse_signed`` reads it.

    Raises ``Problems`` with every fault.
    """
    problems: list[Problem] = []
    known = [each.code for each in paper.levels]
    unknown = sorted(set(levels or ()) - set(known))
    if levels is not None and not levels:
        problems.append(LevelMissing())
    if unknown:
        problems.append(LevelUnknown(typed=unknown[0][:40], known=", ".join(known), year=paper.fiscal_year))
    signed = _signed(typed, paper.fiscal_year, problems)
    if problems:
        raise Problems(problems)
    return Wish(
        frozenset(each.code for each in paper.levels if each.passes) if levels is None else frozenset(levels), signed
    )


def parse_signed(typed: Mapping[str, str], fiscal_year: int) -> Signed:
    """Who signs and on which day: "name1", "position1", "name2", "position2", "day"; what is empty is left out.

    "digits" is "thai" for ๐–๙, which official papers use.
    Raises ``Problems`` with every fault, each with the field as its "code".
    """
    problems: list[Problem] = []
    signed = _signed(typed, fiscal_year, problems)
    if problems:
        raise Problems(problems)
    return signed


def _signed(typed: Mapping[str, str], fiscal_year: int, problems: list[Problem]) -> Signed:
    signatories = [_signatory(typed, number, problems) for number in range(1, SIGNATORIES + 1)]
    day = _day(typed.get("day", ""), fiscal_year, problems)
    return Signed(tuple(each for each in signatories if each is not None), day, typed.get("digits") == "thai")


def _signatory(typed: Mapping[str, str], number: int, problems: list[Problem]) -> Signatory | None:
    fields = f"name{number}", f"position{number}"
    name, position = (_tidy(typed.get(field, "")) for field in fields)
    if position and not name:
        problems.append(SignatoryWithoutName(position=position[:LONGEST], code=fields[0]))
    for field, words in zip(fields, (name, position), strict=True):
        if len(words) > LONGEST:
            problems.append(SignatoryTooLong(typed=words[:40], most=LONGEST, code=field))
        elif _HEAP.search(words):
            problems.append(SignatoryUnreadable(typed=words[:40], code=field))
    return Signatory(name, position) if name else None


def _tidy(typed: str) -> str:
    """On one line, without signs that have no shape: they come along when a name is copied."""
    seen = "".join(" " if sign.isspace() else sign for sign in typed)
    return " ".join("".join(sign for sign in seen if unicodedata.category(sign)[0] != "C").split())


def _day(typed: str, fiscal_year: int, problems: list[Problem]) -> date | None:
    """A day in the fiscal year or in the few after it."""
    if not typed.strip():
        return None
    try:
        day = parse_day(typed)
    except Problem as problem:
        problems.append(type(problem)(**problem.facts, code="day"))
        return None
    if not fiscal_year <= fiscal_year_of(day) <= fiscal_year + _LATEST:
        problems.append(DayFarAway(day=day_text(day), year=fiscal_year, code="day"))
    return day

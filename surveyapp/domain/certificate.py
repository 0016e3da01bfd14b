"""Certificates: which results may have one, and who puts a name under it.

A certificate says what the result page says, once that cannot change any more: the agency, the year, the total and
the level. It proves nothing by itself; the code on it leads to the page it must agree with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from surveyapp.domain.calendar import parse_day
from surveyapp.domain.certificate_problems import (
    CertificateTooEarly,
    NothingToCertify,
    SignatoryTooLong,
    SignatoryWithoutName,
)
from surveyapp.domain.paper import Level, Paper
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.problems import Problem, Problems

SIGNATORIES: Final = 2
LONGEST: Final = 120  # signs of a name or a position; more would not be read from a wall


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


def refuse_before_its_time(round_: Round) -> None:
    """Only results that are frozen and announced are certified; a rehearsal's once it is closed."""
    if round_.stage is not Stage.CLOSED or not round_.is_released:
        raise CertificateTooEarly(year=round_.fiscal_year)


def certified(paper: Paper, assessment: Assessment, outcome: tuple[str | None, str | None]) -> Certified:
    """The settled result; refuses where the total or the level was withheld. outcome: (total, level code)."""
    total, code = outcome
    level = paper.level(code) if code else None
    if total is None or level is None:
        raise NothingToCertify(agency=assessment.agency.name)
    return Certified(assessment, total, level)


def parse_signed(typed: Mapping[str, str]) -> Signed:
    """Who signs and on which day: "name1", "position1", "name2", "position2", "day"; what is empty is left out.

    "digits" is "thai" for ๐–๙, which official papers use.

    Raises ``Problems`` with every fault, each with the field as its "code".
    """
    problems: list[Problem] = []
    signatories = [_signatory(typed, number, problems) for number in range(1, SIGNATORIES + 1)]
    day: date | None = None
    try:
        day = parse_day(typed["day"]) if typed.get("day", "").strip() else None
    except Problem as problem:
        problems.append(type(problem)(**problem.facts, code="day"))
    if problems:
        raise Problems(problems)
    return Signed(tuple(each for each in signatories if each is not None), day, typed.get("digits") == "thai")


def _signatory(typed: Mapping[str, str], number: int, problems: list[Problem]) -> Signatory | None:
    fields = f"name{number}", f"position{number}"
    name, position = (" ".join(typed.get(field, "").split()) for field in fields)
    if position and not name:
        problems.append(SignatoryWithoutName(position=position[:LONGEST], code=fields[0]))
    for field, words in zip(fields, (name, position), strict=True):
        if len(words) > LONGEST:
            problems.append(SignatoryTooLong(typed=words[:40], most=LONGEST, code=field))
    return Signatory(name, position) if name else None

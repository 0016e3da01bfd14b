"""Certificates of settled results: one for a desk, or all of a province to be signed by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from surveyapp.adapters.certificate import Certificate, render_certificates
from surveyapp.domain.certificate import Certified, Signed, certified, refuse_before_its_time
from surveyapp.domain.certificate_problems import NobodyToCertify, NothingToCertify, TooManyCertificates
from surveyapp.domain.paper import Level, Paper, Status
from surveyapp.domain.people import Act, Person, may, place_of
from surveyapp.domain.places import Round, Stage
from surveyapp.domain.problems import NotAllowed
from surveyapp.domain.reach import EVERYWHERE, reach_of
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Shelves, Store

MOST_IN_A_FILE: Final = 500  # more than any province has; each takes about a megabyte of memory


@dataclass(frozen=True, slots=True)
class Choice:
    """What there is to choose from: the years that may be certified, and what a person reaches in one of them.

    levels: each level of the year's paper with how many agencies have it.
    """

    years: tuple[int, ...]
    round: Round
    provinces: tuple[str, ...]
    levels: tuple[tuple[Level, int], ...]


@dataclass(frozen=True)
class Certificates:
    """What prints results. Addresses come from ``public_url`` and never from a request."""

    store: Store
    library: Library
    public_url: str

    def of(self, person: Person, year: int, agency: str) -> bytes:
        """The certificate of one agency as PDF, signed by nobody; the same result gives the same bytes."""
        with self.store.reading() as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            if not may(person, Act.PRINT_CERTIFICATE, place_of(assessment.agency)):
                raise NotAllowed()
            refuse_before_its_time(assessment.round)
            paper = self.library.bound(assessment.round)
            outcome = shelves.results.outcomes_of([assessment.id]).get(assessment.id, (None, None))
            return self._printed(shelves, paper, [certified(paper, assessment, outcome)], Signed())

    def choice(self, person: Person, year: int | None = None, province: str = "") -> Choice | None:
        """What the person may choose from in a year, else in the newest; None where no year is over."""
        with self.store.reading() as shelves:
            over = [each for each in shelves.rounds.every() if each.stage is Stage.CLOSED and each.is_released]
            round_ = next((each for each in over if year in (None, each.fiscal_year)), None)
            if round_ is None:
                if year is not None:
                    refuse_before_its_time(shelves.rounds.of_year(year))
                return None
            paper = self.library.bound(round_)
            found = shelves.results.settled(round_.id, reach_of(person, Act.PRINT_CERTIFICATE))
        counts: Counter[str] = Counter()
        for where, code, n in found:
            counts[code] += n if province in ("", where) else 0
        provinces = tuple(sorted({where for where, _code, _n in found}))
        levels = tuple((each, counts[each.code]) for each in paper.levels)
        return Choice(tuple(each.fiscal_year for each in over), round_, provinces, levels)

    def book(
        self,
        person: Person | None,
        year: int,
        levels: Collection[str] | None,
        signed: Signed,
        *,
        province: str = "",
        agency: str = "",
    ) -> bytes:
        """The certificates of a year's agencies that have one of these levels, in Thai order, in one PDF.

        person: None is the operator; anybody else gets those they may print. levels: codes of the year's paper;
        None: those that pass. province, agency: "" for all.
        """
        with self.store.reading() as shelves:
            round_ = shelves.rounds.of_year(year)
            refuse_before_its_time(round_)
            paper = self.library.bound(round_)
            wanted = {each.code for each in paper.levels if each.passes} if levels is None else set(levels)
            found = [
                each
                for each in self._within(shelves, paper, person)
                if each.level.code in wanted
                and province in ("", each.assessment.agency.province)
                and agency in ("", each.assessment.agency.code)
            ]
            if not found:
                raise NobodyToCertify()
            if len(found) > MOST_IN_A_FILE:
                raise TooManyCertificates(n=len(found), limit=MOST_IN_A_FILE)
            return self._printed(shelves, paper, found, signed)

    def _within(self, shelves: Shelves, paper: Paper, person: Person | None) -> list[Certified]:
        """Every settled result of the paper's year within reach; those that were withheld have none."""
        reach = EVERYWHERE if person is None else reach_of(person, Act.PRINT_CERTIFICATE)
        mine = [each for each in shelves.rounds.assessments(paper.fiscal_year) if reach.holds(each.agency)]
        outcomes = shelves.results.outcomes(mine[0].round.id) if mine else {}
        found = []
        for each in mine:
            try:
                found.append(certified(paper, each, outcomes.get(each.id, (None, None))))
            except NothingToCertify:
                continue
        return found

    def _printed(self, shelves: Shelves, paper: Paper, found: list[Certified], signed: Signed) -> bytes:
        kept = shelves.emblems.of(each.assessment.agency.id for each in found)
        return render_certificates(
            [self._certificate(paper, each, signed, kept.get(each.assessment.agency.id)) for each in found]
        )

    def _certificate(self, paper: Paper, found: Certified, signed: Signed, emblem: bytes | None) -> Certificate:
        agency, round_ = found.assessment.agency, found.assessment.round
        return Certificate(
            agency=agency.name,
            province=agency.province,
            fiscal_year=round_.fiscal_year,
            total=found.total,
            level=found.level.name.th,
            level_en=found.level.name.en,
            address=f"{self.public_url}/results/{round_.fiscal_year}/{quote(agency.code)}",
            rehearsal=round_.rehearsal,
            draft=paper.status is Status.DRAFT,
            digest=paper.digest[:12],
            signed=signed,
            emblem=emblem,
        )

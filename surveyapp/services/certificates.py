"""Certificates of settled results: one for a desk, or all of a province to be signed by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from surveyapp.adapters.certificate import Certificate, render_certificates
from surveyapp.domain.certificate import (
    Certified,
    Signed,
    certified,
    parse_signed,
    parse_wish,
    refuse_before_its_time,
)
from surveyapp.domain.certificate_problems import CertificateTooEarly, NobodyToCertify, TooManyCertificates
from surveyapp.domain.paper import Level, Paper, Status
from surveyapp.domain.people import Act, Person, may, place_of
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.problems import NotAllowed
from surveyapp.domain.reach import EVERYWHERE, reach_of
from surveyapp.domain.release import standing
from surveyapp.domain.scoring import score
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.settled import refuse_changed, thawed

MOST_IN_A_FILE: Final = 400  # more than any province has; each takes some 2.5 MB of memory while the file is set


@dataclass(frozen=True, slots=True)
class Choice:
    """What there is to choose from: the years that may be certified, and what a person reaches in one of them.

    province: the chosen one; "" for all. levels: each level of the year's paper with how many agencies have it there.
    """

    years: tuple[int, ...]
    round: Round
    provinces: tuple[str, ...]
    province: str
    levels: tuple[tuple[Level, int], ...]


@dataclass(frozen=True)
class Certificates:
    """What prints results. Addresses come from ``public_url`` and never from a request."""

    store: Store
    library: Library
    public_url: str

    def of(self, person: Person | None, year: int, agency: str, typed: Mapping[str, str] | None = None) -> bytes:
        """The certificate of one agency as PDF, whatever its level; the same result gives the same bytes.

        person: None is the operator. typed: who signs, as ``parse_signed`` reads it; None: nobody.
        """
        with self.store.reading(answers=False) as shelves:
            assessment = shelves.rounds.assessment(year, agency)
            if person is not None and not may(person, Act.PRINT_CERTIFICATE, place_of(assessment.agency)):
                raise NotAllowed()
            refuse_before_its_time(assessment.round)
            paper, signed = self.library.bound(assessment.round), parse_signed(typed or {}, year)
            certificates = self._certificates(shelves, paper, [_settled(shelves, paper, assessment)], signed)
        return render_certificates(certificates)

    def choice(self, person: Person, year: int | None = None, province: str = "") -> Choice | None:
        """What the person may choose from in a year, else in the newest; None where no year is over."""
        with self.store.reading(answers=False) as shelves:
            over = [each for each in shelves.rounds.every() if each.stage is Stage.CLOSED and each.is_released]
            round_ = next((each for each in over if year in (None, each.fiscal_year)), None)
            if round_ is None:
                if year is not None:
                    refuse_before_its_time(shelves.rounds.of_year(year))
                return None
            paper = self.library.bound(round_)
            found = shelves.results.settled(round_.id, reach_of(person, Act.PRINT_CERTIFICATE))
        provinces = tuple(sorted({where for where, _code, _n in found}))
        province = province if province in provinces else ""
        counts: Counter[str] = Counter()
        for where, code, n in found:
            counts[code] += n if province in ("", where) else 0
        levels = tuple((each, counts[each.code]) for each in paper.levels)
        return Choice(tuple(each.fiscal_year for each in over), round_, provinces, province, levels)

    def book(
        self,
        person: Person | None,
        year: int,
        levels: Collection[str] | None,
        typed: Mapping[str, str],
        *,
        province: str = "",
    ) -> bytes:
        """The certificates of a year's agencies that have one of these levels, in Thai order, in one PDF.

        person: None is the operator; anybody else gets those they may print. levels: codes of the year's paper;
        None: those that pass. typed: who signs, as ``parse_signed`` reads it. province: "" for all.
        """
        with self.store.reading(answers=False) as shelves:
            round_ = shelves.rounds.of_year(year)
            refuse_before_its_time(round_)
            paper = self.library.bound(round_)
            wish = parse_wish(paper, levels, typed)
            reach = EVERYWHERE if person is None else reach_of(person, Act.PRINT_CERTIFICATE)
            outcomes = shelves.results.outcomes(round_.id)
            every = shelves.rounds.assessments(year)
            if len(outcomes) < len(every):  # it is being closed just now
                raise CertificateTooEarly(year=year)
            mine = [
                each
                for each in every
                if outcomes[each.id][1] in wish.levels
                and reach.holds(each.agency)
                and province in ("", each.agency.province)
            ]
            if not mine:
                raise NobodyToCertify()
            if len(mine) > MOST_IN_A_FILE:
                raise TooManyCertificates(n=len(mine), limit=MOST_IN_A_FILE)
            found = [_settled(shelves, paper, each) for each in mine]
            certificates = self._certificates(shelves, paper, found, wish.signed)
        return render_certificates(certificates, apart=True)

    def _certificates(
        self, shelves: Shelves, paper: Paper, found: list[Certified], signed: Signed
    ) -> list[Certificate]:
        kept = shelves.emblems.of(each.assessment.agency.id for each in found)
        return [self._certificate(paper, each, signed, kept.get(each.assessment.agency.id)) for each in found]

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


def _settled(shelves: Shelves, paper: Paper, assessment: Assessment) -> Certified:
    """The frozen result of an agency, refused wherever its page would refuse to show it."""
    frozen = shelves.results.frozen(assessment.id)
    if frozen is None:
        raise CertificateTooEarly(year=paper.fiscal_year)
    now = standing(score(paper, thawed(paper, frozen)), rehearsal=assessment.round.rehearsal)
    refuse_changed(paper, frozen, now.total, now.level)
    return certified(assessment, frozen.total, now.level)

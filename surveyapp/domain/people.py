"""Who may do what, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from surveyapp.domain.places import Agency
from surveyapp.domain.provinces import region_of


class Role(StrEnum):
    """What a person is to the assessment."""

    COORDINATOR = "coordinator"  # of an agency
    HEAD = "head"  # of an agency; signs off what the coordinator prepared
    ASSESSOR = "assessor"  # of the OIT
    SUPERVISOR = "supervisor"  # of a province
    REGIONAL = "regional"  # supervisor of a NACC region
    NATIONAL = "national"  # the national office
    AUDITOR = "auditor"  # reads, and can change nothing


class Act(StrEnum):
    """What a person can ask to do."""

    SEE_DESK = "see_desk"
    FILE_EVIDENCE = "file_evidence"
    PRINT_POSTER = "print_poster"
    PRINT_CERTIFICATE = "print_certificate"
    MANAGE_LINKS = "manage_links"
    ISSUE_CODES = "issue_codes"
    TELL_NUMBERS = "tell_numbers"
    SIGN_OFF = "sign_off"
    SEE_CHECKLIST = "see_checklist"
    DECIDE_ITEM = "decide_item"
    SEE_BOARD = "see_board"
    SEE_SIGNS = "see_signs"
    NOTE_VISIT = "note_visit"
    MANAGE_PEOPLE = "manage_people"
    RUN_ROUND = "run_round"
    CHANGE_ROSTER = "change_roster"
    SEE_JOURNAL = "see_journal"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act would happen: an agency, the province it is in, and the province's region."""

    agency: str
    province: str
    region: int | None = None


def place_of(agency: Agency) -> Place:
    """Where an agency is."""
    return Place(agency.code, agency.province, region_of(agency.province))


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, over one agency, one province, one region (1-9), or (all None) over the nation."""

    role: Role
    agency: str | None = None
    province: str | None = None
    region: int | None = None

    def covers(self, where: Place) -> bool:
        """Whether the place is inside the grant."""
        return (
            self.agency in (None, where.agency)
            and self.province in (None, where.province)
            and self.region in (None, where.region)
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account. Citizens and staff who answer are never a Person."""

    id: int
    sign_in_name: str
    full_name: str
    grants: tuple[Grant, ...]


# Posters and certificates hang on walls: whoever sees the desk may print them.
_SEES: Final = frozenset({Act.SEE_DESK, Act.SEE_CHECKLIST, Act.PRINT_POSTER, Act.PRINT_CERTIFICATE})
_LOOKS_ON: Final = _SEES | {Act.SEE_BOARD, Act.SEE_SIGNS}
_ALLOWED: Final[dict[Role, frozenset[Act]]] = {
    Role.COORDINATOR: _SEES | {Act.FILE_EVIDENCE, Act.MANAGE_LINKS, Act.ISSUE_CODES, Act.TELL_NUMBERS},
    Role.HEAD: _SEES | {Act.SIGN_OFF},
    Role.ASSESSOR: frozenset({Act.SEE_CHECKLIST, Act.DECIDE_ITEM, Act.SEE_SIGNS}),
    Role.SUPERVISOR: _LOOKS_ON | {Act.NOTE_VISIT, Act.MANAGE_PEOPLE},
    Role.REGIONAL: _LOOKS_ON | {Act.NOTE_VISIT, Act.MANAGE_PEOPLE},
    Role.NATIONAL: _LOOKS_ON
    | {Act.NOTE_VISIT, Act.MANAGE_PEOPLE, Act.RUN_ROUND, Act.CHANGE_ROSTER, Act.TELL_NUMBERS, Act.SEE_JOURNAL},
    Role.AUDITOR: _LOOKS_ON | {Act.SEE_JOURNAL},
}


def may(person: Person, act: Act, where: Place) -> bool:
    """Whether one of the person's grants allows the act there."""
    return any(act in _ALLOWED[grant.role] and grant.covers(where) for grant in person.grants)


def grants_for(person: Person, act: Act) -> tuple[Grant, ...]:
    """The person's grants that allow the act where they reach."""
    return tuple(grant for grant in person.grants if act in _ALLOWED[grant.role])


def acts_of(person: Person, where: Place) -> frozenset[Act]:
    """Everything the person may do there."""
    return frozenset(act for act in Act if may(person, act, where))


def may_everywhere(person: Person, act: Act) -> bool:
    """Whether a grant over the whole nation allows the act."""
    return any(
        act in _ALLOWED[grant.role] and (grant.agency, grant.province, grant.region) == (None, None, None)
        for grant in person.grants
    )


def has_role(person: Person, roles: Iterable[Role]) -> bool:
    """Whether the person has one of the roles anywhere."""
    wanted = set(roles)
    return any(grant.role in wanted for grant in person.grants)

"""Who may give which role where, and what a role asks of its sign-in.

Source: the order of supervision of the ITA (province, NACC region, national office); the table is our own
reading of it: each level looks after the people of the level below, the national office after everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from surveyapp.domain.account_problems import GrantTooWide, PlaceUnknown, RoleUnknown
from surveyapp.domain.people import Act, Grant, Person, Place, Role, has_role, may, may_everywhere, place_of
from surveyapp.domain.places import Agency
from surveyapp.domain.problems import N_
from surveyapp.domain.provinces import MADE_UP, PROVINCES, REGIONS, region_of

# What a role is called.
ROLES: Final[Mapping[str, str]] = {
    Role.COORDINATOR: N_("coordinator"),
    Role.HEAD: N_("head of agency"),
    Role.ASSESSOR: N_("assessor"),
    Role.SUPERVISOR: N_("provincial supervisor"),
    Role.REGIONAL: N_("regional supervisor"),
    Role.NATIONAL: N_("national office"),
    Role.AUDITOR: N_("auditor"),
}


class Scope(StrEnum):
    """How far a grant reaches."""

    AGENCY = "agency"
    PROVINCE = "province"
    REGION = "region"
    NATION = "nation"


SCOPES: Final[Mapping[Role, tuple[Scope, ...]]] = {
    Role.COORDINATOR: (Scope.AGENCY,),
    Role.HEAD: (Scope.AGENCY,),
    Role.ASSESSOR: (Scope.PROVINCE, Scope.REGION, Scope.AGENCY),
    Role.SUPERVISOR: (Scope.PROVINCE,),
    Role.REGIONAL: (Scope.REGION,),
    Role.NATIONAL: (Scope.NATION,),
    Role.AUDITOR: (Scope.NATION, Scope.REGION, Scope.PROVINCE),
}
_AGENCY_PEOPLE: Final = frozenset({Role.COORDINATOR, Role.HEAD})
_MAY_GIVE: Final[Mapping[Role, frozenset[Role]]] = {
    Role.SUPERVISOR: _AGENCY_PEOPLE,
    Role.REGIONAL: _AGENCY_PEOPLE | {Role.SUPERVISOR},
    Role.NATIONAL: frozenset(Role),
}
_WITHOUT_SECOND_FACTOR: Final = frozenset({Role.COORDINATOR})


def needs_second_factor(person: Person) -> bool:
    """Whether one of the person's roles stands above coordinator."""
    return has_role(person, set(Role) - _WITHOUT_SECOND_FACTOR)


def scope_of(grant: Grant) -> Scope:
    """How far a grant reaches."""
    if grant.agency is not None:
        return Scope.AGENCY
    if grant.province is not None:
        return Scope.PROVINCE
    return Scope.NATION if grant.region is None else Scope.REGION


def roles_to_give(person: Person) -> list[Role]:
    """The roles a person may give somewhere, in the order of the table."""
    found = {role for grant in person.grants for role in _MAY_GIVE.get(grant.role, ())}
    return [role for role in Role if role in found]


def may_give(person: Person, wanted: Grant, where: Place) -> bool:
    """Whether the person may give (or take back) the grant, which reaches over ``where``.

    Three things at once: the act is allowed there, the role stands below the giver's, and the scope is one
    the role can have. Over the nation only a grant over the nation may give.
    """
    if scope_of(wanted) not in SCOPES[wanted.role]:
        return False
    if scope_of(wanted) is Scope.NATION:
        return may_everywhere(person, Act.MANAGE_PEOPLE) and has_role(person, [Role.NATIONAL])
    below = any(wanted.role in _MAY_GIVE.get(each.role, ()) and each.covers(where) for each in person.grants)
    return below and may(person, Act.MANAGE_PEOPLE, where)


def may_look_after(person: Person, other: Person, where: Mapping[Grant, Place]) -> bool:
    """Whether the person may send links to another: every grant of the other is one they could have given.

    Whoever holds a link can become that person, so one grant out of reach is one too many. Somebody without
    any grant is left to the national office, and nobody looks after themselves.
    """
    if person.id == other.id:
        return False
    if not other.grants:
        return may_everywhere(person, Act.MANAGE_PEOPLE) and has_role(person, [Role.NATIONAL])
    return all(may_give(person, grant, where[grant]) for grant in other.grants)


def reach(grant: Grant, agencies: Mapping[str, Agency]) -> Place:
    """The place a grant reaches over, with everything around it filled in."""
    if grant.agency is not None:
        agency = agencies.get(grant.agency)
        return place_of(agency) if agency else Place(grant.agency, "")
    if grant.province is not None:
        return Place("", grant.province, region_of(grant.province))
    return Place("", "", grant.region)


def parse_grant(role: str, place: str, agencies: Mapping[str, Agency]) -> Grant:
    """A grant from what was typed: a role, and an agency's code, a province, a region (1-9), or nothing.

    Refuses a role there is not, and a place that is not one, or not one for the role.
    """
    if role not in set(Role):
        raise RoleUnknown()
    wanted, typed = Role(role), place.strip()
    grant = _typed_place(wanted, typed, agencies)
    if grant is None:
        raise PlaceUnknown(typed=typed[:60])
    if scope_of(grant) not in SCOPES[wanted]:
        raise GrantTooWide()
    return grant


def _typed_place(role: Role, typed: str, agencies: Mapping[str, Agency]) -> Grant | None:
    if not typed:
        return Grant(role)
    if Scope.AGENCY in SCOPES[role] and (code := _code(typed, agencies)):
        return Grant(role, agency=code)
    if typed in PROVINCES or typed == MADE_UP:
        return Grant(role, province=typed)
    if typed.isascii() and typed.isdecimal() and len(typed) == 1 and int(typed) in REGIONS:
        return Grant(role, region=int(typed))
    return None


def _code(typed: str, agencies: Iterable[str]) -> str | None:
    """The agency's code as it is kept, in whatever case it was typed."""
    return next((code for code in agencies if code.casefold() == typed.casefold()), None)

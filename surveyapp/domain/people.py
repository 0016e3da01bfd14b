"""Who may do what, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is to the assessment."""

    COORDINATOR = "coordinator"
    ASSESSOR = "assessor"


class Act(StrEnum):
    """What a person can ask to do."""

    SEE_DESK = "see_desk"
    FILE_EVIDENCE = "file_evidence"
    PRINT_POSTER = "print_poster"
    DECIDE_ITEM = "decide_item"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act would happen: an agency, and the province it is in."""

    agency: str
    province: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, over one agency, over one province, or (both None) over the nation."""

    role: Role
    agency: str | None = None
    province: str | None = None

    def covers(self, where: Place) -> bool:
        """Whether the place is inside the grant."""
        return self.agency in (None, where.agency) and self.province in (None, where.province)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account. Citizens and staff who answer are never a Person."""

    id: int
    sign_in_name: str
    full_name: str
    grants: tuple[Grant, ...]


_ALLOWED: Final[dict[Role, frozenset[Act]]] = {
    Role.COORDINATOR: frozenset({Act.SEE_DESK, Act.FILE_EVIDENCE, Act.PRINT_POSTER}),
    Role.ASSESSOR: frozenset({Act.DECIDE_ITEM}),
}


def may(person: Person, act: Act, where: Place) -> bool:
    """Whether one of the person's grants allows the act there."""
    return any(act in _ALLOWED[grant.role] and grant.covers(where) for grant in person.grants)


def has_role(person: Person, roles: Iterable[Role]) -> bool:
    """Whether the person has one of the roles anywhere."""
    wanted = set(roles)
    return any(grant.role in wanted for grant in person.grants)

"""How far a person reaches with an act, as lists that a query can ask for."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.domain.people import Act, Person, grants_for
from surveyapp.domain.places import Agency
from surveyapp.domain.provinces import provinces_of


@dataclass(frozen=True, slots=True)
class Reach:
    """Agencies by code and whole provinces; or everywhere."""

    everywhere: bool = False
    agencies: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()

    def holds(self, agency: Agency) -> bool:
        """Whether an agency is within."""
        return self.everywhere or agency.code in self.agencies or agency.province in self.provinces


EVERYWHERE = Reach(everywhere=True)


def reach_of(person: Person, act: Act) -> Reach:
    """Where the person may do this: exactly the agencies for which ``may`` says so."""
    agencies: set[str] = set()
    provinces: set[str] = set()
    for grant in grants_for(person, act):
        if grant.agency is not None:
            agencies.add(grant.agency)
        elif grant.province is not None:
            provinces.add(grant.province)
        elif grant.region is not None:
            provinces |= provinces_of(grant.region)
        else:
            return EVERYWHERE
    return Reach(False, frozenset(agencies), frozenset(provinces))

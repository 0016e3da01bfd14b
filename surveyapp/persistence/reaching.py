"""A person's reach, and words searched for, as conditions on agencies."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from surveyapp.domain.reach import Reach
from surveyapp.domain.thai import one_spelling
from surveyapp.persistence.tables import agency


def within(reach: Reach) -> ColumnElement[bool]:
    """Whether the agency is within the reach."""
    if reach.everywhere:
        return true()
    return or_(agency.c.code.in_(sorted(reach.agencies)), agency.c.province.in_(sorted(reach.provinces)))


def named(search: str) -> list[ColumnElement[bool]]:
    """Every word somewhere in the agency's name, code or place, in any letter case; eight words at most."""
    columns = (agency.c.name, agency.c.code, agency.c.province, agency.c.district)
    words = one_spelling(search.replace("\x00", "")[:200]).split()[:8]
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words]

"""Pages as somebody polls them: every number that stands on them after each arrival."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from flask.testing import FlaskClient

from surveyapp.domain.people import Grant, Role
from surveyapp.persistence.store import Store
from tests.trust.timing import YEAR, Office, answer
from tests.web.conftest import HASH, app_on, signed_in
from tests.web.walker import text_of

_FEW = "ยังไม่มีหรือมีน้อย"  # where a count rounded down is nothing, it is said in words
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers_on(client: FlaskClient, paths: Sequence[str]) -> list[float]:
    """Every number in the words of these pages, in their order."""
    found: list[float] = []
    for path in paths:
        page = client.get(path)
        words = text_of(page).replace(_FEW, " 0 ")
        found += [float(each.replace(",", "")) for each in _NUMBER.findall(words)]
    return found


def pages_of(office: Office) -> list[str]:
    """The pages somebody with the agency's account can poll."""
    code = office.link.assessment.agency.code
    places = [f"/desk/{YEAR}/{code}", f"/desk/{YEAR}/{code}/checklist", f"/desk/{YEAR}/{code}/codes"]
    return [*places, f"/results/{YEAR}/{code}", f"/results/{YEAR}"]


def poll(store: Store, client: FlaskClient, office: Office) -> Iterator[list[float]]:
    """People of one office answer one by one; after each the pages are read."""
    for place in range(len(office.ids)):
        answer(store, office, place)
        store.intake.settle()
        yield numbers_on(client, pages_of(office))


def boss(store: Store, folder: Path) -> FlaskClient:
    """Somebody with the accounts of every agency."""
    with store.writing() as shelves:
        shelves.people.add("boss", "หัวหน้า", HASH, [Grant(Role.COORDINATOR)])
    return signed_in(app_on(store, folder), "boss")

"""How often each page of people with an account asks the database; a page that asks more often has to say so here.

The lists do not grow with what they list: tests/web/test_board.py asks them over 2 and over 450 agencies.
"""

from __future__ import annotations

from sqlalchemy import event

from surveyapp.domain.people import Role
from surveyapp.services.installation import Installation
from tests.web.test_permissions import OWN, World, call, private_rules, world

__all__ = ["world"]

# Statements of the second look, with those that find out who is asking.
ASKED = {
    "accounts.account": 7,
    "accounts.confirm": 3,
    "approval.papers": 9,
    "board.agency": 13,
    "board.export": 4,
    "board.front": 5,
    "calendar.every": 4,
    "calendar.year": 7,
    "certificates.choose": 4,
    "codes.box": 7,
    "filing.checklist": 9,
    "filing.template": 9,
    "journal.export": 4,
    "journal.page": 5,
    "links.board": 6,
    "links.emblem": 6,
    "numbers.numbers": 5,
    "people.invite": 4,
    "people.listing": 6,
    "people.one": 7,
    "posters.qr": 5,
    "review.sheet": 8,
    "review.template": 7,
    "review.waiting": 9,
    "roster.listing": 4,
    "roster.template": 5,
    "rounds.desk": 11,
}
_FIRST = (Role.COORDINATOR, Role.NATIONAL, Role.SUPERVISOR, Role.ASSESSOR)


def test_every_page_asks_the_database_as_often_as_it_is_known_to(world: World) -> None:
    said: list[str] = []
    engine = world.app.extensions["errands"](Installation).store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    found = {}
    for rule in private_rules(world.app):
        if "GET" not in (rule.methods or ()):
            continue
        placed = OWN if rule.arguments & {"agency", "number"} else None
        for role in _FIRST:
            call(world, rule, "GET", role, placed)
            said.clear()
            if call(world, rule, "GET", role, placed).status_code == 200:
                found[rule.endpoint] = len([each for each in said if not each.startswith(("BEGIN", "PRAGMA"))])
                break
    assert found == ASKED

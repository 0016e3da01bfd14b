"""Every route, every role, every place: expected from the rules of ``people``, seen through the door.

The routes come from the URL map, so a new one is tried without anybody thinking of it. Where a route names an
agency or a person, it is called with one's own, a sister agency of the same province, another province of the
region, another region, and with a name that was guessed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from surveyapp.domain.granting import may_give
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Act, Grant, Person, Place, Role, may, place_of
from surveyapp.domain.places import Agency, Channel, Round, Stage
from surveyapp.persistence.store import Store
from surveyapp.web.entrance import audience_of
from tests.conftest import LIBRARY
from tests.web.conftest import HASH, app_on, signed_in
from tests.web.walker import text_of

YEAR = 2564
OWN, SISTER, PROVINCE, REGION, GUESSED = "A1", "A2", "B1", "C1", "ZZ9"
AGENCIES = {
    OWN: Agency(0, OWN, "เทศบาลตำบลหนึ่งเอก", "thesaban_tambon_m", "ตรัง"),
    SISTER: Agency(0, SISTER, "เทศบาลตำบลสองโท", "thesaban_tambon_m", "ตรัง"),
    PROVINCE: Agency(0, PROVINCE, "เทศบาลตำบลสามตรี", "thesaban_tambon_m", "สตูล"),
    REGION: Agency(0, REGION, "เทศบาลตำบลสี่จัตวา", "thesaban_tambon_m", "น่าน"),
}
PEOPLE = {
    Role.COORDINATOR: Grant(Role.COORDINATOR, agency=OWN),
    Role.HEAD: Grant(Role.HEAD, agency=OWN),
    Role.ASSESSOR: Grant(Role.ASSESSOR, province="ตรัง"),
    Role.SUPERVISOR: Grant(Role.SUPERVISOR, province="ตรัง"),
    Role.REGIONAL: Grant(Role.REGIONAL, region=9),
    Role.NATIONAL: Grant(Role.NATIONAL),
    Role.AUDITOR: Grant(Role.AUDITOR),
}
# What a route with a place in it does there. A route that is not here is still tried: whoever has no grant
# over the place must be refused.
ACTS = {
    "rounds.desk": Act.SEE_DESK,
    "posters.poster": Act.PRINT_POSTER,
    "posters.qr": Act.PRINT_POSTER,
    "certificates.one": Act.PRINT_CERTIFICATE,
    "numbers.numbers": Act.TELL_NUMBERS,
    "numbers.tell": Act.TELL_NUMBERS,
    "codes.box": Act.ISSUE_CODES,
    "codes.choose": Act.ISSUE_CODES,
    "codes.issue": Act.ISSUE_CODES,
    "links.board": Act.MANAGE_LINKS,
    "links.add": Act.MANAGE_LINKS,
    "links.change": Act.MANAGE_LINKS,
    "links.emblem": Act.MANAGE_LINKS,
    "links.put_emblem": Act.MANAGE_LINKS,
    "links.remove_emblem": Act.MANAGE_LINKS,
    "approval.papers": Act.SEE_CHECKLIST,
    "approval.ask": Act.FILE_EVIDENCE,
    "approval.sign": Act.SIGN_OFF,
    "approval.give_back": Act.SIGN_OFF,
    "filing.checklist": Act.SEE_CHECKLIST,
    "filing.clarify": Act.FILE_EVIDENCE,
    "filing.hand_in": Act.FILE_EVIDENCE,
    "filing.keep_good": Act.FILE_EVIDENCE,
    "filing.template": Act.SEE_CHECKLIST,
    "review.sheet": Act.DECIDE_ITEM,
    "review.decide": Act.DECIDE_ITEM,
    "review.hand_in": Act.DECIDE_ITEM,
    "review.template": Act.DECIDE_ITEM,
    "board.agency": Act.SEE_BOARD,
    "board.note": Act.NOTE_VISIT,
    "people.one": Act.MANAGE_PEOPLE,
}
# How an argument of a route that is neither an agency nor a person is filled in.
FILLED = {
    "year": YEAR,
    "instrument": "iit",
    "channel": "open",
    "size": "a4",
    "languages": "th",
    "kind": "svg",
    "how": "propose",
    "act": "pause",
    "code": f"{OWN}AAAAAA",
}
REFUSALS = ("บัญชีของท่านไม่มีสิทธิ์ทำรายการนี้ที่นี่", "โปรดเข้าสู่ระบบก่อน")


def told(figures: str) -> None:
    """What was tried, for whoever runs with -s."""
    sys.stdout.write(f"{figures}\n")


@dataclass
class World:
    """The application, a client for each role (and nobody), and people of each place to ask for."""

    app: Flask
    clients: dict[Role | None, FlaskClient]
    people: dict[Role, Person]
    targets: dict[tuple[Role | None, str], int]
    tried: int = 0
    leaks: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


@pytest.fixture
def world(sqlite_store: Store, tmp_path: Path) -> World:
    """A round with four agencies, and a person of each role around the first."""
    targets: dict[tuple[Role | None, str], int] = {}
    with sqlite_store.writing() as shelves:
        shelves.agencies.add(AGENCIES.values())
        round_ = shelves.rounds.add(Round(0, YEAR, Stage.OPEN, LIBRARY.paper(YEAR).digest, False, None))
        shelves.rounds.add_assessments(round_.id, [(each.id, 100, 1000) for each in shelves.agencies.every()])
        links = ((each.id, each.agency.code) for each in shelves.rounds.assessments(YEAR))
        shelves.links.add((f"{code}AAAAAA", number, Instrument.IIT, Channel.OPEN) for number, code in links)
        for each in shelves.agencies.every():
            shelves.emblems.put(each.id, b"a picture")
        ids = {role: shelves.people.add(role.value, role.value, HASH, [grant]) for role, grant in PEOPLE.items()}
        for role in (None, *Role):
            for code in AGENCIES:
                grants = [Grant(Role.COORDINATOR, agency=code)]
                targets[role, code] = shelves.people.add(f"t.{role}.{code}", f"คนของ{code}", HASH, grants)
            targets[role, GUESSED] = 900_000
        people = {role: shelves.people.with_id(number) for role, number in ids.items()}
    app = app_on(sqlite_store, tmp_path)
    clients: dict[Role | None, FlaskClient] = {role: signed_in(app, role.value) for role in Role}
    app.config["WTF_CSRF_ENABLED"] = False  # a test of its own tries requests without a token
    return World(app, {None: app.test_client(), **clients}, people, targets)


def private_rules(app: Flask) -> list[Rule]:
    """Every rule that is not for everybody; the one that takes roles away comes last."""
    found = [rule for rule in app.url_map.iter_rules() if audience_of(app, rule.endpoint)]
    return sorted(found, key=lambda rule: (rule.endpoint == "people.take", rule.rule))


def cells(world: World) -> Iterator[tuple[Rule, str, Role | None, str | None]]:
    """(rule, method, role, code of the place or None) of every cell of the matrix."""
    for rule in private_rules(world.app):
        placed = rule.arguments & {"agency", "number"}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for role in world.clients:
                for code in [*AGENCIES, GUESSED] if placed else [None]:
                    yield rule, method, role, code


def call(world: World, rule: Rule, method: str, role: Role | None, code: str | None) -> TestResponse:
    """Ask with the ids of the place in the path, and in the body too."""
    unknown = rule.arguments - {"agency", "number"} - FILLED.keys()
    assert not unknown, f"{rule.rule}: say in FILLED how to fill in {unknown}"
    values: dict[str, object] = {name: FILLED[name] for name in rule.arguments & FILLED.keys()}
    if code is not None:
        values |= {"agency": code, "number": world.targets[role, code]}
    with world.app.test_request_context():
        path = world.app.url_map.bind("127.0.0.1").build(rule.endpoint, values, method)
    path = path.partition("?")[0]
    sent = {"role": "coordinator", "agency": code or OWN, "place": code or OWN}
    return world.clients[role].open(path, method=method, data=sent if method == "POST" else None)


def refused(answer: TestResponse) -> bool:
    """Whether the door was closed: no such page, sign in first, or not allowed here."""
    if answer.status_code in (301, 302, 303):
        return answer.location.startswith("/sign-in?") or answer.location == "/sign-in"
    words = text_of(answer) if answer.status_code in (401, 403) else ""
    return answer.status_code == 404 or any(each in words for each in REFUSALS)


def expected(world: World, rule: Rule, role: Role | None, code: str | None) -> bool | None:
    """Whether the rules let the role in there; None: only the audience has been passed, the act is not known here."""
    if role is None or role not in (audience_of(world.app, rule.endpoint) or ()):
        return False
    if code is None:
        return True
    if code == GUESSED:
        return False
    where, person = place_of(AGENCIES[code]), world.people[role]
    if rule.endpoint in ACTS:
        return may(person, ACTS[rule.endpoint], where)
    if rule.endpoint.startswith("people."):
        return may_give(person, Grant(Role.COORDINATOR, agency=code), where)
    return None if any(grant.covers(where) for grant in person.grants) else False


def test_every_route_lets_in_exactly_whom_the_rules_let_in(world: World) -> None:
    for rule, method, role, code in cells(world):
        answer = call(world, rule, method, role, code)
        world.tried += 1
        name = f"{method} {rule.rule} as {role} at {code}: {answer.status_code}"
        wanted = expected(world, rule, role, code)
        assert answer.status_code < 500, name
        if wanted is False and not refused(answer):
            world.leaks.append(name)
        if wanted is True and refused(answer):
            world.closed.append(name)
        answer.close()
    told(f"cells tried {world.tried}, leaks {len(world.leaks)}, wrongly closed {len(world.closed)}")
    assert world.leaks == []
    assert world.closed == []
    assert world.tried > 500


def test_no_list_names_what_is_outside_ones_reach(world: World) -> None:
    """Pages without a place in their address: no agency there that no grant of the person covers."""
    tried = 0
    for rule in private_rules(world.app):
        if rule.arguments or "GET" not in (rule.methods or ()):
            continue
        for role, client in world.clients.items():
            answer = client.get(rule.rule, follow_redirects=True)
            words = text_of(answer) if (answer.mimetype or "").startswith("text/") else ""
            for agency in AGENCIES.values():
                outside = role is None or not PEOPLE[role].covers(place_of(agency))
                tried += 1
                assert not (outside and agency.name in words), f"{rule.rule} as {role} names {agency.code}"
    told(f"pages x roles x agencies tried {tried}, names leaked 0")
    assert tried > 100


def test_every_route_has_an_audience(world: World) -> None:
    without = [rule.rule for rule in world.app.url_map.iter_rules() if audience_of(world.app, rule.endpoint) is None]
    told(f"routes {len(list(world.app.url_map.iter_rules()))}, without an audience {len(without)}")
    assert without == []


def test_public_routes_ask_for_nobody(world: World) -> None:
    anybody = world.clients[None]
    for rule in world.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and not audience_of(world.app, rule.endpoint):
            assert anybody.get(rule.rule).status_code < 500, rule.rule


def test_the_places_of_the_matrix_are_what_they_are_called() -> None:
    where = {code: place_of(agency) for code, agency in AGENCIES.items()}
    assert where[OWN] == Place(OWN, "ตรัง", 9)
    assert where[SISTER].province == where[OWN].province
    assert where[PROVINCE].province != where[OWN].province
    assert where[PROVINCE].region == where[OWN].region
    assert where[REGION].region != where[OWN].region

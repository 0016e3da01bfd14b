"""Attacks on accounts. Each says how often it was tried and how often it succeeded; the bar is 0.

The numbers are the rows of the list of attacks: 2 privilege climb, 9 forged requests, 10 frames, 11 sessions,
12 Host header, 13 open redirect, 14 brute force, 15 bypass of limits, 16 enumeration (timing is a bench).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.adapters.patience import Counted, Patience
from surveyapp.app import create_app
from surveyapp.domain.account_problems import TooManyTries
from surveyapp.domain.people import Grant, Role
from surveyapp.domain.problems import Problem, Problems, SignInFailed
from surveyapp.persistence.store import Store
from surveyapp.services.accounts import Accounts
from surveyapp.services.entering import Visit
from surveyapp.services.people import Invitation, People
from surveyapp.settings import Settings, SettingsWrong
from tests.places import open_small_round
from tests.web.conftest import HASH, PASSWORD, add_people, app_on, signed_in, token_of
from tests.web.conftest import _give_back_connections as _give_back_connections  # used by every test here

NEW = "เช้านี้ฝนตกหนักมาก"


def told(row: int, tried: int, succeeded: int) -> None:
    """The figures of a row; none may have succeeded."""
    sys.stdout.write(f"row {row}: tried {tried}, succeeded {succeeded}\n")
    assert tried > 0
    assert succeeded == 0


@pytest.fixture
def app(sqlite_store: Store, tmp_path: Path) -> Flask:
    """A small round with coordinators, an assessor, and a supervisor of the province."""
    open_small_round(sqlite_store)
    add_people(sqlite_store)
    with sqlite_store.writing() as shelves:
        supervisor = [Grant(Role.SUPERVISOR, province="ธารทอง")]
        shelves.people.add("super", "นางวิไล", HASH, supervisor, rehearsal=True)
        shelves.people.add("boss", "นายใหญ่", HASH, [Grant(Role.NATIONAL)], rehearsal=True)
    return app_on(sqlite_store, tmp_path)


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """What is kept of people and their roles."""
    with store.database.reading() as connection:
        return {
            table: [tuple(row) for row in connection.exec_driver_sql(f"select * from {table} order by 1")]  # noqa: S608
            for table in ("person", "role_grant", "recovery_code", "checklist_step", "link")
        }


# --- row 2: privilege climb ----------------------------------------------------------------------------


def test_nobody_climbs_by_what_they_send(app: Flask, sqlite_store: Store) -> None:
    """More fields than the form has, wider roles than the giver's, and people out of reach."""
    with sqlite_store.reading() as shelves:
        ids = {each.person.sign_in_name: each.person.id for each in shelves.people.every_account()}
    extra = {"role": "national", "agency": "", "agency_id": "1", "province": "", "region": "", "place": "", "id": "1"}
    extra |= {"grants": "national", "person_id": str(ids["boss"]), "rehearsal": "1", "step": "in", "status": "closed"}
    tried = succeeded = 0
    before = everything(sqlite_store)
    for name in ("somsri", "pimjai", "super"):
        client = signed_in(app, name)
        csrf = token_of(client, "/account")
        for rule in app.url_map.iter_rules():
            if "POST" not in (rule.methods or ()) or rule.endpoint.startswith(("answering.", "phone.")):
                continue
            if rule.endpoint in ("accounts.sign_out", "accounts.sign_in", "accounts.forgot"):
                continue
            path = re.sub(r"<[^>]*year>", "2564", rule.rule).replace("<agency>", "A1")
            for number in ids.values():
                target = re.sub(r"<[^>]*number>", str(number), path)
                if "<" in target and "<link>" not in target:
                    continue
                answer = client.post(target.replace("<link>", "x"), data={**extra, "csrf_token": csrf})
                tried += 1
                assert answer.status_code < 500, target
    after = everything(sqlite_store)
    succeeded += before["role_grant"] != after["role_grant"]
    succeeded += before["person"] != after["person"]
    told(2, tried, succeeded)


@pytest.mark.parametrize("by", ["super", "far regional"])
def test_nobody_gives_what_is_wider_than_the_table_allows(app: Flask, sqlite_store: Store, by: str) -> None:
    with sqlite_store.writing() as shelves:
        if by == "far regional":
            shelves.people.add(by, "ไกล", HASH, [Grant(Role.REGIONAL, region=5)], rehearsal=True)
        account = shelves.people.account(by)
    assert account is not None
    people = app.extensions["errands"](People)
    allowed = {("coordinator", "A1"), ("coordinator", "A2"), ("head", "A1"), ("head", "A2")} if by == "super" else set()
    if by == "far regional":
        allowed = {("supervisor", "น่าน")}
    tried = succeeded = 0
    for role in Role:
        for place in ("A1", "A2", "ธารทอง", "น่าน", "กรุงเทพมหานคร", "5", "9", "", "ZZ", "0", "A1 ", "a1\x00"):
            tried += 1
            wanted = Invitation(f"p{tried:03}", "ผู้ใด", role.value, place)
            with suppress(Problem, Problems):
                people.invite(account.person, wanted, str)
                succeeded += (role.value, place.strip()) not in allowed
    told(2, tried, succeeded)


# --- row 9 and 10: forged requests, frames ---------------------------------------------------------------


def test_every_post_without_its_token_or_from_another_site_is_refused(app: Flask, sqlite_store: Store) -> None:
    tried = succeeded = 0
    before = everything(sqlite_store)
    foreign: list[dict[str, Any]] = [
        {"data": {"name": "somsri", "password": PASSWORD}},
        {"data": {"csrf_token": "x"}, "headers": {"Origin": "https://evil.example"}},
        {"data": {"csrf_token": ""}, "headers": {"Referer": "https://evil.example/"}},
        {"data": '{"role":"national"}', "content_type": "text/plain"},
        {"json": {"role": "national"}},
        {"data": {"_method": "POST"}, "headers": {"X-HTTP-Method-Override": "POST"}},
    ]
    for name in ("somsri", "pimjai", "super", "boss"):
        client = signed_in(app, name)
        for rule in app.url_map.iter_rules():
            if "POST" not in (rule.methods or ()) or rule.endpoint.startswith("answering."):
                continue
            path = re.sub(r"<[^>]*year>", "2564", rule.rule).replace("<agency>", "A1")
            path = re.sub(r"<[^>]*number>", "1", path).replace("<link>", "x")
            if "<" in path:
                path = re.sub("<[^>]+>", "1", path)
            for request in foreign:
                tried += 1
                succeeded += client.post(path, **request).status_code < 400
        for method in ("HEAD", "PUT", "PATCH", "DELETE"):
            for path in ("/sign-out", "/account/sign-ins", "/people/1/link", "/people/invite"):
                tried += 1
                client.open(path, method=method, data={"which": "all"})
        succeeded += client.get("/account").status_code != 200
    succeeded += before != everything(sqlite_store)
    told(9, tried, succeeded)


def test_no_page_lets_itself_be_framed(app: Flask) -> None:
    clients = [app.test_client(), *(signed_in(app, name) for name in ("somsri", "pimjai", "boss"))]
    tried = succeeded = 0
    for client in clients:
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()):
                continue
            path = re.sub(r"<[^>]*year>", "2564", rule.rule).replace("<agency>", "A1")
            path = re.sub("<[^>]+>", "1", path)
            answer = client.get(path)
            tried += 1
            if answer.mimetype == "text/javascript":
                continue  # a script is run, not framed
            policy = answer.headers.get("Content-Security-Policy", "")
            succeeded += "frame-ancestors 'none'" not in policy or answer.headers.get("X-Frame-Options") != "DENY"
            answer.close()
    told(10, tried, succeeded)


# --- row 11: sessions ------------------------------------------------------------------------------------


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("desk")
    return found.value if found else ""


def opens(app: Flask, cookie: str) -> bool:
    """Whether a stolen cookie opens a private page."""
    thief = app.test_client()
    thief.set_cookie("desk", cookie)
    return thief.get("/account").status_code == 200


def test_an_old_or_planted_session_opens_nothing(app: Flask, sqlite_store: Store) -> None:
    stolen: list[str] = []
    victim = app.test_client()  # fixation: what was there before the sign-in
    victim.get("/sign-in")
    stolen.append(cookie_of(victim))
    data = {"name": "somsri", "password": PASSWORD, "csrf_token": token_of(victim)}
    victim.post("/sign-in", data=data)
    stolen.append(cookie_of(victim))
    victim.post("/sign-in", data={**data, "csrf_token": token_of(victim)})  # signing in anew rotates
    stolen.append(cookie_of(victim))
    victim.post("/sign-out", data={"csrf_token": token_of(victim, "/account")})
    other, changed = signed_in(app, "somsri"), signed_in(app, "somsri")
    stolen += [cookie_of(other), cookie_of(changed)]
    passwords = {"old": PASSWORD, "new": NEW, "again": NEW, "csrf_token": token_of(changed, "/account")}
    assert changed.post("/account/password", data=passwords).status_code == 303
    assert opens(app, cookie_of(changed))
    boss, two = signed_in(app, "boss"), signed_in(app, "somchai")
    stolen.append(cookie_of(two))
    with sqlite_store.reading() as shelves:
        account = shelves.people.account("somchai")
    assert account is not None
    data = {"role": "head", "place": "A2", "csrf_token": token_of(boss, f"/people/{account.person.id}")}
    assert boss.post(f"/people/{account.person.id}/roles", data=data).status_code == 303
    invited = app.test_client()
    link = app.extensions["errands"](People).invite(None, Invitation("nid", "นิด", "head", "A1"), str).link
    path = link.removeprefix("http://127.0.0.1:8000")
    invited.post(path, data={"new": NEW, "again": NEW, "csrf_token": token_of(invited, path)})
    stolen.append(cookie_of(invited))  # between the password and the second factor
    right = cookie_of(changed)
    wrong = right[:-6] + ("x" if right[-6] != "x" else "y") + right[-5:]  # the last sign alone may mean the same bytes
    stolen += [wrong, "", "eyJ0b2tlbiI6MX0.x.y"]
    told(11, len(stolen), sum(opens(app, cookie) for cookie in stolen))


def test_cookies_are_bound_to_the_host_and_out_of_reach(sqlite_store: Store, tmp_path: Path) -> None:
    """Row 32: behind https every cookie of ours is __Host-, Secure, HttpOnly and SameSite."""
    open_small_round(sqlite_store)
    add_people(sqlite_store)
    settings = Settings(sqlite_store.database.url, "k" * 40, "https://x.example", tmp_path, 0)
    app = app_on(sqlite_store, tmp_path, settings)
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://x.example")
    csrf = re.findall('name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))[0]
    data = {"name": "somsri", "password": PASSWORD, "csrf_token": csrf}
    answer = client.post("/sign-in", data=data, base_url="https://x.example")
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    wanted = ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
    bad = [each for each in cookies if not each.startswith("__Host-") or any(word not in each for word in wanted)]
    assert answer.status_code == 303
    told(32, len(cookies), len(bad))


# --- row 12 and 13: the Host header, open redirects ------------------------------------------------------

HOSTS = ("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "evil.example.", "xn--evil-1oa.example")


def test_links_never_carry_the_host_of_a_request(app: Flask) -> None:
    """The cookie is sent by hand: a proxy that hands a poisoned Host on hands the session on, too."""
    tried = succeeded = 0
    boss = signed_in(app, "boss")
    csrf, cookie = token_of(boss, "/account"), {"Cookie": f"desk={cookie_of(boss)}"}
    client = app.test_client(use_cookies=False)
    for host in HOSTS:
        for poison in ({"Host": host}, {"X-Forwarded-Host": host}, {"Forwarded": f"host={host}"}, {"X-Host": host}):
            headers = {**poison, **cookie}
            for path in ("/people/invite", "/sign-in", "/forgot", "/account", "/desk/", "/"):
                answer = client.get(path, headers=headers)
                tried += 1
                succeeded += "evil" in answer.get_data(as_text=True) + str(answer.headers)
            data = {"name": f"host{tried}", "full_name": "ผู้ใด", "role": "coordinator", "place": "A1"}
            answer = client.post("/people/invite", data={**data, "csrf_token": csrf}, headers=headers)
            words = answer.get_data(as_text=True)
            tried += 1
            assert "http://127.0.0.1:8000/enter/" in words
            succeeded += "evil" in words + str(answer.headers)
        answer = client.get("/desk", base_url=f"http://{host}/", headers=cookie)  # as an absolute-form URI arrives
        tried += 1
        succeeded += "evil" in str(answer.headers.get("Location", ""))
    told(12, tried, succeeded)


REDIRECTS = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "https://evil.example",
    "HtTpS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "%2f%2fevil.example",
    "/x\r\nSet-Cookie: a=b",
    "/x\r\nLocation: https://evil.example",
    "/x?u=https://evil.example",
    "/．/evil.example",
    "//evil.example@127.0.0.1",
    "/;@evil.example:",
    " //evil.example",
    "",
)


def test_next_never_leads_to_another_site(app: Flask) -> None:
    tried = succeeded = 0
    client = app.test_client()
    for wanted in REDIRECTS:
        data = {"name": "somsri", "password": PASSWORD, "csrf_token": token_of(client)}
        answer = client.post("/sign-in", query_string={"next": wanted}, data=data)
        data = {"typed": PASSWORD, "csrf_token": token_of(client, "/account")}
        confirmed = client.post("/account/confirm", query_string={"next": wanted}, data=data)
        for location in (answer.location or "", confirmed.location or ""):
            tried += 1
            succeeded += not re.fullmatch(r"/(desk/|account)(\?.*)?", location)
    told(13, tried, succeeded)


# --- rows 14 to 16: guessing -------------------------------------------------------------------------------


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Oracle:
    """Stands for the password check, and counts how often it was reached."""

    def __init__(self, right: str) -> None:
        self.right, self.asked = right, 0

    def matches(self, kept: str | None, password: str, *, whose: bytes = b"", known: bool = False) -> bool:
        """Whether it is the password; at once, so that many guesses can be tried."""
        self.asked += 1
        return kept is not None and password == self.right


@pytest.fixture
def guessing(app: Flask) -> tuple[Accounts, Oracle, Clock]:
    """The errand with a password that is guessed last, and a clock."""
    clock, oracle = Clock(), Oracle("the right one")
    accounts = app.extensions["errands"](Accounts)
    return replace(accounts, passwords=oracle, patience=Patience(clock)), oracle, clock


def guess(accounts: Accounts, name: str, password: str, visit: Visit) -> str:
    try:
        accounts.sign_in(name, password, visit)
    except (SignInFailed, TooManyTries) as refused:
        return type(refused).__name__
    return "in"


def test_a_hundred_thousand_guesses_from_one_network_reach_the_check_a_few_hundred_times(
    guessing: tuple[Accounts, Oracle, Clock],
) -> None:
    """Row 14: at 100 guesses a second for a thousand seconds, one network, one name and then many."""
    accounts, oracle, clock = guessing
    found = 0
    for n in range(100_000):
        clock.now += 0.01
        found += guess(accounts, "somsri", f"guess {n}", Visit("198.51.100.0/24")) == "in"
    one_name = oracle.asked
    for n in range(20_000):
        clock.now += 0.01
        found += guess(accounts, f"name{n}", "password", Visit("203.0.113.0/24")) == "in"
    rate = one_name / 1000
    years = 2**40 / max(rate, 1e-9) / (365 * 24 * 3600)
    sys.stdout.write(
        f"row 14: checks reached {one_name} of 100000 in 1000 s ({rate:.3f}/s); "
        f"a secret of 40 bits lasts {years:.0f} years; spraying reached {oracle.asked - one_name} of 20000\n"
    )
    assert one_name <= 20
    assert oracle.asked - one_name <= 100
    told(14, 120_000, found)


def test_whoever_guesses_shuts_nobody_else_out(guessing: tuple[Accounts, Oracle, Clock]) -> None:
    """The owner comes in at once: from another network, and from their own device even in the guesser's network."""
    accounts, oracle, clock = guessing
    attacker = "198.51.100.0/24"
    for n in range(5_000):
        clock.now += 0.01
        guess(accounts, "somsri", f"guess {n}", Visit(attacker))
    entry = accounts.sign_in("somsri", oracle.right, Visit("192.0.2.0/24"))
    at_home = Visit(attacker, device="d", knows=frozenset({entry.person_id}))
    assert accounts.sign_in("somsri", oracle.right, at_home).person_id == entry.person_id
    assert guess(accounts, "somsri", oracle.right, Visit(attacker)) == "TooManyTries"


def test_a_code_of_six_digits_cannot_be_guessed_from_many_networks(app: Flask) -> None:
    """Who has the password still has five tries, then ever longer waits, whatever the network."""
    accounts = app.extensions["errands"](Accounts)
    clock = Clock()
    patience = Patience(clock)
    reached = 0
    for _ in range(100_000):
        clock.now += 0.01
        try:
            patience.begin([Counted(("code", "1", ""), 5, 900)])
        except TooManyTries:
            continue
        reached += 1
    chance = reached * 3 / 1_000_000
    sys.stdout.write(f"row 14: codes checked {reached} of 100000 in 1000 s; chance {chance:.6f}\n")
    assert reached <= 20
    assert accounts.patience is not patience


FORGED: tuple[Callable[[int], dict[str, str]], ...] = (
    lambda n: {"X-Forwarded-For": f"203.0.113.{n}"},
    lambda n: {"X-Forwarded-For": f"2001:db8:{n:x}::1"},
    lambda n: {"Forwarded": f"for=203.0.113.{n}"},
    lambda n: {"True-Client-IP": f"203.0.113.{n}"},
    lambda n: {"X-Real-IP": f"203.0.113.{n}"},
    lambda n: {"CF-Connecting-IP": f"203.0.113.{n}"},
    lambda n: {"User-Agent": f"robot {n}"},
)


def test_forged_addresses_buy_no_more_tries(app: Flask) -> None:
    """Row 15: with no trusted proxy, however the address is forged, the tries are those of one network."""
    accounts = app.extensions["errands"](Accounts)
    oracle, clock = Oracle("right"), Clock()
    reached = []
    for forge in (lambda _n: {}, *FORGED):
        oracle.asked = 0
        app.extensions["errands"]._built[Accounts] = replace(accounts, passwords=oracle, patience=Patience(clock))
        client = app.test_client()
        csrf = token_of(client)
        for n in range(40):
            data = {"name": "somsri", "password": "x", "csrf_token": csrf}
            client.post("/sign-in", data=data, headers=forge(n))
        reached.append(oracle.asked)
    factor = max(reached) / reached[0]
    sys.stdout.write(f"row 15: bypass factor {factor:.2f}, checks reached {reached}\n")
    assert factor == 1.0
    told(15, 40 * len(FORGED), sum(each > reached[0] for each in reached))


def test_a_walk_through_an_ipv6_site_is_one_network(app: Flask) -> None:
    from surveyapp.web.known import network

    walked = {network(f"2001:db8:7:{n:x}::{n:x}") for n in range(4096)}
    assert len(walked) == 1
    assert network("::ffff:198.51.100.7") == network("198.51.100.9")


def test_no_answer_says_whether_a_name_exists(app: Flask, sqlite_store: Store) -> None:
    """Row 16: text and status of sign-in and recovery, known and unknown names, also while waiting."""
    app.extensions["errands"](People).invite(None, Invitation("invited", "ผู้ใด", "head", "A1"), str)
    names = {"known": ["somsri", "pimjai", "boss", "invited"], "unknown": ["nobody", "x" * 60, "ผู้ใด", "a@b.c"]}
    answers: dict[str, set[tuple[int, str]]] = {"known": set(), "unknown": set()}
    tried = 0
    accounts = app.extensions["errands"](Accounts)
    for kind, each in names.items():
        for name in each:
            app.extensions["errands"]._built[Accounts] = replace(accounts, patience=Patience(Clock()))
            client = app.test_client()
            for n in range(8):
                data = {"name": name, "password": "wrong", "csrf_token": token_of(client)}
                answer = client.post("/sign-in", data=data)
                answers[kind].add((n, _bare(answer.status_code, answer.get_data(as_text=True), name)))
            answer = client.post("/forgot", data={"name": name, "csrf_token": token_of(client)})
            answers[kind].add((99, _bare(answer.status_code, answer.get_data(as_text=True), name)))
            tried += 9
    told(16, tried, len(answers["known"] ^ answers["unknown"]))


def _bare(status: int, page: str, name: str) -> str:
    page = re.sub('name="csrf_token" value="[^"]+"', "", page).replace(name, "NAME")
    return f"{status} {page}"


# --- row 43: secrets ----------------------------------------------------------------------------------------


def test_a_copy_of_the_database_holds_no_secret_in_the_clear(app: Flask, sqlite_store: Store, tmp_path: Path) -> None:
    from tests.web.conftest import set_up_factor

    client = app.test_client()
    link = app.extensions["errands"](People).invite(None, Invitation("nid", "นิด", "head", "A1"), str).link
    path = link.removeprefix("http://127.0.0.1:8000")
    client.post(path, data={"new": NEW, "again": NEW, "csrf_token": token_of(client, path)})
    secret = set_up_factor(client)
    with client.session_transaction() as session:
        token = session["token"]
    files = b"".join(each.read_bytes() for each in tmp_path.iterdir() if each.is_file())
    secrets = [NEW, secret, token, link.rpartition("/")[2]]
    told(43, len(secrets), sum(each.encode() in files for each in secrets))


@pytest.mark.parametrize("key", ["", "short", "x" * 31])
def test_a_weak_key_keeps_the_program_from_starting(key: str, tmp_path: Path) -> None:
    from surveyapp.settings import read_settings

    with pytest.raises(SettingsWrong):
        create_app(read_settings({"SURVEYAPP_SECRET_KEY": key, "SURVEYAPP_DATA_DIR": str(tmp_path)}))

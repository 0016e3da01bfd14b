"""Coming in: the second factor, links of one use, one's own account, people within reach."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from werkzeug.test import TestResponse

from surveyapp.domain.people import Grant, Role
from surveyapp.persistence.store import Store
from surveyapp.services.accounts import Accounts
from surveyapp.services.installation import Installation
from surveyapp.services.people import Invitation, People
from surveyapp.settings import Settings
from tests.running import free_port
from tests.web.conftest import HASH, PASSWORD, app_on, set_up_factor, signed_in, token_of
from tests.web.walker import see, text_of

NEW = "เช้านี้ฝนตกหนักมาก"


def post(client: FlaskClient, path: str, page: str | None = None, **data: str) -> TestResponse:
    """Send a form from the page it stands on."""
    return client.post(path, data={**data, "csrf_token": token_of(client, page or path.partition("?")[0])})


def invited(app: Flask, name: str = "nid", role: str = "head", place: str = "A1", **more: str) -> str:
    """The path of a fresh invitation link."""
    wanted = Invitation(name, "นางสาวนิด หน่อย", role, place, **more)
    link = app.extensions["errands"](People).invite(None, wanted, str).link
    assert link.startswith("http://127.0.0.1:8000/enter/")
    return str(link.removeprefix("http://127.0.0.1:8000"))


def code_for(secret: str, steps: int = 1) -> str:
    """The app's code some steps of thirty seconds from now."""
    return TOTP(secret).generate_otp(int(time.time()) // 30 + steps)


@pytest.fixture
def head(app: Flask) -> tuple[FlaskClient, str]:
    """A head of A1 who has come in by an invitation, with the secret of the second factor."""
    client = app.test_client()
    answer = post(client, invited(app), new=NEW, again=NEW)
    assert answer.location == "/sign-in/set-up"
    return client, set_up_factor(client)


def test_an_invitation_leads_to_the_desk_by_way_of_a_second_factor(head: tuple[FlaskClient, str]) -> None:
    client, _ = head
    page = client.get("/desk/", follow_redirects=True)
    assert page.request.path == "/desk/2564/A1"
    assert "เทศบาลตำบลไทย" in text_of(page)
    assert "head" not in text_of(client.get("/account"))


def test_a_coordinator_needs_no_second_factor_and_may_have_one(coordinator: FlaskClient) -> None:
    assert coordinator.get("/sign-in/set-up").location == "/account/confirm?next=/sign-in/set-up"
    answer = post(coordinator, "/account/confirm?next=/sign-in/set-up", typed=PASSWORD)
    assert answer.location == "/sign-in/set-up"
    set_up_factor(coordinator)
    assert coordinator.get("/desk/", follow_redirects=True).status_code == 200


def test_without_the_second_factor_nothing_opens(app: Flask) -> None:
    client = app.test_client()
    post(client, invited(app), new=NEW, again=NEW)
    assert client.get("/desk/2564/A1").status_code == 303
    assert client.get("/account").status_code == 303


def test_a_code_signs_in_once(app: Flask, head: tuple[FlaskClient, str]) -> None:
    secret, code = head[1], code_for(head[1])
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        assert (
            post(client, "/sign-in?next=/account", name="nid", password=NEW).location == "/sign-in/code?next=/account"
        )
    assert post(first, "/sign-in/code?next=/account", code=code).location == "/account"
    assert post(second, "/sign-in/code", code=code).status_code == 401
    assert post(second, "/sign-in/code", code=code_for(secret, 0)).status_code == 401  # older than the one used
    assert second.get("/account").status_code == 303


def test_a_recovery_code_signs_in_once(app: Flask) -> None:
    client = app.test_client()
    post(client, invited(app), new=NEW, again=NEW)
    page = see(client.get("/sign-in/set-up"))
    secret = "".join(re.findall('class="secret">([^<]+)<', page.html)[0].split())
    sealed = page.hidden("sealed")
    shown = post(client, "/sign-in/set-up", sealed=sealed, code="000000")
    assert shown.status_code == 401
    assert see(shown).hidden("sealed") == sealed
    answer = post(client, "/sign-in/set-up", sealed=sealed, code=TOTP(secret).now())
    codes = re.findall(r"<li>([A-Z2-9-]{14})</li>", answer.get_data(as_text=True))
    assert len(set(codes)) == 8
    for expected in (303, 401):
        again = app.test_client()
        post(again, "/sign-in", name="nid", password=NEW)
        assert post(again, "/sign-in/code", code=codes[0].lower().replace("-", " ")).status_code == expected


def test_looking_at_a_link_uses_nothing_up_and_sending_does(app: Flask) -> None:
    path = invited(app, role="coordinator")
    for _ in range(5):
        assert app.test_client().get(path).status_code == 200
        assert app.test_client().head(path).status_code == 200
    client, late = app.test_client(), app.test_client()
    token = token_of(late, path)
    refused = post(client, path, new="short", again="other")
    assert refused.status_code == 422
    assert {"สั้นเกินไป", "ไม่ตรงกัน"} <= {word for word in ("สั้นเกินไป", "ไม่ตรงกัน") if word in text_of(refused)}
    assert post(client, path, new=NEW, again=NEW).location == "/desk/"
    assert late.post(path, data={"new": NEW, "again": NEW, "csrf_token": token}).status_code == 410
    assert late.get(path).status_code == 410


def test_a_link_ends_with_its_time_and_with_the_next_link(app: Flask, sqlite_store: Store) -> None:
    accounts = app.extensions["errands"](Accounts)
    old = invited(app)
    with sqlite_store.reading() as shelves:
        found = shelves.people.account("nid")
    assert found is not None
    by = replace(found.person, id=0, grants=(Grant(Role.NATIONAL),))
    path = (
        app.extensions["errands"](People).send_link(by, found.person.id, str).link.removeprefix("http://127.0.0.1:8000")
    )
    assert app.test_client().get(old).status_code == 410
    assert app.test_client().get(path).status_code == 200
    later = replace(accounts, now=lambda: accounts.now() + timedelta(days=7, seconds=1))
    app.extensions["errands"]._built[Accounts] = later
    assert app.test_client().get(path).status_code == 410


def test_a_new_password_ends_every_other_sign_in(app: Flask) -> None:
    here, there = signed_in(app, "somsri"), signed_in(app, "somsri")
    wrong = post(here, "/account/password", "/account", old="x", new="1234567890", again="2")
    assert wrong.status_code == 401
    assert text_of(wrong).count("รหัสผ่าน") > 3
    assert post(here, "/account/password", "/account", old=PASSWORD, new=NEW, again=NEW).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert post(app.test_client(), "/sign-in", name="somsri", password=PASSWORD).status_code == 401


def test_sign_ins_are_listed_by_day_and_browser_and_can_be_ended(app: Flask) -> None:
    here = signed_in(app, "somsri")
    there = app.test_client()
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0.1.2 Mobile Safari/537.36"
    data = {"name": "somsri", "password": PASSWORD, "csrf_token": token_of(there)}
    there.post("/sign-in", data=data, headers={"User-Agent": agent})
    page = here.get("/account").get_data(as_text=True)
    assert "Chrome, Android" in page
    assert "131" not in page
    names = re.findall('name="which" value="([0-9a-f]{16})"', page)
    assert len(names) == 1
    post(here, "/account/sign-ins", "/account", which=names[0])
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200
    post(here, "/account/sign-ins", "/account", which="all")
    assert here.get("/account").status_code == 303


def test_a_sign_in_left_alone_for_an_hour_is_over_and_one_in_use_lasts_the_day(app: Flask) -> None:
    client, accounts = signed_in(app, "somsri"), app.extensions["errands"](Accounts)
    start = accounts.now()

    def at(minutes: int) -> TestResponse:
        app.extensions["errands"]._built[Accounts] = replace(accounts, now=lambda: start + timedelta(minutes=minutes))
        return client.get("/account")

    assert [at(50 * n).status_code for n in range(1, 12)] == [200] * 11
    assert 'class="band" role="status"' in at(590).get_data(as_text=True)
    assert at(600).status_code == 303
    client = signed_in(app, "somsri")
    assert client.get("/account").status_code == 200
    assert at(660).status_code == 303


def test_being_confirmed_lasts_five_minutes(app: Flask) -> None:
    accounts = app.extensions["errands"](Accounts)
    client = signed_in(app, "somsri")
    with client.session_transaction() as session:
        token = session["token"]
    assert not accounts.freshly_confirmed(token)
    assert post(client, "/account/confirm", typed="wrong").status_code == 401
    assert not accounts.freshly_confirmed(token)
    assert post(client, "/account/confirm?next=//evil.example", typed=PASSWORD).location == "/account"
    assert accounts.freshly_confirmed(token)
    later = replace(accounts, now=lambda: accounts.now() + timedelta(minutes=5))
    assert not later.freshly_confirmed(token)


def test_accounts_of_a_rehearsal_are_everybodys_and_nothing_about_them_changes(app: Flask) -> None:
    client = signed_in(app, "pimjai")
    assert "รอบซ้อม" in text_of(client.get("/account"))
    for path in ("/account/password", "/account/recovery-codes"):
        data = {"old": PASSWORD, "new": NEW, "again": NEW, "csrf_token": token_of(client, "/account")}
        assert client.post(path, data=data).status_code == 403
    post(client, "/account/confirm", typed=PASSWORD)
    assert client.get("/sign-in/set-up").status_code == 403


@pytest.fixture
def supervisor(app: Flask, sqlite_store: Store) -> FlaskClient:
    with sqlite_store.writing() as shelves:
        shelves.people.add("super", "นางวิไล", HASH, [Grant(Role.SUPERVISOR, province="ธารทอง")], rehearsal=True)
    return signed_in(app, "super")


def test_a_supervisor_invites_gives_and_takes_and_the_journal_says_who(
    app: Flask, supervisor: FlaskClient, sqlite_store: Store
) -> None:
    bad = post(supervisor, "/people/invite", name="!", full_name=" ", role="head", place="nowhere", email="no")
    assert bad.status_code == 422
    assert 'value="nowhere"' in bad.get_data(as_text=True)
    assert bad.get_data(as_text=True).count("<li>") == 4
    done = post(supervisor, "/people/invite", name="New.One", full_name="นายใหม่", role="coordinator", place="a1")
    link = re.findall(r"http://127\.0\.0\.1:8000(/enter/[\w-]+)", done.get_data(as_text=True))
    assert len(set(link)) == 1
    person = re.findall(r"/people/(\d+)\"[^>]*>นายใหม่", supervisor.get("/people/").get_data(as_text=True))[0]
    given = post(supervisor, f"/people/{person}/roles", f"/people/{person}", role="head", place="A2")
    assert given.status_code == 303
    client = app.test_client()
    post(client, link[0], new=NEW, again=NEW)
    set_up_factor(client)
    assert client.get("/desk/2564/A2").status_code == 200
    post(supervisor, f"/people/{person}/roles/end", f"/people/{person}", role="head", agency="A2")
    assert client.get("/desk/2564/A2").status_code == 303  # a changed role ends the sign-ins
    with sqlite_store.database.reading() as connection:
        told = connection.exec_driver_sql("select who, act, subject from journal").fetchall()
    for act in ("invite", "give_role", "take_role"):
        assert ("super", act, "new.one") in [tuple(row) for row in told]


def test_a_lost_second_factor_is_forgotten_by_who_looks_after_the_person(
    supervisor: FlaskClient, head: tuple[FlaskClient, str], app: Flask
) -> None:
    person = re.findall(r"/people/(\d+)\"[^>]*>นางสาวนิด", supervisor.get("/people/").get_data(as_text=True))[0]
    post(supervisor, f"/people/{person}/factor/drop", f"/people/{person}")
    assert head[0].get("/account").status_code == 303
    again = app.test_client()
    assert post(again, "/sign-in", name="nid", password=NEW).location == "/sign-in/set-up"


class Sink(Message):
    """Keeps the letters a server is handed."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.letters: list[EmailMessage] = []

    def handle_message(self, message: EmailMessage) -> None:  # type: ignore[override]
        self.letters.append(message)


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    """A real mail server on loopback."""
    handler = Sink()
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    yield handler, server.port
    server.stop()


def app_with_mail(store: Store, folder: Path, port: int) -> Flask:
    settings = Settings(
        store.database.url, "k" * 40, "http://ita.example", folder, 0, smtp_url=f"smtp://127.0.0.1:{port}"
    )
    return app_on(store, folder, settings)


def words(letter: EmailMessage) -> str:
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.mark.usefixtures("small")
def test_links_go_out_by_mail_and_recovery_answers_everybody_alike(
    sqlite_store: Store, tmp_path: Path, sink: tuple[Sink, int]
) -> None:
    handler, port = sink
    app = app_with_mail(sqlite_store, tmp_path, port)
    accounts = app.extensions["errands"](Accounts)
    wanted = Invitation("nid", "นางสาวนิด หน่อย", "coordinator", "A1", "nid@example.go.th")
    handed = app.extensions["errands"](People).invite(None, wanted, str)
    assert handed.sent
    assert handed.link in words(handler.letters[0])
    client = app.test_client()
    post(client, handed.link.removeprefix("http://ita.example"), new=NEW, again=NEW)
    pages = []
    for name in ("nid", "nobody", "somsri", "nid"):
        asker = app.test_client()
        answer = post(asker, "/forgot", name=name)
        pages.append((answer.status_code, re.sub('value="[^"]+"', "", answer.get_data(as_text=True))))
        accounts.mail.finish()
    assert len(set(pages)) == 1
    assert len(handler.letters) == 2  # the second question within ten minutes sends nothing more
    assert handler.letters[1]["To"] == "nid@example.go.th"
    link = re.findall(r"http://ita\.example(/enter/\S+)", words(handler.letters[1]))[0]
    other = "พรุ่งนี้อากาศดีแน่"
    assert post(app.test_client(), link, new=other, again=other).status_code == 303
    assert client.get("/account").status_code == 303  # the new password ended it


@pytest.mark.usefixtures("small")
def test_what_a_letter_cannot_be_sent_for_is_handed_over(sqlite_store: Store, tmp_path: Path) -> None:
    app = app_with_mail(sqlite_store, tmp_path, 9)  # nobody answers there
    wanted = Invitation("nid", "นางสาวนิด", "coordinator", "A1", "nid@example.go.th")
    assert not app.extensions["errands"](People).invite(None, wanted, str).sent
    assert app.extensions["errands"](Installation).healthy()

"""Signing in and out."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import PASSWORD, signed_in, token_of
from tests.web.walker import see, text_of


def attempt(client: FlaskClient, name: str, password: str, path: str = "/sign-in") -> tuple[int, str]:
    data = {"name": name, "password": password, "csrf_token": token_of(client)}
    answer = client.post(path, data=data)
    if answer.status_code != 303:
        see(answer)
    return answer.status_code, answer.headers.get("Location", text_of(answer))


@pytest.mark.parametrize("name", ["somsri", " SomSri "])
def test_the_right_name_and_password_lead_to_the_desk(client: FlaskClient, name: str) -> None:
    assert attempt(client, name, PASSWORD) == (303, "/desk/")


@pytest.mark.parametrize(
    ("name", "password"),
    [("somsri", "wrong"), ("nobody", PASSWORD), ("", ""), ("somsri", "x" * 9999), ("\x00", "\x00")],
)
def test_a_wrong_name_and_a_wrong_password_sound_the_same(client: FlaskClient, name: str, password: str) -> None:
    status, words = attempt(client, name, password)
    assert status == 401
    assert "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง" in words


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"name": "somsri", "password": PASSWORD}).status_code == 400


def test_an_old_session_is_worth_nothing_after_a_new_sign_in_or_a_sign_out(app: Flask) -> None:
    client = signed_in(app, "somsri")
    cookie = client.get_cookie("desk")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("desk", cookie.value)
    assert thief.get("/desk/2564/A1").status_code == 200
    data = {"name": "somsri", "password": PASSWORD, "csrf_token": token_of(client)}
    client.post("/sign-in", data=data)
    assert thief.get("/desk/2564/A1").status_code == 303
    thief.set_cookie("desk", (client.get_cookie("desk") or cookie).value)
    client.post("/sign-out", data={"csrf_token": token_of(client, "/desk/2564/A1")})
    assert thief.get("/desk/2564/A1").status_code == 303
    assert client.get("/desk/2564/A1").status_code == 303


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "https:evil", "https://evil.example", "/%2f%2fevil", "/x\r\nSet-Cookie: a=b"],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, wanted: str) -> None:
    data = {"name": "somsri", "password": PASSWORD, "csrf_token": token_of(client)}
    answer = client.post("/sign-in", query_string={"next": wanted}, data=data)
    assert answer.location == "/desk/"


def test_signing_in_goes_on_to_where_the_person_was_going(client: FlaskClient) -> None:
    there = client.get("/desk/2564/A1/checklist")
    assert there.status_code == 303
    data = {"name": "somsri", "password": PASSWORD, "csrf_token": token_of(client)}
    assert client.post(there.location, data=data).location == "/desk/2564/A1/checklist"


def test_an_assessor_lands_at_the_review(client: FlaskClient) -> None:
    assert attempt(client, "pimjai", PASSWORD) == (303, "/review/")


PRIVATE = [
    ("GET", "/desk/"),
    ("GET", "/desk/2564/A1"),
    ("GET", "/desk/2564/A1/poster-iit.pdf"),
    ("GET", "/desk/2564/A1/qr-eit.svg"),
    ("GET", "/desk/2564/A1/checklist"),
    ("GET", "/desk/2564/A1/checklist.xlsx"),
    ("POST", "/desk/2564/A1/checklist"),
    ("POST", "/desk/2564/A1/checklist/keep-good"),
    ("GET", "/review/"),
    ("GET", "/review/2564/A1"),
    ("POST", "/review/2564/A1"),
    ("POST", "/review/2564/A1/sheet"),
    ("GET", "/review/2564/A1/checklist.xlsx"),
]


@pytest.mark.parametrize(("method", "path"), PRIVATE)
@pytest.mark.parametrize("who", ["nobody", "somchai", "far"])
def test_another_agencys_papers_are_closed_to_everybody_else(app: Flask, who: str, method: str, path: str) -> None:
    """nobody: not signed in; somchai: coordinator of A2; far: assessor of another province."""
    client = app.test_client() if who == "nobody" else signed_in(app, who)
    data = {"csrf_token": token_of(client, "/sign-in")} if method == "POST" else None
    answer = client.open(path, method=method, data=data)
    if (who, path) in {("somchai", "/desk/"), ("far", "/review/")}:
        assert "ไทย" not in text_of(answer).replace("ภาษาไทย", "")
    elif who == "nobody":
        assert answer.status_code == (303 if method == "GET" else 401)
    else:
        assert answer.status_code == 403

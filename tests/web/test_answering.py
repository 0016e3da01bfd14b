"""Answering without scripts: what a citizen or a member of staff relies on."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Stage
from surveyapp.domain.thai import civil_day
from surveyapp.persistence.store import Store
from surveyapp.services.answering import Answering
from surveyapp.web.seen import MOST_A_MINUTE, Crowd
from tests.conftest import LIBRARY
from tests.places import SmallRound, open_small_round
from tests.web.conftest import app_on
from tests.web.walker import Phone, as_read, see, text_of


@pytest.fixture
def phone(client: FlaskClient, small: SmallRound) -> Phone:
    return Phone(client, small.codes["A1", Instrument.EIT]).open()


def script_of(phone: Phone) -> str:
    """The address of the page's one script."""
    assert phone.page is not None
    return next(ref for ref in phone.page.references if ref.startswith("/phone/answer-th.js?v="))


def kept(store: Store) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(text("select count(*) from response")).scalar() or 0)


@pytest.mark.parametrize("instrument", [Instrument.IIT, Instrument.EIT])
def test_a_whole_answer_is_kept_and_thanked_for(
    client: FlaskClient, small: SmallRound, sqlite_store: Store, instrument: Instrument
) -> None:
    phone = Phone(client, small.codes["A1", instrument]).open().choose_everything(1)
    answer = phone.hand_in()
    assert answer.status_code == 303
    assert answer.location == f"/s/{phone.code}/thanks"
    thanks = client.get(answer.location)
    see(thanks)
    assert "ได้รับคำตอบแล้ว" in text_of(thanks)
    assert kept(sqlite_store) == 1
    questionnaire = LIBRARY.paper(2564).questionnaire(instrument)
    assert len(phone.answers) == len(questionnaire.sub_questions)


def test_an_answer_works_on_postgresql_too(store: Store, tmp_path: Path) -> None:
    small = open_small_round(store, 2569)
    client = app_on(store, tmp_path).test_client()
    phone = Phone(client, small.codes["A1", Instrument.EIT]).open().choose_everything()
    assert [phone.hand_in().status_code for _ in range(3)] == [303, 303, 303]
    assert phone.choose_everything(1).hand_in().status_code == 409
    assert kept(store) == 1
    assert client.get("/healthz").status_code == 200


def test_the_form_says_who_is_asked_about_what_is_kept_and_how_long_it_takes(phone: Phone) -> None:
    assert phone.page is not None
    for words in ("เทศบาลตำบลไทย", "สิ่งที่เราเก็บ", "สิ่งที่เราไม่เก็บ", "นาที", "2564", "19 คำถาม"):
        assert words in as_read(phone.page.html)


def test_every_question_is_a_fieldset_with_its_own_radio_group(phone: Phone) -> None:
    assert phone.page is not None
    codes = [sub.code for sub in LIBRARY.paper(2564).eit.sub_questions]
    assert re.findall(r'<fieldset id="([^"]+)"', phone.page.html) == codes
    assert "<table" not in phone.page.html
    assert re.findall("<script[^>]*>", phone.page.html) == [f'<script defer src="{script_of(phone)}">']


def test_the_page_needs_one_request(phone: Phone) -> None:
    assert phone.page is not None
    fetched_alone = re.sub("<a [^>]*>", "", phone.page.html)  # a link is followed only by who touches it
    fetched = [ref for ref in re.findall(r'(?:src|href)="([^"#]+)"', fetched_alone) if not ref.startswith("data:")]
    assert set(fetched) <= {script_of(phone)}, "only the script, which may be missing"
    assert "@import" not in phone.page.html
    assert "url(" not in phone.page.html


def test_english_is_one_tap_away_and_stays(client: FlaskClient, small: SmallRound) -> None:
    code = small.codes["A1", Instrument.EIT]
    page = see(client.get(f"/s/{code}?lang=en"))
    assert page.lang == "en"
    assert "What we keep" in page.html
    refused = client.post(f"/s/{code}?lang=en", data={})
    assert see(refused).lang == "en"
    assert "has no answer yet" in refused.get_data(as_text=True)


def test_the_code_is_found_in_small_letters_capitals_and_with_a_hyphen(client: FlaskClient, small: SmallRound) -> None:
    code = small.codes["A1", Instrument.EIT]
    for path in (f"/s/{code.lower()}", f"/S/{code}", f"/s/{code[:4]}-{code[4:]}", f"/S/{code.lower()}"):
        assert client.get(path).status_code == 200
    assert client.get(f"/s/?code={code[:4].lower()}+{code[4:]}").location == f"/s/{code}"


def test_a_mistake_returns_the_same_page_with_every_problem_and_every_answer(phone: Phone, sqlite_store: Store) -> None:
    phone.choose_everything(2)
    phone.answers.pop("e2")
    phone.answers["e3"] = "no such choice"
    answer = phone.hand_in()
    assert answer.status_code == 422
    page = see(answer)
    assert page.references.count("#e2") == page.references.count("#e3") == 1
    assert answer.get_data(as_text=True).count(" checked>") == len(phone.answers) - 1
    assert page.hidden("response_id") == (phone.page and phone.page.hidden("response_id"))
    assert kept(sqlite_store) == 0
    phone.answers |= {"e2": "4", "e3": "4"}
    assert phone.hand_in().status_code == 303
    assert kept(sqlite_store) == 1


def test_sending_twice_gives_the_same_thanks_and_one_row(phone: Phone, sqlite_store: Store) -> None:
    phone.choose_everything()
    first, second = phone.hand_in(), phone.hand_in()
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, first.location)
    assert kept(sqlite_store) == 1


def test_the_same_page_with_other_answers_is_a_conflict(phone: Phone, sqlite_store: Store) -> None:
    phone.choose_everything(0).hand_in()
    answer = phone.choose_everything(1).hand_in()
    assert answer.status_code == 409
    assert "คำตอบแรก" in text_of(answer)
    assert f'href="/s/{phone.code}"' in answer.get_data(as_text=True), "it says to open the link again"
    assert kept(sqlite_store) == 1


def test_looking_changes_nothing(client: FlaskClient, small: SmallRound, sqlite_store: Store) -> None:
    with sqlite_store.database.reading() as connection:
        before = connection.exec_driver_sql("select total_changes(), (select count(*) from progress)").one()
    for path in ("", "/thanks", "?lang=en"):
        for _ in range(5):
            client.get(f"/s/{small.codes['A1', Instrument.EIT]}{path}")
            client.head(f"/s/{small.codes['A1', Instrument.EIT]}{path}")
    with sqlite_store.database.reading() as connection:
        assert connection.exec_driver_sql("select total_changes(), (select count(*) from progress)").one() == before
    assert kept(sqlite_store) == 0


def test_nothing_is_set_on_the_phone_of_staff_and_looking_leaves_nothing_on_anybodys(
    client: FlaskClient, small: SmallRound, phone: Phone
) -> None:
    staff = Phone(client, small.codes["A1", Instrument.IIT]).open().choose_everything()
    assert "Set-Cookie" not in staff.hand_in().headers
    assert "Set-Cookie" not in phone.client.get(f"/s/{phone.code}?lang=en").headers


def test_a_second_answer_of_a_phone_is_kept_and_counted_as_such(
    phone: Phone, client: FlaskClient, small: SmallRound, sqlite_store: Store, app: Flask
) -> None:
    first = phone.choose_everything().hand_in()
    mark = first.headers["Set-Cookie"]
    assert f"Path=/s/{phone.code}" in mark
    assert "HttpOnly" in mark
    second = Phone(client, phone.code).open().choose_everything(1)
    assert second.hand_in().status_code == 303
    other = Phone(app.test_client(), phone.code).open().choose_everything()
    other.client.set_cookie("answered", "forged", path=f"/s/{phone.code}")
    assert other.hand_in().status_code == 303
    assert kept(sqlite_store) == 3
    app.extensions["errands"](Answering).store.intake.settle()
    with sqlite_store.reading() as shelves:
        assert shelves.responses.signs(small.assessments["A1"].id) == {"again": 1}


def test_the_mark_is_the_same_on_every_phone(app: Flask, phone: Phone) -> None:
    marks = set()
    for _ in range(3):
        answer = Phone(app.test_client(), phone.code).open().choose_everything().hand_in()
        marks.add(answer.headers["Set-Cookie"].split(";")[0])
    assert len(marks) == 1


def test_the_mark_lasts_to_the_end_of_the_rounds_last_day(sqlite_store: Store, tmp_path: Path) -> None:
    today = civil_day(datetime.now(UTC))
    small = open_small_round(sqlite_store, closes_on=today + timedelta(days=3))
    phone = Phone(app_on(sqlite_store, tmp_path).test_client(), small.codes["A1", Instrument.EIT])
    mark = phone.open().choose_everything().hand_in().headers["Set-Cookie"]
    assert f"Max-Age={4 * 24 * 3600};" in mark


def test_the_page_does_not_depend_on_how_its_code_was_typed(client: FlaskClient, phone: Phone) -> None:
    plain = client.get(f"/s/{phone.code}").text
    typed = client.get(f"/s/{phone.code[:4]}-{phone.code[4:].lower()}").text
    assert re.sub("[0-9a-f]{32}", "", typed) == re.sub("[0-9a-f]{32}", "", plain)
    assert client.get("/s/" + "-" * 60 + phone.code).status_code == 404


def test_a_crowd_behind_one_address_is_counted_and_nobody_is_turned_away() -> None:
    now = [0.0]
    crowd = Crowd(lambda: now[0])
    assert [crowd.is_large(f"8.8.4.{n}") for n in range(MOST_A_MINUTE + 5)] == [False] * MOST_A_MINUTE + [True] * 5
    assert not crowd.is_large("1.1.1.1")
    assert not crowd.is_large("2606:4700::1111")
    assert crowd.is_large("::ffff:8.8.4.4")
    for nobodys in ("10.0.0.1", "127.0.0.1", "::1", "unix", "1.2.3.4:80", None):
        assert not any(crowd.is_large(nobodys) for _ in range(2 * MOST_A_MINUTE))
    now[0] = 61
    assert not crowd.is_large("8.8.4.9")


def test_who_mistyped_a_code_types_it_again_on_the_same_page(client: FlaskClient) -> None:
    answer = client.get("/s/ABCDEFGH")
    assert answer.status_code == 404
    assert 'id="code"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("update round set stage = 'closed'", 410),
        ("update round set stage = 'prepared'", 403),
        ("update link set paused = 1", 410),
        ("update round set closes_on = '2020-01-01'", 410),
        ("update round set digest = 'another'", 503),
    ],
)
def test_a_link_that_cannot_be_answered_says_so_kindly(
    phone: Phone, sqlite_store: Store, change: str, status: int
) -> None:
    phone.choose_everything()
    with sqlite_store.writing() as shelves:
        shelves._connection.execute(text(change))
    for answer in (phone.client.get(f"/s/{phone.code}"), phone.hand_in()):
        assert answer.status_code == status
        assert see(answer).h1
        assert 'id="code"' not in answer.get_data(as_text=True), "typing a code again would not help"
        read = "closed" in change
        assert ("/results/2564/" in answer.get_data(as_text=True)) is read, "only where there is a result to read"
        assert ("/results/receipt" in answer.get_data(as_text=True)) is read
    assert kept(sqlite_store) == 0


@pytest.mark.parametrize("code", ["XXXXXXXX", "A", "22222222", "ก", "%00", "a" * 300, "AB12CD3O", "..%2f..%2fetc"])
def test_an_unknown_code_gets_a_kind_page(client: FlaskClient, code: str) -> None:
    answer = client.get(f"/s/{code}")
    assert answer.status_code == 404
    see(answer)


def test_the_form_of_another_round_is_refused_with_its_answers_kept(phone: Phone) -> None:
    answer = phone.choose_everything().hand_in(paper="0" * 64)
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count(" checked>") == len(phone.answers)


BAD_BODIES: list[dict[str, object]] = [
    {},
    {"response_id": "", "e1.1": ""},
    {"response_id": "G" * 32},
    {"response_id": ["a" * 32, "b" * 32]},
    {"e1.1": ["1", "2"]},
    {"e1.1": "\x00", "e1.2": "\ud800".encode("utf-8", "surrogatepass")},
    {f"x{n}": "y" for n in range(4000)},
    {"i1": "1", "e99": "1"},
    {"e1.1": "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>': "1"},
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_bad_input_comes_back_as_a_page_and_nothing_is_kept(
    client: FlaskClient, small: SmallRound, sqlite_store: Store, body: dict[str, object]
) -> None:
    answer = client.post(f"/s/{small.codes['A1', Instrument.EIT]}", data=body)
    assert answer.status_code == 422
    see(answer)
    assert answer.get_data(as_text=True).count("<script") == 1, "our own"
    assert "onerror" not in answer.get_data(as_text=True)
    assert kept(sqlite_store) == 0


@pytest.mark.parametrize("size", [70_000, 1_000_000, 7_000_000])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_huge_body_is_refused_as_too_large(client: FlaskClient, small: SmallRound, size: int, kind: str) -> None:
    answer = client.post(f"/s/{small.codes['A1', Instrument.EIT]}", data=b"e1.1=" + b"1" * size, content_type=kind)
    assert answer.status_code == 413
    see(answer)


def test_ten_thousand_fields_are_met_without_falling_over(client: FlaskClient, small: SmallRound) -> None:
    body = "&".join(f"f{n}=" for n in range(10_000))
    answer = client.post(
        f"/s/{small.codes['A1', Instrument.EIT]}", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (413, 422)
    see(answer)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_wrong_method_gets_a_page(client: FlaskClient, small: SmallRound, method: str) -> None:
    answer = client.open(f"/s/{small.codes['A1', Instrument.EIT]}", method=method)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    see(answer)


def test_json_is_no_way_in(phone: Phone, sqlite_store: Store) -> None:
    phone.choose_everything()
    assert phone.client.post(f"/s/{phone.code}", json=phone.answers).status_code == 422
    assert kept(sqlite_store) == 0


def test_a_page_of_another_site_cannot_make_a_visitor_answer(phone: Phone, sqlite_store: Store) -> None:
    phone.choose_everything()
    assert phone.page is not None
    data = {**phone.answers, "response_id": phone.page.hidden("response_id")}
    answer = phone.client.post(f"/s/{phone.code}", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert kept(sqlite_store) == 0


def test_every_page_at_the_answering_door_carries_the_headers_of_safety(app: Flask, small: SmallRound) -> None:
    answer = app.test_client().get(f"/s/{small.codes['A1', Instrument.IIT]}")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_answers_after_the_last_day_are_refused_and_on_it_are_taken(sqlite_store: Store, tmp_path: Path) -> None:
    from surveyapp.adapters.clock import now
    from surveyapp.domain.thai import civil_day

    small = open_small_round(sqlite_store, closes_on=civil_day(now()))
    client = app_on(sqlite_store, tmp_path).test_client()
    assert client.get(f"/s/{small.codes['A1', Instrument.EIT]}").status_code == 200
    with sqlite_store.writing() as shelves:
        shelves._connection.execute(text("update round set closes_on = :day"), {"day": date(2020, 1, 1).isoformat()})
        assert shelves.rounds.of_year(2564).stage is Stage.OPEN
    assert client.get(f"/s/{small.codes['A1', Instrument.EIT]}").status_code == 410


@pytest.mark.parametrize("path", ["?endpoint=x", "?_method=POST", "?_external=1", "?lang=en&lang=th", "?code=x"])
def test_strange_parameters_change_nothing(phone: Phone, path: str) -> None:
    answer = phone.client.get(f"/s/{phone.code}{path}", headers={"Host": "evil.example"})
    assert answer.status_code == 200
    assert "evil.example" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/desk", "/results", "/s", "//evil.example", "/%5Cevil.example", "/results//2564"])
def test_the_host_header_is_never_repeated(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("Location", "")
    assert 'href="//' not in answer.get_data(as_text=True)
    assert 'href="/\\' not in answer.get_data(as_text=True)


def test_changing_the_language_half_way_keeps_every_answer(phone: Phone, sqlite_store: Store) -> None:
    phone.choose_everything(1)
    phone.answers.pop("e2")
    assert phone.page is not None
    hidden = {f["name"]: f["value"] for f in phone.page.fields if f.get("type") == "hidden"}
    answer = phone.client.post(f"/s/{phone.code}?lang=en", data={**hidden, **phone.answers, "switch": "1"})
    assert answer.status_code == 200
    page = see(answer)
    assert page.lang == "en"
    assert answer.get_data(as_text=True).count(" checked>") == len(phone.answers)
    assert page.hidden("response_id") == hidden["response_id"]
    assert kept(sqlite_store) == 0


def test_somebody_signed_in_stays_unknown_at_the_answering_door(coordinator: FlaskClient, small: SmallRound) -> None:
    for code in (small.codes["A1", Instrument.EIT], "XXXXXXXX"):
        answer = coordinator.get(f"/s/{code}")
        assert "สมศรี" not in answer.get_data(as_text=True)
        assert "Set-Cookie" not in answer.headers


def test_a_body_without_its_length_is_refused(client: FlaskClient, small: SmallRound) -> None:
    answer = client.post(
        f"/s/{small.codes['A1', Instrument.EIT]}",
        input_stream=__import__("io").BytesIO(b"x=1"),
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("origin", "status"), [("https://evil.example", 403), ("http://127.0.0.1:8000", 303), ("http://localhost", 303)]
)
def test_the_origin_is_compared_where_a_browser_tells_it(phone: Phone, origin: str, status: int) -> None:
    phone.choose_everything()
    assert phone.page is not None
    hidden = {f["name"]: f["value"] for f in phone.page.fields if f.get("type") == "hidden"}
    data = {**hidden, **phone.answers}
    assert phone.client.post(f"/s/{phone.code}", data=data, headers={"Origin": origin}).status_code == status


def test_a_writer_that_holds_the_lock_makes_a_page_that_says_try_again(
    phone: Phone, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    phone.choose_everything()
    errand = phone.client.application.extensions["errands"]
    engine = errand(__import__("surveyapp.services.installation", fromlist=["x"]).Installation).store.database.engine
    from sqlalchemy import event

    event.listen(engine, "connect", lambda connection, _: connection.execute("pragma busy_timeout = 200"))
    engine.dispose()
    with sqlite3.connect(sqlite_store.database.url.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("begin immediate")
        answer = phone.hand_in()
        other.execute("rollback")
    other.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    see(answer)
    assert phone.hand_in().status_code == 303

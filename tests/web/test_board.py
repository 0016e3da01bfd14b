"""The supervisor's board: only the own reach, filters that survive, visits, the sheet, and what it costs."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from surveyapp.adapters.clock import now
from surveyapp.adapters.spreadsheet import read_sheet
from surveyapp.domain.calendar import Phase, Span
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Act, Grant, Person, Role
from surveyapp.domain.places import Agency, Channel, Round, Stage
from surveyapp.domain.reach import reach_of
from surveyapp.domain.thai import civil_day, short_day
from surveyapp.persistence.store import Store
from surveyapp.services.installation import Installation
from tests.conftest import LIBRARY
from tests.places import a_response
from tests.web.conftest import HASH, app_on, signed_in
from tests.web.walker import see, text_of

YEAR = 2564
TODAY = civil_day(now())
HERE = [Agency(0, f"A{n}", f"เทศบาลตำบลที่{n}", "thesaban_tambon_m", "ตรัง", f"อำเภอ{n % 3}") for n in range(6)]
THERE = [Agency(0, "N1", "องค์การบริหารส่วนจังหวัดน่าน", "obojo", "น่าน")]
GRANTS = {
    "sup": Grant(Role.SUPERVISOR, province="ตรัง"),
    "reg": Grant(Role.REGIONAL, region=5),
    "nat": Grant(Role.NATIONAL),
    "aud": Grant(Role.AUDITOR),
    "coo": Grant(Role.COORDINATOR, agency="A1"),
}


@pytest.fixture
def ids(sqlite_store: Store) -> dict[str, int]:
    """An open round of two provinces: A1 has 13 of each answer, the others none. Assessment ids by agency."""
    return fill(sqlite_store, [*HERE, *THERE])


def fill(store: Store, agencies: list[Agency]) -> dict[str, int]:
    with store.writing() as shelves:
        shelves.agencies.add(agencies)
        round_ = shelves.rounds.add(Round(0, YEAR, Stage.OPEN, LIBRARY.paper(YEAR).digest, False, None))
        shelves.calendars.put(round_.id, Span(Phase.ANSWERING, TODAY - timedelta(days=10), TODAY + timedelta(days=9)))
        shelves.rounds.add_assessments(round_.id, [(each.id, 100, 1000) for each in shelves.agencies.every()])
        found = {each.agency.code: each.id for each in shelves.rounds.assessments(YEAR)}
        for which in (Instrument.IIT, Instrument.EIT):
            shelves.links.add([(f"A1AAAAA{which.value[0].upper()}", found["A1"], which, Channel.OPEN)])
            shelves.responses.keep_many(found["A1"], [a_response(which, number=n) for n in range(13)])
            days = {TODAY - timedelta(days=back): 3 for back in (1, 2, 3, 20)} | {TODAY: 1}
            shelves.responses.count({(found["A1"], which, Channel.OPEN.value, day): n for day, n in days.items()})
        for name, grant in GRANTS.items():
            shelves.people.add(name, name, HASH, [grant], rehearsal=True)
    return found


@pytest.fixture
def app(sqlite_store: Store, ids: dict[str, int], tmp_path: Path) -> Flask:
    return app_on(sqlite_store, tmp_path)


@pytest.fixture
def supervisor(app: Flask) -> FlaskClient:
    return signed_in(app, "sup")


def names_on(answer: TestResponse) -> set[str]:
    words = text_of(answer)
    return {each.code for each in [*HERE, *THERE] if each.name in words}


def codes_in(sheet: bytes) -> set[str]:
    return {str(row.cells[0]) for row in read_sheet(sheet, header_needs=["รหัส"]).rows}


@pytest.mark.parametrize("part", ["/board/", "/board/?print=1", f"/board/{YEAR}/board.xlsx"])
def test_each_role_sees_its_own_reach_on_page_paper_and_sheet(app: Flask, part: str) -> None:
    own = {each.code for each in HERE}
    for name, expected in {"sup": own, "reg": {"N1"}, "nat": own | {"N1"}, "aud": own | {"N1"}}.items():
        answer = signed_in(app, name).get(part)
        if part.endswith("xlsx"):
            assert codes_in(answer.data) == expected
        else:
            see(answer)
            assert names_on(answer) == expected, name
    assert signed_in(app, "coo").get(part).status_code == 403


def test_the_part_that_is_kept_is_nobody_elses(app: Flask) -> None:
    """The national office looks first; within the same ten seconds a supervisor gets the own province only."""
    assert "N1" in names_on(signed_in(app, "nat").get("/board/"))
    live = signed_in(app, "sup").get("/board/", headers={"X-Part": "live"})
    assert "<html" not in live.text
    assert names_on(live) == {each.code for each in HERE}


def test_a_note_is_on_the_board_at_once_whichever_process_of_the_server_answers(
    app: Flask, sqlite_store: Store, tmp_path: Path, supervisor: FlaskClient
) -> None:
    other = signed_in(app_on(sqlite_store, tmp_path), "sup")
    assert "ไปเยี่ยมแล้ว" not in text_of(other.get("/board/"))
    page = see(supervisor.get(f"/board/{YEAR}/A2"))
    sent = {"csrf_token": page.hidden("csrf_token"), "day": short_day(TODAY), "note": "ไปเยี่ยมแล้ว"}
    assert supervisor.post(f"/board/{YEAR}/A2/visits", data=sent).status_code == 303
    for each in (supervisor, other):
        assert "ไปเยี่ยมแล้ว" in text_of(each.get("/board/"))


def test_numbers_are_rounded_and_who_is_behind_is_named(supervisor: FlaskClient) -> None:
    words = " ".join(text_of(supervisor.get("/board/")).split())
    assert "≥ 10 / 30" in words
    assert " 13 " not in words
    assert "6 หน่วยงาน" in words


def test_filters_and_order_survive_a_reload_and_reach_the_sheet(supervisor: FlaskClient) -> None:
    answer = supervisor.get("/board/?q=ที่1&need=behind&sort=-iit")
    assert names_on(answer) == {"A1"}
    page = see(answer)
    assert page.hidden("sort") == "-iit"
    (sheet,) = [each for each in page.references if "board.xlsx" in each]
    assert codes_in(supervisor.get(sheet).data) == {"A1"}
    assert 'aria-sort="descending"' in answer.text
    assert names_on(supervisor.get("/board/?need=done")) == set()
    assert names_on(supervisor.get("/board/?province=น่าน")) == set()


def test_a_visit_is_noted_shown_and_journaled(supervisor: FlaskClient, sqlite_store: Store) -> None:
    page = see(supervisor.get(f"/board/{YEAR}/A2"))
    sent = {"csrf_token": page.hidden("csrf_token"), "day": TODAY.isoformat(), "note": "พบนายก <b>นัด</b>อีกครั้ง"}
    assert supervisor.post(f"/board/{YEAR}/A2/visits", data=sent).status_code == 303
    answer = supervisor.get(f"/board/{YEAR}/A2")
    assert "พบนายก <b>นัด</b>อีกครั้ง" in text_of(answer)
    assert "<b>นัด" not in answer.text
    assert "พบนายก" in text_of(supervisor.get("/board/"))
    with sqlite_store.reading() as shelves:
        (line,) = [each for each in shelves.journal.every() if each.act == "note_visit"]
    assert (line.who, line.subject) == ("sup", f"{YEAR}/A2")
    assert "พบ" not in str(line.facts)


def test_a_note_that_is_refused_comes_back_as_typed(supervisor: FlaskClient, sqlite_store: Store) -> None:
    token = see(supervisor.get(f"/board/{YEAR}/A2")).hidden("csrf_token")
    for day, note in ((TODAY.isoformat(), "ก" * 501), ("31/2/2569", "สั้น"), ("2600-01-01", "สั้น")):
        answer = supervisor.post(f"/board/{YEAR}/A2/visits", data={"csrf_token": token, "day": day, "note": note})
        assert answer.status_code == 422
        assert note in answer.text
    with sqlite_store.reading() as shelves:
        assert shelves.visits.of(1) == []
        assert not [each for each in shelves.journal.every() if each.act == "note_visit"]


def test_an_auditor_reads_and_cannot_note(app: Flask) -> None:
    answer = signed_in(app, "aud").get(f"/board/{YEAR}/A2")
    see(answer)
    assert "<textarea" not in answer.text


def test_the_page_that_asks_by_itself_does_not_keep_somebody_signed_in(
    app: Flask, supervisor: FlaskClient, sqlite_store: Store
) -> None:
    seen: list[str] = []
    engine = app.extensions["errands"](Installation).store.database.engine
    with sqlite_store.writing() as shelves:
        shelves._connection.exec_driver_sql("update sign_in set seen_at = datetime(seen_at, '-20 minutes')")
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    assert supervisor.get("/board/", headers={"X-Part": "live"}).status_code == 200
    assert not [each for each in seen if each.startswith("UPDATE sign_in")]
    supervisor.get("/board/")
    assert [each for each in seen if each.startswith("UPDATE sign_in")]


def test_scripts_may_run_on_the_board_alone(supervisor: FlaskClient) -> None:
    assert "script-src 'self'" in supervisor.get("/board/").headers["Content-Security-Policy"]
    for path in (f"/board/{YEAR}/A2", "/people/", "/account"):
        assert "script-src" not in supervisor.get(path).headers["Content-Security-Policy"]


def test_the_desk_tells_pace_and_forecast_from_full_days_only(app: Flask) -> None:
    words = " ".join(text_of(signed_in(app, "coo").get(f"/desk/{YEAR}/A1")).split())
    assert "ประมาณวันละ 1.4 คำตอบ" in words  # 12 until yesterday and 3 a week ago: 10 and 0, over seven days
    assert "≥ 10" in words
    assert " 13 " not in re.sub(r"\d+ \S+ 25\d\d", "", words)  # today may well be the thirteenth


@pytest.mark.parametrize("path", ["/board/", "/desk/", "/review/", f"/results/{YEAR}"])
def test_a_page_of_many_agencies_asks_as_much_as_one_of_few_and_stays_light(
    tmp_path: Path, sqlite_store: Store, path: str
) -> None:
    many = [Agency(0, f"M{n}", f"เทศบาลตำบลที่{n}", "thesaban_tambon_m", "ตรัง") for n in range(450)]
    fill(sqlite_store, [*HERE, *many])
    with sqlite_store.writing() as shelves:
        few = [Grant(Role.COORDINATOR, agency=f"A{n}") for n in range(2)]
        shelves.people.add("few", "few", HASH, [*few, Grant(Role.ASSESSOR, agency="A1")], rehearsal=True)
        more = [Grant(Role.COORDINATOR, agency=each.code) for each in many[:40]]
        shelves.people.add("many", "many", HASH, [*more, Grant(Role.ASSESSOR, province="ตรัง")], rehearsal=True)
        shelves.people.give(shelves.people.account("few").person.id, Grant(Role.SUPERVISOR, province="น่าน"))  # type: ignore[union-attr]
        shelves.people.give(shelves.people.account("many").person.id, Grant(Role.SUPERVISOR, province="ตรัง"))  # type: ignore[union-attr]
    app = app_on(sqlite_store, tmp_path)
    said: list[str] = []
    engine = app.extensions["errands"](Installation).store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    asked = []
    signed_in(app, "nat").get("/board/")  # the paper is read once
    for name in ("few", "many"):
        client = signed_in(app, name)
        client.get("/account")
        said.clear()
        answer = client.get(path)
        assert answer.status_code == 200
        assert len(gzip.compress(answer.data)) < 100_000
        asked.append(len([each for each in said if each.startswith("SELECT")]))
    assert asked[0] == asked[1]
    assert asked[0] <= 12


def test_a_list_in_the_database_is_what_the_rules_allow(store: Store) -> None:
    fill(store, [*HERE, *THERE])
    for grants in ((), *[(grant,) for grant in GRANTS.values()], (GRANTS["coo"], GRANTS["reg"])):
        reach = reach_of(Person(1, "a", "b", grants), Act.SEE_DESK)
        with store.reading() as shelves:
            found = {each.agency.code for each in shelves.rounds.within(Stage, reach).items}
            board = {each.agency.code for each in shelves.boards.members(1, reach)}
            assert set(shelves.boards.received(1, reach)) <= {(i, w) for i in range(99) for w in Instrument}
            shelves.boards.checklists(1, reach)
            shelves.boards.outcomes(1, reach)
            shelves.boards.last_visits(1, reach)
        assert found == board == {each.code for each in [*HERE, *THERE] if reach.holds(each)}


def test_the_last_visit_is_by_day_and_then_by_when_it_was_noted(store: Store) -> None:
    from surveyapp.domain.board import Visit

    found = fill(store, HERE)
    with store.writing() as shelves:
        for back, note in ((3, "ก่อน"), (1, "แรก"), (1, "หลัง"), (2, "กลาง")):
            shelves.visits.add(found["A1"], Visit(TODAY - timedelta(days=back), "ผู้เยี่ยม", note))
        reach = reach_of(Person(1, "a", "b", (GRANTS["sup"],)), Act.SEE_BOARD)
        assert {key: each.note for key, each in shelves.boards.last_visits(1, reach).items()} == {found["A1"]: "หลัง"}
        assert [each.note for each in shelves.visits.of(found["A1"])] == ["หลัง", "แรก", "กลาง", "ก่อน"]

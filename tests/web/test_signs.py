"""What the answers look like: on the assessor's page after the round, and nowhere before."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from surveyapp.domain.people import Grant, Role
from surveyapp.domain.places import Stage
from surveyapp.persistence.store import Store
from tests.places import SmallRound, a_response
from tests.web.conftest import HASH, signed_in
from tests.web.walker import see, text_of

PAGE = "/review/2564/A1"
HEADING = "ลักษณะของคำตอบ"


def give(store: Store, small: SmallRound, n: int) -> None:
    with store.writing() as shelves:
        given = [a_response(number=number, answers=bytes([2, 1] * 9 + [1])) for number in range(n)]
        shelves.responses.keep_many(small.assessments["A1"].id, given)


def close(store: Store) -> None:
    with store.writing() as shelves:
        shelves.rounds.move(shelves.rounds.of_year(2564), Stage.CLOSED)


def test_signs_come_only_when_the_round_is_closed(
    assessor: FlaskClient, small: SmallRound, sqlite_store: Store
) -> None:
    give(sqlite_store, small, 30)
    assert HEADING not in text_of(assessor.get(PAGE))
    close(sqlite_store)
    answer = assessor.get(PAGE)
    see(answer)
    words = text_of(answer)
    assert HEADING in words
    assert "ควรพิจารณาเพิ่ม" in words
    assert "ไม่มีคำตอบใดถูกตัดออก" in words


def test_a_closed_checklist_is_still_found(assessor: FlaskClient, small: SmallRound, sqlite_store: Store) -> None:
    close(sqlite_store)
    answer = assessor.get("/review/")
    see(answer)
    assert PAGE in answer.get_data(as_text=True)


def test_too_few_answers_show_no_signs(assessor: FlaskClient, small: SmallRound, sqlite_store: Store) -> None:
    give(sqlite_store, small, 9)
    close(sqlite_store)
    assert HEADING not in text_of(assessor.get(PAGE))


def test_whoever_supervises_the_agency_sees_the_same_signs_and_the_agency_does_not(
    app: Flask, assessor: FlaskClient, coordinator: FlaskClient, small: SmallRound, sqlite_store: Store
) -> None:
    give(sqlite_store, small, 30)
    close(sqlite_store)
    with sqlite_store.writing() as shelves:
        shelves.people.add("over", "ศึกษาธิการ", HASH, [Grant(Role.SUPERVISOR, province="ธารทอง")], rehearsal=True)
        shelves.people.add("away", "อีกจังหวัด", HASH, [Grant(Role.SUPERVISOR, province="ที่อื่น")], rehearsal=True)
    board = "/board/2564/A1"
    seen = text_of(signed_in(app, "over").get(board))
    assert HEADING in seen
    assert "ควรพิจารณาเพิ่ม" in seen
    assert signed_in(app, "away").get(board).status_code == 403
    assert coordinator.get(board).status_code == 403
    for page in ("/desk/2564/A1", "/results/2564/A1"):
        assert HEADING not in text_of(coordinator.get(page))

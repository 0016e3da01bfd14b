"""Front questions on the form and on the desk: optional, at the end, counted apart, told in groups."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from surveyapp.app import create_app
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Stage
from surveyapp.persistence.store import Store
from surveyapp.services.answering import Answering
from surveyapp.settings import Settings
from tests.conftest import LIBRARY
from tests.places import SmallRound, a_response, open_small_round
from tests.web.conftest import add_people, app_on, signed_in
from tests.web.test_answering_cost import FIRST_FLIGHT
from tests.web.walker import Phone, as_read, see, text_of

YOUNG_WOMAN = {"f1": "f", "f2": "1", "f3": ""}
Counts = dict[str, dict[str, int]]


@pytest.fixture
def asking(sqlite_store: Store) -> SmallRound:
    """A round of FY2569, whose questionnaires end with front questions; 100 staff."""
    found = open_small_round(sqlite_store, 2569)
    add_people(sqlite_store)
    return found


@pytest.fixture
def visitor(sqlite_store: Store, asking: SmallRound, tmp_path: Path) -> FlaskClient:
    return app_on(sqlite_store, tmp_path).test_client()


def counted(store: Store, client: FlaskClient, place: SmallRound, instrument: Instrument = Instrument.IIT) -> Counts:
    """What is on the shelf once the intake has settled."""
    client.application.extensions["errands"](Answering).store.intake.settle()
    with store.reading() as shelves:
        return shelves.front_counts.of(place.assessments["A1"].id).get(instrument, {})


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("instrument", [Instrument.IIT, Instrument.EIT])
def test_they_stand_after_the_last_question_with_an_empty_first_option_and_the_page_stays_small(
    visitor: FlaskClient, asking: SmallRound, instrument: Instrument, language: str
) -> None:
    answer = visitor.get(f"/s/{asking.codes['A1', instrument]}?lang={language}", headers={"Accept-Encoding": "gzip"})
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers)
    assert len(answer.data) + headers < FIRST_FLIGHT
    page = as_read(gzip.decompress(answer.data).decode())
    assert page.count("<select") == page.count('<option value="">') == 3
    assert page.rindex("</fieldset>") < page.index('<label for="f1">') < page.index("<button>")
    said = page.index("นับแยกจากคำตอบ" if language == "th" else "counted apart from the answers")
    assert said < page.index("<fieldset")  # before the first question
    assert "required" not in page[page.index('class="front"') :]


def test_pages_and_the_script_make_the_same_counts_and_nothing_is_in_the_response(
    visitor: FlaskClient, asking: SmallRound, sqlite_store: Store
) -> None:
    code = asking.codes["A1", Instrument.IIT]
    by_page = Phone(visitor, code).open().choose_everything()
    assert by_page.hand_in(**YOUNG_WOMAN).status_code == 303
    assert by_page.hand_in(**YOUNG_WOMAN).status_code == 303  # sent twice, counted once
    first = counted(sqlite_store, visitor, asking)
    by_script = Phone(visitor, code).open().choose_everything()
    data = {**by_script.fields, **YOUNG_WOMAN}
    assert visitor.post(f"/s/{code}", data=data, headers={"Accept": "application/json"}).status_code == 201
    without = Phone(visitor, code).open().choose_everything()
    assert without.hand_in().status_code == 303
    assert first == {"f1": {"f": 1}, "f2": {"1": 1}}
    assert counted(sqlite_store, visitor, asking) == {"f1": {"f": 2}, "f2": {"1": 2}}
    with sqlite_store.reading() as shelves:
        kept = shelves.responses.all_answers(asking.assessments["A1"].id, Instrument.IIT, 0)
    assert len(kept) == 3
    assert len(set(kept)) == 1


def test_a_choice_there_is_not_is_refused_with_everything_else_and_nothing_is_kept(
    visitor: FlaskClient, asking: SmallRound, sqlite_store: Store
) -> None:
    phone = Phone(visitor, asking.codes["A1", Instrument.IIT]).open().choose_everything()
    refused = phone.hand_in(i2="", f1="x", f2="2")
    assert refused.status_code == 422
    page = see(refused)
    assert 'href="#i2"' in page.html
    assert 'href="#f1"' in page.html
    assert '<option value="2" selected>' in page.html
    assert "เพศ" in text_of(refused)
    assert counted(sqlite_store, visitor, asking) == {}
    assert phone.hand_in(f1="m", f2="2").status_code == 303
    assert counted(sqlite_store, visitor, asking) == {"f1": {"m": 1}, "f2": {"2": 1}}


def test_changing_the_language_keeps_what_was_chosen(visitor: FlaskClient, asking: SmallRound) -> None:
    phone = Phone(visitor, asking.codes["A1", Instrument.EIT]).open()
    other = visitor.post(f"/s/{phone.code}?lang=en", data={**phone.fields, "f3": "b", "switch": "1"})
    assert '<option value="b" selected>' in other.text
    assert "About you" in other.text


@pytest.mark.parametrize(("staff", "clients"), [(29, 29), (None, 29)])
def test_where_few_may_answer_nobody_is_asked_and_an_older_page_is_taken_without_them(
    sqlite_store: Store, tmp_path: Path, staff: int | None, clients: int
) -> None:
    place = open_small_round(sqlite_store, 2569)
    with sqlite_store.writing() as shelves:
        shelves._connection.exec_driver_sql(
            "update assessment set eligible_iit = ?, eligible_eit = ?", (staff, clients)
        )
    client = app_on(sqlite_store, tmp_path).test_client()
    for instrument in (Instrument.IIT, Instrument.EIT):
        phone = Phone(client, place.codes["A1", instrument]).open().choose_everything()
        assert phone.page is not None
        assert "<select" not in phone.page.html
        assert "ช่วงอายุ" not in phone.page.html
        assert phone.hand_in(**YOUNG_WOMAN, f9="x").status_code == 303
        assert counted(sqlite_store, client, place, instrument) == {}


def test_a_warm_form_asks_the_database_nothing_and_an_answer_is_still_one_insert(
    asking: SmallRound, sqlite_store: Store, tmp_path: Path
) -> None:
    app = create_app(Settings(sqlite_store.database.url, "k" * 40, "http://127.0.0.1:8000", tmp_path, 0, 60))
    store = app.extensions["errands"](Answering).store
    said: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    phone = Phone(app.test_client(), asking.codes["A1", Instrument.IIT]).open()
    said.clear()
    phone.open().choose_everything()
    assert said == []
    assert phone.hand_in(**YOUNG_WOMAN).status_code == 303
    asked = [each for each in said if not each.startswith(("PRAGMA", "BEGIN"))]
    assert asked[0].startswith("INSERT INTO response")
    later = ("INSERT INTO progress", "INSERT INTO front_count")  # a second later, where the machine is slow
    assert all(each.startswith(later) for each in asked[1:])
    store.database.close()


def test_the_coordinator_sees_groups_of_ten_or_more_once_the_round_is_closed(
    asking: SmallRound, sqlite_store: Store, tmp_path: Path
) -> None:
    owner = asking.assessments["A1"].id
    length = len(LIBRARY.paper(2569).iit.sub_questions)
    with sqlite_store.writing() as shelves:
        given = [a_response(Instrument.IIT, number=n, answers=bytes([1]) * length) for n in range(1, 61)]
        shelves.responses.keep_many(owner, given)
        counts = {("f1", "f"): 31, ("f1", "m"): 17, ("f1", "o"): 4, ("f2", "1"): 60}
        shelves.front_counts.add({(owner, Instrument.IIT, *key): n for key, n in counts.items()})
    coordinator = signed_in(app_on(sqlite_store, tmp_path), "somsri")
    assert "ช่วงอายุ" not in text_of(coordinator.get("/desk/2569/A1"))
    with sqlite_store.writing() as shelves:
        shelves.rounds.move(shelves.rounds.of_year(2569), Stage.CLOSED)
    page = coordinator.get("/desk/2569/A1")
    see(page)
    words = " ".join(text_of(page).split())
    assert "หญิง 31 ชาย 17 อื่น ๆ ไม่แสดง ไม่ได้ระบุ ไม่แสดง" in words  # 4 and 8 go together
    assert "ไม่เกิน 30 ปี 60" in words
    assert signed_in(app_on(sqlite_store, tmp_path), "somchai").get("/desk/2569/A1").status_code == 403

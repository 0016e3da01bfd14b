"""Two people at once: nothing is thanked for and lost, nothing is left that cannot be read."""

from __future__ import annotations

import threading
from collections.abc import Callable

from surveyapp.domain.checklist import PASSED, Decision, Evidence
from surveyapp.domain.checklist_sheet import Line
from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Grant, Person, Role
from surveyapp.domain.problems import ItemAlreadyDecided, Problem, Problems, RoundClosed
from surveyapp.persistence.store import Store
from surveyapp.services.answering import Answering
from surveyapp.services.filing import Filing
from surveyapp.services.results import Results
from surveyapp.services.review import Review
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import open_small_round


def at_once(*acts: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_what_was_thanked_for_before_the_round_closed_is_in_the_frozen_result(store: Store) -> None:
    place = open_small_round(store, 2569)
    answering = Answering(store, LIBRARY, lambda: NOW, SEAL)
    rounds = Rounds(store, LIBRARY, "http://x", lambda: NOW, lambda n: 0)
    paper = LIBRARY.paper(2569)
    code = place.codes["A1", Instrument.EIT]
    thanked: list[int] = []
    begun = threading.Event()

    def answer(start: int) -> None:
        for number in range(start, start + 40):
            raw = {sub.code: [sub.choices[0].code] for sub in paper.eit.sub_questions}
            try:
                answering.submit(code, {**raw, "response_id": [f"{number:032x}"]})
            except RoundClosed:
                return
            thanked.append(number)
            begun.set()

    def close() -> None:
        begun.wait(20)
        rounds.close(2569)

    at_once(lambda: answer(0), lambda: answer(1000), close)
    result = Results(store, LIBRARY).of(2569, "A1").result
    counted = {turnout.instrument: turnout.n.value for turnout in result.turnouts}
    assert counted[Instrument.EIT] == len(thanked)


def test_filing_and_deciding_the_same_item_at_once_leaves_a_history_that_can_be_read(store: Store) -> None:
    open_small_round(store)
    filing, review = Filing(store, LIBRARY, lambda: NOW), Review(store, LIBRARY, lambda: NOW)
    coordinator = Person(1, "c", "ผู้ประสานงาน", (Grant(Role.COORDINATOR, agency="A1"),))
    assessor = Person(2, "a", "ผู้ตรวจ", (Grant(Role.ASSESSOR),))
    other: list[BaseException] = []

    def file() -> None:
        for n in range(1, 20):
            try:
                line = Line(n, f"O{n}", Evidence((f"https://a.example/{n}",)), None)
                filing.keep(coordinator, 2564, "A1", [line])
            except Problems as refused:
                other.extend(each for each in refused.problems if not isinstance(each, ItemAlreadyDecided))

    def decide() -> None:
        for n in range(1, 20):
            try:
                review.decide(assessor, 2564, "A1", {f"mark-O{n}": "100"})
            except Problem as refused:
                other.append(refused)

    at_once(file, decide)
    assert other == []
    states = filing.look(coordinator, 2564, "A1").states
    assert all(states[f"O{n}"].decision == Decision(PASSED) for n in range(1, 20))


def test_closing_again_after_an_interruption_freezes_what_is_left(store: Store) -> None:
    open_small_round(store)
    rounds = Rounds(store, LIBRARY, "http://x", lambda: NOW, lambda n: 0)
    assert rounds.close(2564) == 2
    from sqlalchemy import text

    with store.writing() as shelves:
        shelves._connection.execute(text("delete from frozen_result where assessment_id = 1"))
    assert rounds.close(2564) == 1

"""Front counts: sums by themselves. Whoever changed places with whom, the same is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

from sqlalchemy import text

from surveyapp.domain.front import Chosen
from surveyapp.domain.paper import Instrument
from surveyapp.persistence.database import Database
from surveyapp.persistence.responses import Offer, Outcome
from surveyapp.persistence.store import Store
from tests.places import SmallRound, a_response, open_small_round

DAY = date(2026, 3, 2)
PEOPLE = [(("f1", sex), ("f2", age), ("f3", kind)) for sex, age, kind in product("fm", "123", "cb")]


def hand_in(store: Store, place: SmallRound, fronts: Sequence[Chosen], *, first: int = 1) -> None:
    """One person after the other, each with answers of their own."""
    with store.reading() as shelves:
        link = shelves.links.with_code(place.codes["A1", Instrument.EIT])
    for number, front in enumerate(fronts, start=first):
        answers = bytes([1 + number % 2]) * 19
        assert store.intake.keep(Offer(link, a_response(number=number, answers=answers), DAY, front=front)) in (
            Outcome.NEW,
            Outcome.AGAIN,
        )
    store.intake.settle()


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the silent tables, as they are."""
    tables = ("response", "access_code", "progress", "front_count")
    with store.database.reading() as connection:
        return {name: sorted(map(tuple, connection.execute(text(f"select * from {name}")))) for name in tables}  # noqa: S608


def test_each_choice_is_counted_by_itself_and_once(store: Store) -> None:
    place = open_small_round(store)
    hand_in(store, place, PEOPLE)
    hand_in(store, place, PEOPLE)  # the same pages sent again
    hand_in(store, place, [(), (("f1", "f"),)], first=100)
    with store.reading() as shelves:
        found = shelves.front_counts.of(place.assessments["A1"].id)
        assert shelves.front_counts.of(place.assessments["A2"].id) == {}
    assert found == {
        Instrument.EIT: {"f1": {"f": 7, "m": 6}, "f2": {"1": 4, "2": 4, "3": 4}, "f3": {"c": 6, "b": 6}},
    }


def test_whoever_changes_places_with_whom_and_in_which_question_the_same_is_kept(tmp_path: Path) -> None:
    """Nothing at rest joins a person's choices to one another, or to their answers."""
    kept = []
    for name, dice in (("a", None), ("b", Random(1)), ("c", Random(2))):
        columns = [list(each) for each in zip(*PEOPLE, strict=True)]
        for column in columns if dice else []:
            dice.shuffle(column)  # type: ignore[union-attr]
        database = Database(f"sqlite:///{tmp_path / name}.db")
        database.upgrade()
        store = Store(database)
        place = open_small_round(store)
        for number, front in enumerate(zip(*columns, strict=True), start=1):
            hand_in(store, place, [front], first=number)
        kept.append(everything(store))
        database.close()
    assert kept[0] == kept[1] == kept[2]


def test_two_people_of_one_moment_are_one_sum(store: Store) -> None:
    """Their counters go down in one transaction: which two rows rose together cannot be told from four."""
    place = open_small_round(store)
    hand_in(store, place, [(("f1", "f"), ("f2", "1")), (("f1", "m"), ("f2", "2"))])
    assert [row[2:] for row in everything(store)["front_count"]] == [
        ("f1", "f", 1),
        ("f1", "m", 1),
        ("f2", "1", 1),
        ("f2", "2", 1),
    ]


def test_after_the_night_one_transaction_wrote_every_row_in_the_order_of_its_name(store: Store) -> None:
    if store.database.file is not None:
        return
    place = open_small_round(store)
    for number, front in enumerate(reversed(PEOPLE), start=1):
        hand_in(store, place, [front], first=number)
    query = text("select xmin::text, question, choice from front_count order by ctid")
    with store.database.reading() as connection:
        before = connection.execute(query).all()
    store.blur()
    with store.database.reading() as connection:
        after = connection.execute(query).all()
    assert len({row[0] for row in before}) > 1
    assert len({row[0] for row in after}) == 1
    assert [row[1:] for row in after] == sorted(row[1:] for row in before)

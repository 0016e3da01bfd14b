"""A server rehearses an answer before anybody gives one; nothing of it stays, and it says what an answer says."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select

from surveyapp.domain.paper import Instrument
from surveyapp.domain.problems import LinkUnknown
from surveyapp.persistence.store import Store
from surveyapp.persistence.tables import metadata
from surveyapp.services.answering import Answering
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import open_small_round
from tests.services.test_receipts import hand_in


def rows(store: Store) -> dict[str, int]:
    with store.database.reading() as connection:
        tables = metadata.sorted_tables
        return {each.name: connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables}


def said(store: Store, act: object, *arguments: object) -> set[str]:
    """What is written while something is done."""
    found: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *args: found.append(args[2]))
    assert callable(act)
    act(*arguments)
    store.intake.settle()
    return {each for each in found if each.startswith("INSERT")}


@pytest.mark.parametrize("year", [2564, 2569])
def test_nothing_of_a_rehearsed_answer_stays(store: Store, year: int) -> None:
    place, answering = open_small_round(store, year), Answering(store, LIBRARY, lambda: NOW, SEAL)
    before = rows(store)
    for code in answering.samples():
        answering.rehearse(code)
    assert answering.samples()
    assert rows(store) == before
    if year == 2564:
        code = place.codes["A1", Instrument.EIT]
        assert said(store, hand_in, store, code) <= said(store, answering.rehearse, code)
        assert rows(store)["response"] == 1


def test_where_there_is_nothing_to_rehearse_it_says_so(store: Store) -> None:
    answering = Answering(store, LIBRARY, lambda: NOW, SEAL)
    assert answering.samples() == []
    with pytest.raises(LinkUnknown):
        answering.rehearse("AAAAAAAA")

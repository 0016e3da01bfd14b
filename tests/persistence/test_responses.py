"""Responses on both databases: kept once, counted right."""

from __future__ import annotations

import threading
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.domain.paper import Instrument
from surveyapp.domain.response import Response
from surveyapp.domain.tally import fold
from surveyapp.persistence.responses import Offer, Outcome
from surveyapp.persistence.store import Store
from surveyapp.persistence.tables import progress
from tests.conftest import LIBRARY
from tests.places import SmallRound, a_response, open_small_round

DAY = date(2026, 3, 2)


def keep(store: Store, place: SmallRound, response: Response, *, day: date = DAY) -> Outcome:
    with store.reading() as shelves:
        link = shelves.links.with_code(place.codes["A1", response.instrument])
    return store.intake.keep(Offer(link, response, day))


def received(store: Store, place: SmallRound) -> int:
    with store.reading() as shelves:
        return sum(shelves.responses.received([place.assessments["A1"].id]).values())


def test_a_second_hand_in_of_the_same_sheet_is_kept_once(store: Store) -> None:
    place = open_small_round(store)
    assert keep(store, place, a_response()) is Outcome.NEW
    assert keep(store, place, a_response()) is Outcome.AGAIN
    assert received(store, place) == 1


def test_the_same_id_with_other_answers_is_refused_and_changes_nothing(store: Store) -> None:
    place = open_small_round(store)
    first = a_response()
    keep(store, place, first)
    assert keep(store, place, a_response(answers=b"\x02" * len(first.answers))) is Outcome.DIFFERENT
    with store.reading() as shelves:
        assert shelves.responses.all_answers(place.assessments["A1"].id, Instrument.EIT, 1) == [first.answers]


def test_the_counter_of_the_day_moves_once_per_new_response(store: Store) -> None:
    place = open_small_round(store)
    for number in (1, 2, 2, 3, 1):
        keep(store, place, a_response(number=number))
    store.intake.settle()
    with store.database.reading() as connection:
        assert connection.execute(select(progress.c.day, progress.c.n)).all() == [(DAY, 3)]


def test_fifty_senders_of_one_sheet_at_once_leave_one_row(store: Store) -> None:
    place = open_small_round(store)
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(keep(store, place, a_response()))) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Outcome.AGAIN] * 49 + [Outcome.NEW]
    assert received(store, place) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_tally_of_the_database_is_the_fold_of_what_is_stored(store: Store, data: st.DataObject) -> None:
    """Both years, both instruments, both EIT parts; every generated batch joins what is there already."""
    year = data.draw(st.sampled_from([2564, 2569]))
    place = _PLACES.get((store.database.url, year)) or _PLACES.setdefault(
        (store.database.url, year), _open_year(store, year)
    )
    paper = LIBRARY.paper(year)
    instrument = data.draw(st.sampled_from([Instrument.IIT, Instrument.EIT]))
    part = 0 if instrument is Instrument.IIT else data.draw(st.sampled_from([1, 2]))
    questionnaire = paper.questionnaire(instrument)
    rows = data.draw(
        st.lists(
            st.tuples(*(st.integers(1, len(sub.choices)) for sub in questionnaire.sub_questions)).map(bytes),
            max_size=12,
        )
    )
    assessment = place.assessments["A1"].id
    ids = data.draw(st.lists(st.binary(min_size=16, max_size=16), min_size=len(rows), max_size=len(rows), unique=True))
    with store.writing() as shelves:
        known = {number for number, _ in _SEEN.setdefault((store.database.url, assessment, instrument), set())}
        new = [Response(one, instrument, part, row) for one, row in zip(ids, rows, strict=True) if one not in known]
        shelves.responses.keep_many(assessment, new)
        _SEEN[store.database.url, assessment, instrument] |= {(each.id, part) for each in new}
    with store.reading() as shelves:
        stored = shelves.responses.all_answers(assessment, instrument, part)
        assert shelves.responses.tally(assessment, questionnaire, part) == fold(questionnaire, stored)
    assert len(stored) == sum(1 for _, of in _SEEN[store.database.url, assessment, instrument] if of == part)


_PLACES: dict[tuple[str, int], SmallRound] = {}
_SEEN: dict[tuple[str, int, Instrument], set[tuple[bytes, int]]] = {}


def _open_year(store: Store, year: int) -> SmallRound:
    """The second year in a store goes to the agencies the first one brought."""
    with store.reading() as shelves:
        there = shelves.agencies.every()
    if not there:
        return open_small_round(store, year)
    from surveyapp.domain.places import Round, Stage

    with store.writing() as shelves:
        round_ = shelves.rounds.add(Round(0, year, Stage.OPEN, LIBRARY.paper(year).digest, False, None))
        shelves.rounds.add_assessments(round_.id, [(each.id, 100, 1000) for each in there])
        return SmallRound(year, {each.agency.code: each for each in shelves.rounds.assessments(year)}, {})


def test_vectors_and_days_are_counts_without_names(store: Store) -> None:
    place = open_small_round(store)
    assessment = place.assessments["A1"].id
    same, other = a_response(number=1), a_response(number=3, answers=b"\x02" * 19)
    for response in (same, a_response(number=2), other):
        keep(store, place, response, day=DAY if response is other else date(2026, 3, 1))
    keep(store, place, a_response(Instrument.IIT, number=4))
    store.intake.settle()
    with store.reading() as shelves:
        assert shelves.responses.vectors(assessment, Instrument.EIT, 1) == {same.answers: 2, other.answers: 1}
        assert shelves.responses.vectors(assessment, Instrument.EIT, 2) == {}
        assert shelves.responses.days(assessment) == {(Instrument.EIT, 1): [1, 2], (Instrument.IIT, 0): [1]}

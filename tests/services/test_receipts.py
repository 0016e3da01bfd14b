"""Receipts over their whole life: handed in, kept as leaves, looked up; on both databases."""

from __future__ import annotations

import secrets
import threading

import pytest

from surveyapp.domain.bundle_problems import ReceiptsNotPublished, SerialUnreadable
from surveyapp.domain.link_code import make_code
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Channel
from surveyapp.domain.problems import Problem, ResultNotReleased
from surveyapp.domain.receipt import leaf_of
from surveyapp.persistence.store import Store
from surveyapp.services.answering import Answering, Receipt
from surveyapp.services.receipts import Receipts
from surveyapp.services.rounds import Rounds
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import SmallRound, open_small_round


@pytest.fixture
def place(store: Store) -> SmallRound:
    return open_small_round(store)


def hand_in(store: Store, code: str, **other: str) -> Receipt:
    """One whole answer, with a new id unless another is given."""
    answering = Answering(store, LIBRARY, lambda: NOW, SEAL)
    form = answering.open(code)
    raw = {sub.code: [sub.choices[0].code] for sub in form.questionnaire.sub_questions}
    given = {"response_id": secrets.token_hex(16), **other}
    return answering.submit(code, {**raw, **{name: [value] for name, value in given.items()}})


def close(store: Store) -> None:
    Rounds(store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(2564)


def leaves(store: Store, place: SmallRound, instrument: Instrument = Instrument.EIT) -> list[bytes]:
    with store.reading() as shelves:
        return shelves.receipts.leaves(place.assessments["A1"].id, instrument)


def test_the_same_response_sent_twenty_times_at_once_leaves_one_leaf(store: Store, place: SmallRound) -> None:
    code, serial, number = place.codes["A1", Instrument.EIT], secrets.token_hex(16), secrets.token_hex(16)
    found: list[Receipt] = []

    def send() -> None:
        found.append(hand_in(store, code, response_id=number, serial=serial))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.new for each in found].count(True) == 1
    assert {each.serial for each in found} == {serial}
    assert leaves(store, place) == [leaf_of(serial)]


def test_there_are_as_many_leaves_as_answers_whatever_the_pages_sent(store: Store, place: SmallRound) -> None:
    code, serial = place.codes["A1", Instrument.EIT], secrets.token_hex(16)
    hand_in(store, code, serial=serial)
    hand_in(store, code, serial=serial)  # a page that uses a serial again
    hand_in(store, code, serial="nonsense")
    assert hand_in(store, code).serial is None
    found = leaves(store, place)
    assert len(set(found)) == 4
    assert found.count(leaf_of(serial)) == 1


def test_nothing_kept_of_a_receipt_is_made_from_the_response(store: Store, place: SmallRound) -> None:
    """Else whoever is shown a receipt could look up the answers."""
    number = secrets.token_hex(16)
    hand_in(store, place.codes["A1", Instrument.EIT], response_id=number)
    assert leaf_of(number) not in leaves(store, place)
    assert bytes.fromhex(number) not in leaves(store, place)


def test_staff_get_none_unless_the_round_says_so(store: Store, place: SmallRound) -> None:
    found = hand_in(store, place.codes["A1", Instrument.IIT], serial=secrets.token_hex(16))
    assert found.serial is None
    assert leaves(store, place, Instrument.IIT) == []


@pytest.mark.parametrize("channel", [Channel.KIOSK, Channel.FIELD])
def test_a_shared_device_shows_none_but_its_answers_count_among_the_leaves(
    store: Store, place: SmallRound, channel: Channel
) -> None:
    serial, code = secrets.token_hex(16), make_code(secrets.randbelow)
    with store.writing() as shelves:
        shelves.links.add([(code, place.assessments["A1"].id, Instrument.EIT, channel)])
    assert hand_in(store, code, serial=serial).serial is None
    (leaf,) = leaves(store, place)
    assert leaf != leaf_of(serial)


def test_a_closed_round_says_of_every_receipt_that_it_was_counted_and_of_no_other(
    store: Store, place: SmallRound
) -> None:
    given = [secrets.token_hex(16) for _ in range(6)]
    for serial in given:
        hand_in(store, place.codes["A1", Instrument.EIT], serial=serial)
    errand = Receipts(store, LIBRARY)
    with pytest.raises(ResultNotReleased):
        errand.look_up(2564, "A1", given[0])
    assert errand.rounds() == []
    close(store)
    store.blur()
    assert all(errand.look_up(2564, "A1", serial).instruments == (Instrument.EIT,) for serial in given)
    assert errand.look_up(2564, "A1", secrets.token_hex(16)).instruments == ()
    with pytest.raises(SerialUnreadable):
        errand.look_up(2564, "A1", "abc")
    assert [each.fiscal_year for each in errand.rounds()] == [2564]


def test_where_too_few_answered_nothing_is_said(store: Store, place: SmallRound) -> None:
    serial = secrets.token_hex(16)
    for _ in range(3):
        hand_in(store, place.codes["A1", Instrument.EIT])
    hand_in(store, place.codes["A1", Instrument.EIT], serial=serial)
    close(store)
    for asked in (serial, secrets.token_hex(16)):
        with pytest.raises(ReceiptsNotPublished):
            Receipts(store, LIBRARY).look_up(2564, "A1", asked)


def test_guessing_finds_nothing_and_asks_the_same_of_the_database_either_way(store: Store, place: SmallRound) -> None:
    from sqlalchemy import event

    given = [secrets.token_hex(16) for _ in range(50)]
    for serial in given:
        hand_in(store, place.codes["A1", Instrument.EIT], serial=serial)
    close(store)
    errand = Receipts(store, LIBRARY)
    errand.look_up(2564, "A1", given[0])
    said: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    errand.look_up(2564, "A1", given[1])
    there = _asked(said)
    said.clear()
    guesses = [f"{n:032x}" for n in range(300)] + [secrets.token_hex(16) for _ in range(300)]
    guesses += [given[0][:-1] + digit for digit in "0123456789abcdef" if given[0][-1] != digit]
    assert not any(errand.look_up(2564, "A1", guess).instruments for guess in guesses)
    assert _asked(said) == there * len(guesses)


def test_a_refused_answer_leaves_no_leaf(store: Store, place: SmallRound) -> None:
    close(store)
    with pytest.raises(Problem):
        Answering(store, LIBRARY, lambda: NOW, SEAL).submit(
            place.codes["A1", Instrument.EIT],
            {
                **{sub.code: [sub.choices[0].code] for sub in LIBRARY.paper(2564).eit.sub_questions},
                "response_id": ["0" * 32],
                "serial": ["1" * 32],
            },
        )
    assert leaves(store, place) == []


def _asked(said: list[str]) -> list[str]:
    """What was asked; the counters of the answers before may still be put down beside it."""
    return [each for each in said if each.startswith("SELECT")]

"""Attack: somebody with the database changes the journal. Every change is found, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from surveyapp.adapters.anchors import Anchors
from surveyapp.domain.journal import Head
from surveyapp.domain.problems import Problem
from surveyapp.domain.round_problems import HeadUnreadable
from surveyapp.persistence.journal import Journal
from surveyapp.persistence.store import Store
from surveyapp.services.journal import JournalBook
from tests.conftest import NOW

LINES: Final = 7
ZEROS: Final = "0" * 64


def _said(*sentences: str) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        for sentence in sentences:
            connection.execute(text(sentence))

    return run


def _edited(column: str, value: str) -> list[tuple[str, Callable[[Connection], None]]]:
    return [
        (f"{column} of line {seq}", _said(f"update journal set {column} = {value} where seq = {seq}"))  # noqa: S608
        for seq in (1, 4, LINES)
    ]


def _rewritten(connection: Connection) -> None:
    """A clever one: every line from the fourth on written anew, with hashes that fit."""
    rows = connection.execute(text("select seq, who, act, subject from journal order by seq")).all()
    connection.execute(text("delete from journal where seq >= 4"))
    for row in rows[3:]:
        Journal(connection).note(row.who, "another_act" if row.seq == 4 else row.act, row.subject, NOW, {"n": row.seq})


ATTACKS: Final = [
    *_edited("who", "'another'"),
    *_edited("act", "'another'"),
    *_edited("subject", "'2569/ZZ'"),
    *_edited("facts", "'{\"n\": 99}'"),
    *_edited("facts", "'no json'"),
    *_edited("at", "'2001-01-01 00:00:00'"),
    *_edited("hash", f"'{ZEROS[:-1]}1'"),
    *_edited("previous", f"'{ZEROS[:-1]}2'"),
    *[(f"line {seq} deleted", _said(f"delete from journal where seq = {seq}")) for seq in range(1, LINES + 1)],  # noqa: S608
    ("the end cut off", _said("delete from journal where seq > 3")),
    ("everything cut off", _said("delete from journal")),
    ("the beginning cut off", _said("delete from journal where seq < 3")),
    (
        "two lines change places",
        _said(
            "update journal set seq = 100 where seq = 2",
            "update journal set seq = 2 where seq = 3",
            "update journal set seq = 3 where seq = 100",
        ),
    ),
    ("the last line moved away", _said("update journal set seq = 50 where seq = 7")),
    (
        "two lines tell each other's deeds",
        _said(
            "update journal set who = 'x' where seq = 2",
            "update journal set who = 'p2' where seq = 3",
            "update journal set who = 'p3' where seq = 2",
        ),
    ),
    (
        "a line put in between",
        _said(
            "insert into journal (seq, at, who, act, subject, facts, previous, hash) "
            "select 8, at, who, act, subject, facts, hash, 'made up' from journal where seq = 7"
        ),
    ),
    ("written anew with hashes that fit", _rewritten),
]


@pytest.fixture
def book(store: Store, tmp_path: Path) -> JournalBook:
    """A journal of seven lines whose head was noted."""
    with store.writing() as shelves:
        for number in range(1, LINES + 1):
            shelves.journal.note(f"p{number}", "act", "2564/A1", NOW, {"n": number})
    made = JournalBook(store, Anchors(tmp_path / "journal.heads"), lambda: NOW)
    assert made.verify().whole
    return made


def tamper(store: Store, act: Callable[[Connection], None]) -> None:
    """As somebody who owns the database: the guards are taken away first."""
    with store.database.writing() as connection:
        if connection.dialect.name == "sqlite":
            for name in (
                connection.execute(text("select name from sqlite_master where type = 'trigger'")).scalars().all()
            ):
                connection.execute(text(f"drop trigger {name}"))
        else:
            connection.execute(text("alter table journal disable trigger user"))
        act(connection)


@pytest.mark.parametrize(("name", "attack"), ATTACKS, ids=[name for name, _ in ATTACKS])
def test_tampering_is_found(book: JournalBook, name: str, attack: Callable[[Connection], None]) -> None:
    tamper(book.store, attack)
    verdict = book.verify()
    assert not verdict.whole, name
    assert not book.verify().whole, "a second look finds it too: a broken head is never noted"


def test_a_cut_is_found_by_a_head_that_was_kept_elsewhere(book: JournalBook) -> None:
    head = str(book.verify().head)
    book.anchors.file.unlink()
    tamper(book.store, _said("delete from journal where seq > 5"))
    assert book.verify(head).lost == (Head(LINES, head.split(":")[1]),)


def test_a_journal_that_went_on_is_whole_and_still_holds_its_older_heads(book: JournalBook) -> None:
    older = str(book.verify().head)
    with book.store.writing() as shelves:
        shelves.journal.note("p8", "act", "x", NOW)
    verdict = book.verify(older)
    assert verdict.whole
    assert verdict.lines == LINES + 1
    assert len(book.anchors.heads()) == 2


def test_what_is_no_head_is_refused(book: JournalBook) -> None:
    for typed in ("", "7", "7:abc", f"x:{ZEROS}", f"{ZEROS}:7"):
        if typed:
            with pytest.raises(HeadUnreadable):
                book.verify(typed)


@pytest.mark.parametrize(
    "sentence",
    [
        "update journal set who = 'another' where seq = 2",
        "delete from journal where seq = 7",
        "delete from journal",
        "truncate journal",
        "insert or replace into journal (seq, at, who, act, subject, facts, previous, hash) "
        "select seq, at, 'another', act, subject, facts, previous, hash from journal where seq = 2",
    ],
)
def test_the_database_itself_refuses_while_its_guards_stand(book: JournalBook, sentence: str) -> None:
    with pytest.raises((DBAPIError, Problem)), book.store.database.writing() as connection:
        connection.execute(text(sentence))
    assert book.verify().whole


def test_somebody_who_puts_garbage_where_a_time_belongs_is_found_not_fallen_over(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with sqlite_store.writing() as shelves:
        shelves.journal.note("p", "act", "x", NOW)
    book = JournalBook(sqlite_store, Anchors(tmp_path / "h"), lambda: NOW)
    for value in ("'garbage'", "x'00ff'", "12", "''"):
        tamper(sqlite_store, _said(f"update journal set at = {value}"))  # noqa: S608
        assert book.verify().broken == (1,)

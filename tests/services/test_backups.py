"""A backup is the whole installation: from either database into either, all or nothing, and no order of arrival."""

from __future__ import annotations

import base64
import json
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from surveyapp.adapters.backup_file import KeyFiles
from surveyapp.adapters.passwords import Passwords
from surveyapp.domain.backup import (
    BackupOfAnother,
    BackupThere,
    BackupUnreadable,
    InstallationNotEmpty,
    KeyIsAnother,
    RowsUnsound,
)
from surveyapp.domain.people import Grant, Role
from surveyapp.domain.problems import FileNotWritten, Problem
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store
from surveyapp.persistence.tables import journal, metadata, sign_in
from surveyapp.services.backups import Backups
from surveyapp.services.demo import Demo, Wanted
from tests.conftest import LIBRARY, NOW, SEAL, created

KEY = "k" * 48


def backups_of(store: Store, folder: Path, key: str = KEY) -> Backups:
    folder.mkdir(exist_ok=True)
    return Backups(store, KeyFiles(folder), lambda: key, lambda: NOW)


def everything(store: Store) -> dict[str, list[Any]]:
    """Every row of every table, without sign-ins and what a backup notes of itself."""
    with store.database.reading() as connection:
        tables = [each for each in metadata.sorted_tables if each is not sign_in]
        found = {each.name: connection.execute(select(each).order_by(*each.primary_key)).all() for each in tables}
    found["journal"] = [row for row in found["journal"] if not row.act.endswith("_backup")]
    return {name: [tuple(row) for row in rows] for name, rows in found.items()}


@pytest.fixture
def full(store: Store, tmp_path: Path) -> Backups:
    """A made-up province with its keys."""
    Demo(store, LIBRARY, Passwords(), SEAL, lambda: NOW).fill(Wanted(2569, 3, 150, 5), lambda done, of: None)
    found = backups_of(store, tmp_path / "full")
    (found.files.folder / "secret_key").write_text(KEY)
    (found.files.folder / "signing_key").write_text("ab" * 32)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backups]:
    """An installation in which nothing was ever done, on each kind of database."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        database = Database(created(request.getfixturevalue("postgres_server"), f"empty_{uuid4().hex}"))
    yield backups_of(Store(database), tmp_path / "empty")
    database.close()


@pytest.fixture
def small(sqlite_store: Store, tmp_path: Path) -> Backups:
    """A little data on SQLite, for what goes wrong with files."""
    with sqlite_store.writing() as shelves:
        shelves.people.add("nid", "นางนิด ใจดี", "hash", [Grant(Role.NATIONAL)], email="nid@example.go.th")
    return backups_of(sqlite_store, tmp_path / "small")


@pytest.fixture
def other(newest_file: Path, tmp_path: Path) -> Iterator[Backups]:
    """An empty installation on SQLite."""
    database = Database(f"sqlite:///{tmp_path / 'other.db'}")
    yield backups_of(Store(database), tmp_path / "other")
    database.close()


def test_all_of_it_comes_back_from_either_database_into_either(full: Backups, empty: Backups, tmp_path: Path) -> None:
    file = tmp_path / "ita.backup"
    rows, _ = full.save(file)
    assert empty.restore(file) == rows
    assert everything(empty.store) == everything(full.store)
    assert len(everything(empty.store)["response"]) == 150
    for name in ("secret_key", "signing_key"):
        assert (empty.files.folder / name).read_bytes() == (full.files.folder / name).read_bytes()
        assert stat.S_IMODE((empty.files.folder / name).stat().st_mode) == 0o600
    with empty.store.writing() as shelves:  # numbers go on behind those that came in
        new = shelves.people.add("new", "คนใหม่", "hash", [Grant(Role.AUDITOR)])
        assert new > max(row[0] for row in everything(full.store)["person"])
    with pytest.raises(InstallationNotEmpty):
        empty.restore(file)


def test_a_backup_tells_no_order_and_no_sign_in_and_is_for_its_owner_alone(full: Backups, tmp_path: Path) -> None:
    file = tmp_path / "ita.backup"
    full.save(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        assert "tables/sign_in.jsonl" not in archive.namelist()
        assert {each.date_time for each in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        lines = [json.loads(line) for line in archive.read("tables/response.jsonl").splitlines()]
    with full.store.database.reading() as connection:
        table = metadata.tables["response"]
        keys = connection.execute(select(table.c.id).order_by(*table.primary_key)).scalars().all()
    assert len(keys) == 150
    assert [each["id"] for each in lines] == [["bytes", base64.b64encode(key).decode()] for key in keys]


def test_nothing_that_is_there_is_written_over_and_what_fails_leaves_nothing(small: Backups, tmp_path: Path) -> None:
    file = tmp_path / "x.backup"
    file.write_text("somebody's work")
    with pytest.raises(BackupThere):
        small.save(file)
    assert file.read_text() == "somebody's work"
    with pytest.raises(FileNotWritten):
        small.save(tmp_path / "no folder" / "x.backup")
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_backup_changes_nothing(small: Backups, other: Backups, tmp_path: Path, seed: int) -> None:
    file, dice = tmp_path / "x.backup", Random(seed)
    small.save(file)
    whole = bytearray(file.read_bytes())
    if seed % 2:
        del whole[dice.randrange(len(whole)) :]
    else:
        whole[dice.randrange(len(whole))] ^= dice.randrange(1, 256)
    file.write_bytes(whole)
    refused = _refused(other, file)
    if refused is None:  # the byte stood where it means nothing, such as a date of the archive
        assert everything(other.store) == everything(small.store)
        return
    assert isinstance(refused, BackupUnreadable | RowsUnsound | BackupOfAnother | KeyIsAnother)
    other.store.database.upgrade()
    assert not any(everything(other.store).values())


def _refused(into: Backups, file: Path) -> Problem | None:
    try:
        into.restore(file)
    except Problem as problem:
        return problem
    return None


def test_another_key_or_another_revision_is_refused_with_what_to_do(
    small: Backups, other: Backups, tmp_path: Path
) -> None:
    file = tmp_path / "x.backup"
    (small.files.folder / "secret_key").write_text(KEY)
    small.save(file)
    (other.files.folder / "secret_key").write_text("z" * 48)
    with pytest.raises(KeyIsAnother):
        backups_of(other.store, other.files.folder, "z" * 48).restore(file)
    assert (other.files.folder / "secret_key").read_text() == "z" * 48
    older = tmp_path / "older.backup"
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(older, "w") as out:
        for name in archive.namelist():
            out.writestr(name, archive.read(name).replace(b'"revision": "', b'"revision": "9'))
    with pytest.raises(BackupOfAnother):
        other.restore(older)


def test_both_are_noted_in_the_journal_which_stays_whole(small: Backups, other: Backups, tmp_path: Path) -> None:
    small.save(tmp_path / "x.backup")
    other.restore(tmp_path / "x.backup")
    with other.store.database.reading() as connection:
        acts = connection.execute(select(journal.c.act).order_by(journal.c.seq)).scalars().all()
    assert acts[-2:] == ["make_backup", "restore_backup"]

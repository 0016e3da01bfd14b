"""A backup as one file: a ZIP with what it says of itself, a file of lines for each table, and the keys.

It is as secret as the database and the keys themselves, so it is made for the eyes of its owner alone (mode 600).
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from surveyapp.domain.backup import KEYS, BackupThere, BackupUnreadable, Content, parse_content
from surveyapp.domain.problems import FileNotWritten

_CONTENT: Final = "backup.json"
_SAME_TIME: Final = (2000, 1, 1, 0, 0, 0)  # the hour of a backup is nobody's business
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class KeyFiles:
    """The files that stand beside the database and belong to it."""

    folder: Path

    def found(self) -> dict[str, bytes]:
        """Those that are there, by name."""
        return {name: (self.folder / name).read_bytes() for name in KEYS if (self.folder / name).is_file()}

    def put(self, files: Mapping[str, bytes]) -> None:
        """Put them there, for the eyes of the owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in KEYS & files.keys():
            with os.fdopen(os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(files[name])
                file.flush()
                os.fsync(file.fileno())


class BackupWriter:
    """What is being written; it stands under its name only when it is whole."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def put_table(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """A line for each row. How many there were."""
        n = 0
        with self._archive.open(_entry(f"tables/{name}.jsonl"), "w", force_zip64=True) as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
                n += 1
        return n

    def put_key(self, name: str, content: bytes) -> None:
        """A file that stands beside the database."""
        self._archive.writestr(_entry(f"keys/{name}"), content)

    def put_content(self, content: Content) -> None:
        """What the backup says of itself; the last thing to be written."""
        self._archive.writestr(_entry(_CONTENT), json.dumps(content.document(), indent=1))


class BackupReader:
    """A whole backup. Everything in it is checked for damage when it is read."""

    def __init__(self, archive: zipfile.ZipFile, content: Content) -> None:
        self._archive = archive
        self.content = content

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a table."""
        with self._sound(), self._archive.open(f"tables/{name}.jsonl") as file:
            for line in file:
                yield json.loads(line)

    def keys(self) -> dict[str, bytes]:
        """The files that stood beside the database, by name."""
        names = [each for each in self._archive.namelist() if each.startswith("keys/")]
        with self._sound():
            return {name.removeprefix("keys/"): self._archive.read(name) for name in names}

    @contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except (OSError, *_BROKEN) as error:
            raise BackupUnreadable(file=str(self._archive.filename)) from error


@contextmanager
def writing_backup(target: Path) -> Iterator[BackupWriter]:
    """A backup that is there, whole and on the disk, when the block ends, and not at all when it raises."""
    if target.exists():
        raise BackupThere(file=str(target))
    growing = target.with_name(f"{target.name}.part")
    try:
        growing.unlink(missing_ok=True)
        with os.fdopen(os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                yield BackupWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        os.link(growing, target)  # unlike a renaming, this never takes the place of another file
    except FileExistsError:
        raise BackupThere(file=str(target)) from None
    except OSError as error:
        raise FileNotWritten(file=str(target), why=error.strerror or "?") from None
    finally:
        growing.unlink(missing_ok=True)


@contextmanager
def reading_backup(source: Path) -> Iterator[BackupReader]:
    """A backup to read. Refuses what is none, or is damaged, whenever that is noticed."""
    try:
        archive = zipfile.ZipFile(source)
        content = parse_content(json.loads(archive.read(_CONTENT)))
    except (OSError, *_BROKEN) as error:
        raise BackupUnreadable(file=str(source)) from error
    with archive:
        if content is None:
            raise BackupUnreadable(file=str(source))
        yield BackupReader(archive, content)


def _entry(name: str) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name, _SAME_TIME)
    found.compress_type = zipfile.ZIP_DEFLATED
    found.external_attr = 0o600 << 16
    return found

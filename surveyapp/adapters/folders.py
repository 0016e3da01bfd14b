"""Folders of published files: written whole or not at all, and read without following what leads out of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from surveyapp.domain.bundle_problems import FolderTaken, FolderUnreadable
from surveyapp.domain.problems import FileNotWritten

Put = Callable[[str, bytes], None]


@contextmanager
def new_folder(folder: Path) -> Iterator[Put]:
    """A folder that is there when the block ends, and leaves nothing behind when it raises."""
    if folder.exists():
        raise FolderTaken(file=str(folder))
    part = folder.with_name(f"{folder.name}.part")
    try:
        part.mkdir(parents=True)
    except FileExistsError:
        raise FolderTaken(file=str(part)) from None
    except OSError as error:
        raise FileNotWritten(file=str(part), why=error.strerror or "?") from None
    try:
        yield lambda name, content: _put(part / name, content)
        part.rename(folder)
    except OSError as error:
        raise FileNotWritten(file=str(folder), why=error.strerror or "?") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def names_in(folder: Path) -> list[str]:
    """Every file under a folder, by its name with slashes; links lead nowhere."""
    if not folder.is_dir():
        raise FolderUnreadable(file=str(folder), why="not a folder")
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def content_of(folder: Path, name: str) -> bytes:
    """A file under a folder; nothing where it cannot be read, or is a link."""
    path = folder / name
    if path.is_symlink():
        return b""
    try:
        return path.read_bytes()
    except OSError:
        return b""

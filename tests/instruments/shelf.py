"""Copies of the papers to spoil: read as plain tables, changed, and written as TOML again."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

from surveyapp.domain.problems import PaperUnsound
from surveyapp.instruments.library import SHIPPED, Library

FILES: Final = ("paper", "iit", "eit", "oit")
Tables: TypeAlias = dict[str, Any]  # file name → its content
Path_: TypeAlias = tuple[str | int, ...]
Change: TypeAlias = tuple[Path_, object]
DROP: Final = object()


def shipped_tables(year: int) -> Tables:
    """The four files of a year as they ship, with exact numbers."""
    return {name: tomllib.loads(_text(year, name), parse_float=Decimal) for name in FILES}


def _text(year: int, name: str) -> str:
    return (SHIPPED / str(year) / f"{name}.toml").read_text("utf-8")


def a_copy(folder: Path) -> Path:
    """All papers, copied to a folder that may be spoiled."""
    copy = folder / "papers"
    shutil.copytree(SHIPPED, copy)
    return copy


def put(tables: Tables, path: Path_, value: object) -> Tables:
    """The same tables with one value set, appended (past the end of a list) or dropped."""
    changed = deepcopy(tables)
    *way, last = path
    place: Any = changed
    for step in way:
        place = place[step]
    if value is DROP:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return changed


def places(value: object, path: Path_ = ()) -> Iterator[Path_]:
    """Every place below a value, tables and lists included."""
    steps: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(value, dict):
        steps = iter(value.items())
    elif isinstance(value, list):
        steps = iter(enumerate(value))
    for step, each in steps:
        yield (*path, step)
        yield from places(each, (*path, step))


def at(tables: Tables, path: Path_) -> Any:
    """The value at a place."""
    place: Any = tables
    for step in path:
        place = place[step]
    return place


def write(folder: Path, year: int, tables: Tables) -> None:
    """The tables as the four files of a year."""
    (folder / str(year)).mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / str(year) / f"{name}.toml").write_text(as_toml(tables[name]), "utf-8")


def as_toml(table: Tables) -> str:
    """A table as TOML, a key a line, everything below it inline."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in table.items())


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value)
        case Decimal():
            return _number(value)
        case date():
            return value.isoformat()
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + "}"
        case _:
            return str(value)


def _key(key: str) -> str:
    return _string(key)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(number: Decimal) -> str:
    if number.is_nan():
        return "nan"
    return str(number).replace("Infinity", "inf")


def faults(folder: Path, year: int = 2564) -> list[str]:
    """What ``instruments check`` would say of a year, in English."""
    return [str(fault) for fault in unsound(folder, year)]


def unsound(folder: Path, year: int = 2564) -> list[PaperUnsound]:
    paper, found = Library(folder).read(year)
    assert found or paper is not None
    return found

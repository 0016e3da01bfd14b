"""The roster: reading a sheet of agencies with every problem at once, and how it differs from what is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from enum import Enum
from typing import Any, Final

from surveyapp.domain.kinds import KINDS, kind_name, lacks_size, nearest_kind, parse_kind
from surveyapp.domain.paper import Text
from surveyapp.domain.places import Agency
from surveyapp.domain.problems import ColumnMissing, ColumnTwice, Problem, Problems, RowTooLong
from surveyapp.domain.provinces import PROVINCES, nearest_province, parse_province
from surveyapp.domain.round_problems import (
    CountMissing,
    CountUnreadable,
    RowCellMissing,
    RowCellOdd,
    RowCodeMissing,
    RowCodeTwice,
    RowCodeUnsound,
    RowCountUnreadable,
    RowKindFixed,
    RowKindUnknown,
    RowKindUnlike,
    RowKindWithoutSize,
    RowProvinceUnknown,
    RowProvinceUnlike,
)
from surveyapp.domain.thai import arabic_digits, one_spelling

MOST_PEOPLE: Final = 9_999_999
STAFF: Final = Text("เจ้าหน้าที่ที่ทำงานครบหนึ่งปี", "staff with a year of service")
CONTACTS: Final = Text("ผู้รับบริการหรือผู้ติดต่อในปี", "people who contacted the agency in the year")


class Column(Enum):
    """The columns of the sheet with their headings; the order is the template's."""

    CODE = Text("รหัส", "Code")
    NAME = Text("ชื่อ", "Name")
    KIND = Text("ประเภท", "Kind")
    PROVINCE = Text("จังหวัด", "Province")
    DISTRICT = Text("อำเภอ", "District")
    STAFF = Text("เจ้าหน้าที่", "Staff")
    CONTACTS = Text("ผู้รับบริการ", "Contacts")

    @property
    def heading(self) -> str:
        """The Thai heading, as the template writes it."""
        return self.value.th


_OTHER_NAMES: Final = {
    "รหัสหน่วยงาน": Column.CODE,
    "agency": Column.CODE,
    "ชื่อหน่วยงาน": Column.NAME,
    "หน่วยงาน": Column.NAME,
    "ประเภทหน่วยงาน": Column.KIND,
    "type": Column.KIND,
    "เขต": Column.DISTRICT,
    "จำนวนเจ้าหน้าที่": Column.STAFF,
    "บุคลากร": Column.STAFF,
    "จำนวนผู้รับบริการ": Column.CONTACTS,
    "ผู้ติดต่อ": Column.CONTACTS,
}
_NEEDED: Final = (Column.CODE, Column.NAME, Column.KIND, Column.PROVINCE)
_LONGEST: Final = {Column.NAME: 300, Column.DISTRICT: 100}
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}", re.ASCII | re.IGNORECASE)
_COUNT: Final = re.compile(r"([0-9]{1,7}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.0+)?", re.ASCII)
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One sound row. None where the file says nothing: what is known stays."""

    row: int
    code: str
    name: str
    kind: str
    province: str
    district: str | None = None
    staff: int | None = None
    contacts: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet after reading: the sound rows, and every problem with its row and column."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell that differs: which, what was known, what the file says."""

    column: Column
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changed:
    """An agency that is known and differs. ``after`` is what it becomes."""

    after: Agency
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """Numbers of people the file tells: for the IIT and for the EIT, each (known, told)."""

    code: str
    staff: tuple[int | None, int | None]
    contacts: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a sheet would change. Agencies that are known and not in it are left alone.

    numbers: what would be told in the round in preparation; waiting: how many rows tell numbers while no
    round is being prepared.
    """

    new: tuple[Agency, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    missing: tuple[Agency, ...]
    numbers: tuple[Numbered, ...]
    waiting: int

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.numbers)


def entries_document(entries: Sequence[Entry]) -> list[list[Any]]:
    """Sound rows as plain values, to be handed back later."""
    return [list(astuple(entry)) for entry in entries]


def entries_in(document: list[list[Any]]) -> tuple[Entry, ...]:
    """What ``entries_document`` gave, as rows again."""
    return tuple(Entry(*values) for values in document)


Numbers = Mapping[str, tuple[int | None, int | None]]  # agency code → (staff, contacts) told so far


def read_roster(
    header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], provinces: Collection[str] = tuple(PROVINCES)
) -> Reading:
    """Every sound row and every problem. Raises ``Problems`` when the columns themselves are wrong.

    rows: (row number as a person sees it, cells in the order of the header).
    """
    columns = find_columns(header)
    seen: dict[str, int] = {}
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, cells in rows:
        row = _Row(number, cells, columns)
        if not any(map(row.text, Column)):
            continue
        faults = [*_code_faults(row, seen), *_cell_faults(row), *_place_faults(row, provinces), *_count_faults(row)]
        problems += faults
        if not faults:
            entries.append(_entry(row, provinces))
    return Reading(tuple(entries), tuple(problems))


def compare(
    entries: Sequence[Entry], known: Sequence[Agency], *, told: Numbers | None, fixed: Collection[str] = ()
) -> Difference:
    """How the sheet differs from what is known.

    told: the numbers of the round in preparation, None where there is none. fixed: codes of agencies in an
    open round, whose kind stands. Raises ``Problems`` when one of those would change its kind.
    """
    by_code = {agency.code.casefold(): agency for agency in known}
    given = {entry.code.casefold() for entry in entries}
    pairs = [(entry, by_code.get(entry.code.casefold())) for entry in entries]
    new = tuple(_agency(entry, None) for entry, agency in pairs if agency is None)
    both = [(entry, agency) for entry, agency in pairs if agency is not None]
    _refuse_fixed_kinds(both, fixed)
    changed = tuple(
        Changed(_agency(entry, agency), edits) for entry, agency in both if (edits := tuple(_edits(entry, agency)))
    )
    missing = tuple(agency for agency in known if agency.code.casefold() not in given)
    numbers = tuple(_numbered(pairs, told)) if told is not None else ()
    waiting = sum(1 for entry in entries if entry.staff or entry.contacts) if told is None else 0
    return Difference(new, changed, len(both) - len(changed), missing, numbers, waiting)


def template_rows(agencies: Sequence[Agency], told: Numbers) -> list[list[str]]:
    """The rows of a template in the order of ``Column``: what is known now."""
    found = []
    for agency in agencies:
        counts = ("" if n is None else str(n) for n in told.get(agency.code, (None, None)))
        kind = kind_name(agency.kind).th
        found.append([agency.code, agency.name, kind, agency.province, agency.district or "", *counts])
    return found


def kind_choices() -> tuple[str, ...]:
    """The Thai names of every kind, for a list to choose from."""
    return tuple(text.th for text in KINDS.values())


def parse_count(typed: str, what: Text) -> int:
    """A number of people, in either digits, with commas or not. Refuses anything else."""
    if not typed.strip():
        raise CountMissing(what=what)
    count = _count(typed)
    if count is None:
        raise CountUnreadable(what=what, typed=typed.strip()[:40], most=f"{MOST_PEOPLE:,}")
    return count


def find_columns(header: Sequence[str]) -> dict[Column, int]:
    """Column → its place. Headings in Thai or English, in any order; unknown ones are left alone."""
    names = {_heading(name): column for column in Column for name in (column.value.th, column.value.en)}
    names |= {_heading(name): column for name, column in _OTHER_NAMES.items()}
    found: dict[Column, int] = {}
    problems: list[Problem] = []
    for place, heading in enumerate(header):
        column = names.get(_heading(heading))
        if column in found:
            problems.append(ColumnTwice(column=column.value))
        elif column is not None:
            found[column] = place
    problems += [ColumnMissing(column=column.value) for column in _NEEDED if column not in found]
    if problems:
        raise Problems(problems)
    return found


def known_headings() -> frozenset[str]:
    """Every heading that is understood, so that a reader can tell the heading row from title lines."""
    return frozenset({name for column in Column for name in (column.value.th, column.value.en)} | set(_OTHER_NAMES))


class _Row:
    """One row with its cells by column; runs of white space are one space."""

    def __init__(self, number: int, cells: Sequence[str], columns: Mapping[Column, int]) -> None:
        self.number = number
        self._cells = cells
        self._columns = columns

    def text(self, column: Column) -> str:
        place = self._columns.get(column)
        cell = self._cells[place] if place is not None and place < len(self._cells) else ""
        return _SPACES.sub(" ", one_spelling(cell)).strip()

    def at(self, column: Column) -> dict[str, int | Text]:
        return {"row": self.number, "column": column.value}


def _entry(row: _Row, provinces: Collection[str]) -> Entry:
    return Entry(
        row.number,
        arabic_digits(row.text(Column.CODE)),
        row.text(Column.NAME),
        parse_kind(row.text(Column.KIND)) or "",
        parse_province(row.text(Column.PROVINCE), provinces) or "",
        row.text(Column.DISTRICT) or None,
        _count(row.text(Column.STAFF)),
        _count(row.text(Column.CONTACTS)),
    )


def _code_faults(row: _Row, seen: dict[str, int]) -> Iterator[Problem]:
    typed = row.text(Column.CODE)
    code = arabic_digits(typed)
    if not typed:
        yield RowCodeMissing(**row.at(Column.CODE))
    elif not _CODE.fullmatch(code):
        yield RowCodeUnsound(**row.at(Column.CODE), typed=_brief(typed))
    elif code.casefold() in seen:
        yield RowCodeTwice(**row.at(Column.CODE), agency=code, first=seen[code.casefold()])
    else:
        seen[code.casefold()] = row.number


def _cell_faults(row: _Row) -> Iterator[Problem]:
    if not row.text(Column.NAME):
        yield RowCellMissing(**row.at(Column.NAME))
    for column, limit in _LONGEST.items():
        if any(unicodedata.category(sign)[0] == "C" for sign in row.text(column)):
            yield RowCellOdd(**row.at(column))
        if len(row.text(column)) > limit:
            yield RowTooLong(**row.at(column), limit=limit)


def _place_faults(row: _Row, provinces: Collection[str]) -> Iterator[Problem]:
    kind, province = row.text(Column.KIND), row.text(Column.PROVINCE)
    if not kind:
        yield RowCellMissing(**row.at(Column.KIND))
    elif parse_kind(kind) is None:
        yield _kind_fault(kind, {**row.at(Column.KIND), "typed": _brief(kind)})
    if not province:
        yield RowCellMissing(**row.at(Column.PROVINCE))
    elif parse_province(province, provinces) is None:
        meant = nearest_province(province[:100], provinces)
        facts = {**row.at(Column.PROVINCE), "typed": _brief(province)}
        yield RowProvinceUnlike(**facts, meant=meant) if meant else RowProvinceUnknown(**facts)


def _kind_fault(kind: str, facts: Mapping[str, str | int | Text]) -> Problem:
    if lacks_size(kind):
        return RowKindWithoutSize(**facts)
    meant = nearest_kind(kind[:100])
    return RowKindUnlike(**facts, meant=meant) if meant else RowKindUnknown(**facts)


def _count_faults(row: _Row) -> Iterator[Problem]:
    for column in (Column.STAFF, Column.CONTACTS):
        typed = row.text(column)
        if typed and _count(typed) is None:
            yield RowCountUnreadable(**row.at(column), typed=_brief(typed), most=f"{MOST_PEOPLE:,}")


def _agency(entry: Entry, known: Agency | None) -> Agency:
    """What an agency becomes. A known one keeps its code as it was, and what the file leaves empty."""
    if known is None:
        return Agency(0, entry.code, entry.name, entry.kind, entry.province, entry.district)
    district = entry.district or known.district
    return replace(known, name=entry.name, kind=entry.kind, province=entry.province, district=district)


def _edits(entry: Entry, known: Agency) -> Iterator[Edit]:
    after = _agency(entry, known)
    pairs = (
        (Column.NAME, known.name, after.name),
        (Column.KIND, kind_name(known.kind).th, kind_name(after.kind).th),
        (Column.PROVINCE, known.province, after.province),
        (Column.DISTRICT, known.district or "", after.district or ""),
    )
    return (Edit(column, old, new) for column, old, new in pairs if old != new)


def _numbered(pairs: Sequence[tuple[Entry, Agency | None]], told: Numbers) -> Iterator[Numbered]:
    for entry, agency in pairs:
        code = agency.code if agency else entry.code
        staff, contacts = told.get(code, (None, None))
        after = (entry.staff or staff, entry.contacts or contacts)
        if after != (staff, contacts):
            yield Numbered(code, (staff, after[0]), (contacts, after[1]))


def _refuse_fixed_kinds(both: Sequence[tuple[Entry, Agency]], fixed: Collection[str]) -> None:
    moved = [(entry, agency) for entry, agency in both if agency.code in fixed and entry.kind != agency.kind]
    if moved:
        column = Column.KIND.value
        raise Problems(
            RowKindFixed(row=entry.row, column=column, agency=agency.code, stands=kind_name(agency.kind))
            for entry, agency in moved
        )


def _count(typed: str) -> int | None:
    match = _COUNT.fullmatch(arabic_digits(_SPACES.sub("", typed)))
    count = int(match[1].replace(",", "")) if match else 0
    return count if 1 <= count <= MOST_PEOPLE else None


def _heading(name: str) -> str:
    return _SPACES.sub("", one_spelling(name).split("(")[0]).casefold()


def _brief(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"

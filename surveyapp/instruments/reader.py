"""Reads the values of a TOML table one by one, and collects every fault with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from surveyapp.domain.paper import Text
from surveyapp.domain.problems import PaperUnsound

LONGEST_TEXT: Final = 2000
LONGEST_NAME: Final = 60  # of a name inside a place; every fault below carries it
LARGEST_NUMBER: Final = Decimal(1_000_000)
_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")


class Table:
    """One table of a paper. Every key must be asked for, or ``close`` reports it as unknown."""

    def __init__(self, values: object, place: str, faults: list[PaperUnsound]) -> None:
        self.place = place
        self._faults = faults
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self._asked: set[str] = set()
        if not isinstance(values, dict):
            self.fault("", "ต้องเป็นตาราง", "must be a table")

    def fault(self, key: str, th: str, en: str) -> None:
        """Note a fault of ``key`` (or of the table itself)."""
        place = f"{self.place}.{key}" if key else self.place
        self._faults.append(PaperUnsound(place=place, fault=Text(th, en)))

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def text(self, key: str) -> Text:
        """A Thai and an English sentence, both there."""
        table = Table(self._ask(key, {}), f"{self.place}.{key}", self._faults)
        return table.closed(Text(table.string("th"), table.string("en")))

    def maybe_text(self, key: str) -> Text | None:
        """As ``text``; None where the key is left out."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of sentences; may be empty."""
        tables = (Table(each, f"{self.place}.{key}[{n}]", self._faults) for n, each in enumerate(self._list(key)))
        return tuple(table.closed(Text(table.string("th"), table.string("en"))) for table in tables)

    def string(self, key: str) -> str:
        """A sentence that is not blank and not endless."""
        value = self._ask(key, "")
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "ขาดข้อความ", "has no text")
            return ""
        if len(value) > LONGEST_TEXT or "\x00" in value:
            self.fault(key, "ข้อความยาวเกินไปหรือมีอักขระต้องห้าม", "is too long or holds a forbidden sign")
            return ""
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings; may be empty."""
        found = self._list(key)
        if not all(isinstance(each, str) for each in found):
            self.fault(key, "ต้องเป็นรายการข้อความ", "must be a list of texts")
            return ()
        return tuple(found)

    def number(self, key: str) -> Decimal:
        """An exact, finite number of ordinary size."""
        value = self._ask(key, None)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.fault(key, "ต้องเป็นตัวเลข", "must be a number")
            return Decimal(0)
        number = Decimal(value)
        if not number.is_finite() or number.copy_abs() > LARGEST_NUMBER or _is_endless(number):
            self.fault(key, "ตัวเลขใหญ่หรือผิดรูป", "is a number out of all size")
            return Decimal(0)
        return number or Decimal(0)  # there is a -0 in TOML, but not in our scores

    def maybe_number(self, key: str) -> Decimal | None:
        """As ``number``; None where the key is left out."""
        return self.number(key) if self.has(key) else None

    def whole(self, key: str) -> int:
        """A whole number, not negative."""
        number = self.number(key)
        if number != number.to_integral_value() or number < 0:
            self.fault(key, "ต้องเป็นจำนวนเต็มที่ไม่ติดลบ", "must be a whole number, not negative")
            return 0
        return int(number)

    def maybe_whole(self, key: str) -> int | None:
        """As ``whole``; None where the key is left out."""
        return self.whole(key) if self.has(key) else None

    def truth(self, key: str) -> bool:
        """true or false."""
        value = self._ask(key, None)
        if not isinstance(value, bool):
            self.fault(key, "ต้องเป็น true หรือ false", "must be true or false")
        return value is True

    def one_of(self, key: str, kind: type[_E]) -> _E:
        """One of the words of ``kind``; the first of them where it is not (and a fault)."""
        value = self._ask(key, None)
        words = [each.value for each in kind]
        if value not in words:
            self.fault(key, f"ต้องเป็นหนึ่งใน {', '.join(words)}", f"must be one of {', '.join(words)}")
            return next(iter(kind))
        return kind(value)

    def table(self, key: str) -> Table:
        """A table below this one."""
        return Table(self._ask(key, {}), f"{self.place}.{key[:LONGEST_NAME]}", self._faults)

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of a list, in order. Those with a code are named by it."""
        for n, each in enumerate(self._list(key), start=1):
            name = each.get("code") if isinstance(each, dict) else None
            named = isinstance(name, str) and len(name) <= LONGEST_NAME
            yield Table(each, f"{self.place}.{key}[{name if named else n}]", self._faults)

    def keys(self) -> tuple[str, ...]:
        """Every key that is there; asking for them all."""
        self._asked |= set(self._values)
        return tuple(self._values)

    def closed(self, value: _T) -> _T:
        """``value``, after reporting every key that nobody asked for."""
        for key in self._values.keys() - self._asked:
            self.fault(str(key)[:LONGEST_NAME], "ไม่รู้จักคำนี้", "is not a known key")
        return value

    def _list(self, key: str) -> list[Any]:
        value = self._ask(key, [])
        if not isinstance(value, list):
            self.fault(key, "ต้องเป็นรายการ", "must be a list")
            return []
        return value

    def _ask(self, key: str, default: object) -> Any:
        self._asked.add(key)
        return self._values.get(key, default)


def _is_endless(number: Decimal) -> bool:
    return len(number.as_tuple().digits) > 20 or (number != 0 and number.adjusted() < -10)

"""What differs between two papers: texts word by word, and everything else place by place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import Enum, StrEnum
from typing import Any, Final

from surveyapp.domain.paper import Checklist, Paper, Questionnaire, SubQuestion, Text, Wording

Words = Callable[[str], list[str]]
_TABLES: Final = {  # the name of a list in a place, as the files call it
    "indicators": "indicator",
    "items": "item",
    "sub_questions": "ask",
    "choices": "choice",
    "sub_indicators": "sub",
    "levels": "level",
    "samples": "sample",
}
_STAND_ALONE: Final = frozenset({"indicators", "items", "sub_indicators", "front"})  # codes are unique in an instrument
_NO_CONTENT: Final = frozenset({"code", "digest"})


class Kind(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, and what became of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that changed. times: how many questions share it (a choice of a scale)."""

    place: str
    pieces: tuple[Piece, ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class StructureChange:
    """Anything but a text that changed; "" where there was, or is, nothing."""

    place: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two papers, in the order of the new one."""

    texts: tuple[TextChange, ...]
    structure: tuple[StructureChange, ...]

    def __bool__(self) -> bool:
        return bool(self.texts or self.structure)


def difference(before: Paper | None, after: Paper, words: Words) -> Difference:
    """What differs from ``before`` (None: there was no paper) to ``after``.

    words: cuts a text into words which together are the text again; Thai writes none apart.
    """
    old = {} if before is None else dict(_leaves(before))
    new = dict(_leaves(after))
    changed = [place for place in dict.fromkeys([*new, *old]) if old.get(place) != new.get(place)]
    texts: list[tuple[str, str, str]] = []
    structure: list[StructureChange] = []
    for place in changed:
        (was, _), (is_, is_text) = old.get(place, ("", False)), new.get(place, old.get(place, ("", False)))
        now = is_ if place in new else ""
        if is_text:
            texts.append((place, was, now))
        else:
            structure.append(StructureChange(place, was, now))
    return Difference(tuple(_together(texts, words)), tuple(structure))


def pieces(before: str, after: str, words: Words) -> tuple[Piece, ...]:
    """The words both texts share and the ones only one of them has, in reading order."""
    old, new = _cut(before, words), _cut(after, words)
    found: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece(Kind.KEPT, "".join(old[a:b])))
            continue
        removed, added = "".join(old[a:b]), "".join(new[c:d])
        found += [Piece(Kind.REMOVED, removed)] if removed else []
        found += [Piece(Kind.ADDED, added)] if added else []
    return tuple(found)


def _cut(text: str, words: Words) -> Sequence[str]:
    """The words; the whole text where they would not make it up again."""
    found = words(text)
    return found if "".join(found) == text else [text]


def _together(changes: list[tuple[str, str, str]], words: Words) -> Iterator[TextChange]:
    """A label of a scale changes in every question of the scale: told once, with how often."""
    times: dict[tuple[str, str, str], int] = {}
    first: dict[tuple[str, str, str], str] = {}
    for place, before, after in changes:
        _, choice, label = place.rpartition(".choice[")
        key = (label if choice else place, before, after)
        times[key] = times.get(key, 0) + 1
        first.setdefault(key, place)
    for key, place in first.items():
        yield TextChange(place, pieces(key[1], key[2], words), times[key])


_Leaf = tuple[str, tuple[str, bool]]  # place → its value in plain signs, and whether it is a text


def _leaves(paper: Paper) -> Iterator[_Leaf]:
    yield from _below(paper, "", "")


def _below(value: Any, place: str, alone: str) -> Iterator[_Leaf]:
    """The leaves below a value. alone: the place from which things with codes of their own are named."""
    for each in fields(value):
        if each.name in _NO_CONTENT:
            continue
        inner = getattr(value, each.name)
        if isinstance(value, SubQuestion) and each.name == "text" and _asks_what_its_item_says(value, place):
            continue
        name = f"{place}.{each.name}" if place else each.name
        yield from _leaf(inner, each.name, name, place, alone)


def _asks_what_its_item_says(sub: SubQuestion, place: str) -> bool:
    return place.endswith(f".item[{sub.code}]")


def _leaf(value: Any, name: str, place: str, outer: str, alone: str) -> Iterator[_Leaf]:
    match value:
        case None:
            return
        case Text():
            yield f"{place}.th", (value.th, True)
            yield f"{place}.en", (value.en, True)
        case Enum():
            yield place, (str(value.value), isinstance(value, Wording))
        case str():
            yield place, (value, True)
        case bool():
            yield place, (str(value).lower(), False)
        case int() | Decimal():
            yield place, (format(Decimal(value).normalize(), "f"), False)
        case dict():
            for key, each in value.items():
                yield from _leaf(each, name, f"{place}.{key}", outer, alone)
        case tuple():
            yield from _list(value, name, place, outer, alone)
        case _:
            yield from _below(value, place, place if isinstance(value, Questionnaire | Checklist) else alone)


def _list(values: tuple[Any, ...], name: str, place: str, outer: str, alone: str) -> Iterator[_Leaf]:
    if name == "kinds":
        yield place, (", ".join(values), False)
        return
    table = _TABLES.get(name, name)
    coded = all(is_dataclass(each) and hasattr(each, "code") for each in values)
    if coded and values:
        yield f"{outer}.{table}".lstrip("."), (", ".join(each.code for each in values), False)
    root = alone if name in _STAND_ALONE else outer
    for n, each in enumerate(values, start=1):
        within = f"{root}.{table}[{each.code if coded else n}]".lstrip(".")
        if isinstance(each, SubQuestion) and outer.endswith(f".item[{each.code}]"):
            within = outer
        if isinstance(each, Text | str):
            yield from _leaf(each, name, within, outer, alone)
        else:
            yield from _below(each, within, alone if alone else within)

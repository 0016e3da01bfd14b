"""A second scoring, written only from the rules and sharing nothing with the product.

It walks the plain documents of ``instruments show`` and ``score`` and computes with exact fractions,
as slowly and plainly as a person with paper and pencil. ``None`` is a score that is not there.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]
Number: TypeAlias = Fraction | None


def naive_score(paper: Document, document: Document) -> Document:
    """Everything that follows from ``document`` under ``paper``; scores are fractions or None."""
    found: Document = {"sub_indicators": {}, "indicators": {}, "instruments": {}}
    tallies = document.get("tallies") or {}
    survey(found, paper, document, "iit", [tallies.get("iit")])
    survey(found, paper, document, "eit", [tallies.get("eit"), tallies.get("eit2")])
    checklist(found, paper, document)
    total: Number = Fraction(0)
    for name in ("iit", "eit", "oit"):
        value = found["instruments"][name]
        total = None if total is None or value is None else total + fraction(paper["weights"][name]) * value
    found["total"] = total
    found["level"] = naive_level(paper, total, found["instruments"])
    return found


def survey(found: Document, paper: Document, document: Document, name: str, tallies: list[Any]) -> None:
    tallies = [tally for tally in tallies if tally]
    if not tallies:
        from_given(found, paper, document, name)
        return
    answered = [tally for tally in tallies if people(tally) > 0]
    if paper["settings"]["eit_parts"] == "pool" and len(answered) == 2:
        answered = [poured_together(answered[0], answered[1])]
    values = []
    for indicator in paper[name]["indicators"]:
        value = mean([indicator_of(indicator, tally) for tally in answered])
        found["indicators"][indicator["code"]] = value
        values.append(value)
    enough = sum(people(tally) for tally in tallies) >= paper["settings"]["least_for_score"]
    found["instruments"][name] = mean(values) if enough else None


def from_given(found: Document, paper: Document, document: Document, name: str) -> None:
    codes = [indicator["code"] for indicator in paper[name]["indicators"]]
    given = document.get("indicators") or {}
    if not any(code in given for code in codes):
        value = (document.get("instruments") or {}).get(name)
        found["instruments"][name] = None if value is None else fraction(value)
        return
    values = []
    for code in codes:
        value = fraction(given[code]) if code in given else None
        found["indicators"][code] = value
        values.append(value)
    found["instruments"][name] = mean(values)


def indicator_of(indicator: Document, tally: Document) -> Number:
    items = []
    for item in indicator["items"]:
        subs = []
        for sub in item["sub_questions"]:
            subs.append(sub_question_of(sub, tally.get(sub["code"], {})))
        items.append(mean(subs))
    return mean(items)


def sub_question_of(sub: Document, counts: Document) -> Number:
    points: Fraction | int = 0
    n = 0
    for choice in sub["choices"]:
        if choice["points"] is not None:
            points += whole_or_not(choice["points"]) * counts.get(choice["code"], 0)
            n += counts.get(choice["code"], 0)
    return Fraction(points, n) if n else None


def people(tally: Document) -> int:
    most = 0
    for counts in tally.values():
        most = max(most, sum(counts.values()))
    return most


def poured_together(left: Document, right: Document) -> Document:
    both: Document = {}
    for tally in (left, right):
        for sub, counts in tally.items():
            for choice, n in counts.items():
                both.setdefault(sub, {})
                both[sub][choice] = both[sub].get(choice, 0) + n
    return both


def checklist(found: Document, paper: Document, document: Document) -> None:
    marks = document.get("oit") or {}
    given = document.get("sub_indicators") or {}
    if not marks and not given:
        from_given(found, paper, document, "oit")
        return
    values = []
    for indicator in paper["oit"]["indicators"]:
        subs = []
        for sub in indicator["sub_indicators"]:
            if marks:
                value = mean([fraction(marks[i["code"]]) if i["code"] in marks else None for i in sub["items"]])
            else:
                value = fraction(given[sub["code"]]) if sub["code"] in given else None
            found["sub_indicators"][sub["code"]] = value
            subs.append(value)
        found["indicators"][indicator["code"]] = mean(subs)
        values.append(mean(subs))
    found["instruments"]["oit"] = mean(values)


def naive_level(paper: Document, total: Number, instruments: Document) -> str | None:
    if total is None:
        return None
    for level in paper["levels"]:
        if compared(paper, total) < fraction(level["total_at_least"]):
            continue
        gate = level["each_at_least"]
        if gate is None or all(compared(paper, instruments[name]) >= fraction(gate) for name in instruments):
            return str(level["code"])
    return None


def compared(paper: Document, value: Fraction) -> Fraction:
    return Fraction(cents(value), 100) if paper["settings"]["level_on"] == "shown" else value


def mean(values: list[Number]) -> Number:
    if None in values or not values:
        return None
    return sum((value for value in values if value is not None), Fraction(0)) / len(values)


def two_decimals(value: Number) -> str | None:
    """Rounded half up, as a person would write it."""
    return None if value is None else f"{cents(value) // 100}.{cents(value) % 100:02d}"


def cents(value: Fraction) -> int:
    return int(value * 100 + Fraction(1, 2))


@cache
def whole_or_not(text: str) -> Fraction | int:
    """The number as it is: a whole one as int, which is quicker to count with."""
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value


def fraction(value: object) -> Fraction:
    return Fraction(whole_or_not(str(value)))

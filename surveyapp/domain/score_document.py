"""The JSON documents of ``surveyapp score``: what comes in, checked at once, and what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from surveyapp.domain.levels import Gate, gates, level
from surveyapp.domain.paper import EitParts, Instrument, Paper, Questionnaire
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.score_problems import KeyUnknown, MarkNotWhole, NotAnObject, NumberOutOfRange, PartNotInYear
from surveyapp.domain.scoring import Inputs, Result
from surveyapp.domain.steps import Score, Step, Withheld, shown
from surveyapp.domain.tally import Tally

MOST_RESPONSES: Final = 1_000_000_000
_KEYS: Final = frozenset({"fiscal_year", "agency", "instruments", "indicators", "sub_indicators", "oit", "tallies"})
_HUNDRED: Final = Decimal(100)


def parse_inputs(paper: Paper, document: Mapping[str, Any]) -> Inputs:
    """The inputs in a score document, or ``Problems`` naming every faulty place."""
    reader = _Reader(paper)
    tallies = reader.tallies(document)
    inputs = Inputs(
        instruments={
            Instrument(code): value
            for code, value in reader.scores(document, "instruments", {i.value for i in Instrument}).items()
        },
        indicators=reader.scores(document, "indicators", _indicator_codes(paper)),
        sub_indicators=reader.scores(document, "sub_indicators", {sub.code for sub in paper.oit.sub_indicators}),
        marks=reader.marks(document),
        iit=tallies["iit"],
        eit=tallies["eit"],
        eit2=tallies["eit2"],
    )
    reader.unknown("", set(document) - _KEYS)
    if reader.problems:
        raise Problems(reader.problems)
    return inputs


def inputs_document(paper: Paper, agency: str, inputs: Inputs) -> dict[str, Any]:
    """Tallies and marks as a document that ``parse_inputs`` reads back to the same inputs."""
    tallies = {"iit": inputs.iit, "eit": inputs.eit, "eit2": inputs.eit2}
    document: dict[str, Any] = {
        "agency": agency,
        "fiscal_year": paper.fiscal_year,
        "tallies": {key: tally for key, tally in tallies.items() if tally is not None},
    }
    if inputs.marks is not None:
        document["oit"] = {code: int(mark) for code, mark in inputs.marks.items()}
    return document


def result_document(result: Result) -> dict[str, Any]:
    """A result as plain values; scores are strings with two decimals, rounded half up."""
    found = level(result)
    return {
        "fiscal_year": result.paper.fiscal_year,
        "status": result.paper.status.value,
        "digest": result.paper.digest,
        "instruments": {i.value: shown_text(step.score) for i, step in result.instruments().items()},
        "indicators": {code: shown_text(step.score) for code, step in result.indicators().items()},
        "sub_indicators": {code: shown_text(step.score) for code, step in result.sub_indicators().items()},
        "total": shown_text(result.total),
        "level": found.code if found else None,
        "level_th": found.name.th if found else None,
        "level_en": found.name.en if found else None,
        "exact": {"total": exact_text(result.total)},
        "gates": [gate_document(gate) for gate in gates(result)],
        "withheld": [_withheld(step) for step in result.tree.walk() if isinstance(step.score, Withheld)],
        "samples": [
            {
                "instrument": s.instrument.value,
                "n": s.n,
                "counted": s.counted,
                "required": s.required,
                "enough": s.enough,
            }
            for s in result.samples
        ],
        "assumptions": [{"th": text.th, "en": text.en} for text in result.paper.unsure],
        "steps": [_step(result.tree)],
    }


class _Reader:
    """Reads one document and collects every problem with its place."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.problems: list[Problem] = []

    def scores(self, document: Mapping[str, Any], key: str, known: set[str]) -> dict[str, Decimal]:
        return {
            code: number
            for code, value in self._table(document, key, known).items()
            if (number := self._number(f"{key}.{code}", value, _HUNDRED)) is not None
        }

    def marks(self, document: Mapping[str, Any]) -> dict[str, Decimal] | None:
        if document.get("oit") is None:
            return None
        found = {}
        for code, value in self._table(document, "oit", {item.code for item in self.paper.oit.items}).items():
            number = self._number(f"oit.{code}", value, _HUNDRED)
            if number is None:
                continue
            if number not in (0, 100):
                self.problems.append(MarkNotWhole(place=f"oit.{code}", got=brief(value)))
            found[code] = number
        return found

    def tallies(self, document: Mapping[str, Any]) -> dict[str, Tally | None]:
        given = self._table(document, "tallies", {"iit", "eit", "eit2"})
        given = {key: value for key, value in given.items() if value is not None and value != {}}
        if "eit2" in given and self.paper.settings.eit_parts is EitParts.ONE:
            self.problems.append(PartNotInYear(place="tallies.eit2", year=self.paper.fiscal_year))
        questionnaires = {"iit": self.paper.iit, "eit": self.paper.eit, "eit2": self.paper.eit}
        return {
            key: self._tally(f"tallies.{key}", given, key, questionnaire) if key in given else None
            for key, questionnaire in questionnaires.items()
        }

    def _tally(self, place: str, given: Mapping[str, Any], key: str, questionnaire: Questionnaire) -> Tally:
        subs = {sub.code: sub for sub in questionnaire.sub_questions}
        table = self._table(given, key, set(subs), f"{place}.")
        tally: dict[str, dict[str, int]] = {}
        for code in table:
            choices = {choice.code for choice in subs[code].choices}
            counts = self._table(table, code, choices, f"{place}.{code}.")
            tally[code] = {
                choice: int(number)
                for choice, value in counts.items()
                if (number := self._count(f"{place}.{code}.{choice}", value)) is not None
            }
        return tally

    def unknown(self, place: str, codes: set[str]) -> None:
        year = self.paper.fiscal_year
        self.problems += [KeyUnknown(place=brief(f"{place}{code}"), year=year) for code in sorted(codes)]

    def _table(
        self, document: Mapping[str, Any], key: str, known: set[str], place: str | None = None
    ) -> dict[str, Any]:
        value = document.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problems.append(NotAnObject(place=(place or key).removesuffix(".")))
            return {}
        self.unknown(place if place is not None else f"{key}.", set(value) - known)
        return {code: each for code, each in value.items() if code in known}

    def _number(self, place: str, value: object, most: Decimal) -> Decimal | None:
        number = decimal_in(value)
        if number is None or not 0 <= number <= most:
            self.problems.append(NumberOutOfRange(place=place, least=0, most=int(most), got=brief(value)))
            return None
        return number

    def _count(self, place: str, value: object) -> Decimal | None:
        number = self._number(place, value, Decimal(MOST_RESPONSES))
        if number is not None and number != number.to_integral_value():
            self.problems.append(NumberOutOfRange(place=place, least=0, most=MOST_RESPONSES, got=brief(value)))
            return None
        return number


def decimal_in(value: object) -> Decimal | None:
    """A finite number of at most 40 signs, else None. A bool is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, int) and abs(value) > MOST_RESPONSES:
        return None
    text = str(value).strip()
    if len(text) > 40 or "_" in text:
        return None
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 40 else None


def brief(value: object) -> str:
    """What was given, short enough to repeat. Nothing that is endless or deep is written out first."""
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list | tuple):
        return "[…]" if value else "[]"
    if isinstance(value, int) and abs(value) > MOST_RESPONSES:
        return "…"
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _indicator_codes(paper: Paper) -> set[str]:
    surveys = {indicator.code for q in paper.questionnaires() for indicator in q.indicators}
    return surveys | {indicator.code for indicator in paper.oit.indicators}


def shown_text(value: Score) -> str | None:
    """A score as people see it; None where it is withheld."""
    return None if isinstance(value, Withheld) else str(shown(value))


def exact_text(value: Score) -> str | None:
    """Up to 20 decimals, without trailing zeros."""
    if isinstance(value, Withheld):
        return None
    return format(round(value, 20).normalize(), "f")


def gate_document(gate: Gate) -> dict[str, Any]:
    """A gate as plain values."""
    return {
        "level": gate.level.code,
        "of": gate.of,
        "at_least": str(shown(gate.at_least)),
        "got": str(shown(gate.got)),
        "passed": gate.passed,
        "by": str(shown(gate.by)),
    }


def _withheld(step: Step) -> dict[str, Any]:
    why = step.score
    assert isinstance(why, Withheld)  # noqa: S101 - the caller has just looked
    return {"code": step.code, "reason": why.reason.value, **why.facts}


def _step(step: Step) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": step.code,
        "name": step.name.th,
        "how": step.kind.value,
        "score": shown_text(step.score),
        "exact": exact_text(step.score),
    }
    if step.weight is not None:
        document["weight"] = str(step.weight)
    if step.eit_part is not None:
        document["eit_part"] = step.eit_part
    if step.counts:
        document["counts"] = [
            {
                "choice": counted.choice.code,
                "points": None if counted.choice.points is None else str(counted.choice.points),
                "n": counted.n,
            }
            for counted in step.counts
        ]
    if step.parts:
        document["parts"] = [_step(part) for part in step.parts]
    return document

"""A released result recomputed from what it released itself, step by step, by the rules of its paper.

Takes the ``result`` of ``public_document.public_document`` as somebody published it; nothing in it is trusted.
A step below which nothing was released is taken as it stands: there is nothing to compute it from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, Final

from surveyapp.domain.levels import gates_of, level_of
from surveyapp.domain.paper import Instrument, Paper, Questionnaire
from surveyapp.domain.score_document import gate_document
from surveyapp.domain.steps import WORKING, ZERO, Kind, Reason, Score, Withheld, middle, settled, shown

_CLOSE: Final = Decimal(1).scaleb(-15)  # what is published has 20 decimals
_HIDDEN: Final = Withheld(Reason.NOT_GIVEN)
# What stands above was computed from these all the same; they are only not told.
_FOR_SAFETY: Final = (Reason.PROTECTED.value, Reason.TOO_FEW.value, Reason.ALL_ALIKE.value)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A place of a result, what it says and what comes out."""

    place: str
    says: str
    found: str


def wrongs_of(paper: Paper, result: Mapping[str, Any]) -> list[Wrong]:
    """Everything in a released result that does not come out. May raise anything where it is no result at all."""
    with localcontext(WORKING):
        (tree,) = result["steps"]
        walk = _Walk(paper)
        return [*walk.step(tree, None), *_summary(paper, result, tree)]


class _Walk:
    """The tree of one paper, and what is known of each code in it."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.below = _below(paper)
        self.points = {
            sub.code: {choice.code: choice.points for choice in sub.choices}
            for questionnaire in paper.questionnaires()
            for sub in questionnaire.sub_questions
        }

    def step(self, step: Mapping[str, Any], above: str | None) -> Iterator[Wrong]:
        """What is wrong with a step, and with all below it."""
        code, parts = step["code"], step.get("parts", [])
        if above is None and code != "total":
            yield Wrong(str(code), str(code), "total")
        if parts and not self._belong(step, parts):
            yield Wrong(code, ", ".join(str(part["code"]) for part in parts), ", ".join(self.below.get(code, ())))
            return
        if _said(step) != step["score"]:
            yield Wrong(code, str(step["score"]), str(_said(step)))
        if "weight" in step and Decimal(step["weight"]) != self.paper.weights[Instrument(code)]:
            yield Wrong(code, step["weight"], str(self.paper.weights[Instrument(code)]))
        yield from self._arithmetic(step, parts)
        for part in parts:
            yield from self.step(part, code)

    def _belong(self, step: Mapping[str, Any], parts: list[Any]) -> bool:
        codes = [part["code"] for part in parts]
        if step["how"] == Kind.EIT_PARTS.value:
            return set(codes) == {step["code"]}
        return codes == list(self.below.get(step["code"], ()))

    def _arithmetic(self, step: Mapping[str, Any], parts: list[Any]) -> Iterator[Wrong]:
        says, found = _score(step), self._computed(step, parts)
        if isinstance(says, Withheld) or found is None:
            return
        if isinstance(found, Withheld) or abs(found - says) > _CLOSE:
            yield Wrong(step["code"], str(says), "–" if isinstance(found, Withheld) else str(shown(found)))

    def _computed(self, step: Mapping[str, Any], parts: list[Any]) -> Score | None:
        """The score from what is below; None where nothing was released below, or the rule looks at nothing there."""
        kind = Kind(step["how"])
        if kind is Kind.BY_POLICY:
            return ZERO
        if kind is Kind.MARK:
            score = _score(step)
            return score if score in (0, 100) else _HIDDEN
        if kind is Kind.POINTS:
            return self._mean_points(step) if step.get("counts") else None
        if not parts:
            return None
        scores = [_score(part) for part in parts]
        if any(part.get("withheld") in _FOR_SAFETY for part in parts):
            return None
        known = [score for score in scores if isinstance(score, Decimal)]
        if len(known) < len(scores):
            return _HIDDEN
        if kind is Kind.WEIGHTED:
            weights = [self.paper.weights[Instrument(part["code"])] for part in parts]
            return sum((weight * score for weight, score in zip(weights, known, strict=True)), ZERO)
        return middle(known)

    def _mean_points(self, step: Mapping[str, Any]) -> Score:
        n, worth, points = 0, ZERO, self.points[step["code"]]
        for counted in step["counts"]:
            each = points[counted["choice"]]
            if each is not None:
                n, worth = n + _count(counted["n"]), worth + counted["n"] * each
        return worth / n if n else _HIDDEN


def _summary(paper: Paper, result: Mapping[str, Any], tree: Mapping[str, Any]) -> Iterator[Wrong]:
    """What stands beside the tree must be what is in it."""
    instruments = {Instrument(part["code"]): _score(part) for part in tree["parts"]}
    total = _score(tree)
    found = level_of(paper, total, instruments)
    steps = [part for instrument in tree["parts"] for part in instrument.get("parts", [])]
    subs = [part for indicator in _of(tree, Instrument.OIT).get("parts", []) for part in indicator.get("parts", [])]
    expected = {
        "fiscal_year": paper.fiscal_year,
        "digest": paper.digest,
        "total": _said(tree),
        "exact": {"total": tree["exact"]},
        "level": found.code if found else None,
        "instruments": {part["code"]: _said(part) for part in tree["parts"]},
        "indicators": {part["code"]: _said(part) for part in steps},
        "sub_indicators": {part["code"]: _said(part) for part in subs},
        "gates": [gate_document(gate) for gate in gates_of(paper, total, instruments)],
    }
    for place, value in expected.items():
        if result[place] != value:
            yield Wrong(place, str(result[place])[:200], str(value)[:200])


def _of(tree: Mapping[str, Any], instrument: Instrument) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(part for part in tree["parts"] if part["code"] == instrument.value)
    return found


def _score(step: Mapping[str, Any]) -> Score:
    return _HIDDEN if step["exact"] is None else Decimal(step["exact"])


def _said(step: Mapping[str, Any]) -> str | None:
    score = _score(step)
    return None if isinstance(score, Withheld) else str(shown(settled(score)))


def _count(n: object) -> int:
    if not isinstance(n, int) or isinstance(n, bool) or n < 0:
        raise ValueError("a count is a whole number")
    return n


def _below(paper: Paper) -> dict[str, tuple[str, ...]]:
    """Code of a step → the codes of the steps it is made from."""
    found = {"total": tuple(each.value for each in Instrument)}
    for questionnaire in paper.questionnaires():
        found |= _below_questionnaire(questionnaire)
    found[Instrument.OIT.value] = tuple(each.code for each in paper.oit.indicators)
    for indicator in paper.oit.indicators:
        found[indicator.code] = tuple(each.code for each in indicator.sub_indicators)
        found |= {sub.code: tuple(sub.item_codes) for sub in indicator.sub_indicators}
    return found


def _below_questionnaire(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    found = {questionnaire.instrument.value: tuple(each.code for each in questionnaire.indicators)}
    for indicator in questionnaire.indicators:
        found[indicator.code] = tuple(each.code for each in indicator.items)
        found |= {item.code: tuple(sub.code for sub in item.sub_questions) for item in indicator.items}
    return found

"""A released result as plain values: what the bundle publishes, and nothing that its page does not show."""

from __future__ import annotations

from typing import Any

from surveyapp.domain.levels import gates, level
from surveyapp.domain.paper import Instrument
from surveyapp.domain.release import Cell, MoreThan, PublicResult, PublicStep
from surveyapp.domain.score_document import exact_text, gate_document, shown_text
from surveyapp.domain.steps import Withheld


def public_document(result: PublicResult) -> dict[str, Any]:
    """As ``score_document.result_document``, of a result that went through the gate.

    A step says why its score is not there (``withheld``). Its counts stand under ``counts`` where every choice is
    told, else under ``merged``: neighbouring choices together, or more than a share of all.
    """
    found = level(result)
    parts = result.instruments()
    sub_indicators = [sub for indicator in parts[Instrument.OIT].parts for sub in indicator.parts]
    return {
        "fiscal_year": result.paper.fiscal_year,
        "status": result.paper.status.value,
        "digest": result.paper.digest,
        "instruments": {each.value: shown_text(step.score) for each, step in parts.items()},
        "indicators": {code: shown_text(step.score) for code, step in result.indicators().items()},
        "sub_indicators": {sub.code: shown_text(sub.score) for sub in sub_indicators},
        "total": shown_text(result.total),
        "level": found.code if found else None,
        "level_th": found.name.th if found else None,
        "level_en": found.name.en if found else None,
        "exact": {"total": exact_text(result.total)},
        "gates": [gate_document(gate) for gate in gates(result)],
        "samples": [
            {
                "instrument": each.instrument.value,
                "n": each.n.value,
                "counted": each.counted.value,
                "required": each.required,
                "enough": each.enough,
            }
            for each in result.turnouts
        ],
        "assumptions": [{"th": text.th, "en": text.en} for text in result.paper.unsure],
        "steps": [_step(result.tree)],
    }


def _step(step: PublicStep) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": step.code,
        "name": step.name.th,
        "how": step.kind.value,
        "score": shown_text(step.score),
        "exact": exact_text(step.score),
    }
    if isinstance(step.score, Withheld):
        document["withheld"] = step.score.reason.value
    if step.weight is not None:
        document["weight"] = str(step.weight)
    if step.eit_part is not None:
        document["eit_part"] = step.eit_part
    if step.is_counted_out:
        document["counts"] = [_count(cell) for cell in step.cells]
    elif step.cells:
        document["merged"] = [_merged(cell) for cell in step.cells]
    if step.parts:
        document["parts"] = [_step(part) for part in step.parts]
    return document


def _count(cell: Cell) -> dict[str, Any]:
    (choice,) = cell.choices
    points = None if choice.points is None else str(choice.points)
    return {"choice": choice.code, "points": points, **_people(cell)}


def _merged(cell: Cell) -> dict[str, Any]:
    return {"choices": [choice.code for choice in cell.choices], **_people(cell)}


def _people(cell: Cell) -> dict[str, Any]:
    if isinstance(cell.people, MoreThan):
        return {"more_than": str(cell.people.share)}
    return {"n": cell.people.value}

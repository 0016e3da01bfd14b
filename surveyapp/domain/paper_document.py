"""A paper as a document of plain values, for programs that read ``instruments show``."""

from __future__ import annotations

from typing import Any

from surveyapp.domain.paper import Checklist, Paper, Questionnaire, Text


def paper_document(paper: Paper) -> dict[str, Any]:
    """Everything in a paper. Points, weights and limits are strings, exact."""
    return {
        "fiscal_year": paper.fiscal_year,
        "status": paper.status.value,
        "wording": paper.wording.value,
        "digest": paper.digest,
        "title": _text(paper.title),
        "sources": list(paper.sources),
        "unsure": [_text(each) for each in paper.unsure],
        "weights": {instrument.value: str(weight) for instrument, weight in paper.weights.items()},
        "settings": {
            "eit_parts": paper.settings.eit_parts.value,
            "eit_minimum": paper.settings.eit_minimum.value,
            "below_minimum": paper.settings.below_minimum.value,
            "level_on": paper.settings.level_on.value,
            "least_for_score": paper.settings.least_for_score,
        },
        "release": {
            "rounded_to": paper.release.rounded_to,
            "least_for_instrument": paper.release.least_for_instrument,
            "least_for_steps": paper.release.least_for_steps,
            "least_in_cell": paper.release.least_in_cell,
            "most_in_cell": str(paper.release.most_in_cell),
        },
        "levels": [
            {
                "code": level.code,
                "name": _text(level.name),
                "total_at_least": str(level.total_at_least),
                "each_at_least": None if level.each_at_least is None else str(level.each_at_least),
                "passes": level.passes,
            }
            for level in paper.levels
        ],
        "samples": [
            {
                "instrument": rule.instrument.value,
                "kinds": list(rule.kinds),
                "fixed": rule.fixed,
                "share": None if rule.share is None else str(rule.share),
                "at_least": rule.at_least,
                "at_most": rule.at_most,
                "source": rule.source,
            }
            for rule in paper.samples
        ],
        "iit": _questionnaire(paper.iit),
        "eit": _questionnaire(paper.eit),
        "oit": _checklist(paper.oit),
    }


def _text(text: Text) -> dict[str, str]:
    return {"th": text.th, "en": text.en}


def _questionnaire(questionnaire: Questionnaire) -> dict[str, Any]:
    return {
        "name": _text(questionnaire.name),
        "indicators": [
            {
                "code": indicator.code,
                "name": _text(indicator.name),
                "items": [
                    {
                        "code": item.code,
                        "text": _text(item.text),
                        "hint": _text(item.hint) if item.hint else None,
                        "sub_questions": [
                            {
                                "code": sub.code,
                                "text": _text(sub.text),
                                "direction": sub.direction.value,
                                "choices": [
                                    {
                                        "code": choice.code,
                                        "label": _text(choice.label),
                                        "points": None if choice.points is None else str(choice.points),
                                    }
                                    for choice in sub.choices
                                ],
                            }
                            for sub in item.sub_questions
                        ],
                    }
                    for item in indicator.items
                ],
            }
            for indicator in questionnaire.indicators
        ],
        "front": [
            {
                "code": item.code,
                "text": _text(item.text),
                "choices": [{"code": choice.code, "label": _text(choice.label)} for choice in item.choices],
            }
            for item in questionnaire.front
        ],
    }


def _checklist(checklist: Checklist) -> dict[str, Any]:
    return {
        "name": _text(checklist.name),
        "indicators": [
            {
                "code": indicator.code,
                "name": _text(indicator.name),
                "sub_indicators": [
                    {
                        "code": sub.code,
                        "name": _text(sub.name),
                        "items": [
                            {
                                "code": item.code,
                                "name": _text(item.name),
                                "evidence": _text(item.evidence),
                                "evidence_year": item.evidence_year.value,
                            }
                            for item in sub.items
                        ],
                    }
                    for sub in indicator.sub_indicators
                ],
            }
            for indicator in checklist.indicators
        ],
    }

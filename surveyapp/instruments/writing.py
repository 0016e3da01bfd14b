"""A paper → the plain tables it is parsed from, and → the JSON document the database keeps.

One way out for both the document and the spreadsheet, so that nothing can be in the one and not in the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from surveyapp.domain.paper import (
    Checklist,
    ChecklistItem,
    Choice,
    FrontItem,
    Item,
    Level,
    Paper,
    Questionnaire,
    Release,
    SampleRule,
    Settings,
    SubQuestion,
    Text,
)

Tables = dict[str, Any]
_EXACT: Final = "exact"


def written(paper: Paper) -> Tables:
    """The four tables of a paper, by file name: "paper", "iit", "eit" and "oit".

    What the files leave out when they say ``same_as`` is there in full. Scales are named anew, in the order
    in which they are first used, so that equal papers give equal tables. Numbers are Decimals.
    """
    names = {choices: f"scale{n}" for n, choices in enumerate(dict.fromkeys(_scales(paper)), start=1)}
    return {
        "paper": _paper(paper),
        "iit": _questionnaire(paper.iit, names),
        "eit": _questionnaire(paper.eit, names),
        "oit": _checklist(paper.oit),
    }


def as_json(tables: Tables) -> str:
    """The tables as JSON; every number exact."""
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":"), default=_exact)


def from_json(document: str) -> Tables:
    """What ``as_json`` wrote, as tables again."""
    found: Tables = json.loads(document, object_hook=_inexact)
    return found


def plain_number(number: Decimal | int) -> str:
    """A number in its one notation: 100, 33.33; never 1E+2 nor 100.0."""
    return format(Decimal(number).normalize(), "f")


def _exact(value: object) -> dict[str, str]:
    assert isinstance(value, Decimal)  # noqa: S101 - nothing else in our tables is unknown to JSON
    return {_EXACT: plain_number(value)}


def _inexact(value: Tables) -> Any:
    return Decimal(value[_EXACT]) if value.keys() == {_EXACT} else value


def _scales(paper: Paper) -> Iterator[tuple[Choice, ...]]:
    for questionnaire in paper.questionnaires():
        for sub in questionnaire.sub_questions:
            yield sub.choices


def _paper(paper: Paper) -> Tables:
    return {
        "fiscal_year": paper.fiscal_year,
        "status": paper.status.value,
        "wording": paper.wording.value,
        "title": _text(paper.title),
        "sources": list(paper.sources),
        "unsure": [_text(each) for each in paper.unsure],
        "weights": {instrument.value: weight for instrument, weight in sorted(paper.weights.items())},
        "settings": _flat(paper.settings),
        "release": _flat(paper.release),
        "level": [_level(level) for level in paper.levels],
        "sample": [_sample(rule) for rule in paper.samples],
    }


def _flat(rules: Settings | Release) -> Tables:
    """Words as words, numbers as numbers; each under the name of its field."""
    values = {each.name: getattr(rules, each.name) for each in fields(rules)}
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in values.items()}


def _text(text: Text) -> Tables:
    return {"th": text.th, "en": text.en}


def _given(**values: object) -> Tables:
    """The values that are there: a key that is left out is how a table says None."""
    return {key: value for key, value in values.items() if value is not None}


def _level(level: Level) -> Tables:
    return _given(
        code=level.code,
        name=_text(level.name),
        total_at_least=level.total_at_least,
        each_at_least=level.each_at_least,
        passes=level.passes,
    )


def _sample(rule: SampleRule) -> Tables:
    return _given(
        instrument=rule.instrument.value,
        kinds=list(rule.kinds),
        fixed=rule.fixed,
        share=rule.share,
        at_least=rule.at_least,
        at_most=rule.at_most,
        source=rule.source,
    )


def _questionnaire(questionnaire: Questionnaire, names: dict[tuple[Choice, ...], str]) -> Tables:
    used = dict.fromkeys(sub.choices for sub in questionnaire.sub_questions)
    return {
        "name": _text(questionnaire.name),
        "scale": {names[choices]: {"choices": [_choice(choice) for choice in choices]} for choices in used},
        "indicator": [
            {
                "code": indicator.code,
                "name": _text(indicator.name),
                "item": [_item(item, names) for item in indicator.items],
            }
            for indicator in questionnaire.indicators
        ],
        **({"front": [_front_item(item) for item in questionnaire.front]} if questionnaire.front else {}),
    }


def _front_item(item: FrontItem) -> Tables:
    choices = [{"code": choice.code, "label": _text(choice.label)} for choice in item.choices]
    return {"code": item.code, "text": _text(item.text), "choices": choices}


def _choice(choice: Choice) -> Tables:
    return _given(code=choice.code, label=_text(choice.label), points=choice.points)


def _item(item: Item, names: dict[tuple[Choice, ...], str]) -> Tables:
    head = _given(code=item.code, text=_text(item.text), hint=_text(item.hint) if item.hint else None)
    if [sub.code for sub in item.sub_questions] == [item.code]:
        return {**head, **_asking(item.sub_questions[0], names)}
    return {**head, "ask": [{"text": _text(sub.text), **_asking(sub, names)} for sub in item.sub_questions]}


def _asking(sub: SubQuestion, names: dict[tuple[Choice, ...], str]) -> Tables:
    return {"direction": sub.direction.value, "scale": names[sub.choices]}


def _checklist(checklist: Checklist) -> Tables:
    return {
        "name": _text(checklist.name),
        "indicator": [
            {
                "code": indicator.code,
                "name": _text(indicator.name),
                "sub": [
                    {
                        "code": sub.code,
                        "name": _text(sub.name),
                        "item": [_checklist_item(item) for item in sub.items],
                    }
                    for sub in indicator.sub_indicators
                ],
            }
            for indicator in checklist.indicators
        ],
    }


def _checklist_item(item: ChecklistItem) -> Tables:
    return {
        "code": item.code,
        "name": _text(item.name),
        "evidence": _text(item.evidence),
        "evidence_year": item.evidence_year.value,
    }

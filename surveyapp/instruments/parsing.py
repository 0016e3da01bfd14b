"""TOML tables → a paper. Shapes only; whether a paper makes sense is for ``domain.soundness``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from surveyapp.domain.paper import (
    BelowMinimum,
    Checklist,
    ChecklistIndicator,
    ChecklistItem,
    Choice,
    Direction,
    EitMinimum,
    EitParts,
    EvidenceYear,
    FrontChoice,
    FrontItem,
    Indicator,
    Instrument,
    Item,
    Level,
    LevelOn,
    Paper,
    Questionnaire,
    Release,
    SampleRule,
    Settings,
    Status,
    SubIndicator,
    SubQuestion,
    Text,
    Wording,
)
from surveyapp.instruments.reader import Table

Choices = tuple[Choice, ...]
_HUNDREDTH: Final = Decimal("0.01")


def parse_paper(top: Table, iit: Questionnaire, eit: Questionnaire, oit: Checklist) -> Paper:
    """The paper of ``paper.toml``, with its three instruments already read."""
    weights = top.table("weights")
    return top.closed(
        Paper(
            fiscal_year=top.whole("fiscal_year"),
            status=top.one_of("status", Status),
            wording=top.one_of("wording", Wording),
            title=top.text("title"),
            sources=top.strings("sources"),
            unsure=top.texts("unsure"),
            weights=weights.closed({instrument: _weight(weights, instrument) for instrument in Instrument}),
            iit=iit,
            eit=eit,
            oit=oit,
            levels=tuple(_level(table) for table in top.tables("level")),
            samples=tuple(_sample(table) for table in top.tables("sample")),
            settings=_settings(top.table("settings")),
            release=_release(top.table("release")),
        )
    )


def _weight(table: Table, instrument: Instrument) -> Decimal:
    """A weight with two decimals at least: people read 0.30, however it was written down."""
    weight = table.number(instrument.value)
    return weight.quantize(_HUNDREDTH) if weight == weight.quantize(_HUNDREDTH) else weight


def parse_questionnaire(top: Table, instrument: Instrument) -> Questionnaire:
    """The questionnaire of ``iit.toml`` or ``eit.toml``."""
    scales_table = top.table("scale")
    scales = {name: _scale(scales_table.table(name)) for name in scales_table.keys()}  # noqa: SIM118 - a Table
    indicators = tuple(_indicator(table, scales) for table in top.tables("indicator"))
    return top.closed(Questionnaire(instrument, top.text("name"), indicators, parse_front(top)))


def parse_front(top: Table) -> tuple[FrontItem, ...]:
    """The front questions of a questionnaire's table; most have none."""
    return tuple(_front_item(table) for table in top.tables("front")) if top.has("front") else ()


def _front_item(table: Table) -> FrontItem:
    choices = tuple(
        each.closed(FrontChoice(each.string("code"), each.text("label"))) for each in table.tables("choices")
    )
    return table.closed(FrontItem(table.string("code"), table.text("text"), choices))


def parse_checklist(top: Table) -> Checklist:
    """The checklist of ``oit.toml``."""
    indicators = tuple(_checklist_indicator(table) for table in top.tables("indicator"))
    return top.closed(Checklist(top.text("name"), indicators))


def replace_items(checklist: Checklist, tables: Iterable[Table]) -> Checklist:
    """The same checklist with some of its items worded anew."""
    new = _replacements(tables, known={item.code for item in checklist.items})

    def renew(sub: SubIndicator) -> SubIndicator:
        return replace(sub, items=tuple(new.get(item.code, item) for item in sub.items))

    return replace(
        checklist,
        indicators=tuple(
            replace(each, sub_indicators=tuple(renew(sub) for sub in each.sub_indicators))
            for each in checklist.indicators
        ),
    )


def _replacements(tables: Iterable[Table], known: set[str]) -> dict[str, ChecklistItem]:
    """Code → the item as it is worded anew. An unknown code, or one given twice, is a fault."""
    new: dict[str, ChecklistItem] = {}
    for table in tables:
        item = _checklist_item(table)
        if item.code and item.code not in known:
            table.fault("code", f"ไม่มีข้อ {item.code} ให้แทน", f"there is no item {item.code} to replace")
        elif item.code in new:
            table.fault("code", f"แทนข้อ {item.code} สองครั้ง", f"replaces item {item.code} a second time")
        new[item.code] = item
    return new


def _level(table: Table) -> Level:
    return table.closed(
        Level(
            code=table.string("code"),
            name=table.text("name"),
            total_at_least=table.number("total_at_least"),
            each_at_least=table.maybe_number("each_at_least"),
            passes=table.truth("passes"),
        )
    )


def _sample(table: Table) -> SampleRule:
    return table.closed(
        SampleRule(
            instrument=table.one_of("instrument", Instrument),
            kinds=table.strings("kinds"),
            fixed=table.maybe_whole("fixed"),
            share=table.maybe_number("share"),
            at_least=table.whole("at_least"),
            at_most=table.maybe_whole("at_most"),
            source=table.string("source"),
        )
    )


def _settings(table: Table) -> Settings:
    return table.closed(
        Settings(
            eit_parts=table.one_of("eit_parts", EitParts),
            eit_minimum=table.one_of("eit_minimum", EitMinimum),
            below_minimum=table.one_of("below_minimum", BelowMinimum),
            level_on=table.one_of("level_on", LevelOn),
            least_for_score=table.whole("least_for_score"),
        )
    )


def _release(table: Table) -> Release:
    return table.closed(
        Release(
            rounded_to=table.whole("rounded_to"),
            least_for_instrument=table.whole("least_for_instrument"),
            least_for_steps=table.whole("least_for_steps"),
            least_in_cell=table.whole("least_in_cell"),
            most_in_cell=table.number("most_in_cell"),
        )
    )


def _scale(table: Table) -> Choices:
    return table.closed(_choices(table))


def _choices(table: Table) -> Choices:
    return tuple(
        each.closed(Choice(each.string("code"), each.text("label"), each.maybe_number("points")))
        for each in table.tables("choices")
    )


def _indicator(table: Table, scales: dict[str, Choices]) -> Indicator:
    items = tuple(_item(each, scales) for each in table.tables("item"))
    return table.closed(Indicator(table.string("code"), table.text("name"), items))


def _item(table: Table, scales: dict[str, Choices]) -> Item:
    code = table.string("code")
    text = table.text("text")
    if table.has("ask"):
        asked = tuple(table.tables("ask"))
        subs = tuple(
            _sub_question(each, f"{code}.{n}", each.text("text"), scales) for n, each in enumerate(asked, start=1)
        )
        subs = tuple(each.closed(sub) for each, sub in zip(asked, subs, strict=True))
    else:
        subs = (_sub_question(table, code, text, scales),)
    return table.closed(Item(code, text, subs, table.maybe_text("hint")))


def _sub_question(table: Table, code: str, text: Text, scales: dict[str, Choices]) -> SubQuestion:
    return SubQuestion(
        code=code,
        text=text,
        direction=table.one_of("direction", Direction),
        choices=_choices(table) if table.has("choices") else _named_scale(table, scales),
    )


def _named_scale(table: Table, scales: dict[str, Choices]) -> Choices:
    name = table.string("scale")
    if name and name not in scales:
        table.fault("scale", f"ไม่มีมาตรวัดชื่อ {name}", f"there is no scale called {name}")
    return scales.get(name, ())


def _checklist_indicator(table: Table) -> ChecklistIndicator:
    subs = tuple(
        each.closed(
            SubIndicator(
                each.string("code"), each.text("name"), tuple(_checklist_item(item) for item in each.tables("item"))
            )
        )
        for each in table.tables("sub")
    )
    return table.closed(ChecklistIndicator(table.string("code"), table.text("name"), subs))


def _checklist_item(table: Table) -> ChecklistItem:
    return table.closed(
        ChecklistItem(
            code=table.string("code"),
            name=table.text("name"),
            evidence=table.text("evidence"),
            evidence_year=table.one_of("evidence_year", EvidenceYear),
        )
    )

"""What differs between two papers: words removed and added, and whether it is a text at all."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.difference import Kind, Piece, Words, difference, pieces
from surveyapp.domain.paper import Direction, Paper, Text, Wording
from surveyapp.instruments.library import Library, paper_in
from surveyapp.instruments.writing import as_json, written

PAPER = Library().paper(2564)
words = re.compile(r"\s+|\S+").findall
texts = st.text(alphabet="กขา่ ab\n", max_size=30) | st.text(max_size=20)


def signs(text: str) -> list[str]:
    return list(text)


def without(found: tuple[Piece, ...], kind: Kind) -> str:
    return "".join(piece.text for piece in found if piece.kind is not kind)


@given(texts, texts, st.sampled_from([words, signs, str.split, lambda _: []]))
def test_without_what_was_added_the_old_text_is_left_and_without_what_was_removed_the_new(
    old: str, new: str, cut: Words
) -> None:
    found = pieces(old, new, cut)
    assert without(found, Kind.ADDED) == old
    assert without(found, Kind.REMOVED) == new
    assert all(piece.text for piece in found)


@given(texts)
def test_a_text_that_stays_is_one_piece(text: str) -> None:
    assert pieces(text, text, words) == ((Piece(Kind.KEPT, text),) if text else ())


def test_words_are_told_in_reading_order() -> None:
    assert pieces("a b c", "a x c", words) == (
        Piece(Kind.KEPT, "a "),
        Piece(Kind.REMOVED, "b"),
        Piece(Kind.ADDED, "x"),
        Piece(Kind.KEPT, " c"),
    )


def test_a_paper_does_not_differ_from_itself() -> None:
    assert not difference(PAPER, PAPER, words)
    assert not difference(PAPER, replace(PAPER, digest="another"), words)


def with_first_item(paper: Paper, **changes: object) -> Paper:
    first = paper.iit.indicators[0]
    item = replace(first.items[0], **changes)  # type: ignore[arg-type]
    indicator = replace(first, items=(item, *first.items[1:]))
    return replace(paper, iit=replace(paper.iit, indicators=(indicator, *paper.iit.indicators[1:])))


def test_a_text_is_told_by_its_place() -> None:
    changed = with_first_item(PAPER, text=Text("ใหม่", PAPER.iit.items[0].text.en))
    found = difference(PAPER, changed, words)
    assert [each.place for each in found.texts] == ["iit.item[i1].text.th"]
    assert found.structure == ()


def test_a_hint_whose_words_they_are_and_where_they_come_from_are_texts() -> None:
    changed = replace(with_first_item(PAPER, hint=Text("ก", "a")), wording=Wording.OFFICIAL, sources=("คู่มือ",))
    found = difference(PAPER, changed, words)
    places = {each.place for each in found.texts}
    assert {"wording", "iit.item[i1].hint.th", "iit.item[i1].hint.en", "sources[1]"} <= places
    assert found.structure == ()


def test_a_label_of_a_scale_is_told_once_with_how_many_questions_share_it() -> None:
    tables = written(PAPER)
    for scale in tables["iit"]["scale"].values():
        for choice in scale["choices"]:
            choice["label"]["th"] = choice["label"]["th"].replace("มากที่สุด", "มากที่สุดเท่าที่เคย")
    found = difference(PAPER, paper_in(as_json(tables)), words)
    asked = [sub for sub in PAPER.iit.sub_questions if any(each.label.th == "มากที่สุด" for each in sub.choices)]
    assert [(each.place, each.times) for each in found.texts] == [
        ("iit.item[i1].ask[i1.1].choice[4].label.th", len(asked))
    ]
    assert found.structure == ()


def test_everything_else_is_structure() -> None:
    first = PAPER.iit.items[0]
    turned = replace(first.sub_questions[0], direction=Direction.NEGATIVE)
    changed = with_first_item(PAPER, sub_questions=(turned, *first.sub_questions[1:]))
    changed = replace(changed, release=replace(PAPER.release, rounded_to=10), levels=PAPER.levels[1:])
    changed = replace(changed, samples=(replace(PAPER.samples[0], share=Decimal("0.2")), *PAPER.samples[1:]))
    found = {each.place: (each.before, each.after) for each in difference(PAPER, changed, words).structure}
    assert found["iit.item[i1].ask[i1.1].direction"] == ("positive", "negative")
    assert found["release.rounded_to"][1] == "10"
    assert found["level"] == ("AA, A, B, C, D, E, F", "A, B, C, D, E, F")
    assert found["sample[1].share"][1] == "0.2"


def test_a_year_without_a_paper_gains_every_text() -> None:
    found = difference(None, PAPER, words)
    assert all(piece.kind is Kind.ADDED for each in found.texts for piece in each.pieces)
    assert all(each.before == "" for each in found.structure)

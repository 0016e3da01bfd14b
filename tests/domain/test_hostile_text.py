"""Long and strange text in every validator: an answer within a tenth of a second, and never a crash."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from surveyapp.domain.checklist_sheet import (
    Column,
    SheetReader,
    find_columns,
    is_web_address,
    item_code,
    parse_decisions,
)
from surveyapp.domain.link_code import is_code, tidy_code
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.response import chosen, parse_response
from surveyapp.domain.score_document import parse_inputs
from surveyapp.domain.thai import arabic_digits, parse_fiscal_year, sort_key

from .builders import a_form, paper

SIZE = 100_000
LONGEST_SECONDS = 0.1
PAPER = paper(2569)
NASTY = {
    "zeros": "0" * SIZE,
    "nines": "9" * SIZE,
    "a code with zeros": "O" + "0" * SIZE,
    "a code with blanks": "O" + " " * SIZE + "1",
    "blanks": " " * SIZE,
    "wide blanks": "\u3000\u00a0" * (SIZE // 2),
    "hyphens": "-" * SIZE,
    "dots": "." * SIZE,
    "brackets": "(" * SIZE,
    "an address of dots": "https://" + "a." * (SIZE // 2),
    "an address of ats": "https://" + "@" * SIZE,
    "an address of brackets": "https://" + "[" * SIZE,
    "many addresses": "https://a.go.th " * (SIZE // 16),
    "an exponent": "1e" + "9" * SIZE,
    "NUL": "\x00" * SIZE,
    "half a sign": "\ud800" * SIZE,
    "leading vowels": "เ" * SIZE,
    "marks": "่" * SIZE,
    "letters under marks": "ก่้๊๋็์ํ" * (SIZE // 8),
    "faces": "😀" * 10_000,
    "capital sharp": "ßİŉǰ" * (SIZE // 4),
    "right to left": "\u202e" * SIZE,
    "lines": "\r\n" * (SIZE // 2),
    "formula": "=1+" * (SIZE // 3),
}


def read_or_refused(read: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems with which it was refused; none when it was read."""
    try:
        read()
    except Problem as problem:
        return (problem,)
    except Problems as problems:
        return problems.problems
    return ()


def read_sheet(text: str) -> object:
    header = [column.heading for column in Column]
    cell = text[: SIZE // len(header)]
    reading = SheetReader(PAPER.oit, 2569, may_decide=True).read(header, [(2, [cell] * len(header))])
    assert all(len(str(problem)) < 1000 for problem in reading.problems[:10])
    return reading


def submit(text: str) -> object:
    form = a_form(PAPER.iit, digest=PAPER.digest, i1=[text], response_id=[text], paper=[text], **{text: [text]})
    chosen(PAPER.iit, form)
    return parse_response(PAPER.iit, form, digest=PAPER.digest, eit_part=0)


VALIDATORS: dict[str, Callable[[str], object]] = {
    "item_code": item_code,
    "is_web_address": is_web_address,
    "parse_fiscal_year": parse_fiscal_year,
    "arabic_digits": arabic_digits,
    "sort_key": lambda name: sort_key(name[:10_000]),
    "a link": lambda text: is_code(tidy_code(text)),
    "find_columns": lambda text: find_columns([text] * 3),
    "a sheet": read_sheet,
    "a page of decisions": lambda text: parse_decisions(
        PAPER.oit, {"mark-O1": text, "mark-O2": "0", "reason-O2": text}
    ),
    "a response": submit,
    "a score": lambda text: parse_inputs(PAPER, {"indicators": {"1": text, text: text}, text: text}),
    "a count": lambda text: parse_inputs(PAPER, {"tallies": {"iit": {"i1": {"1": text, text: 1}}}}),
}


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("validator", VALIDATORS.values(), ids=VALIDATORS)
def test_every_validator_answers_hostile_text_quickly(validator: Callable[[str], object], nasty: str) -> None:
    """The best of three, so that a busy machine does not speak for the validator."""
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        problems = read_or_refused(lambda: validator(nasty))
        best = min(best, time.process_time() - begun)
        assert all(len(str(problem)) < 1000 for problem in problems)
        if best < LONGEST_SECONDS:
            break
    assert best < LONGEST_SECONDS


def test_a_form_of_200_000_fields_is_read_within_a_second() -> None:
    form = a_form(PAPER.iit, digest=PAPER.digest) | {f"x{n}": ["1"] for n in range(200_000)}
    begun = time.process_time()
    parse_response(PAPER.iit, form, digest=PAPER.digest, eit_part=0)
    assert time.process_time() - begun < 1

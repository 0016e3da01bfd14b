"""A response: one person's complete answers, parsed once and trusted afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surveyapp.domain.paper import Instrument, Questionnaire, SubQuestion
from surveyapp.domain.problems import (
    AnsweredTwice,
    ChoiceUnknown,
    OtherQuestionnaire,
    Problem,
    Problems,
    QuestionUnanswered,
    ResponseIdMissing,
)

ID_FIELD: Final = "response_id"
PAPER_FIELD: Final = "paper"
_ID: Final = re.compile(r"[0-9a-fA-F]{32}", re.ASCII)
_QUESTION: Final = re.compile(r"[ie][0-9]{1,3}(\.[0-9]{1,2})?", re.ASCII)

Raw = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Response:
    """Complete answers.

    id: 16 random bytes made by the page. eit_part: 0 for the IIT, 1 or 2 for the EIT.
    answers: one byte per sub-question in the paper's order, the place of the choice counted from 1.
    """

    id: bytes
    instrument: Instrument
    eit_part: int
    answers: bytes


def parse_response(questionnaire: Questionnaire, raw: Raw, *, digest: str, eit_part: int) -> Response:
    """The response in a sent form, or ``Problems`` with everything that is wrong with it.

    raw: field name → every value it came with. Fields that are not questions are none of our business;
    a question of another questionnaire is. digest: the paper the round is bound to.
    """
    page_id = _page_id(raw)
    problems: list[Problem] = list(_page_problems(questionnaire, raw, digest))
    answers = bytearray()
    for sub in questionnaire.sub_questions:
        place, problem = _answer(sub, raw.get(sub.code, ()))
        answers.append(place)
        if problem is not None:
            problems.append(problem)
    if page_id is None:
        problems.insert(0, ResponseIdMissing())
    if problems or page_id is None:
        raise Problems(problems)
    return Response(bytes.fromhex(page_id), questionnaire.instrument, eit_part, bytes(answers))


def tidy_id(text: str) -> str | None:
    """The id of a response as 32 small hexadecimal digits; None where the text is no such id."""
    return text.lower() if _ID.fullmatch(text) else None


def chosen(questionnaire: Questionnaire, raw: Raw) -> dict[str, str]:
    """The sound answers of a sent form, sub-question code → choice code; to fill the form again."""
    kept = {}
    for sub in questionnaire.sub_questions:
        place, problem = _answer(sub, raw.get(sub.code, ()))
        if problem is None:
            kept[sub.code] = sub.choices[place - 1].code
    return kept


def unpack(questionnaire: Questionnaire, answers: bytes) -> dict[str, str]:
    """Stored answers as sub-question code → choice code. A blank (byte 0) is left out."""
    subs = questionnaire.sub_questions
    if len(subs) != len(answers):
        raise ValueError("answers do not belong to this questionnaire")
    return {sub.code: sub.choices[place - 1].code for sub, place in zip(subs, answers, strict=True) if place}


def place_of(code: str) -> str:
    """How a page numbers a sub-question: "i11.2" is question 11.2."""
    return code[1:]


def _page_id(raw: Raw) -> str | None:
    """The one id a form came with; None without one, or with several."""
    ids = raw.get(ID_FIELD, ())
    return tidy_id(ids[0]) if len(ids) == 1 else None


def _page_problems(questionnaire: Questionnaire, raw: Raw, digest: str) -> Iterator[Problem]:
    known = {sub.code for sub in questionnaire.sub_questions}
    strange = any(_QUESTION.fullmatch(name) and name not in known for name in raw)
    if strange or any(value != digest for value in raw.get(PAPER_FIELD, ())):
        yield OtherQuestionnaire()


def _answer(sub: SubQuestion, values: Sequence[str]) -> tuple[int, Problem | None]:
    """The place of the chosen choice, counted from 1, and the problem if there is one."""
    facts = {"code": sub.code, "place": place_of(sub.code)}
    if not values or values == [""]:
        return 0, QuestionUnanswered(**facts)
    if len(values) > 1:
        return 0, AnsweredTwice(**facts)
    for place, choice in enumerate(sub.choices, start=1):
        if choice.code == values[0]:
            return place, None
    return 0, ChoiceUnknown(**facts)

"""Refusals. Each says what is wrong and what to do next, and carries its facts.

``sentence`` is the English message; doors and commands translate it and fill in the facts. Nothing
else in the program words a refusal, so that a page and a command say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeAlias

from surveyapp.domain.paper import Text

Fact: TypeAlias = str | int | Text


def N_(sentence: str) -> str:  # noqa: N802 - the name Babel looks for when it collects sentences
    """Mark a sentence for translation; translated where it is shown."""
    return sentence


class Problem(Exception):
    """A refusal with its facts. ``status`` is its HTTP status."""

    sentence: ClassVar[str] = ""
    status: ClassVar[int] = 400

    def __init__(self, **facts: Fact) -> None:
        super().__init__()
        self.facts: Mapping[str, Fact] = facts

    def __str__(self) -> str:
        return self.sentence % {name: _plain(fact) for name, fact in self.facts.items()}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Problem) and self.facts == other.facts

    def __hash__(self) -> int:
        return hash((type(self), tuple(sorted((k, str(v)) for k, v in self.facts.items()))))


class Problems(Exception):
    """Everything that is wrong with one input, all at once, in the order of the input."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def _plain(fact: Fact) -> str | int:
    return fact.en if isinstance(fact, Text) else fact


# --- files -----------------------------------------------------------------------------------------


class FileTooLarge(Problem):
    sentence = N_("The file is larger than %(limit_megabytes)s MB. Remove pictures and unused sheets, then send it again.")
    status = 413


class FileNotReadable(Problem):
    sentence = N_("The file cannot be read as a spreadsheet. Save it as .xlsx or .csv (UTF-8), then send it again.")
    status = 422


class FileEmpty(Problem):
    sentence = N_("The file holds no rows. Download the template again and fill it in.")
    status = 422


class FileSuspicious(Problem):
    sentence = N_("The file unpacks to far more than it should. Copy its cells into a fresh template and send that.")
    status = 422


class CellIsFormula(Problem):
    sentence = N_("Cell %(cell)s holds a formula. Copy it and paste it back as a value.")
    status = 422

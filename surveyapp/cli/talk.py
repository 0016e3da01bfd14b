"""How commands speak: documents to stdout, people in their language to stderr, refusals with exit 2."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from babel.support import NullTranslations, Translations

from surveyapp.domain.paper import Text
from surveyapp.domain.problems import N_, FileNotWritten, Problem, Problems
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.errands import Errands

_T = TypeVar("_T")


class Talk:
    """What every command is handed: the errands, and a voice."""

    def __init__(self, build: Callable[[], Errands], translations: Path, language: str) -> None:
        self._build = build
        self._folder = translations
        self.language = language

    @cached_property
    def _errands(self) -> Errands:
        return self._build()

    def errand(self, kind: type[_T]) -> _T:
        """The errand of this class."""
        return self._errands(kind)

    @cached_property
    def _catalogue(self) -> NullTranslations:
        return Translations.load(self._folder, [self.language])

    def say(self, sentence: str) -> str:
        """A sentence in the person's language, its facts not filled in yet."""
        return str(self._catalogue.gettext(sentence))

    def words(self, sentence: str, **facts: str | int | Text) -> str:
        """A sentence in the person's language, with its facts."""
        plain = {key: fact.into(self.language) if isinstance(fact, Text) else fact for key, fact in facts.items()}
        return self.say(sentence) % plain

    def tell(self, sentence: str, **facts: str | int | Text) -> None:
        """Say something to the person at the terminal."""
        click.echo(self.words(sentence, **facts), err=True)

    def document(self, value: Any) -> None:
        """Print one JSON document, and nothing else, on stdout."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))

    def tell_problems(self, problems: Iterable[Problem]) -> None:
        """Say every problem, a line each."""
        for problem in problems:
            click.echo(f"• {self.words(problem.sentence, **problem.facts)}", err=True)

    def refuse(self, problems: Iterable[Problem]) -> NoReturn:
        """Say every problem and end with exit 2."""
        self.tell_problems(problems)
        raise SystemExit(2)


class Commands(click.Group):
    """A group whose commands end with exit 2 and every problem listed when they are refused."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal becomes words."""
        talk = ctx.find_object(Talk)
        try:
            return super().invoke(ctx)
        except Problems as refused:
            assert talk is not None  # noqa: S101 - __main__ always brings one
            talk.refuse(refused.problems)
        except Problem as refused:
            assert talk is not None  # noqa: S101 - as above
            talk.refuse([refused])


pass_talk = click.make_pass_decorator(Talk)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")


def write_file(talk: Talk, file: Path, content: bytes) -> None:
    """Write a file a person asked for, and say so."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise FileNotWritten(file=str(file), why=error.strerror or "?") from None
    talk.tell(N_("Written: %(file)s"), file=str(file))


def make_room(file: Path) -> None:
    """Refuse a file that cannot be written, before something is made that stands nowhere else."""
    try:
        file.open("ab").close()
    except OSError as error:
        raise FileNotWritten(file=str(file), why=error.strerror or "?") from None


def year_of(typed: str | None) -> int | None:
    """The fiscal year somebody typed; None where none was."""
    return None if typed is None else parse_fiscal_year(typed)

"""Commands for access codes: choose the way staff answer, and print slips."""

from __future__ import annotations

from pathlib import Path

import click

from surveyapp.cli.talk import Commands, Talk, make_room, write_file, year_of
from surveyapp.cli.talk import pass_talk as _talk
from surveyapp.domain.problems import N_
from surveyapp.services.codes import Codes, parse_count
from surveyapp.services.results import Results


@click.group(cls=Commands)
def codes() -> None:
    """How staff come to the right to answer the IIT."""


@codes.command()
@click.option("--agency", required=True, help="Code of the agency.")
@click.option("--year", help="Fiscal year; else the newest open round.")
@click.argument("way", type=click.Choice(["open", "code"]))
@_talk
def way(talk: Talk, agency: str, year: str | None, way: str) -> None:
    """Choose WAY: an open link for everybody, or drawn access codes."""
    number = year_of(year) or talk.errand(Results).newest_year()
    talk.errand(Codes).choose(None, number, agency, by_code=way == "code")


@codes.command()
@click.option("--agency", required=True, help="Code of the agency.")
@click.option("--year", help="Fiscal year; else the newest open round.")
@click.option("-n", "--number", "typed", required=True, help="How many slips.")
@click.option("--void-unused", is_flag=True, help="Void the codes that are out and not used yet.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_talk
def issue(talk: Talk, agency: str, year: str | None, typed: str, void_unused: bool, file: Path) -> None:
    """Make codes and write the slips to FILE (PDF). They stand nowhere else."""
    number = year_of(year) or talk.errand(Results).newest_year()
    n = parse_count(typed)
    make_room(file)
    write_file(talk, file, talk.errand(Codes).issue(None, number, agency, n, void_unused=void_unused))
    talk.tell(N_("%(n)s slips are in %(file)s. The codes are kept nowhere else."), n=n, file=str(file))

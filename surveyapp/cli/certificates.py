"""``surveyapp certificates``: the settled results of a round on paper, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from surveyapp.cli.talk import Talk, pass_talk, write_file
from surveyapp.domain.certificate import SIGNATORIES
from surveyapp.domain.certificate_problems import TooManySignatories
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.certificates import Certificates


@click.command()
@click.argument("year")
@click.option("--province", default="", help="Only the agencies of this province.")
@click.option("--agency", default="", help="Only the agency with this code, whatever its level.")
@click.option(
    "--level", "levels", multiple=True, help="Only this level, by its code; else those that pass. Repeatable."
)
@click.option(
    "--signed", type=(str, str), multiple=True, metavar="NAME POSITION", help="Who signs by hand; twice at most."
)
@click.option("--day", default="", help="The day it is given, such as 1/6/2569.")
@click.option("--thai-digits", is_flag=True, help="๐–๙ instead of 0–9.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write.")
@pass_talk
def certificates(
    talk: Talk,
    year: str,
    province: str,
    agency: str,
    levels: tuple[str, ...],
    signed: tuple[tuple[str, str], ...],
    day: str,
    thai_digits: bool,
    out: Path,
) -> None:
    """Write the certificates of the closed and announced YEAR as one PDF, with a bookmark for each agency."""
    if len(signed) > SIGNATORIES:
        raise TooManySignatories(most=SIGNATORIES)
    typed = {"day": day, "digits": "thai" if thai_digits else ""}
    for number, (name, position) in enumerate(signed, 1):
        typed |= {f"name{number}": name, f"position{number}": position}
    errand, fiscal_year = talk.errand(Certificates), parse_fiscal_year(year)
    if agency:
        pdf = errand.of(None, fiscal_year, agency, typed)
    else:
        pdf = errand.book(None, fiscal_year, levels or None, typed, province=province)
    write_file(talk, out, pdf)

"""``surveyapp posters``: what is printed for an agency, a province or a whole round, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from surveyapp.cli.talk import Talk, pass_talk, write_file
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Channel
from surveyapp.domain.poster import Languages, Size
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.posters import Posters, Wish

_LARGEST_EMBLEM = 10_000_000
_SURVEYS = [Instrument.IIT.value, Instrument.EIT.value]
_ON_PAPER = [Channel.OPEN.value, Channel.FIELD.value]


@click.command()
@click.argument("year")
@click.option("--province", help="Only the agencies of this province.")
@click.option("--agency", help="Only the agency with this code.")
@click.option("--instrument", type=click.Choice(_SURVEYS), help="Only the IIT or the EIT; else both.")
@click.option("--channel", type=click.Choice(_ON_PAPER), default=Channel.OPEN.value, show_default=True)
@click.option("--size", type=click.Choice([each.value for each in Size]), default=Size.A4.value, show_default=True)
@click.option("--languages", type=click.Choice([each.value for each in Languages]), default="th", show_default=True)
@click.option("--emblem", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PNG, of one agency.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write.")
@pass_talk
def posters(
    talk: Talk,
    year: str,
    province: str | None,
    agency: str | None,
    instrument: str | None,
    channel: str,
    size: str,
    languages: str,
    emblem: Path | None,
    out: Path,
) -> None:
    """Write the posters of YEAR as one PDF, with a bookmark for each agency."""
    wish = Wish(Instrument(instrument or _SURVEYS[0]), Channel(channel), Size(size), Languages(languages))
    pdf = talk.errand(Posters).book(
        None,
        parse_fiscal_year(year),
        wish,
        province=province,
        agency=agency,
        both=instrument is None,
        emblem=_first_bytes(emblem) if emblem else None,
    )
    write_file(talk, out, pdf)


def _first_bytes(file: Path) -> bytes:
    """A file, or so much of a huge one that it is refused as too large."""
    with file.open("rb") as stream:
        return stream.read(_LARGEST_EMBLEM)

"""``surveyapp results``: publish a closed round, and check what somebody published."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from surveyapp.cli.talk import Commands, Talk
from surveyapp.cli.talk import json_option as _json
from surveyapp.cli.talk import pass_talk as _talk
from surveyapp.domain.problems import N_
from surveyapp.domain.receipt import in_groups
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.publishing import Found, Publishing

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(cls=Commands)
def results() -> None:
    """The open bundle of a closed round: publish, verify, look up a receipt."""


@results.command()
@click.argument("year")
@click.option("--out", required=True, type=_FOLDER, help="A folder that is not there yet.")
@_json
@_talk
def publish(talk: Talk, year: str, out: Path, as_json: bool) -> None:
    """Write the signed bundle of a closed YEAR; the same round gives the same bytes."""
    done = talk.errand(Publishing).publish(parse_fiscal_year(year), out)
    if as_json:
        talk.document(asdict(done))
    talk.tell(N_("Published fiscal year %(year)s: %(agencies)s agencies."), year=done.year, agencies=done.agencies)
    talk.tell(N_("Written: %(file)s"), file=str(out))
    talk.tell(N_("Fingerprint of the key: %(key)s"), key=in_groups(done.fingerprint))


@results.command()
@click.argument("folder", type=_FOLDER)
@click.option("--key", help="Fingerprint the key must have, from the page /trust of whoever published it.")
@_json
@_talk
def verify(talk: Talk, folder: Path, key: str | None, as_json: bool) -> None:
    """Check everything in a published FOLDER: signature, files, receipts, and every released score."""
    done = talk.errand(Publishing).verify(folder, key)
    if as_json:
        talk.document(asdict(done))
    talk.tell(
        N_("Everything holds: fiscal year %(year)s, %(agencies)s agencies."), year=done.year, agencies=done.agencies
    )
    talk.tell(N_("Fingerprint of the key: %(key)s"), key=in_groups(done.fingerprint))
    if key is None:
        talk.tell(N_("Compare it with the page /trust of whoever published the folder, or give it as --key."))


@results.command()
@click.argument("folder", type=_FOLDER)
@click.argument("serial")
@_json
@_talk
def receipt(talk: Talk, folder: Path, serial: str, as_json: bool) -> None:
    """Look for a receipt in a published FOLDER; exit 1 where it is not there."""
    found = talk.errand(Publishing).find(folder, serial)
    if as_json:
        talk.document({"counted": False} if found is None else _proof(found))
    if found is None:
        talk.tell(N_("No, it is not among those counted."))
        raise SystemExit(1)
    instrument = found.instrument.upper()
    talk.tell(N_("Yes, it was counted: %(agency)s, %(instrument)s."), agency=found.agency, instrument=instrument)


def _proof(found: Found) -> dict[str, Any]:
    return {
        "counted": True,
        "agency": found.agency,
        "instrument": found.instrument,
        "leaf": found.leaf.hex(),
        "root": found.root.hex(),
        "place": found.proof.place,
        "size": found.proof.size,
        "path": [beside.hex() for beside in found.proof.path],
    }

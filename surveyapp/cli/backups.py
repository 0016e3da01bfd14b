"""Commands to keep a copy of the whole installation, and to take one into use."""

from __future__ import annotations

from pathlib import Path

import click

from surveyapp.cli.talk import Talk
from surveyapp.cli.talk import pass_talk as _talk
from surveyapp.domain.problems import N_
from surveyapp.services.backups import Backups


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_talk
def backup(talk: Talk, file: Path) -> None:
    """Write the whole installation to FILE: the database and the keys beside it. As secret as they are."""
    rows, log_emptied = talk.errand(Backups).save(file)
    talk.tell(
        N_("Wrote %(file)s: %(rows)s rows and the keys. Keep it where only you can read it."), file=str(file), rows=rows
    )
    if not log_emptied:
        talk.tell(N_("PostgreSQL's log of writes still knows today's order; docs/operating.md says how to empty it."))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_talk
def restore(talk: Talk, file: Path) -> None:
    """Take a backup FILE into this installation, which must be empty."""
    rows = talk.errand(Backups).restore(file)
    talk.tell(N_("Restored %(rows)s rows and the keys. Everybody signs in anew."), rows=rows)

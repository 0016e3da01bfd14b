"""``surveyapp instruments``: the papers of the fiscal years, out of the house and in again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from surveyapp.cli.crosswalk import crosswalk_lines
from surveyapp.cli.talk import Commands, Talk, json_option, pass_talk, write_file
from surveyapp.domain.difference import Kind, Piece
from surveyapp.domain.problems import N_, NoPapers
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.papers import Papers
from surveyapp.services.wording import Change, WordingChange

_BRACKETS: Final = {Kind.KEPT: "%s", Kind.REMOVED: "[-%s-]", Kind.ADDED: "{+%s+}"}
_LONGEST_KEPT: Final = 60


@click.group(cls=Commands)
def instruments() -> None:
    """The papers of the fiscal years."""


@instruments.command("list")
@json_option
@pass_talk
def list_papers(talk: Talk, as_json: bool) -> None:
    """List the fiscal years with their status."""
    errand = talk.errand(Papers)
    papers = errand.every()
    if as_json:
        talk.document(
            [
                {
                    "fiscal_year": paper.fiscal_year,
                    "status": paper.status.value,
                    "wording": paper.wording.value,
                    "digest": paper.digest,
                    "imported": errand.is_imported(paper.fiscal_year),
                    "items": {
                        "iit": len(paper.iit.items),
                        "eit": len(paper.eit.items),
                        "oit": len(paper.oit.items),
                    },
                }
                for paper in papers
            ]
        )
        return
    for paper in papers:
        origin = talk.words(N_("imported") if errand.is_imported(paper.fiscal_year) else N_("as shipped"))
        facts = (str(paper.fiscal_year), paper.status.value, paper.digest[:12], origin)
        click.echo("\t".join((*facts, paper.title.into(talk.language))))


@instruments.command()
@click.argument("year")
@json_option
@pass_talk
def show(talk: Talk, year: str, as_json: bool) -> None:
    """Show everything in a year's paper."""
    document = talk.errand(Papers).show(parse_fiscal_year(year))
    if as_json:
        talk.document(document)
        return
    for instrument in ("iit", "eit"):
        for indicator in document[instrument]["indicators"]:
            click.echo(f"\n{indicator['code']} {indicator['name'][talk.language]}")
            for item in indicator["items"]:
                click.echo(f"  {item['code']}\t{item['text'][talk.language]}")
    for indicator in document["oit"]["indicators"]:
        for sub in indicator["sub_indicators"]:
            click.echo(f"\n{sub['code']} {sub['name'][talk.language]}")
            for item in sub["items"]:
                click.echo(f"  {item['code']}\t{item['name'][talk.language]}")


@instruments.command()
@click.argument("year")
@json_option
@pass_talk
def crosswalk(talk: Talk, year: str, as_json: bool) -> None:
    """Show what became of each item and indicator of the year before in YEAR."""
    document = talk.errand(Papers).crosswalk(parse_fiscal_year(year))
    if as_json:
        talk.document(document)
        return
    for line in crosswalk_lines(talk, document):
        click.echo(line)


@instruments.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@pass_talk
def check(talk: Talk, folder: Path | None) -> None:
    """Check every paper that comes with the product, or every paper in FOLDER."""
    found = talk.errand(Papers).check(folder)
    for year, problems in found.items():
        if not problems:
            talk.tell(N_("%(year)s: sound"), year=year)
    talk.tell_problems(problem for problems in found.values() for problem in problems)
    if not found:
        raise NoPapers(folder=str(folder))
    if any(found.values()):
        raise SystemExit(2)


@instruments.command()
@click.argument("year")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--shipped", is_flag=True, help="The paper that comes with the product, whatever is in use.")
@pass_talk
def export(talk: Talk, year: str, file: Path, shipped: bool) -> None:
    """Write the paper in use of YEAR as an .xlsx whose texts can be replaced."""
    write_file(talk, file, talk.errand(WordingChange).export(parse_fiscal_year(year), shipped=shipped))


@instruments.command("import")
@click.argument("source", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@json_option
@pass_talk
def import_paper(talk: Talk, source: Path, dry_run: bool, as_json: bool) -> None:
    """Put a changed workbook (or a folder of four TOML files) in use, showing what changes word by word."""
    errand = talk.errand(WordingChange)
    change = errand.compare(source)
    if change.difference and not dry_run:
        errand.put_in_use(change)
    if as_json:
        talk.document(_document(change, in_use=bool(change.difference) and not dry_run))
    else:
        _show(talk, change)
    facts: dict[str, str | int] = {"year": change.after.fiscal_year, "digest": change.after.digest[:12]}
    if not change.difference:
        talk.tell(N_("Nothing differs; fiscal year %(year)s stays at %(digest)s."), **facts)
    elif dry_run:
        talk.tell(N_("Nothing was changed. Without --dry-run fiscal year %(year)s would use %(digest)s."), **facts)
    else:
        talk.tell(N_("Fiscal year %(year)s now uses %(digest)s."), **facts)


def _show(talk: Talk, change: Change) -> None:
    for each in change.difference.structure:
        click.echo(f"{each.place}: [-{each.before}-]{{+{each.after}+}}")
    for text in change.difference.texts:
        times = f" (×{text.times})" if text.times > 1 else ""
        click.echo(f"{text.place}{times}: {''.join(map(_shown, text.pieces))}")
    structure = len(change.difference.structure)
    talk.tell(
        N_("Texts that differ: %(texts)s. Other differences: %(structure)s."),
        texts=sum(text.times for text in change.difference.texts),
        structure=structure,
    )


def _shown(piece: Piece) -> str:
    """A piece on one line; of long runs that stay, the two ends."""
    text = piece.text.replace("\n", "⏎")
    if piece.kind is Kind.KEPT and len(text) > _LONGEST_KEPT:
        text = f"{text[: _LONGEST_KEPT // 2]} … {text[-_LONGEST_KEPT // 2 :]}"
    return _BRACKETS[piece.kind] % text


def _document(change: Change, *, in_use: bool) -> dict[str, Any]:
    return {
        "fiscal_year": change.after.fiscal_year,
        "status": change.after.status.value,
        "wording": change.after.wording.value,
        "before": change.before.digest if change.before else None,
        "after": change.after.digest,
        "in_use": in_use,
        "structure": [
            {"place": each.place, "before": each.before, "after": each.after} for each in change.difference.structure
        ],
        "texts": [
            {
                "place": text.place,
                "times": text.times,
                "pieces": [{"kind": piece.kind.value, "text": piece.text} for piece in text.pieces],
            }
            for text in change.difference.texts
        ],
    }

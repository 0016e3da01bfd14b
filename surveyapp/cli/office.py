"""The office at the command line: the roster, numbers of people, reminders, and the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from surveyapp.cli.talk import Commands, Talk, json_option, pass_talk, write_file
from surveyapp.domain.kinds import kind_name, track_of
from surveyapp.domain.problems import N_, Problem, Problems
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.journal import JournalBook
from surveyapp.services.numbers import Numbers
from surveyapp.services.reminders import Letter, Reminder, Reminders
from surveyapp.services.roster import Comparison, Roster


@click.group(cls=Commands)
def agencies() -> None:
    """The roster of agencies."""


@agencies.command("list")
@json_option
@pass_talk
def list_agencies(talk: Talk, as_json: bool) -> None:
    """List every agency."""
    found = talk.errand(Roster).every(None)
    if not as_json:
        for each in found:
            click.echo("\t".join((each.code, each.name, kind_name(each.kind).into(talk.language), each.province)))
        return
    talk.document(
        [
            {
                "code": each.code,
                "name": each.name,
                "kind": each.kind,
                "province": each.province,
                "district": each.district,
                "track": track_of(each.kind).value,
            }
            for each in found
        ]
    )


@agencies.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_talk
def template(talk: Talk, file: Path) -> None:
    """Write the roster as an .xlsx to fill in, with every agency that is known."""
    write_file(talk, file, talk.errand(Roster).template(None))


@agencies.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what differs and change nothing.")
@json_option
@pass_talk
def import_agencies(talk: Talk, file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring in the roster from an .xlsx or .csv; all of it, or nothing when a row has a problem."""
    roster = talk.errand(Roster)
    try:
        found = roster.look(None, file.read_bytes())
        problems = found.reading.problems
    except Problem as refused:
        problems = (refused,)
    except Problems as refused:
        problems = refused.problems
    kept = not problems and not dry_run and bool(found.difference)
    if kept:
        roster.keep(None, found.reading.entries, found.mark)
    if as_json:
        told = [talk.words(problem.sentence, **problem.facts) for problem in problems]
        difference = _difference(found) if not problems else {}
        talk.document({"kept": kept, **difference, "problems": told})
    if problems:
        talk.refuse(problems)
    if not as_json:
        _show(found)
    _sum_up(talk, found, dry_run)


def _sum_up(talk: Talk, found: Comparison, dry_run: bool) -> None:
    difference = found.difference
    talk.tell(
        N_("New: %(new)s. Changed: %(changed)s. Unchanged: %(unchanged)s. Not in the file, left alone: %(missing)s."),
        new=len(difference.new),
        changed=len(difference.changed),
        unchanged=difference.unchanged,
        missing=len(difference.missing),
    )
    if difference.numbers:
        year = found.round.fiscal_year if found.round else 0
        talk.tell(N_("Numbers told for fiscal year %(year)s: %(n)s agencies."), year=year, n=len(difference.numbers))
    if difference.waiting:
        sentence = N_(
            "%(n)s rows tell numbers, but no round is being prepared: prepare one, then bring the file again."
        )
        talk.tell(sentence, n=difference.waiting)
    if dry_run and difference:
        talk.tell(N_("Nothing was changed. Without --dry-run this would be kept."))


def _show(found: Comparison) -> None:
    """What differs, a line each: + new, ~ changed."""
    for agency in found.difference.new:
        click.echo(f"+ {agency.code}\t{agency.name}")
    for changed in found.difference.changed:
        for edit in changed.edits:
            click.echo(f"~ {changed.after.code}\t{edit.column.heading}\t[-{edit.old}-]{{+{edit.new}+}}")
    for told in found.difference.numbers:
        pairs = (f"{old or '–'} → {new or '–'}" for old, new in (told.staff, told.contacts))
        click.echo(f"# {told.code}\t" + "\t".join(pairs))


def _difference(found: Comparison) -> dict[str, Any]:
    difference = found.difference
    return {
        "new": [agency.code for agency in difference.new],
        "changed": [
            {"code": each.after.code}
            | {edit.column.name.lower(): {"old": edit.old, "new": edit.new} for edit in each.edits}
            for each in difference.changed
        ],
        "unchanged": difference.unchanged,
        "missing": [agency.code for agency in difference.missing],
        "numbers": [
            {"code": told.code, "staff": list(told.staff), "contacts": list(told.contacts)}
            for told in difference.numbers
        ],
        "numbers_waiting": difference.waiting,
    }


@click.command()
@click.option("--agency", required=True, help="Code of the agency.")
@click.option("--staff", help="Staff with at least one year of service.")
@click.option("--contacts", help="People who contacted the agency in the year.")
@click.option("--year", help="Fiscal year; else the newest in preparation, else the newest open.")
@click.option("--reason", default="", help="Why; needed once the round is open.")
@json_option
@pass_talk
def numbers(
    talk: Talk, agency: str, staff: str | None, contacts: str | None, year: str | None, reason: str, as_json: bool
) -> None:
    """Tell how many people may answer, or show what was told and the minimum that follows."""
    errand = talk.errand(Numbers)
    number = parse_fiscal_year(year) if year else errand.newest_year()
    if staff is None and contacts is None:
        told = errand.look(None, number, agency)
    else:
        told = errand.tell(None, number, agency, (staff or "", contacts or ""), reason)
    if as_json:
        talk.document(
            {
                "agency": told.assessment.agency.code,
                "fiscal_year": number,
                "staff": told.assessment.eligible_iit,
                "contacts": told.assessment.eligible_eit,
                "minimum": {each.instrument.value: each.needed for each in told.minimums},
            }
        )
        return
    for each in told.minimums:
        click.echo(f"{each.instrument.upper()}\t{each.needed}\t{talk.words(each.why.sentence, **each.why.facts)}")


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(0, 365), help="What is due within so many.")
@click.option("--send", is_flag=True, help="Send the texts to the coordinators, where mail is set up.")
@json_option
@pass_talk
def remind(talk: Talk, days: int, send: bool, as_json: bool) -> None:
    """Say what is due soon at each agency, in texts ready to send by mail or LINE."""
    errand = talk.errand(Reminders)
    letters = [_letter(talk, each) for each in errand.soon(days)]
    if send:
        sent = errand.send(letters)
    if as_json:
        talk.document([{"agency": each.agency, "fiscal_year": each.fiscal_year} | _texts(each) for each in letters])
    elif not send:
        click.echo("\n\n".join(f"{each.subject}\n{each.text}" for each in letters))
    if send:
        talk.tell(N_("Sent: %(n)s."), n=sent)


def _letter(talk: Talk, reminder: Reminder) -> Letter:
    agency, year = reminder.assessment.agency, reminder.assessment.round.fiscal_year
    subject = talk.words(N_("ITA %(year)s: %(agency)s has work that is due soon"), year=year, agency=agency.name)
    lines = []
    for each in reminder.dues:
        until = talk.words(N_("until %(day)s"), day=each.last) if each.last else ""
        lines.append(f"• {talk.words(each.sentence, **each.facts)} ({until})")
    return Letter(agency.code, year, subject, "\n".join([*lines, reminder.url]))


def _texts(letter: Letter) -> dict[str, str]:
    return {"subject": letter.subject, "text": letter.text, "line": f"{letter.subject}\n{letter.text}"}


@click.group(cls=Commands)
def journal() -> None:
    """The journal: who did what, append-only."""


@journal.command("list")
@click.option("--search", default="", help="Only lines that hold these words.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@json_option
@pass_talk
def list_lines(talk: Talk, search: str, page: int, as_json: bool) -> None:
    """List lines, the newest first, 50 to a page."""
    found = talk.errand(JournalBook).page(None, search, page)
    if as_json:
        names = ("seq", "who", "act", "subject", "facts", "hash")
        lines = [{name: getattr(line, name) for name in names} | {"at": line.at.isoformat()} for line in found.lines]
        talk.document({"found": found.found, "page": found.number, "pages": found.pages, "lines": lines})
        return
    for line in found.lines:
        facts = " ".join(f"{name}={value}" for name, value in line.facts.items())
        click.echo(f"{line.seq}\t{line.at:%Y-%m-%d %H:%M:%S}Z\t{line.who}\t{line.act}\t{line.subject}\t{facts}")


@journal.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_talk
def export_journal(talk: Talk, file: Path) -> None:
    """Write the whole journal as CSV."""
    write_file(talk, file, talk.errand(JournalBook).export(None))


@journal.command()
@click.option("--head", help="A head that was printed before: the journal must still hold it.")
@json_option
@pass_talk
def verify(talk: Talk, head: str | None, as_json: bool) -> None:
    """Compute every line anew; ends with 2 when one is not what was written, or lines were cut off."""
    found = talk.errand(JournalBook).verify(head)
    if as_json:
        broken, lost = list(found.broken), [str(each) for each in found.lost]
        facts = {"lines": found.lines, "head": str(found.head), "broken": broken, "lost": lost}
        talk.document({"whole": found.whole, **facts})
    for line in found.broken:
        talk.tell(N_("• Line %(line)s is not what was written, or its neighbours are missing."), line=line)
    for each in found.lost:
        sentence = N_("• Line %(line)s with head %(hash)s was there once and is not any more.")
        talk.tell(sentence, line=each.seq, hash=each.hash)
    if not found.whole:
        raise SystemExit(2)
    sentence = N_("The journal is whole: %(lines)s lines. Its head, to keep elsewhere: %(head)s")
    talk.tell(sentence, lines=found.lines, head=str(found.head))

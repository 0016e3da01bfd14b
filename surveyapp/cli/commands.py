"""The command line, as docs/interface.md promises it to scripts and monitors."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from surveyapp.cli.backups import backup, restore
from surveyapp.cli.certificates import certificates
from surveyapp.cli.codes import codes
from surveyapp.cli.instruments import instruments
from surveyapp.cli.office import agencies, journal, numbers, remind
from surveyapp.cli.people import people
from surveyapp.cli.posters import posters as poster_command
from surveyapp.cli.results import results
from surveyapp.cli.rounds import rounds
from surveyapp.cli.talk import Commands, Talk, write_file, year_of
from surveyapp.cli.talk import json_option as _json
from surveyapp.cli.talk import pass_talk as _talk
from surveyapp.domain.checklist_sheet import Reading
from surveyapp.domain.granting import ROLES
from surveyapp.domain.problems import N_, PortTaken, Problem, Problems
from surveyapp.domain.score_problems import InputUnreadable
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.demo import Demo, Wanted
from surveyapp.services.filing import Filing
from surveyapp.services.installation import Installation
from surveyapp.services.nights import Nights
from surveyapp.services.papers import Papers
from surveyapp.services.posters import Posters
from surveyapp.services.results import Results
from surveyapp.services.rounds import Rounds

_WAITING = (sys.executable, "-m", "surveyapp.waiting")
_LARGEST_INPUT = 50_000_000


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """The ITA of Thailand's public bodies: rounds, links, checklists, scores."""


@commands.command("init-db")
@_talk
def init_db(talk: Talk) -> None:
    """Create the database, or upgrade it to the newest revision."""
    before, after = talk.errand(Installation).init()
    if before == after:
        talk.tell(N_("The database is up to date (revision %(after)s)."), after=after)
    else:
        talk.tell(N_("The database is ready (revision %(after)s)."), after=after)


@commands.command()
@_talk
def blur(talk: Talk) -> None:
    """Have the database forget in which order responses came. To be run every night."""
    _tell_blurred(talk, log_emptied=talk.errand(Installation).blur())


@commands.command()
@_talk
def night(talk: Talk) -> None:
    """The nightly step, now: blur, and remove answers that were kept long enough."""
    done = talk.errand(Nights).run()
    for year in done.removed:
        talk.tell(N_("The answers of fiscal year %(year)s were kept long enough and are removed."), year=year)
    _tell_blurred(talk, log_emptied=done.log_emptied)


@commands.command()
@click.option("--while", "parent", type=int, help="End when this process, which started us, has ended.")
def worker(parent: int | None) -> None:
    """Run the nightly step every night at two in Thailand. ``serve`` starts one by itself."""
    given = [] if parent is None else [str(parent)]
    os.execv(sys.executable, [*_WAITING, *given])  # noqa: S606 - our own program, which needs little memory


@commands.command()
@click.option("--agencies", default=152, type=click.IntRange(1, 9000), show_default=True)
@click.option("--responses", default=25_000, type=click.IntRange(0, 5_000_000), show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--year", default="2569", show_default=True, help="Fiscal year in the Buddhist era.")
@click.option("--closed", is_flag=True, help="Close the round afterwards, so that its results are final.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database holds a round already.")
@_json
@_talk
def demo(
    talk: Talk,
    agencies: int,
    responses: int,
    seed: int,
    year: str,
    closed: bool,
    if_empty: bool,
    as_json: bool,
) -> None:
    """Fill the database with a made-up province; never beside real rounds."""
    wanted = Wanted(parse_fiscal_year(year), agencies, responses, seed, over=closed)
    installation = talk.errand(Installation)
    installation.init()
    if if_empty and installation.years():
        talk.tell(N_("The database holds data already; it stays as it is."))
        return
    talk.tell(N_("Making up %(agencies)s agencies of fiscal year %(year)s …"), agencies=agencies, year=wanted.year)
    with click.progressbar(length=agencies, file=sys.stderr) as bar:
        made = talk.errand(Demo).fill(wanted, lambda _done, _all: bar.update(1))
    if closed:
        talk.errand(Rounds).close(wanted.year)
    if as_json:
        talk.document(asdict(made))
    talk.tell(
        N_("Made %(agencies)s agencies, %(responses)s responses and %(items)s checklist items."),
        agencies=made.agencies,
        responses=made.responses,
        items=made.items,
    )


@commands.command()
@_talk
def welcome(talk: Talk) -> None:
    """Say where everything is: the home address, the demo accounts, a QR code to scan."""
    posters = talk.errand(Posters)
    found = posters.addresses()
    example = next((each for each in found if each.link.instrument == "eit"), None)
    click.echo(err=True)
    talk.tell(N_("Home page:        %(url)s"), url=f"{posters.public_url}/")
    if example is not None and example.link.assessment.round.rehearsal:
        talk.tell(N_("Sign in:          %(url)s"), url=f"{posters.public_url}/sign-in")
        for account in talk.errand(Demo).accounts():
            told = {**account, "role": talk.words(ROLES[account["role"]])}
            talk.tell(N_("  %(name)s  (%(role)s)  password %(password)s"), **told)
    if example is not None:
        agency = example.link.assessment.agency.name
        talk.tell(N_("A questionnaire:  %(url)s  (%(agency)s)"), url=example.url, agency=agency)
        click.echo(posters.terminal_qr(example.url), err=True)
        if "//127.0.0.1" in example.url:
            talk.tell(N_("For a phone on the same network, start with: make run HOST=0.0.0.0"))
    talk.tell(N_("Stop with Ctrl+C."))


@commands.command()
@click.option("--agency", required=True)
@click.option("--year", help="Fiscal year; else the newest open round.")
@_talk
def kiosk(talk: Talk, agency: str, year: str | None) -> None:
    """Make an agency a link for a shared device at its counter, or show the one it has."""
    number = year_of(year) or talk.errand(Results).newest_year()
    code = talk.errand(Rounds).add_kiosk(number, agency)
    click.echo(next(each.url for each in talk.errand(Posters).addresses(number, agency) if each.link.code == code))


@commands.command()
@click.option("--agency", help="Only this agency's links.")
@click.option("--year", help="Fiscal year; else the newest open round.")
@_json
@_talk
def links(talk: Talk, agency: str | None, year: str | None, as_json: bool) -> None:
    """List the links people answer at."""
    found = talk.errand(Posters).addresses(year_of(year), agency)
    if not as_json:
        for each in found:
            click.echo(f"{each.link.assessment.agency.code}\t{each.link.instrument}\t{each.link.channel}\t{each.url}")
        return
    talk.document(
        [
            {
                "agency": each.link.assessment.agency.code,
                "agency_name": each.link.assessment.agency.name,
                "fiscal_year": each.link.assessment.round.fiscal_year,
                "instrument": each.link.instrument.value,
                "channel": each.link.channel.value,
                "code": each.link.code,
                "url": each.url,
            }
            for each in found
        ]
    )


@commands.command()
@click.argument("url")
@_talk
def qr(talk: Talk, url: str) -> None:
    """Draw the QR code of an address in the terminal."""
    click.echo(talk.errand(Posters).terminal_qr(url))


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--greet", is_flag=True, help="Say first where everything is.")
@click.option("--no-worker", is_flag=True, help="Leave the nightly step to somebody else.")
@click.pass_context
def serve(context: click.Context, host: str, port: int, workers: int, greet: bool, no_worker: bool) -> None:
    """Serve the pages with gunicorn. No access log is written: it would say who answered when."""
    _refuse_taken_port(host, port)
    if greet:
        context.invoke(welcome)
    # The program is started anew by its own name, so that gunicorn owns the signals.
    options = ["-c", "python:surveyapp.serving", f"--workers={workers}", f"--bind={host}:{port}"]
    if not no_worker:
        subprocess.Popen([*_WAITING, str(os.getpid())], start_new_session=True)  # noqa: S603 - our own program; Ctrl+C is not for it
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # a heap for each thread would cost more than it brings
    os.environ.setdefault("PYTHONNODEBUGRANGES", "1")  # memory for the ~~~^ under a line of a traceback
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *options, "surveyapp.app:create_app()"])  # noqa: S606


for each in (
    agencies,
    backup,
    codes,
    instruments,
    journal,
    numbers,
    people,
    poster_command,
    certificates,
    remind,
    restore,
    results,
    rounds,
):
    commands.add_command(each)


@commands.group(cls=Commands)
def checklist() -> None:
    """The OIT spreadsheet."""


@checklist.command()
@click.argument("year")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_talk
def template(talk: Talk, year: str, file: Path) -> None:
    """Write the checklist of YEAR as an .xlsx to fill in."""
    write_file(talk, file, talk.errand(Filing).blank_template(parse_fiscal_year(year)))


@checklist.command("import")
@click.option("--agency", required=True, help="Code of the agency.")
@click.option("--year", help="Fiscal year; else the newest open round.")
@click.option("--keep-good", is_flag=True, help="Keep the sound rows even when others have problems.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_json
@_talk
def import_checklist(talk: Talk, agency: str, year: str | None, keep_good: bool, file: Path, as_json: bool) -> None:
    """Read a filled-in checklist; nothing is kept unless every row is right or --keep-good is given."""
    filing = talk.errand(Filing)
    number = year_of(year) or talk.errand(Results).newest_year()
    try:
        reading = filing.hand_in(None, number, agency, file.read_bytes(), keep_good=keep_good)
    except Problem as refused:
        reading = Reading(problems=(refused,))
    except Problems as refused:
        reading = Reading(problems=refused.problems)
    kept = len(reading.lines) if keep_good or not reading.problems else 0
    if as_json:
        told = [talk.words(problem.sentence, **problem.facts) for problem in reading.problems]
        talk.document({"agency": agency, "fiscal_year": number, "kept": kept, "problems": told})
    talk.tell(N_("Rows kept: %(kept)s. Problems: %(problems)s."), kept=kept, problems=len(reading.problems))
    if reading.problems:
        talk.refuse(reading.problems)


@commands.command()
@click.argument("file", type=click.Path(allow_dash=True))
@_talk
def score(talk: Talk, file: str) -> None:
    """Score a JSON document (FILE, or - for standard input); needs no database."""
    document = _read_json(file)
    year = document.get("fiscal_year")
    talk.document(talk.errand(Papers).score(document, parse_fiscal_year(str(year))))


@commands.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--level", required=True, help="Code of the level to reach, such as A or good.")
@click.option("--efforts", type=click.Path(), help="JSON: item code to effort; items left out cost 1.")
@_talk
def plan(talk: Talk, file: str, level: str, efforts: str | None) -> None:
    """Find the fewest (or cheapest) OIT items that lift a score document to a level, gates included."""
    document = _read_json(file)
    year = parse_fiscal_year(str(document.get("fiscal_year")))
    talk.document(talk.errand(Papers).plan(document, year, level, _read_json(efforts) if efforts else None))


@commands.command()
@click.option("--agency", required=True, help="Code of the agency.")
@click.option("--year", help="Fiscal year; else the newest open round.")
@_json
@_talk
def tally(talk: Talk, agency: str, year: str | None, as_json: bool) -> None:
    """Count the stored responses of an agency; the document can be piped into ``score -``."""
    document = talk.errand(Results).tally(agency, year_of(year))
    if as_json:
        talk.document(document)
        return
    for key, counts in document["tallies"].items():
        for code, choices in counts.items():
            click.echo(f"{key}\t{code}\t" + "\t".join(f"{choice}={n}" for choice, n in choices.items()))


def _tell_blurred(talk: Talk, *, log_emptied: bool) -> None:
    talk.tell(N_("The order in which responses came is forgotten."))
    if not log_emptied:
        talk.tell(N_("PostgreSQL's log of writes still knows today's order; docs/operating.md says how to empty it."))


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(port=port) from None


def _read_json(file: str) -> dict[str, Any]:
    """One JSON object with exact numbers; refuses NaN, doubled keys and anything that is not an object."""
    try:
        with click.open_file(file, "rb") as stream:
            text = stream.read(_LARGEST_INPUT)
        document = json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except (OSError, ValueError, ArithmeticError, RecursionError) as error:
        raise InputUnreadable(why=str(error)[:200]) from None
    if not isinstance(document, dict):
        raise InputUnreadable(why="it must be an object")
    return document


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:40]} is there twice")
        found[key] = value
    return found

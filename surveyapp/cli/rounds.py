"""``surveyapp rounds``: the steps and the calendar of a fiscal year."""

from __future__ import annotations

from typing import Any

import click

from surveyapp.cli.talk import Commands, Talk, json_option, pass_talk
from surveyapp.domain.calendar import PHASE_NAMES, Span, day_text, parse_span
from surveyapp.domain.paper import Instrument
from surveyapp.domain.problems import N_
from surveyapp.domain.thai import parse_fiscal_year
from surveyapp.services.calendar import Calendars, Year
from surveyapp.services.installation import Installation
from surveyapp.services.nights import Nights
from surveyapp.services.rounds import Rounds


@click.group(cls=Commands)
def rounds() -> None:
    """Open and close fiscal years."""


@rounds.command("list")
@pass_talk
def list_rounds(talk: Talk) -> None:
    """List the fiscal years there is a round of, the newest first."""
    for year in talk.errand(Installation).years():
        click.echo(year)


@rounds.command()
@click.argument("year")
@pass_talk
def prepare(talk: Talk, year: str) -> None:
    """Prepare a fiscal year: every agency gets its links and tells its numbers; nothing is answered yet."""
    number = parse_fiscal_year(year)
    n = talk.errand(Rounds).prepare(None, number)
    talk.tell(N_("Fiscal year %(year)s is being prepared; %(n)s agencies joined."), year=number, n=n)


@rounds.command("open")
@click.argument("year")
@click.option("--without-numbers", is_flag=True, help="Also when agencies have not told how many may answer.")
@click.option("--receipts", type=click.Choice(["eit", "iit", "both", "none"]), default="eit", show_default=True)
@pass_talk
def open_round(talk: Talk, year: str, without_numbers: bool, receipts: str) -> None:
    """Open a fiscal year for every agency, bound to the paper as it is now. --receipts: who may have one."""
    number = parse_fiscal_year(year)
    given = frozenset(each for each in (Instrument.IIT, Instrument.EIT) if receipts in (each.value, "both"))
    n = talk.errand(Rounds).open(number, without_numbers=without_numbers, receipts=given)
    talk.tell(N_("Fiscal year %(year)s is open for %(n)s agencies."), year=number, n=n)


@rounds.command("close")
@click.argument("year")
@pass_talk
def close_round(talk: Talk, year: str) -> None:
    """Close a fiscal year and freeze every result. On the page it takes two persons; here the operator alone."""
    number = parse_fiscal_year(year)
    n = talk.errand(Rounds).close(number)
    talk.tell(N_("Fiscal year %(year)s is closed; %(n)s results are frozen."), year=number, n=n)


@rounds.command()
@click.argument("year")
@pass_talk
def release(talk: Talk, year: str) -> None:
    """Announce the results of a closed fiscal year that has a phase for it."""
    number = parse_fiscal_year(year)
    talk.errand(Calendars).release(number)
    talk.tell(N_("The results of fiscal year %(year)s are announced."), year=number)


@rounds.command()
@click.argument("year")
@json_option
@pass_talk
def phases(talk: Talk, year: str, as_json: bool) -> None:
    """Show the calendar of a fiscal year."""
    found = talk.errand(Calendars).look(None, parse_fiscal_year(year))
    if as_json:
        talk.document(_document(found))
        return
    for phase, name, span in found.calendar.rows():
        days = f"{span.starts_on} – {span.ends_on}" if span else "–"
        click.echo(f"{phase}\t{days}\t{name.into(talk.language)}")


@rounds.command()
@click.argument("year")
@click.argument("phase")
@click.option("--from", "starts_on", required=True, help="First day, as 2026-03-01 or 1/3/2569.")
@click.option("--to", "ends_on", required=True, help="Last day.")
@click.option("--reason", default="", help="Why; needed when others have planned by what stands now.")
@pass_talk
def move(talk: Talk, year: str, phase: str, starts_on: str, ends_on: str, reason: str) -> None:
    """Set or move a phase of the calendar."""
    span = parse_span(phase, starts_on, ends_on)
    talk.errand(Calendars).move(None, parse_fiscal_year(year), span, reason)
    facts = {"first": day_text(span.starts_on), "last": day_text(span.ends_on)}
    talk.tell(N_("“%(phase)s” runs from %(first)s to %(last)s."), phase=PHASE_NAMES[span.phase], **facts)


def _document(found: Year) -> dict[str, Any]:
    running = {span.phase for span in found.calendar.on(found.day)}
    return {
        "fiscal_year": found.round.fiscal_year,
        "stage": found.round.stage.value,
        "day": found.day.isoformat(),
        "phases": [
            {"phase": each.value, **_days(span), "runs": each in running} for each, _, span in found.calendar.rows()
        ],
        "without_numbers": [each.agency.code for each in found.without_numbers],
        "released": found.round.is_released,
    }


def _days(span: Span | None) -> dict[str, str | None]:
    days = (span.starts_on.isoformat(), span.ends_on.isoformat()) if span else (None, None)
    return dict(zip(("from", "to"), days, strict=True))


@rounds.command("forget")
@click.argument("year")
@pass_talk
def forget_round(talk: Talk, year: str) -> None:
    """Remove the answers of a closed fiscal year for good; its frozen results stay."""
    number = parse_fiscal_year(year)
    n = talk.errand(Nights).forget(number)
    talk.tell(N_("%(n)s answers of fiscal year %(year)s are removed; the results stay."), n=n, year=number)

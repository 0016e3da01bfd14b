"""Commands about accounts: the first of the national office, and who there is."""

from __future__ import annotations

from dataclasses import asdict

import click

from surveyapp.cli.talk import Commands, Talk
from surveyapp.cli.talk import json_option as _json
from surveyapp.cli.talk import pass_talk as _talk
from surveyapp.domain.granting import ROLES
from surveyapp.domain.people import Role
from surveyapp.domain.problems import N_
from surveyapp.services.people import Invitation, People


@click.group(cls=Commands)
def people() -> None:
    """People with accounts."""


@people.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([each.value for each in Role]))
@click.option("--full-name", help="Name and surname; else NAME.")
@click.option("--agency", help="Code of the agency.")
@click.option("--province", help="Name of the province.")
@click.option("--region", type=click.IntRange(1, 9), help="NACC region.")
@click.option("--email", default="", help="Where the link is sent, when mail is set up.")
@click.option("--ministry", default="", help="E-mail or subject of the ministry's login.")
@_talk
def invite(
    talk: Talk,
    name: str,
    role: str,
    full_name: str | None,
    agency: str | None,
    province: str | None,
    region: int | None,
    email: str,
    ministry: str,
) -> None:
    """Make an account and print the link that opens it; the way in on a fresh installation."""
    places = [str(each) for each in (agency, province, region) if each is not None]
    if len(places) > 1:
        raise click.UsageError("--agency, --province, --region: only one of them")
    wanted = Invitation(name, full_name or name, role, places[0] if places else "", email, ministry)
    handed = talk.errand(People).invite(None, wanted, talk.say)
    if handed.sent:
        talk.tell(N_("The link was sent to %(email)s as well."), email=email)
    talk.tell(N_("Hand this link to the person alone. It works once, for 7 days:"))
    click.echo(handed.link)


@people.command("list")
@_json
@_talk
def list_people(talk: Talk, as_json: bool) -> None:
    """List everybody with an account, and their roles."""
    accounts = talk.errand(People).every()
    if as_json:
        talk.document(
            [
                {
                    "name": each.person.sign_in_name,
                    "full_name": each.person.full_name,
                    "roles": [asdict(grant) for grant in each.person.grants],
                    "invited": each.is_invited,
                    "second_factor": each.factor_secret is not None,
                }
                for each in accounts
            ]
        )
        return
    for each in accounts:
        roles = ", ".join(talk.words(ROLES[grant.role]) for grant in each.person.grants)
        click.echo(f"{each.person.sign_in_name}\t{each.person.full_name}\t{roles}")

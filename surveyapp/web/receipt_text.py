"""A receipt as a small text: what it proves, what it does not, and where to check it."""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext as _

from surveyapp.domain.places import Link
from surveyapp.domain.receipt import in_groups


def receipt_text(link: Link, serial: str) -> str:
    """The text in the language of the visit, ending in a line feed."""
    owner, year = link.assessment.agency, link.assessment.round.fiscal_year
    page = url_for("receipts.check", year=year, agency=owner.code)
    lines = [
        _("Proof that you were counted"),
        "",
        in_groups(serial),
        "",
        f"{link.instrument.value.upper()} · {_('Fiscal year %(year)s', year=year)} · {owner.name} ({owner.code})",
        "",
        _(
            "After the round has closed, anybody who has this number can check that an answer belonging to it was "
            "counted. It says nothing about what you answered, and cannot."
        ),
        "",
        f"{_('Where to check, after the round has closed:')} {current_app.config['PUBLIC_URL']}{page}",
        _("Or without us: with the published folder of results, and the program in docs/receipts.md."),
    ]
    return "\n".join([*lines, ""])

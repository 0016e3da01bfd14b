"""Where a person is taken after signing in, and which addresses of a request may be gone on to."""

from __future__ import annotations

from flask import current_app, url_for

from surveyapp.domain.granting import roles_to_give
from surveyapp.domain.people import Person, Role, has_role


def plain_path(wanted: str) -> str | None:
    """The path when it is a plain one of our own; never another site, however it is written."""
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if plain and wanted.isascii() and ":" not in wanted and "%" not in wanted else None


def landing(person: Person | None) -> str:
    """The first page of a person, by what they are."""
    if person is None:
        return url_for("front.home")
    if has_role(person, [Role.COORDINATOR, Role.HEAD]):
        return url_for("rounds.mine")
    if has_role(person, [Role.ASSESSOR]):
        return url_for("review.waiting")
    if has_role(person, [Role.NATIONAL]):
        return url_for("calendar.every")
    return board_page() or url_for("people.listing" if roles_to_give(person) else "accounts.account")


def board_page() -> str | None:
    """The front page of the board, where there is one."""
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint.startswith("board.") and not rule.arguments and "GET" in (rule.methods or ()):
            return url_for(rule.endpoint)
    return None

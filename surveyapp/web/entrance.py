"""Who may enter. Every route declares its audience, or the app refuses to start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app, g, request, session

from surveyapp.domain.people import Person, Role, has_role
from surveyapp.domain.problems import NotAllowed, PageUnknown, SignInNeeded
from surveyapp.services.accounts import Accounts
from surveyapp.services.entering import Standing
from surveyapp.services.errands import Errands

_T = TypeVar("_T")
_View = TypeVar("_View", bound=Callable[..., Any])

TOKEN: Final = "token"  # noqa: S105 - the name of a place in the session, not a secret
_AUDIENCE: Final = "_audience"


def errand(kind: type[_T]) -> _T:
    """The errand of this class, built once when the app was."""
    return cast(Errands, current_app.extensions["errands"])(kind)


def public(view: _View) -> _View:
    """A page for everybody, signed in or not."""
    setattr(view, _AUDIENCE, frozenset())
    return view


def members(view: _View) -> _View:
    """A page for everybody who is signed in and has a role, whichever."""
    return only(*Role)(view)


def only(*roles: Role) -> Callable[[_View], _View]:
    """A page for people with one of these roles; whether here or elsewhere, the errand decides."""

    def mark(view: _View) -> _View:
        setattr(view, _AUDIENCE, frozenset(roles))
        return view

    return mark


def desk_readers(view: _View) -> _View:
    """A page about an agency's work that whoever looks after the agency reads; the errand says what else they may."""
    return only(Role.COORDINATOR, Role.HEAD, Role.SUPERVISOR, Role.REGIONAL, Role.NATIONAL, Role.AUDITOR)(view)


def standing() -> Standing | None:
    """The sign-in of whoever is asking. Looked up once a request, and never at the answering door."""
    if "standing" not in g:
        g.standing = errand(Accounts).standing(session.get(TOKEN), noting="X-Part" not in request.headers)
    return cast("Standing | None", g.standing)


def visitor() -> Person | None:
    """Who is asking, if they are signed in."""
    found = standing()
    return found.person if found else None


def token() -> str:
    """The token of the sign-in this request belongs to; "" where there is none."""
    return str(session.get(TOKEN) or "")


def person() -> Person:
    """Who is asking; only behind ``only(...)``."""
    found = visitor()
    if found is None:
        raise SignInNeeded()
    return found


def guard(app: Flask) -> None:
    """Check every request against its route's audience, and the routes themselves at once."""
    undeclared = [rule.rule for rule in app.url_map.iter_rules() if audience_of(app, rule.endpoint) is None]
    if undeclared:
        raise RuntimeError(f"routes without an audience: {', '.join(undeclared)}")
    app.before_request(_refuse_impossible_paths)
    app.before_request(_check_visitor)


def audience_of(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """The roles a route is for; empty means everybody, None means nobody has said."""
    return cast("frozenset[Role] | None", getattr(app.view_functions[endpoint], _AUDIENCE, None))


def _refuse_impossible_paths() -> None:
    """No code, name or file of ours holds a NUL, and PostgreSQL cannot even be asked for one."""
    if "\x00" in request.path:
        raise PageUnknown()


def _check_visitor() -> None:
    roles = audience_of(current_app, request.endpoint) if request.endpoint else None
    if not roles:
        return
    if not has_role(person(), roles):
        raise NotAllowed()

"""Where a try to sign in comes from: the client's network, and whether somebody has signed in on the device before.

The cookie of a device is signed, names the device by a random word and the people who signed in on it by
number, and lets nobody in: it only spares them the waits that strangers cause.
"""

from __future__ import annotations

import secrets
from ipaddress import ip_address, ip_network
from typing import Final

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from surveyapp.services.entering import Entry, Visit

_HALF_A_YEAR: Final = 180 * 24 * 3600
_MOST_PEOPLE: Final = 8


def visit() -> Visit:
    """Where this request comes from."""
    device, people = _remembered()
    return Visit(network(request.remote_addr), request.user_agent.string[:400], device, frozenset(people))


def remember_device(response: Response, entry: Entry) -> None:
    """Leave word on the device that this person has signed in there."""
    device, people = _remembered()
    others = [each for each in people if each != entry.person_id][1 - _MOST_PEOPLE :]
    mark = _signer().dumps([device or secrets.token_urlsafe(16), [*others, entry.person_id]])
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(_cookie(), mark, _HALF_A_YEAR, secure=secure, httponly=True, samesite="Lax")


def network(address: str | None) -> str:
    """The part of an address that tries are counted under: 256 neighbours, or an IPv6 site."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "?"
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def _remembered() -> tuple[str, list[int]]:
    try:
        device, people = _signer().loads(request.cookies.get(_cookie(), ""), max_age=_HALF_A_YEAR)
    except (BadSignature, ValueError, TypeError):
        return "", []
    return str(device), [each for each in people if isinstance(each, int)]


def _cookie() -> str:
    return "__Host-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="this device has signed in")

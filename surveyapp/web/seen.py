"""Answering twice: noticed, counted, never blocked. Only for the EIT's public links; the IIT is left alone.

A phone that has answered carries a signed cookie that names the link and nothing else: the same on every
phone, until the last day of the round. Many answers a minute from one network are noticed in memory, by a
hash whose key is thrown away every day: behind one address may stand half a town, so this tells of a crowd
and stops nobody. What is kept of either is a number a day.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Final

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from surveyapp.domain.places import AGAIN, CROWD, Link
from surveyapp.domain.thai import civil_day

COOKIE: Final = "answered"
MOST_A_MINUTE: Final = 30
_DAY: Final = 24 * 3600
_HALF_A_YEAR: Final = 180 * _DAY


class Crowd:
    """Notices many answers a minute from one network. Forgets everything each minute, and its key each day."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._key = secrets.token_bytes(32)
        self._key_until = clock() + _DAY
        self._minute = 0
        self._counts: Counter[bytes] = Counter()

    def is_large(self, address: str | None) -> bool:
        """Count one answer from an address; True when its network sent more than the usual this minute."""
        network = _network(address)
        if network is None:
            return False
        with self._lock:
            now = self._clock()
            if now >= self._key_until:
                self._key, self._key_until = secrets.token_bytes(32), now + _DAY
            if int(now // 60) != self._minute:
                self._minute, self._counts = int(now // 60), Counter()
            name = hashlib.blake2b(network.encode(), key=self._key, digest_size=8).digest()
            self._counts[name] += 1
            return self._counts[name] > MOST_A_MINUTE


_crowd = Crowd()


def signs(link: Link) -> Iterator[str]:
    """What speaks for a second answer from the same hand."""
    if _has_answered(link.code):
        yield AGAIN
    if _crowd.is_large(request.remote_addr):
        yield CROWD


def remember(response: Response, link: Link) -> None:
    """Leave the mark on a phone that answered a public link of the EIT."""
    if link.is_watched:
        mark = _signer().dumps([link.code])
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        path = f"/s/{link.code}"
        response.set_cookie(COOKIE, mark, _lasts(link), path=path, secure=secure, httponly=True, samesite="Lax")


def _lasts(link: Link) -> int:
    """Seconds until the last day of the round is over; half a year where the round has none."""
    last = link.assessment.round.closes_on
    return _HALF_A_YEAR if last is None else max(1, (last - civil_day(datetime.now(UTC))).days + 1) * _DAY


def _has_answered(code: str) -> bool:
    try:
        mark = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return False
    return bool(mark == [code])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="this phone has answered")


def _network(address: str | None) -> str | None:
    """The part of an address that a whole neighbourhood shares; None where it is nobody's of the outside."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return None
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if not parsed.is_global:
        return None  # a proxy we were not told of: everybody would be one crowd
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))

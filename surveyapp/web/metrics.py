"""Metrics: what a monitor reads, in the text format of Prometheus (version 0.0.4).

Nothing here changes when somebody answers: whoever reads it every ten seconds learns of nobody who came. So there
are no counts of requests, of answers or of bytes written, and free room is told in quarters of a gibibyte.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final

from flask import Blueprint, Response, current_app, request

from surveyapp.domain.problems import PageUnknown
from surveyapp.services.installation import Condition, Installation
from surveyapp.web.entrance import errand, public

door = Blueprint("metrics", __name__)

_KIND: Final = "text/plain; version=0.0.4"
_GRAIN: Final = 256 * 1024**2
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


@door.get("/metrics")
@public
def metrics() -> Response:
    """For whoever brings the token; without one set, for programs of this machine."""
    if not _may_read():
        raise PageUnknown()
    try:
        up = errand(Installation).healthy()
        found = list(_of(errand(Installation).condition())) if up else []
    except Exception:
        up, found = False, []
    lines = [*_metric("up", "Whether the database answers and is at the newest revision.", {"": int(up)}), *found]
    return Response("".join(f"{line}\n" for line in lines), content_type=_KIND)


def _may_read() -> bool:
    token: str | None = current_app.config["METRICS_TOKEN"]
    if token is not None:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    came_far = any(name in request.headers for name in _FORWARDED)
    try:
        return not came_far and ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _of(condition: Condition) -> Iterator[str]:
    stages = {f'{{stage="{stage.value}"}}': n for stage, n in condition.rounds.items()}
    yield from _metric("rounds", "Rounds in each stage.", stages)
    yield from _metric("journal_lines", "Lines of the journal.", {"": condition.lines})
    if condition.night:
        since = int((datetime.now(UTC) - condition.night).total_seconds())
        yield from _metric(
            "night_seconds", "Since the nightly step was done; alarm above a day and a half.", {"": since}
        )
        told = "Whether the log of writes forgot the order of arrival, too."
        yield from _metric("night_log_emptied", told, {"": int(condition.log_emptied)})
    if condition.free_bytes is not None:
        free = condition.free_bytes // _GRAIN * _GRAIN
        yield from _metric("disk_free_bytes", "Room on the disk of the database, in steps of 256 MiB.", {"": free})


def _metric(name: str, what: str, values: dict[str, int]) -> Iterator[str]:
    yield f"# HELP surveyapp_{name} {what}"
    yield f"# TYPE surveyapp_{name} gauge"
    for labels, value in values.items():
        yield f"surveyapp_{name}{labels} {value}"

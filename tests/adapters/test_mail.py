"""What is done beside a request does not fall into the time of its answer, nor is it lost."""

from __future__ import annotations

import time
from functools import partial

from surveyapp.adapters.mail import Mail


def _fall() -> None:
    raise OSError("no way out")


def test_a_letter_waits_until_its_request_is_long_answered() -> None:
    mail, done = Mail(None, "ita@example.go.th"), list[float]()
    begun = time.monotonic()
    mail.soon(lambda: done.append(time.monotonic()))
    mail._later.shutdown(wait=True)
    assert done[0] - begun >= 0.5


def test_whoever_cannot_wait_has_everything_done_at_once_and_in_order() -> None:
    mail, done = Mail(None, "ita@example.go.th"), list[object]()
    for number in range(20):
        mail.soon(partial(done.append, number))
    mail.soon(_fall)
    mail.finish()
    assert done == list(range(20))
    mail.soon(lambda: done.append("later"))
    mail.finish()
    assert done[-1] == "later"

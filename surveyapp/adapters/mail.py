"""Letters, handed to a mail server. Without one nothing is sent, and whoever asked is told so."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from random import uniform
from threading import Event
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from smtplib import SMTP

_PATIENCE_SECONDS: Final = 10
_LATER_SECONDS: Final = (0.5, 3.0)  # the processor's time of a letter falls on no request in particular
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mail:
    """The way out for letters. url: smtp://, smtp+starttls:// or smtps://, with NAME:PASSWORD@ where asked for."""

    url: str | None
    sender: str
    _later: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "letters"))
    _hurry: Event = field(default_factory=Event)

    @property
    def is_set(self) -> bool:
        """Whether there is a mail server at all."""
        return self.url is not None

    def send(self, to: str, subject: str, text: str) -> bool:
        """Hand a letter over; False when it could not be. Only the kind of the failure is logged."""
        if self.url is None:
            return False
        try:
            with self._server() as server:
                server.send_message(self._letter(to, subject, text))
        except (OSError, ValueError) as error:  # what smtplib raises are OSErrors
            _log.warning("a letter could not be sent: %s", type(error).__name__)
            return False
        return True

    def soon(self, act: Callable[[], None]) -> None:
        """Do something some seconds after the request, so that its answer tells nothing by how long it took."""
        due = time.monotonic() + uniform(*_LATER_SECONDS)  # noqa: S311 - spreads work, guards no secret
        self._later.submit(self._when_due, due, act)

    def finish(self) -> None:
        """Do everything begun with ``soon`` now, and wait until it is done."""
        self._hurry.set()
        self._later.submit(self._hurry.clear).result()

    def _when_due(self, due: float, act: Callable[[], None]) -> None:
        self._hurry.wait(max(0.0, due - time.monotonic()))
        _quietly(act)

    def _server(self) -> SMTP:
        import smtplib  # a server of forms has no use for them
        import ssl

        parts = urlsplit(self.url or "")
        host, port = parts.hostname or "localhost", parts.port
        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=_PATIENCE_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=_PATIENCE_SECONDS)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server

    def _letter(self, to: str, subject: str, text: str) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, to, subject
        letter["Date"], letter["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        letter.set_content(text)
        return letter


def _quietly(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception as error:
        _log.warning("work beside a request failed: %s", type(error).__name__)

"""Settings from the environment, checked once at the start. Each is described in docs/operating.md."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

SHORTEST_KEY: Final = 32
_OIDC: Final = ("SURVEYAPP_OIDC_ISSUER", "SURVEYAPP_OIDC_CLIENT_ID", "SURVEYAPP_OIDC_CLIENT_SECRET")
_PACKAGE: Final = Path(__file__).parent


class SettingsWrong(SystemExit):
    """The program does not start: says which setting is wrong and what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation is set to."""

    database_url: str
    given_key: str | None
    public_url: str
    data_dir: Path
    trusted_proxies: int
    page_seconds: int = 0
    keep_days: int = 365
    controller: str = ""
    contact: str = ""
    smtp_url: str | None = None
    mail_from: str = "no-reply@localhost"
    metrics_token: str | None = None
    oidc: tuple[str, str, str, str] | None = None  # issuer, client id, client secret, the name on the button

    def secret_key(self) -> str:
        """The key given, or one of this installation's own, made once and kept beside its data."""
        return self.given_key or _own_key(self.data_dir / "secret_key")

    @property
    def secure(self) -> bool:
        """Whether people reach us by https, so that cookies may insist on it."""
        return self.public_url.startswith("https://")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings, with every default filled in."""
    data_dir = Path(environment.get("SURVEYAPP_DATA_DIR", "var")).absolute()
    public_url = _public_url(environment.get("SURVEYAPP_PUBLIC_URL", "http://127.0.0.1:8000"))
    return Settings(
        database_url=environment.get("SURVEYAPP_DATABASE_URL") or f"sqlite:///{data_dir / 'surveyapp.db'}",
        given_key=_long_enough("SURVEYAPP_SECRET_KEY", environment.get("SURVEYAPP_SECRET_KEY")),
        public_url=public_url,
        data_dir=data_dir,
        trusted_proxies=_number("SURVEYAPP_TRUSTED_PROXIES", environment.get("SURVEYAPP_TRUSTED_PROXIES", "0")),
        page_seconds=_number("SURVEYAPP_PAGE_SECONDS", environment.get("SURVEYAPP_PAGE_SECONDS", "10")),
        keep_days=_number("SURVEYAPP_KEEP_DAYS", environment.get("SURVEYAPP_KEEP_DAYS", "365")),
        controller=environment.get("SURVEYAPP_CONTROLLER", "").strip(),
        contact=environment.get("SURVEYAPP_CONTACT", "").strip(),
        smtp_url=_smtp_url(environment.get("SURVEYAPP_SMTP_URL")),
        mail_from=environment.get("SURVEYAPP_MAIL_FROM") or f"no-reply@{urlsplit(public_url).hostname}",
        metrics_token=_long_enough("SURVEYAPP_METRICS_TOKEN", environment.get("SURVEYAPP_METRICS_TOKEN")),
        oidc=_oidc(environment),
    )


def find_folder(name: str) -> Path:
    """A folder that stands beside the package in a checkout, and inside it in an installed wheel."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def _long_enough(name: str, given: str | None) -> str | None:
    if given is not None and len(given) < SHORTEST_KEY:
        raise SettingsWrong(f"{name} is shorter than {SHORTEST_KEY} characters; nothing was started.")
    return given


def _own_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _whole_key(path.read_text("ascii").strip(), path)
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


def _whole_key(key: str, path: Path) -> str:
    if len(key) < SHORTEST_KEY:
        raise SettingsWrong(f"{path} does not hold a whole key; remove it to have a new one made.")
    return key


def _public_url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/") or parts.query:
        raise SettingsWrong(f"SURVEYAPP_PUBLIC_URL must be an origin such as https://ita.example.go.th, not {given!r}.")
    return f"{parts.scheme}://{parts.netloc}"


def _smtp_url(given: str | None) -> str | None:
    if given and (urlsplit(given).scheme not in ("smtp", "smtp+starttls", "smtps") or not urlsplit(given).hostname):
        raise SettingsWrong("SURVEYAPP_SMTP_URL must begin with smtp://, smtp+starttls:// or smtps:// and name a host.")
    return given or None


def _oidc(environment: Mapping[str, str]) -> tuple[str, str, str, str] | None:
    issuer, client, secret = (environment.get(each, "") for each in _OIDC)
    if not issuer:
        return None
    local = urlsplit(issuer).hostname in ("127.0.0.1", "localhost", "::1")
    if not (client and secret and (issuer.startswith("https://") or local)):
        raise SettingsWrong(
            "SURVEYAPP_OIDC_ISSUER must be an https address, with SURVEYAPP_OIDC_CLIENT_ID and "
            "SURVEYAPP_OIDC_CLIENT_SECRET beside it; nothing was started."
        )
    return issuer, client, secret, environment.get("SURVEYAPP_OIDC_NAME") or urlsplit(issuer).hostname or issuer


def _number(name: str, given: str) -> int:
    if not given.isdigit():
        raise SettingsWrong(f"{name} must be a whole number, not {given!r}.")
    return int(given)

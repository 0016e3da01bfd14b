"""A ministry's own sign-in (OpenID Connect): authorization code with PKCE, state and nonce.

It says who somebody is and nothing more. Whether that somebody has an account here, and which roles, is
decided here (OpenID Connect Core 1.0, 3.1.3.7 for what an ID token must hold).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from surveyapp.domain.account_problems import MinistryAway
from surveyapp.domain.sign_in import Journey

_PATIENCE_SECONDS: Final = 8
_SIGNED_WITH: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_LARGEST: Final = 200_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the ministry says somebody is. email: only where the ministry has verified it."""

    subject: str
    email: str | None


@dataclass(frozen=True)
class Ministry:
    """One provider. An installation without one has ``issuer`` empty."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    come_back_to: str

    @property
    def is_set(self) -> bool:
        """Whether there is a provider at all."""
        return bool(self.issuer)

    def begin(self) -> tuple[str, Journey]:
        """(address to send the browser to, what to remember until it comes back)."""
        journey = Journey(*(secrets.token_urlsafe(48) for _ in range(3)))
        url, _state = self._session().create_authorization_url(
            self._told()["authorization_endpoint"],
            state=journey.state,
            nonce=journey.nonce,
            code_verifier=journey.verifier,
        )
        return url, journey

    def finish(self, code: str, journey: Journey) -> Identity:
        """Who came back with a code. Raises ``MinistryAway`` when anything is not exactly as it should be."""
        told = self._told()
        try:
            token = self._session().fetch_token(
                told["token_endpoint"], code=code, code_verifier=journey.verifier, timeout=_PATIENCE_SECONDS
            )
            claims = self._claims(str(token["id_token"]), told, journey)
        except MinistryAway:
            raise
        except Exception:  # whatever a library says about a foreign answer, it is no bug of ours
            raise MinistryAway() from None
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(claims["sub"], email.casefold() if isinstance(email, str) else None)

    def _claims(self, id_token: str, told: dict[str, Any], journey: Journey) -> dict[str, Any]:
        from joserfc import jwt  # as below: where there is a ministry
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        keys = KeySet.import_key_set(self._fetch(told["jwks_uri"]))  # type: ignore[arg-type]
        rules = jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": journey.nonce},
        )
        try:
            claims = jwt.decode(id_token, keys, algorithms=_SIGNED_WITH).claims
            rules.validate(claims)
        except (JoseError, ValueError):
            raise MinistryAway() from None
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise MinistryAway()
        if claims.get("azp", self.client_id) != self.client_id:
            raise MinistryAway()
        return claims

    def _told(self) -> dict[str, Any]:
        """What the provider says of itself; it must call itself by the very name it was asked by."""
        told = self._fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if told.get("issuer") != self.issuer:
            raise MinistryAway()
        return told

    def _fetch(self, url: str) -> dict[str, Any]:
        import requests

        scheme = urlsplit(self.issuer).scheme
        if urlsplit(url).scheme != scheme:
            raise MinistryAway()  # keys fetched without TLS would be anybody's
        try:
            answer = requests.get(url, timeout=_PATIENCE_SECONDS, allow_redirects=False)
            if answer.status_code != 200 or len(answer.content) > _LARGEST:
                raise MinistryAway()
            found = answer.json()
        except (requests.RequestException, ValueError):
            raise MinistryAway() from None
        if not isinstance(found, dict):
            raise MinistryAway()
        return found

    def _session(self) -> Any:
        from authlib.integrations.requests_client import OAuth2Session  # only where there is a ministry

        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope="openid email",
            redirect_uri=self.come_back_to,
            code_challenge_method="S256",
        )

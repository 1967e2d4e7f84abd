"""Asks an identity provider who somebody is: OpenID Connect's authorization code flow with PKCE.

Sources: OpenID Connect Core 1.0 and Discovery 1.0; RFC 6749, RFC 7636 (PKCE), RFC 9700.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Self
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7636 import (  # type: ignore[import-untyped] # has no types
    create_s256_code_challenge,
)
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped] # has no types
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.rules.identity import Refused
from core.settings import Settings

LIMIT_S = 5.0
"""Longest wait for each answer of the provider."""
LEEWAY_S = 60
# Signatures by a key of the provider's; never "none", never one by a shared secret.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")


class RefusedError(Exception):
    """Somebody does not come in; ``told`` is for the log, and holds no secret."""

    def __init__(self, why: Refused, told: str) -> None:
        super().__init__(f"{why}: {told}")
        self.why = why
        self.told = told


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the browser keeps while its person is at the provider, and nobody else may know."""

    state: str
    nonce: str
    verifier: str
    next: str | None

    @classmethod
    def new(cls, next_: str | None) -> Self:
        """Begin to ask."""
        return cls(
            state=token_urlsafe(32), nonce=token_urlsafe(32), verifier=token_urlsafe(48), next=next_
        )

    @classmethod
    def read(cls, cookie: str | None) -> Self | None:
        """Return what a cookie holds; None where it cannot be that."""
        try:
            found = json.loads(base64.urlsafe_b64decode(cookie or ""))
            return cls(**found)
        except (ValueError, TypeError):
            return None

    def cookie(self) -> str:
        """Return it as a cookie's value."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()


def redirect_uri(settings: Settings, base_url: str) -> str:
    """Return where the provider sends people back to; it has to know the address, too."""
    return f"{settings.public_url or base_url.rstrip('/')}/session/oidc/callback"


async def address_to_ask(settings: Settings, asked: Asked, *, back: str) -> str:
    """Return the provider's page for signing in. Raises RefusedError."""
    async with httpx.AsyncClient(timeout=LIMIT_S) as client:
        metadata = await _metadata(client, settings)
    query = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": back,
        "scope": settings.oidc_scopes,
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": create_s256_code_challenge(asked.verifier),
        "code_challenge_method": "S256",
    }
    address = str(metadata["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


async def claims_of(
    settings: Settings, asked: Asked, *, code: str, back: str, now: datetime
) -> Mapping[str, Any]:
    """Exchange the code and return what the ID token says, checked. Raises RefusedError."""
    async with httpx.AsyncClient(timeout=LIMIT_S) as client:
        metadata = await _metadata(client, settings)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": str(settings.oidc_client_id),
            "code_verifier": asked.verifier,
        }
        if settings.oidc_client_secret is not None:
            form["client_secret"] = settings.oidc_client_secret.get_secret_value()
        answer = await _asked(client.post(str(metadata["token_endpoint"]), data=form))
        keys = await _asked(client.get(str(metadata["jwks_uri"])))
    return _checked(settings, asked, answer.get("id_token"), keys, now=now)


def _checked(
    settings: Settings, asked: Asked, token: object, keys: Mapping[str, Any], *, now: datetime
) -> Mapping[str, Any]:
    try:
        key_set = KeySet.import_key_set({"keys": list(keys["keys"])})
        decoded = jwt.decode(str(token), key_set, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": settings.oidc_issuer},
                "aud": {"essential": True, "value": settings.oidc_client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True},
            },
            params={"nonce": asked.nonce, "client_id": settings.oidc_client_id},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(Refused.INVALID, f"the ID token: {error}") from None
    return dict(decoded.claims)


async def _metadata(client: httpx.AsyncClient, settings: Settings) -> Mapping[str, Any]:
    issuer = str(settings.oidc_issuer)
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    found = await _asked(client.get(address))
    if found.get("issuer") != issuer:
        raise RefusedError(Refused.INVALID, f"it calls itself {found.get('issuer')!r}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not str(found.get(name, "")).startswith(("https://", issuer)):
            raise RefusedError(Refused.INVALID, f"its {name} is not https")
    return found


async def _asked(asking: Any) -> Mapping[str, Any]:  # noqa: ANN401 - httpx's own coroutine
    try:
        answer: httpx.Response = await asking
        found = answer.json() if answer.is_success else None
    except (httpx.HTTPError, ValueError) as error:
        raise RefusedError(Refused.UNREACHABLE, type(error).__name__) from None
    if not answer.is_success:
        # a 400 of the token endpoint: the code was used, is too old, or our secret is wrong
        why = Refused.INVALID if answer.is_client_error else Refused.UNREACHABLE
        raise RefusedError(why, f"{answer.request.url.path} answered {answer.status_code}")
    if not isinstance(found, dict):
        raise RefusedError(Refused.INVALID, "its answer is no JSON object")
    return found

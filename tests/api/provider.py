"""A small OpenID Connect provider that runs as a server of its own, and lies when it is told to."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "brimful", "a secret only for tests"


@dataclass
class Provider:
    """Who is at the provider's page, and how it misbehaves."""

    clock: Callable[[], datetime]
    issuer: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    # what the ID token says instead
    lies: dict[str, Any] = field(default_factory=dict)
    denies: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    async def metadata(self, request: Request) -> Response:
        """Answer the discovery document."""
        self.asked.append(request.url.path)
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def authorize(self, request: Request) -> Response:
        """Let the person in and send the browser back."""
        query = dict(request.query_params)
        if self.denies:
            answer = {"error": "access_denied", "state": query["state"]}
        else:
            code = token_urlsafe(8)
            self._codes[code] = query
            answer = {"code": code, "state": query["state"]}
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        """Exchange a code, once, for whoever knows its verifier and the client's secret."""
        form = dict(parse_qsl((await request.body()).decode()))
        query = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            query is None
            or query["code_challenge"] != challenge
            or query["redirect_uri"] != form.get("redirect_uri")
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET)
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
            **self.person,
            **self.lies,
        }
        key = self.signs_with or self.key
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    async def keys(self, _request: Request) -> Response:
        """Answer the public keys."""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


@asynccontextmanager
async def running(provider: Provider) -> AsyncIterator[Provider]:
    """Serve it on a free port while the block lasts."""
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.metadata),
            Route("/authorize", provider.authorize),
            Route("/token", provider.token, methods=["POST"]),
            Route("/keys", provider.keys),
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    config = server.config
    config.load()
    listening = config.bind_socket()
    provider.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    # what comes before it serves waits in the socket's queue
    listening.listen()
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving

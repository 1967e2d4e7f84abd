"""Who is calling: a bearer token, its role, and what that role may do."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.context import Conn, Now
from store import tokens
from store.tokens import Role, Token

_bearer = HTTPBearer(
    scheme_name="token",
    description="A token made with `brimful token create`, sent as `Authorization: Bearer TOKEN`.",
    auto_error=False,
)

type Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def bearer(credentials: Credentials) -> str:
    """Return the token's secret as sent; 401 without one, before the database is asked."""
    if credentials is None:
        raise HTTPException(
            401,
            "Send the header 'Authorization: Bearer TOKEN'; `brimful token create` makes a token.",
            headers={"WWW-Authenticate": 'Bearer realm="brimful"'},
        )
    return credentials.credentials


async def caller(secret: Annotated[str, Depends(bearer)], conn: Conn, now: Now) -> Token:
    """Return the token of the request; 401 with one that is not valid."""
    token = await tokens.find(conn, secret, now=now)
    if token is None:
        raise HTTPException(
            401,
            "This token is unknown, expired or revoked; ask for a new one.",
            headers={"WWW-Authenticate": 'Bearer realm="brimful", error="invalid_token"'},
        )
    return token


def allow(*roles: Role) -> Callable[[Token], Awaitable[Token]]:
    """Make a dependency that returns the caller's token; 403 where its role is not in ``roles``."""

    async def allowed(token: Annotated[Token, Depends(caller)]) -> Token:
        if token.role not in roles:
            needed = " or ".join(roles)
            raise HTTPException(403, f"This needs a token of role {needed}; yours is {token.role}.")
        return token

    return allowed


async def crew_of(token: Annotated[Token, Depends(allow(Role.CREW))]) -> str:
    """Return the crew_id of a caller of role crew."""
    assert token.crew_id is not None  # noqa: S101 - a CHECK of the table tokens
    return token.crew_id


anybody = Depends(allow(*Role))
may_read_bins = Depends(allow(Role.OPS, Role.DEVICE_ADMIN))
may_read_plans = Depends(allow(Role.OPS))
type Ops = Annotated[Token, Depends(allow(Role.OPS))]
type CrewCaller = Annotated[Token, Depends(allow(Role.CREW))]
type CrewId = Annotated[str, Depends(crew_of)]

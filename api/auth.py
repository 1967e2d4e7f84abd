"""Who is calling: a session's cookie or a bearer token, its role, and what that role may do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

import store
from api import cookies
from api.context import Conn, Context, Now, UseContext
from store import sessions, tokens
from store.audit import Actor, Kind
from store.sessions import Session
from store.tokens import Role, Token

_bearer = HTTPBearer(
    scheme_name="token",
    description="A token made with `brimful token create`, sent as `Authorization: Bearer TOKEN`.",
    auto_error=False,
)
_cookie = APIKeyCookie(
    name=cookies.PLAIN,
    scheme_name="session",
    description="The cookie that POST /session and POST /session/link set; over https its name is "
    "`__Host-brimful`.",
    auto_error=False,
)

type Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller(Actor):
    """Who calls; ``role`` is never None. Give it to store.audit.note as ``who``."""

    role: Role
    crew_id: str | None = None
    session: Session | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """What the request proves itself with."""

    value: str
    is_token: bool


async def secret(
    request: Request,
    use: UseContext,
    credentials: Credentials,
    _documented: Annotated[str | None, Depends(_cookie)],
) -> Secret:
    """Return the token or the cookie as sent; 401 without both, before the database is asked."""
    if credentials is not None:
        return Secret(value=credentials.credentials, is_token=True)
    if found := cookies.read(request, use.settings):
        return Secret(value=found, is_token=False)
    raise HTTPException(
        401,
        "Sign in at /signin/; programs send the header 'Authorization: Bearer TOKEN', and "
        "`brimful token create` makes a token.",
        headers={"WWW-Authenticate": 'Bearer realm="brimful"'},
    )


async def caller(sent: Annotated[Secret, Depends(secret)], conn: Conn, now: Now) -> Caller:
    """Return who calls; 401 with a token or a session that is not valid."""
    if not sent.is_token:
        session = await sessions.find(conn, sent.value, now=now)
        if session is None:
            raise HTTPException(
                401,
                "You are signed out: the session has ended or was not used for too long. "
                "Sign in at /signin/.",
                headers={"WWW-Authenticate": 'Bearer realm="brimful"'},
            )
        return caller_of(session)
    token = await tokens.find(conn, sent.value, now=now)
    if token is None:
        raise HTTPException(
            401,
            "This token is unknown, expired or revoked; ask for a new one.",
            headers={"WWW-Authenticate": 'Bearer realm="brimful", error="invalid_token"'},
        )
    return _caller_by(token)


def caller_of(session: Session) -> Caller:
    """Return who a session is of: a person by the user name, a phone by its crew and itself."""
    if session.user_name is not None:
        return Caller(name=session.user_name, role=session.role, kind=Kind.PERSON, session=session)
    return Caller(
        name=f"{session.name}, {session.device}",
        role=session.role,
        kind=Kind.PHONE,
        crew_id=session.crew_id,
        session=session,
    )


def _caller_by(token: Token) -> Caller:
    return Caller(name=token.name, role=token.role, kind=Kind.TOKEN, crew_id=token.crew_id)


type AnyCaller = Annotated[Caller, Depends(caller)]


def allow(*roles: Role) -> Callable[[Caller], Awaitable[Caller]]:
    """Make a dependency that returns the caller; 403 where its role is not in ``roles``."""

    async def allowed(found: AnyCaller) -> Caller:
        if found.role not in roles:
            needed = " or ".join(roles)
            raise HTTPException(403, f"This needs role {needed}; yours is {found.role}.")
        return found

    return allowed


async def early(request: Request, use: Context, *roles: Role) -> Caller:
    """Return the caller of one of these roles in a transaction of its own, before the body is read.

    A body that takes minutes to come must not keep a database connection; 401 and 403 as ever.
    """
    sent = await secret(request, use, await _bearer(request), None)
    async with store.transaction(use.pool) as conn:
        return await allow(*roles)(await caller(sent, conn, use.clock()))


async def crew_of(found: Annotated[Caller, Depends(allow(Role.CREW))]) -> str:
    """Return the crew_id of a caller of role crew."""
    assert found.crew_id is not None  # noqa: S101 - a CHECK of the tables tokens and sessions
    return found.crew_id


anybody = Depends(caller)
may_read_bins = Depends(allow(Role.OPS, Role.DEVICE_ADMIN, Role.VIEWER))
may_read_plans = Depends(allow(Role.OPS, Role.VIEWER))
type Repairer = Annotated[Caller, Depends(allow(Role.OPS, Role.DEVICE_ADMIN))]
type Ops = Annotated[Caller, Depends(allow(Role.OPS))]
type CrewCaller = Annotated[Caller, Depends(allow(Role.CREW))]
type CrewId = Annotated[str, Depends(crew_of)]

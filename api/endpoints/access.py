"""Who is signed in where, the crews' links, and tokens: ops sees them and ends them."""

from collections.abc import Sequence
from io import BytesIO
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Query, Request

from api.auth import Caller, Ops, may_read_plans
from api.context import Conn, Now, UseContext
from api.incoming import only_known_parameters
from api.openapi import errors
from api.schemas.people import (
    CrewLink,
    CrewListed,
    Crews,
    SessionListed,
    Sessions,
    SessionsEnded,
    TokenRevoked,
    Tokens,
)
from core.errors import NotFoundError
from core.registry import Slug
from core.rules.sign_in import USER_NAME
from store import audit, fleet, people, sessions, tokens
from store.sessions import Session

router = APIRouter(tags=["accounts"], dependencies=[only_known_parameters])


@router.get("/sessions", summary="Who is signed in", responses=errors(401, 403, 422, 503))
async def list_sessions(
    *,
    caller: Ops,
    conn: Conn,
    now: Now,
    user_name: Annotated[str | None, Query(pattern=USER_NAME)] = None,
    crew_id: Annotated[Slug | None, Query()] = None,
) -> Sessions:
    """List the sessions that go on: browsers of people and phones of crews. For role ops."""
    found = await sessions.sessions(conn, now=now, user_name=user_name, crew_id=crew_id)
    return Sessions(items=_listed(found, caller))


@router.delete(
    "/sessions/{session_id}", summary="End a session", responses=errors(401, 403, 404, 422, 503)
)
async def end_session(*, caller: Ops, conn: Conn, now: Now, session_id: UUID) -> SessionsEnded:
    """Sign one browser or one phone out, with its next request. For role ops."""
    await people.end_session(conn, session_id, by=caller, now=now)
    return SessionsEnded(ended=1)


@router.get(
    "/crews",
    summary="Crews",
    dependencies=[may_read_plans],
    responses=errors(401, 403, 422, 503),
)
async def list_crews(conn: Conn) -> Crews:
    """List all crews. For role ops and viewer."""
    return Crews(
        items=[
            CrewListed(crew_id=crew.crew_id, name=crew.name, vehicle_id=crew.vehicle_id)
            for crew in await fleet.crews(conn)
        ]
    )


@router.post(
    "/crews/{crew_id}/links",
    status_code=201,
    summary="Make a link that signs a crew's phone in",
    responses=errors(401, 403, 404, 422, 503),
)
async def link_crew(
    *, caller: Ops, use: UseContext, conn: Conn, now: Now, crew_id: Slug, request: Request
) -> CrewLink:
    """Make a link, and the QR code of it, for one phone of a crew; the code is shown this once.

    It works once and for some hours. What names the code stands behind the # of the address, which
    no browser sends to a server. For role ops.
    """
    expires_at = now + use.settings.link_valid
    code = await people.link_crew(conn, crew_id, by=caller, now=now, expires_at=expires_at)
    own = use.settings.public_url or str(request.base_url).rstrip("/")
    address = f"{own}/phone/#code={code}"
    return CrewLink(address=address, expires_at=expires_at, qr_svg=_picture(address))


@router.delete(
    "/crews/{crew_id}/sessions",
    summary="Sign all phones of a crew out",
    responses=errors(401, 403, 404, 422, 503),
)
async def end_sessions_of_crew(
    *, caller: Ops, conn: Conn, now: Now, crew_id: Slug
) -> SessionsEnded:
    """End the sessions of all phones of a crew. For role ops."""
    if crew_id not in {crew.crew_id for crew in await fleet.crews(conn)}:
        raise NotFoundError(f"There is no crew {crew_id}.")
    ended = await people.end_sessions(conn, crew_id=crew_id, by=caller, now=now)
    return SessionsEnded(ended=ended)


@router.get("/tokens", summary="Tokens", responses=errors(401, 403, 422, 503))
async def list_tokens(*, _caller: Ops, conn: Conn) -> Tokens:
    """List the tokens of programs, never their secrets. For role ops."""
    return Tokens.of(list(await tokens.tokens(conn)))


@router.delete(
    "/tokens/{token_id}", summary="Revoke a token", responses=errors(401, 403, 404, 422, 503)
)
async def revoke_token(*, caller: Ops, conn: Conn, now: Now, token_id: UUID) -> TokenRevoked:
    """End a token with its next request. 404: there is no valid one. For role ops."""
    if not await tokens.revoke(conn, token_id, now=now):
        raise NotFoundError(f"There is no valid token {token_id}.")
    await audit.note(conn, who=caller, what="token.revoked", subject=f"token {token_id}", now=now)
    return TokenRevoked(token_id=token_id)


def _picture(address: str) -> str:
    """Draw a QR code: dark on light also on a dark screen, for not every phone reads the other."""
    out = BytesIO()
    segno.make(address, micro=False, error="m").save(
        out, kind="svg", border=4, omitsize=True, xmldecl=False, dark="#000", light="#fff"
    )
    return out.getvalue().decode()


def _listed(found: Sequence[Session], caller: Caller) -> list[SessionListed]:
    own = None if caller.session is None else caller.session.session_id
    return [SessionListed.of(one, is_this=one.session_id == own) for one in found]

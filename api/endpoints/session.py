"""Signing in, signing out, and who one is."""

from fastapi import APIRouter, Request, Response

import store
from api import cookies, signing_in
from api.auth import AnyCaller, caller_of
from api.context import Conn, Now, UseContext
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.schemas.session import LinkIn, SessionOut, SignedOut, SignIn, WaysIn
from store import accounts, audit, sessions

router = APIRouter(prefix="/session", tags=["session"], route_class=JsonRoute)


@router.post("", summary="Sign in", responses=errors(401, 403, 413, 422, 429, 503))
async def sign_in(
    *, use: UseContext, now: Now, body: SignIn, request: Request, response: Response
) -> SessionOut:
    """Begin a session and set its cookie.

    401 says the same for an unknown user name and for a wrong password. 429: too many wrong ones
    for this user name or from this address; Retry-After says when to try again. For everybody.
    """
    secret, max_age_s = await signing_in.by_password(
        use, request, user_name=body.user_name, password=body.password.get_secret_value(), now=now
    )
    return await _begun(use, now, response, secret, max_age_s)


@router.post(
    "/link", summary="Sign a crew's phone in", responses=errors(403, 404, 410, 413, 422, 503)
)
async def sign_in_by_link(
    *, use: UseContext, now: Now, body: LinkIn, request: Request, response: Response
) -> SessionOut:
    """Exchange the code of a crew's link for a session and set its cookie.

    A code signs one phone in, once. 410: it was used, or is too old. For everybody.
    """
    secret, max_age_s = await signing_in.by_link(
        use, request, code=body.code, device=body.device, now=now
    )
    return await _begun(use, now, response, secret, max_age_s)


@router.get("/ways", summary="How people sign in here", responses=errors(503))
async def read_ways(use: UseContext, conn: Conn) -> WaysIn:
    """Say what a page for signing in has to offer. For everybody."""
    return WaysIn(
        has_accounts=await accounts.are_there(conn), identity_provider=use.settings.oidc_called
    )


@router.get(
    "",
    summary="Who one is",
    dependencies=[only_known_parameters],
    responses=errors(401, 403, 422, 503),
)
async def read_session(caller: AnyCaller) -> SessionOut:
    """Say whose session or token the request came with. For every role."""
    return SessionOut.of(caller)


@router.delete(
    "",
    summary="Sign out",
    dependencies=[only_known_parameters],
    responses=errors(401, 403, 422, 503),
)
async def sign_out(
    *, caller: AnyCaller, use: UseContext, conn: Conn, now: Now, response: Response
) -> SignedOut:
    """End the session and let the browser forget its cookie. For every role."""
    cookies.take_back(response, use.settings)
    session = caller.session
    if session is None:
        return SignedOut(signed_out=False)
    await sessions.end(conn, session.session_id, by=caller.name, now=now)
    subject = f"session {session.session_id}"
    await audit.note(conn, who=caller, what="session.ended", subject=subject, now=now)
    return SignedOut(signed_out=True)


async def _begun(
    use: UseContext, now: Now, response: Response, secret: str, max_age_s: int
) -> SessionOut:
    cookies.give(response, use.settings, secret, max_age_s=max_age_s)
    async with store.transaction(use.pool) as conn:
        session = await sessions.find(conn, secret, now=now)
    assert session is not None  # noqa: S101 - it began in this request
    return SessionOut.of(caller_of(session))

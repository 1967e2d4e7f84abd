"""The way from a user name and password, or a crew's code, to a session."""

import asyncio
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil

from fastapi import HTTPException, Request

import store
from api import cookies
from api.context import Context
from core.passwords import hash_password, is_outdated, is_password
from core.rules.sign_in import counted_address, device_name, refuse_user_name
from core.settings import Settings
from store import accounts, attempts, audit, crew_links, sessions
from store.accounts import Account
from store.audit import Actor, Kind
from store.crew_links import Unusable
from store.sessions import Lasting
from store.tokens import Role

_WRONG = "The user name or the password is wrong."
_DISABLED = "This account is disabled. Ask somebody of role ops."
_UNUSABLE = {
    Unusable.UNKNOWN: (
        HTTPStatus.NOT_FOUND,
        "There is no such link. Ask operations for a new one.",
    ),
    Unusable.USED: (
        HTTPStatus.GONE,
        "This link has been used: it signs one phone in, once. Ask operations for a new one.",
    ),
    Unusable.EXPIRED: (
        HTTPStatus.GONE,
        "This link is too old to be used. Ask operations for a new one.",
    ),
}


async def by_password(
    use: Context, request: Request, *, user_name: str, password: str, now: datetime
) -> tuple[str, int]:
    """Begin a person's session; returns the cookie's secret and its life in seconds.

    Raises what prove() does.
    """
    known = await prove(use, request, user_name=user_name, password=password, now=now)
    async with store.transaction(use.pool) as conn:
        return await begin(conn, use.settings, request, known, now=now)


async def prove(
    use: Context, request: Request, *, user_name: str, password: str, now: datetime
) -> Account:
    """Return the account whose password this is.

    401: wrong, after the same time and in the same words for a user name that is unknown.
    429: too many wrong ones. Its transactions are its own: what failed is counted all the same.
    """
    user_name = user_name.strip().lower()
    address = counted_address(request.client.host if request.client else "")
    async with store.transaction(use.pool) as conn:
        attempt = await attempts.begin(
            conn,
            user_name=user_name,
            address=address,
            limits=use.settings.sign_in_limits,
            now=now,
        )
        known = None if refuse_user_name(user_name) else await accounts.find(conn, user_name)
        if isinstance(attempt, timedelta):
            await _note_refused(conn, known, "too many wrong passwords", address, now)
    if isinstance(attempt, timedelta):
        raise _wait(attempt)
    # nobody else waits for it, and so many at once that memory stays bounded
    async with use.hashing:
        right = await asyncio.to_thread(
            is_password, password, None if known is None else known.password_hash
        )
    async with store.transaction(use.pool) as conn:
        if known is None or not right or known.disabled_at is not None:
            why = "the account is disabled" if right else "wrong password"
            await _note_refused(conn, known, why, address, now)
        else:
            await attempts.succeeded(conn, attempt, user_name=known.user_name)
            if known.password_hash is not None and is_outdated(known.password_hash):
                again = await asyncio.to_thread(hash_password, password)
                await accounts.set_hash(conn, known.account_id, again)
            return known
    raise HTTPException(HTTPStatus.UNAUTHORIZED, _DISABLED if right else _WRONG)


def _wait(wait: timedelta) -> HTTPException:
    seconds = max(1, ceil(wait.total_seconds()))
    said = f"{seconds} seconds" if seconds < 90 else f"{ceil(seconds / 60)} minutes"
    return HTTPException(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"Too many wrong passwords. Try again in {said}.",
        headers={"Retry-After": str(seconds)},
    )


async def _note_refused(
    conn: store.Connection, account: Account | None, why: str, address: str, now: datetime
) -> None:
    """Write it into the trail; a user name that is unknown may be a password, and is not kept."""
    await audit.note(
        conn,
        who=audit.NOBODY,
        what="session.refused",
        subject="no such account" if account is None else f"account {account.user_name}",
        detail={"why": why if account else "no such user name", "address": address},
        now=now,
    )


async def begin(
    conn: store.Connection, settings: Settings, request: Request, account: Account, *, now: datetime
) -> tuple[str, int]:
    """Begin a session of an account whose owner is known to be there."""
    await _end_the_one_before(conn, settings, request, by=account.user_name, now=now)
    device = device_name(request.headers.get("user-agent", ""))
    lasting = Lasting(idle=settings.person_idle, at_most=settings.person_max)
    session_id, secret = await sessions.start(
        conn, account_id=account.account_id, device=device, lasting=lasting, now=now
    )
    await audit.note(
        conn,
        who=Actor(name=account.user_name, role=account.role, kind=Kind.PERSON),
        what="session.started",
        subject=f"session {session_id}",
        detail={"device": device},
        now=now,
    )
    return secret, round(lasting.at_most.total_seconds())


async def by_link(
    use: Context, request: Request, *, code: str, device: str | None, now: datetime
) -> tuple[str, int]:
    """Begin a session of a crew's phone; 404 and 410 where the code signs nobody in."""
    settings = use.settings
    async with store.transaction(use.pool) as conn:
        found = await crew_links.find(conn, code, now=now)
        if not isinstance(found, Unusable):
            link_id, crew_id = found
            await _end_the_one_before(conn, settings, request, by="a new link", now=now)
            device = device or device_name(request.headers.get("user-agent", ""))
            lasting = Lasting(idle=settings.crew_idle, at_most=settings.crew_max)
            session_id, secret = await sessions.start(
                conn, crew_id=crew_id, device=device, lasting=lasting, now=now
            )
            await crew_links.used(conn, link_id, session_id, now=now)
            await audit.note(
                conn,
                who=Actor(name=f"crew {crew_id}, {device}", role=Role.CREW, kind=Kind.PHONE),
                what="session.started",
                subject=f"session {session_id}",
                detail={"crew_id": crew_id, "device": device, "link_id": str(link_id)},
                now=now,
            )
            return secret, round(lasting.at_most.total_seconds())
        await audit.note(
            conn,
            who=audit.NOBODY,
            what="session.refused",
            subject="link of a crew",
            detail={"why": f"the link is {found}"},
            now=now,
        )
    status, detail = _UNUSABLE[found]
    raise HTTPException(status, detail)


async def _end_the_one_before(
    conn: store.Connection, settings: Settings, request: Request, *, by: str, now: datetime
) -> None:
    """End the session the browser came with: it is about to forget its secret."""
    secret = cookies.read(request, settings)
    before = None if secret is None else await sessions.find(conn, secret, now=now)
    if before is not None:
        await sessions.end(conn, before.session_id, by=by, now=now)

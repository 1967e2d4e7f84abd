"""Accounts of people: ops makes, changes and disables them; a password is one's own."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from pydantic import SecretStr

import store
from api import signing_in
from api.auth import AnyCaller, Ops
from api.context import Conn, Context, Now, UseContext
from api.incoming import JsonRoute, only_known_parameters
from api.openapi import errors
from api.problems import wrong
from api.schemas.people import (
    AccountChange,
    AccountIn,
    AccountOut,
    Accounts,
    PasswordChange,
    SessionsEnded,
)
from api.schemas.session import SessionOut
from core.errors import ConflictError
from core.passwords import hash_password
from core.rules.sign_in import USER_NAME, refuse_password
from store import accounts, people
from store.accounts import Change

type Named = Annotated[str, Path(pattern=USER_NAME)]

router = APIRouter(tags=["accounts"], dependencies=[only_known_parameters], route_class=JsonRoute)


@router.get("/accounts", summary="Accounts", responses=errors(401, 403, 422, 503))
async def list_accounts(*, _caller: Ops, conn: Conn) -> Accounts:
    """List all accounts of people, disabled ones too. For role ops."""
    return Accounts(items=[AccountOut.of(one) for one in await accounts.accounts(conn)])


@router.post(
    "/accounts",
    status_code=201,
    summary="Make an account",
    responses=errors(401, 403, 409, 413, 422, 503),
)
async def add_account(
    *, caller: Ops, use: UseContext, conn: Conn, now: Now, body: AccountIn
) -> AccountOut:
    """Let a person sign in. 409: the user name is taken, if by a disabled account. For role ops."""
    made = await people.add(
        conn,
        user_name=body.user_name,
        name=body.name,
        role=body.role,
        password_hash=await _hashed(use, body.password, body.user_name, field="password"),
        by=caller,
        now=now,
    )
    return AccountOut.of(made)


@router.patch(
    "/accounts/{user_name}",
    summary="Change an account",
    responses=errors(401, 403, 404, 409, 413, 422, 503),
)
async def change_account(
    *, caller: Ops, use: UseContext, conn: Conn, now: Now, user_name: Named, body: AccountChange
) -> AccountOut:
    """Give an account another name, role or password, disable it or enable it again.

    Disabled, or with another password, its sessions end at once. An account is never deleted: the
    audit trail names it. 409: it is the last one of role ops. For role ops.
    """
    password_hash = (
        None
        if body.password is None
        else await _hashed(use, body.password, user_name, field="password")
    )
    wanted = Change(
        name=body.name, role=body.role, disabled=body.disabled, password_hash=password_hash
    )
    own = caller.session if caller.session and caller.session.user_name == user_name else None
    changed = await people.change(
        conn, user_name, wanted, by=caller, now=now, but=None if own is None else own.session_id
    )
    return AccountOut.of(changed)


@router.delete(
    "/accounts/{user_name}/sessions",
    summary="Sign a person out everywhere",
    responses=errors(401, 403, 404, 422, 503),
)
async def end_sessions_of_account(
    *, caller: Ops, conn: Conn, now: Now, user_name: Named
) -> SessionsEnded:
    """End all sessions of a person. For role ops."""
    ended = await people.end_sessions(conn, user_name=user_name, by=caller, now=now)
    return SessionsEnded(ended=ended)


@router.put(
    "/session/password",
    summary="Change one's own password",
    responses=errors(401, 403, 409, 413, 422, 429, 503),
)
async def change_password(
    *, caller: AnyCaller, use: UseContext, now: Now, request: Request, body: PasswordChange
) -> SessionOut:
    """Change the password of whoever is signed in; all other sessions of theirs end.

    403: the password so far is wrong. 409: one signs in by something else. For every role.
    """
    session = caller.session
    known = None
    if session is not None and session.user_name is not None:
        async with store.transaction(use.pool) as conn:
            known = await accounts.find(conn, session.user_name)
    if session is None or known is None or known.password_hash is None:
        raise ConflictError("This is for people who sign in with a password; you do not.")
    new_hash = await _hashed(use, body.new_password, known.user_name, field="new_password")
    try:
        await signing_in.prove(
            use,
            request,
            user_name=known.user_name,
            password=body.password.get_secret_value(),
            now=now,
        )
    except HTTPException as error:
        if error.status_code != 401:
            raise
        # 401 would say that one is signed out
        raise HTTPException(403, "The password so far is wrong.") from None
    async with store.transaction(use.pool) as conn:
        await people.change(
            conn,
            known.user_name,
            Change(password_hash=new_hash),
            by=caller,
            now=now,
            but=session.session_id,
        )
    return SessionOut.of(caller)


async def _hashed(use: Context, password: SecretStr, user_name: str, *, field: str) -> str:
    plain = password.get_secret_value()
    if refusal := refuse_password(plain, user_name=user_name):
        raise wrong("body", field, refusal)
    async with use.hashing:
        return await asyncio.to_thread(hash_password, plain)

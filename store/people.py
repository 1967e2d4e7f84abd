"""Changes of accounts, sessions and links with all that goes with them, in one transaction each."""

from datetime import datetime
from uuid import UUID

from core.errors import NotFoundError
from store import accounts, audit, crew_links, sessions
from store.accounts import Account, Change
from store.audit import Actor
from store.connection import Connection
from store.tokens import Role


async def add(
    conn: Connection,
    *,
    user_name: str,
    name: str,
    role: Role,
    password_hash: str,
    by: Actor,
    now: datetime,
) -> Account:
    """Make an account. Raises ConflictError where the user name is taken."""
    made = await accounts.create(
        conn, user_name=user_name, name=name, role=role, password_hash=password_hash, now=now
    )
    await audit.note(
        conn,
        who=by,
        what="account.added",
        subject=f"account {user_name}",
        detail={"name": name, "role": str(role)},
        now=now,
    )
    return made


async def change(
    conn: Connection,
    user_name: str,
    wanted: Change,
    *,
    by: Actor,
    now: datetime,
    but: UUID | None = None,
) -> Account:
    """Change an account; disabled, or with another password, its sessions end (``but`` this one).

    Raises NotFoundError, and ConflictError for the last one of role ops.
    """
    changed = await accounts.change(conn, user_name, wanted, now=now)
    ended = 0
    if wanted.disabled or wanted.password_hash is not None:
        ended = await sessions.end_all(
            conn, account_id=changed.account_id, by=by.name, now=now, but=but
        )
    told = {"name": wanted.name, "role": wanted.role, "disabled": wanted.disabled}
    await audit.note(
        conn,
        who=by,
        what="account.changed",
        subject=f"account {user_name}",
        detail={
            **{key: value for key, value in told.items() if value is not None},
            **({"password": "another one"} if wanted.password_hash is not None else {}),
            "sessions_ended": ended,
        },
        now=now,
    )
    return changed


async def end_session(conn: Connection, session_id: UUID, *, by: Actor, now: datetime) -> None:
    """End one session. Raises NotFoundError where none goes on."""
    if not await sessions.end(conn, session_id, by=by.name, now=now):
        raise NotFoundError(f"There is no session {session_id} that goes on.")
    subject = f"session {session_id}"
    await audit.note(conn, who=by, what="session.ended", subject=subject, now=now)


async def end_sessions(
    conn: Connection,
    *,
    by: Actor,
    now: datetime,
    user_name: str | None = None,
    crew_id: str | None = None,
) -> int:
    """End all sessions of an account, or all of a crew's phones; returns how many there were.

    Raises NotFoundError for an account that is not there.
    """
    account = None if user_name is None else await accounts.find(conn, user_name)
    if user_name is not None and account is None:
        raise NotFoundError(f"There is no account {user_name}.")
    ended = await sessions.end_all(
        conn,
        account_id=None if account is None else account.account_id,
        crew_id=crew_id,
        by=by.name,
        now=now,
    )
    subject = f"crew {crew_id}" if account is None else f"account {account.user_name}"
    detail = {"ended": ended}
    await audit.note(
        conn, who=by, what="session.all_ended", subject=subject, detail=detail, now=now
    )
    return ended


async def link_crew(
    conn: Connection, crew_id: str, *, by: Actor, now: datetime, expires_at: datetime
) -> str:
    """Make a link for a crew's phone and return its code. Raises NotFoundError for no such crew."""
    link_id, code = await crew_links.create(
        conn, crew_id, by=by.name, now=now, expires_at=expires_at
    )
    await audit.note(
        conn,
        who=by,
        what="crew.linked",
        subject=f"crew {crew_id}",
        detail={"link_id": str(link_id), "expires_at": expires_at.isoformat()},
        now=now,
    )
    return code

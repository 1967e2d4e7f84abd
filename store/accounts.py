"""Accounts of people: their names, roles and hashes of passwords."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from core.errors import ConflictError, NotFoundError
from store.connection import Connection
from store.tokens import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A person who may sign in; ``password_hash`` None: by an identity provider only."""

    account_id: UUID
    user_name: str
    name: str
    role: Role
    password_hash: str | None = field(repr=False)
    issuer: str | None
    created_at: datetime
    disabled_at: datetime | None


_COLUMNS = "account_id, user_name, name, role, password_hash, issuer, created_at, disabled_at"
_CREATE = f"""
    INSERT INTO accounts (account_id, user_name, name, role, password_hash, created_at,
                          password_changed_at)
    VALUES (%(account_id)s, %(user_name)s, %(name)s, %(role)s, %(password_hash)s, %(now)s, %(now)s)
    ON CONFLICT (user_name) DO NOTHING
    RETURNING {_COLUMNS}
"""  # noqa: S608 - column names from the constant above


async def create(
    conn: Connection, *, user_name: str, name: str, role: Role, password_hash: str, now: datetime
) -> Account:
    """Make an account. Raises ConflictError where the user name is taken."""
    cursor = await conn.execute(
        _CREATE,
        {
            "account_id": uuid4(),
            "user_name": user_name,
            "name": name,
            "role": role,
            "password_hash": password_hash,
            "now": now,
        },
    )
    row = await cursor.fetchone()
    if row is None:
        raise ConflictError(f"There is an account {user_name} already.")
    return Account(**{**row, "role": Role(row["role"])})


_FIND = f"SELECT {_COLUMNS} FROM accounts WHERE user_name = %s"  # noqa: S608 - as above


async def find(conn: Connection, user_name: str) -> Account | None:
    """Return an account, disabled or not."""
    row = await (await conn.execute(_FIND, (user_name,))).fetchone()
    return None if row is None else Account(**{**row, "role": Role(row["role"])})


_LIST = f"SELECT {_COLUMNS} FROM accounts ORDER BY user_name"  # noqa: S608 - as above


async def accounts(conn: Connection) -> Sequence[Account]:
    """Return all accounts, disabled ones too."""
    rows = await (await conn.execute(_LIST)).fetchall()
    return [Account(**{**row, "role": Role(row["role"])}) for row in rows]


_ANY = "SELECT EXISTS (SELECT FROM accounts WHERE disabled_at IS NULL) AS any"


async def are_there(conn: Connection) -> bool:
    """Say whether anybody has an account."""
    row = await (await conn.execute(_ANY)).fetchone()
    return row is not None and bool(row["any"])


_SET_HASH = "UPDATE accounts SET password_hash = %s WHERE account_id = %s"


async def set_hash(conn: Connection, account_id: UUID, password_hash: str) -> None:
    """Keep another hash of the same password."""
    await conn.execute(_SET_HASH, (password_hash, account_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What of an account becomes another; None stays as it is."""

    name: str | None = None
    role: Role | None = None
    disabled: bool | None = None
    password_hash: str | None = field(default=None, repr=False)


# Locked together: two who demote one another would both see the other one left.
_OPS = """
    SELECT user_name FROM accounts WHERE role = 'ops' AND disabled_at IS NULL
    ORDER BY user_name FOR UPDATE
"""
_CHANGE = f"""
    UPDATE accounts SET
        name = coalesce(%(name)s, name),
        role = coalesce(%(role)s, role),
        disabled_at = CASE WHEN %(disabled)s::boolean IS NULL THEN disabled_at
                           WHEN %(disabled)s THEN coalesce(disabled_at, %(now)s) END,
        password_hash = coalesce(%(password_hash)s, password_hash),
        password_changed_at = CASE WHEN %(password_hash)s::text IS NULL THEN password_changed_at
                                   ELSE %(now)s END
    WHERE user_name = %(user_name)s
    RETURNING {_COLUMNS}
"""  # noqa: S608 - column names from the constant above


async def change(conn: Connection, user_name: str, wanted: Change, *, now: datetime) -> Account:
    """Change an account. Raises NotFoundError, and ConflictError for the last one of role ops."""
    leaves_ops = wanted.disabled or wanted.role not in {None, Role.OPS}
    if leaves_ops:
        ops = [row["user_name"] for row in await (await conn.execute(_OPS)).fetchall()]
        if ops == [user_name]:
            raise ConflictError(
                f"{user_name} is the only account of role ops: nobody could manage accounts any "
                "more. Make or enable another one first."
            )
    values = {
        "user_name": user_name,
        "name": wanted.name,
        "role": None if wanted.role is None else str(wanted.role),
        "disabled": wanted.disabled,
        "password_hash": wanted.password_hash,
        "now": now,
    }
    row = await (await conn.execute(_CHANGE, values)).fetchone()
    if row is None:
        raise NotFoundError(f"There is no account {user_name}.")
    return Account(**{**row, "role": Role(row["role"])})

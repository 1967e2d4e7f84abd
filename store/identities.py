"""Accounts that an identity provider vouches for: made and kept up to date as people come in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from core.errors import ConflictError
from store.accounts import Account
from store.connection import Connection
from store.tokens import Role

_COLUMNS = "account_id, user_name, name, role, password_hash, issuer, created_at, disabled_at"
_UPDATE = f"""
    UPDATE accounts SET name = %(name)s, role = %(role)s
    WHERE issuer = %(issuer)s AND issuer_subject = %(subject)s
    RETURNING {_COLUMNS}
"""  # noqa: S608 - column names from the constant above
_INSERT = f"""
    INSERT INTO accounts (account_id, user_name, name, role, issuer, issuer_subject, created_at)
    VALUES (%(account_id)s, %(user_name)s, %(name)s, %(role)s, %(issuer)s, %(subject)s, %(now)s)
    ON CONFLICT DO NOTHING
    RETURNING {_COLUMNS}
"""  # noqa: S608 - as above


async def known(
    conn: Connection,
    *,
    issuer: str,
    subject: str,
    user_names: Sequence[str],
    name: str,
    role: Role,
    now: datetime,
) -> Account:
    """Return the account of a person, with the name and role of today; a new one is made.

    It takes the first of the user names that nobody has. Raises ConflictError where all are taken.
    """
    values = {
        "issuer": issuer,
        "subject": subject,
        "name": name,
        "role": str(role),
        "now": now,
    }
    row = await (await conn.execute(_UPDATE, values)).fetchone()
    for user_name in user_names:
        if row is not None:
            break
        found = {**values, "account_id": uuid4(), "user_name": user_name}
        row = await (await conn.execute(_INSERT, found)).fetchone()
    if row is None:
        raise ConflictError(f"The user names {', '.join(user_names)} are all taken.")
    return Account(**{**row, "role": Role(row["role"])})

"""Who changed what, and when: written in the transaction of the change, never altered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from core.logs import request_id
from store.connection import Connection
from store.tokens import Role


class Kind(StrEnum):
    """What somebody acts by."""

    PERSON = "person"
    PHONE = "phone"
    TOKEN = "token"  # noqa: S105 - a word, no secret
    COMMAND = "command"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts, under the name that the trail shows; ``role`` None: by a command, or not known."""

    name: str
    role: Role | None
    kind: Kind


NOBODY = Actor(name="somebody not signed in", role=None, kind=Kind.NOBODY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """What was done, to what."""

    what: str
    subject: str
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the trail."""

    audit_id: int
    at: datetime
    who: str
    role: Role | None
    kind: Kind
    what: str
    subject: str
    detail: dict[str, Any]
    request_id: str | None


_NOTE = """
    INSERT INTO audit (at, who, role, kind, what, subject, detail, request_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


async def note(
    conn: Connection,
    *,
    who: Actor,
    what: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add a line: ``who`` did ``what`` ("plan.requested") to ``subject`` ("plan 7f3f...").

    ``detail`` holds what JSON can, and never a secret.
    """
    await note_all(conn, who=who, deeds=[Deed(what=what, subject=subject, detail=detail)], now=now)


async def note_all(conn: Connection, *, who: Actor, deeds: Sequence[Deed], now: datetime) -> None:
    """Add a line for each of several deeds, as note() does for one."""
    role = None if who.role is None else str(who.role)
    by = (now, who.name, role, str(who.kind))
    request = request_id()
    async with conn.cursor() as cursor:
        await cursor.executemany(
            _NOTE,
            [(*by, d.what, d.subject, Jsonb(dict(d.detail or {})), request) for d in deeds],
        )


_ENTRIES = """
    SELECT audit_id, at, who, role, kind, what, subject, detail, request_id FROM audit
    WHERE (%(who)s::text IS NULL OR who = %(who)s)
      AND (%(what)s::text IS NULL OR what = %(what)s OR starts_with(what, %(what)s || '.'))
      AND (%(subject)s::text IS NULL OR subject = %(subject)s)
      AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
      AND (%(before)s::bigint IS NULL OR audit_id < %(before)s)
    ORDER BY audit_id DESC LIMIT %(limit)s
"""


async def entries(
    conn: Connection,
    *,
    who: str | None = None,
    what: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> Sequence[Entry]:
    """Return lines, the newest first; ``what`` "plan" takes all that begin with "plan."."""
    asked = {"who": who, "what": what, "subject": subject, "since": since, "until": until}
    cursor = await conn.execute(_ENTRIES, {**asked, "before": before, "limit": limit})
    return [
        Entry(
            **{
                **row,
                "role": None if row["role"] is None else Role(row["role"]),
                "kind": Kind(row["kind"]),
            }
        )
        for row in await cursor.fetchall()
    ]

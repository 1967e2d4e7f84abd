"""Apply the numbered SQL files: each once, in order, under a lock, never an edited one."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Any

from core.errors import BrimfulError
from store import Connection

LOCK_KEY = 0x6272696D66756C  # "brimful"
"""One migration run at a time on a database (a session-level advisory lock)."""

_CREATE_LEDGER = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        number      integer PRIMARY KEY,
        name        text NOT NULL,
        sha256      text NOT NULL,
        applied_at  timestamptz NOT NULL DEFAULT now()
    )
"""
_LEDGER_EXISTS = "SELECT to_regclass('schema_migrations') IS NOT NULL AS it_does"
_LEDGER = "SELECT number, name, sha256, applied_at FROM schema_migrations ORDER BY number"
_NOTE = "INSERT INTO schema_migrations (number, name, sha256) VALUES (%s, %s, %s)"
_TIMESCALE = """
    SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb') AS installed,
           current_setting('shared_preload_libraries') LIKE '%timescaledb%' AS preloaded,
           EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') AS created
"""
_LICENSE = "SELECT current_setting('timescaledb.license', true) AS license"


class MigrationError(BrimfulError):
    """The files and the database contradict each other; a person has to look."""


class Outcome(StrEnum):
    """What is or was done with one file."""

    APPLIED = "applied"
    PENDING = "pending"
    PASSED_OVER = "passed over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """One numbered file. ``requires`` is None, "timescaledb" or "timescaledb-community"."""

    number: int
    name: str
    sql: str
    requires: str | None

    @property
    def sha256(self) -> str:
        """Digest of the file as it is now."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One migration's standing; ``newly`` when this run applied it."""

    number: int
    name: str
    outcome: Outcome
    reason: str = ""
    applied_at: datetime | None = None
    newly: bool = False


def load_migrations() -> Sequence[Migration]:
    """Read the files of sql/ in order of their number."""
    files = sorted(
        (f for f in resources.files("migrations").joinpath("sql").iterdir()),
        key=lambda f: f.name,
    )
    return [parse(f.name, f.read_text("utf-8")) for f in files if f.name.endswith(".sql")]


def parse(name: str, sql: str) -> Migration:
    """Turn one file into a migration; the name must be like 0007_what_it_does.sql."""
    match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", name)
    if match is None:
        raise MigrationError(f"migration file {name!r} must be named like 0007_what_it_does.sql")
    requires = re.match(r"-- requires: ([a-z-]+)\n", sql)
    return Migration(
        number=int(match[1]), name=name, sql=sql, requires=requires[1] if requires else None
    )


async def migrate(
    conn: Connection, migrations: Sequence[Migration] | None = None
) -> Sequence[Line]:
    """Apply what is missing and return each file's standing. The connection must be idle.

    Raises MigrationError for an edited or unknown applied file, before anything is changed.
    """
    todo = load_migrations() if migrations is None else migrations
    await conn.set_autocommit(True)
    await conn.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
    try:
        await conn.execute(_CREATE_LEDGER)
        lines = []
        for line, migration in zip(await _standing(conn, todo), todo, strict=True):
            if line.outcome is Outcome.APPLIED:
                lines.append(line)
                continue
            # asked again for each file: the one before may have created the extension
            missing = await _missing(conn, migration.requires)
            if missing:
                lines.append(_line(migration, Outcome.PASSED_OVER, reason=missing))
                continue
            async with conn.transaction():
                await conn.execute(migration.sql.encode())
                await conn.execute(_NOTE, (migration.number, migration.name, migration.sha256))
            lines.append(_line(migration, Outcome.APPLIED, newly=True))
        return lines
    finally:
        await conn.execute("SELECT pg_advisory_unlock(%s)", (LOCK_KEY,))


async def status(conn: Connection, migrations: Sequence[Migration] | None = None) -> Sequence[Line]:
    """Return each file's standing and change nothing."""
    async with conn.transaction():
        return await _standing(conn, load_migrations() if migrations is None else migrations)


async def _standing(conn: Connection, migrations: Sequence[Migration]) -> Sequence[Line]:
    applied = await _applied(conn)
    _refuse_contradictions(applied, migrations)
    lines = []
    for migration in migrations:
        row = applied.get(migration.number)
        if row is not None:
            lines.append(_line(migration, Outcome.APPLIED, applied_at=row["applied_at"]))
        elif missing := await _missing(conn, migration.requires):
            lines.append(_line(migration, Outcome.PASSED_OVER, reason=missing))
        else:
            lines.append(_line(migration, Outcome.PENDING))
    return lines


def _line(
    migration: Migration,
    outcome: Outcome,
    *,
    reason: str = "",
    applied_at: datetime | None = None,
    newly: bool = False,
) -> Line:
    return Line(
        number=migration.number,
        name=migration.name,
        outcome=outcome,
        reason=reason,
        applied_at=applied_at,
        newly=newly,
    )


async def _applied(conn: Connection) -> Mapping[int, dict[str, Any]]:
    exists = await (await conn.execute(_LEDGER_EXISTS)).fetchone()
    if exists is None or not exists["it_does"]:
        return {}
    return {row["number"]: row async for row in await conn.execute(_LEDGER)}


def _refuse_contradictions(
    applied: Mapping[int, dict[str, Any]], migrations: Sequence[Migration]
) -> None:
    files = {m.number: m for m in migrations}
    if len(files) != len(migrations):
        raise MigrationError("two migration files have the same number")
    for number, row in applied.items():
        if number not in files:
            raise MigrationError(
                f"the database has migration {row['name']}, which this version of Brimful does "
                "not know: it was migrated by a newer version; install that one"
            )
        if files[number].sha256 != row["sha256"]:
            raise MigrationError(
                f"{files[number].name} was edited after it was applied: put the old text back "
                "and write a new file for the change"
            )


async def _missing(conn: Connection, requires: str | None) -> str:
    """Say what the server lacks for a requirement; empty when it lacks nothing."""
    if requires is None:
        return ""
    if requires not in {"timescaledb", "timescaledb-community"}:
        raise MigrationError(f"unknown requirement {requires!r}")
    server = await (await conn.execute(_TIMESCALE)).fetchone() or {}
    # the setting only exists once the extension's library is loaded in this session
    edition = await (await conn.execute(_LICENSE)).fetchone() or {}
    lacks = ""
    if not server["installed"]:
        lacks = "plain PostgreSQL: TimescaleDB is not installed on the server"
    elif not server["preloaded"]:
        lacks = "TimescaleDB is installed but not in shared_preload_libraries"
    elif requires == "timescaledb-community":
        if not server["created"]:
            lacks = "the timescaledb extension is not created in this database yet"
        elif edition["license"] != "timescale":
            lacks = "TimescaleDB's Apache edition: compression and retention need the community one"
    return lacks

"""Short questions for readiness probes and ``brimful doctor``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.geo import Position
from store.connection import Connection

_ABOUT = """
    SELECT current_setting('server_version') AS server_version,
           now() AS server_time,
           (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescaledb,
           EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
               AS timescaledb_installed,
           to_regclass('schema_migrations') IS NOT NULL AS migrated
"""
_EDITION = "SELECT current_setting('timescaledb.license', true) AS license"


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """The server behind a connection. ``license`` is "apache" or "timescale" (community)."""

    server_version: str
    server_time: datetime
    timescaledb: str | None
    """Version of the extension in this database; None where it is not created."""
    timescaledb_installed: bool
    license: str | None
    migrated: bool


async def about(conn: Connection) -> About:
    """Return version, extension and edition of the server, and whether it was migrated."""
    row = await (await conn.execute(_ABOUT)).fetchone()
    assert row is not None  # noqa: S101 - a SELECT of expressions has one row
    license_ = None
    if row["timescaledb"]:
        license_row = await (await conn.execute(_EDITION)).fetchone()
        license_ = None if license_row is None else license_row["license"]
    return About(**row, license=license_)


_BIN_PLACES = """
    SELECT bin_id, lon, lat FROM bins
    WHERE in_service AND lon IS NOT NULL AND lat IS NOT NULL ORDER BY bin_id
"""


async def bin_places(conn: Connection) -> Sequence[tuple[str, Position]]:
    """Return where the bins in service stand; those without a position have none."""
    rows = await (await conn.execute(_BIN_PLACES)).fetchall()
    return [(row["bin_id"], Position(lon=row["lon"], lat=row["lat"])) for row in rows]

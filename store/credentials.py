"""Sensors' own credentials at the broker: only hashes, and who has none any more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from core.broker_access import SERVICE_USERS
from store.connection import Connection

# A sensor that is retired has no access, whatever else is said of it.
_HASHES = """
    SELECT c.sensor_id, c.hash FROM sensor_credentials c JOIN sensors s USING (sensor_id)
    WHERE c.revoked_at IS NULL AND s.retired_at IS NULL ORDER BY c.sensor_id
"""


async def hashes(conn: Connection) -> Mapping[str, str]:
    """Return the hash of each sensor that may publish as itself, in order of sensor_id."""
    rows = await (await conn.execute(_HASHES)).fetchall()
    return {row["sensor_id"]: row["hash"] for row in rows}


_SET = """
    INSERT INTO sensor_credentials (sensor_id, hash, made_at)
    VALUES (%(sensor_id)s, %(hash)s, %(made_at)s)
    ON CONFLICT (sensor_id) DO UPDATE SET
        hash = excluded.hash, made_at = excluded.made_at, revoked_at = NULL
"""


async def set_hashes(conn: Connection, found: Mapping[str, str], *, now: datetime) -> None:
    """Give sensors new credentials; earlier ones of theirs end with that."""
    rows = [
        {"sensor_id": sensor_id, "hash": hash_, "made_at": now}
        for sensor_id, hash_ in found.items()
    ]
    async with conn.cursor() as cursor:
        await cursor.executemany(_SET, rows)


# Whoever had credentials taken away does not get new ones by a sweeping command.
_WITHOUT = """
    SELECT s.sensor_id FROM sensors s
    WHERE s.retired_at IS NULL AND s.device = 'native' AND s.sensor_id <> ALL(%s)
      AND NOT EXISTS (SELECT FROM sensor_credentials c WHERE c.sensor_id = s.sensor_id)
    ORDER BY s.sensor_id
"""


async def without(conn: Connection) -> Sequence[str]:
    """Return the sensors in use that speak for themselves and never had credentials.

    What sends its own bytes through a network server (any device but ``native``) does not.
    """
    rows = await (await conn.execute(_WITHOUT, (list(SERVICE_USERS),))).fetchall()
    return [row["sensor_id"] for row in rows]


_REVOKE = """
    UPDATE sensor_credentials SET revoked_at = %s WHERE sensor_id = ANY(%s) AND revoked_at IS NULL
    RETURNING sensor_id
"""


async def revoke(conn: Connection, sensor_ids: Collection[str], *, now: datetime) -> frozenset[str]:
    """End credentials; return the sensors that had any."""
    rows = await (await conn.execute(_REVOKE, (now, list(sensor_ids)))).fetchall()
    return frozenset(row["sensor_id"] for row in rows)

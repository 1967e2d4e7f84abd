"""Sensors one by one: what they are, where they sit, and who waits to be known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.rules.onboarding import Step
from core.sensors import NATIVE, Registered
from store.connection import Connection

_REGISTERED = """
    SELECT s.sensor_id, s.device, s.retired_at, m.bin_id, m.mounted_at,
           (SELECT max(unmounted_at) FROM mountings e WHERE e.sensor_id = s.sensor_id) AS free_since
    FROM sensors s LEFT JOIN mountings m ON m.sensor_id = s.sensor_id AND m.unmounted_at IS NULL
    WHERE s.sensor_id = ANY(%s)
"""
_LOCK = "SELECT FROM sensors WHERE sensor_id = ANY(%s) ORDER BY sensor_id FOR UPDATE"


async def registered(conn: Connection, sensor_ids: Collection[str]) -> Sequence[Registered]:
    """Return those of the sensors that are registered, locked until the transaction ends."""
    ids = list(sensor_ids)
    await conn.execute(_LOCK, (ids,))
    rows = await (await conn.execute(_REGISTERED, (ids,))).fetchall()
    return [Registered(**row) for row in rows]


_ADD = """
    INSERT INTO sensors (sensor_id, device) VALUES (%(sensor_id)s, coalesce(%(device)s, %(native)s))
    ON CONFLICT (sensor_id) DO UPDATE SET
        device = coalesce(%(device)s, sensors.device), retired_at = NULL
"""
_LEAVE = """
    UPDATE mountings SET unmounted_at = %(at)s
    WHERE sensor_id = %(sensor_id)s AND bin_id = %(leaves)s AND unmounted_at IS NULL
"""
_BEGIN = """
    UPDATE mountings SET mounted_at = %(at)s
    WHERE sensor_id = %(sensor_id)s AND bin_id = %(bin_id)s AND unmounted_at IS NULL
"""
_MOUNT = """
    INSERT INTO mountings (sensor_id, bin_id, mounted_at)
    VALUES (%(sensor_id)s, %(bin_id)s, %(at)s)
"""


async def take(conn: Connection, steps: Sequence[Step]) -> None:
    """Do what the steps say, for all sensors.

    Raises StorageRefusedError (through the transaction) where a bin is not registered or somebody
    else has mounted a sensor meanwhile.
    """
    rows = [
        {
            "sensor_id": step.sensor_id,
            "device": step.device,
            "native": NATIVE,
            "leaves": step.leaves,
            "bin_id": step.bin_id,
            "at": step.at,
        }
        for step in steps
    ]
    pairs = list(zip(steps, rows, strict=True))
    async with conn.cursor() as cursor:
        await cursor.executemany(_ADD, [r for s, r in pairs if s.device or s.again])
        await cursor.executemany(_LEAVE, [r for s, r in pairs if s.leaves])
        await cursor.executemany(_BEGIN, [r for s, r in pairs if s.earlier])
        await cursor.executemany(_MOUNT, [r for s, r in pairs if s.bin_id and not s.earlier])


_UNMOUNT = """
    UPDATE mountings SET unmounted_at = %(at)s
    WHERE sensor_id = %(sensor_id)s AND unmounted_at IS NULL AND mounted_at < %(at)s
"""
_RETIRE = "UPDATE sensors SET retired_at = %s WHERE sensor_id = %s AND retired_at IS NULL"


async def unmount(conn: Connection, sensor_id: str, *, at: datetime) -> bool:
    """Take a sensor out of its bin; False where it sat in none by then."""
    cursor = await conn.execute(_UNMOUNT, {"sensor_id": sensor_id, "at": at})
    return cursor.rowcount == 1


async def retire(conn: Connection, sensor_id: str, *, at: datetime) -> bool:
    """Note that a sensor is out of use; False where it was already."""
    return (await conn.execute(_RETIRE, (at, sensor_id))).rowcount == 1


_IN_BINS = """
    SELECT bin_id, array_agg(sensor_id ORDER BY sensor_id) AS sensor_ids FROM mountings
    WHERE unmounted_at IS NULL AND bin_id = ANY(%s) GROUP BY bin_id
"""


async def in_bins(conn: Connection, bin_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Return the sensors that sit in each of the bins; a bin without one has no key."""
    rows = await (await conn.execute(_IN_BINS, (list(bin_ids),))).fetchall()
    return {row["bin_id"]: row["sensor_ids"] for row in rows}


_BINS = "SELECT bin_id FROM bins WHERE bin_id = ANY(%s)"
_ALL_BINS = "SELECT bin_id FROM bins"


async def missing_bins(conn: Connection, bin_ids: Collection[str]) -> frozenset[str]:
    """Return those of the bins that nobody registered."""
    rows = await (await conn.execute(_BINS, (list(bin_ids),))).fetchall()
    return frozenset(bin_ids) - {row["bin_id"] for row in rows}


async def all_bins(conn: Connection) -> Sequence[str]:
    """Return the ids of all bins, to find the one that somebody meant."""
    return [row["bin_id"] for row in await (await conn.execute(_ALL_BINS)).fetchall()]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A sensor in the list; ``access`` is none, own or revoked: its credentials at the broker."""

    sensor_id: str
    device: str
    bin_id: str | None
    mounted_at: datetime | None
    retired_at: datetime | None
    heard_at: datetime | None
    """When the newest reading that was followed was measured."""
    access: str
    waiting: int
    """Messages of it that are set aside and not replayed."""


_LIST = """
    SELECT s.sensor_id, s.device, m.bin_id, m.mounted_at, s.retired_at, t.newest_at AS heard_at,
           CASE WHEN c.sensor_id IS NULL THEN 'none'
                WHEN c.revoked_at IS NOT NULL OR s.retired_at IS NOT NULL THEN 'revoked'
                ELSE 'own' END AS access,
           coalesce(w.n, 0) AS waiting
    FROM sensors s
    LEFT JOIN mountings m ON m.sensor_id = s.sensor_id AND m.unmounted_at IS NULL
    LEFT JOIN sensor_states t ON t.sensor_id = s.sensor_id
    LEFT JOIN sensor_credentials c ON c.sensor_id = s.sensor_id
    LEFT JOIN (SELECT sensor_id, count(*) AS n FROM rejected_messages
               WHERE replayed_at IS NULL GROUP BY sensor_id) w ON w.sensor_id = s.sensor_id
    ORDER BY s.sensor_id
"""


async def listed(conn: Connection) -> Sequence[Listed]:
    """Return all sensors ever registered, retired ones too."""
    return [Listed(**row) for row in await (await conn.execute(_LIST)).fetchall()]


_UNKNOWN = """
    SELECT r.sensor_id, count(*) AS messages, max(r.last_received_at) AS last_received_at
    FROM rejected_messages r
    WHERE r.replayed_at IS NULL AND r.reason = 'unknown_sensor' AND r.sensor_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM sensors s WHERE s.sensor_id = r.sensor_id)
    GROUP BY r.sensor_id ORDER BY max(r.last_received_at) DESC LIMIT %s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """A sensor nobody registered, with what of it waits."""

    sensor_id: str
    messages: int
    last_received_at: datetime


async def unknown(conn: Connection, *, limit: int) -> Sequence[Unknown]:
    """Return who publishes without being registered, the latest first."""
    return [Unknown(**row) for row in await (await conn.execute(_UNKNOWN, (limit,))).fetchall()]


# Who has read the registry and not ended yet may still set aside a message of a sensor that is
# registered by now. An ingester reads the revision at the beginning of each batch.
_READERS = """
    SELECT virtualtransaction AS reader FROM pg_locks
    WHERE relation = 'registry_revision'::regclass AND granted AND pid <> pg_backend_pid()
"""


async def registry_readers(conn: Connection) -> frozenset[str]:
    """Return the transactions under way that have looked into the registry."""
    return frozenset(row["reader"] for row in await (await conn.execute(_READERS)).fetchall())

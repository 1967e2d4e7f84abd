"""What has to be known of a sensor to understand its message: make, mountings, calibrations."""

from collections.abc import Collection, Mapping, Sequence

from core.bins import KnownSensor, Mounting
from store import calibrations
from store.connection import Connection

_REVISION = "SELECT revision FROM registry_revision"


async def revision(conn: Connection) -> int:
    """Return the registry's revision: while it stands still, known() gives the same again."""
    row = await (await conn.execute(_REVISION)).fetchone()
    return 0 if row is None else int(row["revision"])


_SENSORS = "SELECT sensor_id, device FROM sensors WHERE sensor_id = ANY(%s)"
_MOUNTINGS = """
    SELECT sensor_id, bin_id, mounted_at, unmounted_at FROM mountings
    WHERE sensor_id = ANY(%s) ORDER BY sensor_id, mounted_at
"""


async def known(conn: Connection, sensor_ids: Collection[str]) -> Mapping[str, KnownSensor]:
    """Return those of the sensors that are registered; an unknown one has no key."""
    ids = list(sensor_ids)
    sensors = await (await conn.execute(_SENSORS, (ids,))).fetchall()
    rows = await (await conn.execute(_MOUNTINGS, (ids,))).fetchall()
    of_bin = await calibrations.of_bins(conn, {row["bin_id"] for row in rows})
    mountings: dict[str, list[Mounting]] = {}
    for row in rows:
        mounting = Mounting(**row, calibrations=tuple(of_bin.get(row["bin_id"], ())))
        mountings.setdefault(row["sensor_id"], []).append(mounting)
    return {
        row["sensor_id"]: KnownSensor(
            sensor_id=row["sensor_id"],
            device=row["device"],
            mountings=tuple(mountings.get(row["sensor_id"], ())),
        )
        for row in sensors
    }


_MOUNTINGS_OF = """
    SELECT sensor_id, bin_id, mounted_at, unmounted_at FROM mountings
    WHERE bin_id = %s ORDER BY mounted_at, sensor_id
"""


async def mountings_of(conn: Connection, bin_id: str) -> Sequence[Mounting]:
    """Return every sensor that ever sat in a bin, oldest first, without calibrations."""
    cursor = await conn.execute(_MOUNTINGS_OF, (bin_id,))
    return [Mounting(**row) for row in await cursor.fetchall()]

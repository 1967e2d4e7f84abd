"""What waits of sensors and came later than everything that could be stored of them."""

from collections.abc import Mapping
from datetime import datetime

from core.readings import RejectReason
from core.rules.unreadable import NOT_THE_SENSORS, SetAside
from store.connection import Connection

# For each sensor only what is later is read, by an index made for it: one that was understood a
# moment ago costs one look, however much of it was set aside before. The same message again counts
# again: a device without a clock may say the very same thing for days.
LATER_THAN = """
    SELECT asked.sensor_id, w.n, w.since, last.last_received_at, last.reason, last.detail
    FROM unnest(%(sensor_ids)s::text[], %(times)s::timestamptz[]) AS asked (sensor_id, at)
    CROSS JOIN LATERAL (
        SELECT last_received_at, reason, detail FROM rejected_messages
        WHERE sensor_id = asked.sensor_id AND last_received_at >= asked.at
          AND replayed_at IS NULL AND reason <> ALL(%(not_the_sensors)s)
        ORDER BY last_received_at DESC LIMIT 1) last
    CROSS JOIN LATERAL (
        SELECT sum(times_received)::bigint AS n, min(greatest(first_received_at, asked.at)) AS since
        FROM rejected_messages
        WHERE sensor_id = asked.sensor_id AND last_received_at >= asked.at
          AND replayed_at IS NULL AND reason <> ALL(%(not_the_sensors)s)) w
"""


async def later_than(conn: Connection, times: Mapping[str, datetime]) -> Mapping[str, SetAside]:
    """Return what waits of each sensor and was received not before its time.

    ``times``: by sensor_id. A sensor of which nothing such waits has no key.
    """
    cursor = await conn.execute(
        LATER_THAN,
        {
            "sensor_ids": list(times),
            "times": list(times.values()),
            "not_the_sensors": [str(reason) for reason in NOT_THE_SENSORS],
        },
    )
    return {
        row["sensor_id"]: SetAside(
            n=row["n"],
            since=row["since"],
            last_received_at=row["last_received_at"],
            reason=RejectReason(row["reason"]),
            detail=row["detail"],
        )
        for row in await cursor.fetchall()
    }

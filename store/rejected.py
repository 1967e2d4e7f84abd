"""Messages that were set aside: kept as received, listed, replayed after a fix."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from core.readings import Rejection, RejectReason
from store.connection import Connection

# The same message again is the same row: a redelivery must not count twice.
_SET_ASIDE = """
    INSERT INTO rejected_messages AS m
        (digest, topic, payload, sensor_id, reason, detail, readings, first_received_at,
         last_received_at)
    VALUES (%(digest)s, %(topic)s, %(payload)s, %(sensor_id)s, %(reason)s, %(detail)s,
            %(readings)s, %(received_at)s, %(received_at)s)
    ON CONFLICT (digest) DO UPDATE SET
        sensor_id = coalesce(excluded.sensor_id, m.sensor_id),
        reason = excluded.reason, detail = excluded.detail, readings = excluded.readings,
        last_received_at = greatest(m.last_received_at, excluded.last_received_at),
        times_received = m.times_received + 1, replayed_at = NULL
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """A message that was set aside, with its own number."""

    rejected_id: int
    topic: str
    payload: bytes
    reason: RejectReason
    detail: str
    readings: int
    first_received_at: datetime
    last_received_at: datetime
    times_received: int
    replayed_at: datetime | None
    sensor_id: str | None
    """Whose message it is, where it says so."""


def digest(topic: str, payload: bytes) -> bytes:
    """Return what makes two messages the same."""
    return hashlib.sha256(topic.encode() + b"\0" + payload).digest()


async def set_aside(conn: Connection, rejections: Sequence[Rejection]) -> None:
    """Keep messages that cannot be used, as received."""
    rows = [
        {
            "digest": digest(r.topic, r.payload),
            "topic": r.topic,
            "payload": r.payload,
            "sensor_id": r.sensor_id,
            "reason": r.reason,
            "detail": r.detail,
            "readings": r.readings,
            "received_at": r.received_at,
        }
        for r in rejections
    ]
    async with conn.cursor() as cursor:
        # one order for all ingesters, so that two with the same messages never deadlock
        await cursor.executemany(_SET_ASIDE, sorted(rows, key=itemgetter("digest")))


_WAITING = """
    SELECT rejected_id, topic, payload, reason, detail, readings, first_received_at,
           last_received_at, times_received, replayed_at, sensor_id
    FROM rejected_messages
    WHERE replayed_at IS NULL AND rejected_id > %(after)s
      AND (%(reason)s::text IS NULL OR reason = %(reason)s)
      AND (%(sensor_ids)s::text[] IS NULL OR sensor_id = ANY(%(sensor_ids)s))
    ORDER BY rejected_id LIMIT %(limit)s
"""
_LOCKED = " FOR UPDATE"


async def waiting(
    conn: Connection,
    *,
    reason: RejectReason | None = None,
    sensor_ids: Collection[str] | None = None,
    after: int = 0,
    limit: int = 100,
    lock: bool = False,
) -> Sequence[Rejected]:
    """Return messages not replayed yet, oldest first, with rejected_id above ``after``.

    ``sensor_ids``: only theirs; None for everybody's.
    """
    cursor = await conn.execute(
        (_WAITING + _LOCKED if lock else _WAITING).encode(),
        {
            "reason": reason,
            "sensor_ids": None if sensor_ids is None else list(sensor_ids),
            "after": after,
            "limit": limit,
        },
    )
    return [_rejected(row) for row in await cursor.fetchall()]


def _rejected(row: Mapping[str, Any]) -> Rejected:
    return Rejected(**{**row, "reason": RejectReason(row["reason"])})


_REPLAYED = "UPDATE rejected_messages SET replayed_at = %s WHERE rejected_id = ANY(%s)"
_STILL = """
    UPDATE rejected_messages SET reason = %(reason)s, detail = %(detail)s, readings = %(readings)s
    WHERE rejected_id = %(rejected_id)s
"""


async def mark_replayed(conn: Connection, rejected_ids: Sequence[int], *, now: datetime) -> None:
    """Note that these messages are stored now, whole."""
    await conn.execute(_REPLAYED, (now, list(rejected_ids)))


async def keep(conn: Connection, rejected_id: int, rejection: Rejection) -> None:
    """Note what a replay still could not use of a message."""
    await conn.execute(
        _STILL,
        {
            "rejected_id": rejected_id,
            "reason": rejection.reason,
            "detail": rejection.detail,
            "readings": rejection.readings,
        },
    )


_COUNT_OF = """
    SELECT count(*) AS messages FROM rejected_messages
    WHERE replayed_at IS NULL AND sensor_id = ANY(%s)
"""


async def count_of(conn: Connection, sensor_ids: Collection[str]) -> int:
    """Return how many messages of these sensors wait."""
    row = await (await conn.execute(_COUNT_OF, (list(sensor_ids),))).fetchone()
    return 0 if row is None else int(row["messages"])


_COUNT = """
    SELECT reason, sum(readings)::bigint AS readings FROM rejected_messages
    WHERE replayed_at IS NULL GROUP BY reason ORDER BY reason
"""


async def count(conn: Connection) -> Mapping[RejectReason, int]:
    """Return how many readings are set aside, by reason."""
    cursor = await conn.execute(_COUNT)
    return {RejectReason(row["reason"]): row["readings"] for row in await cursor.fetchall()}

"""What the tests of recalibration share: four days of a bin, and all that is known of it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import store
from core.readings import Reading
from core.rules.track import Track
from ingest.known import KnownSensors
from ingest.messages import Message
from ingest.opening import open_message
from ingest.recalibrate import recalibrate
from ingest.recalibrated import Correction, Recalibrated
from ingest.settling import settle
from store import readings, tracks
from tests.ingest.parts import LIMITS, MOUNTED, NOW, message

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = NOW - 4 * DAY


def said(at: datetime, distance_mm: int, **fields: object) -> dict[str, Any]:
    return {"measured_at": at.isoformat(), "distance_mm": distance_mm, **fields}


async def stored(pool: store.Pool, *messages: Message, known: KnownSensors | None = None) -> None:
    async with store.transaction(pool) as conn:
        opened = [open_message(m, LIMITS) for m in messages]
        settled = await settle(conn, opened, LIMITS, known or KnownSensors())
        assert settled.rejections == [None] * len(messages)


async def four_days(pool: store.Pool, sensor: str = "s0") -> None:
    """Fills from 1,200 mm (empty) by 10 mm an hour, emptied at hour 70, each hour a message."""
    for day in range(4):
        batch = []
        for hour in range(24 * day, 24 * day + 24):
            at = START + hour * HOUR
            distance_mm = 1_200 - 10 * (hour if hour < 70 else hour - 70)
            batch.append(message(said(at, distance_mm), sensor=sensor, at=at + HOUR / 60))
        await stored(pool, *batch)


async def corrected(pool: store.Pool, dry_run: bool = False, **values: Any) -> Recalibrated:  # noqa: ANN401 - any field of a Correction
    correction = Correction(**{"bin_id": "b0", **values})
    return await recalibrate(
        pool, correction, LIMITS, now=NOW, stale_after=2 * DAY, dry_run=dry_run
    )


async def history(pool: store.Pool, bin_id: str = "b0") -> list[Reading]:
    async with store.transaction(pool) as conn:
        return list(
            await readings.history(conn, bin_id, since=MOUNTED, until=NOW + 90 * DAY, limit=999)
        )


async def track(pool: store.Pool, sensor: str = "s0") -> Track:
    async with store.transaction(pool) as conn:
        return (await tracks.lock(conn, [sensor]))[sensor]


def rounded(track: Track) -> dict[str, object]:
    """The columns have 7 digits, and an ingester goes on with what its own batch left."""
    found = asdict(track)
    return {name: float(f"{v:.4g}") if isinstance(v, float) else v for name, v in found.items()}


async def sensed(pool: store.Pool, bin_id: str = "b0") -> list[dict[str, Any]]:
    query = (
        "SELECT emptying_id, emptied_at, not_before, fill_before_pct, fill_after_pct "
        "FROM emptyings WHERE bin_id = %s AND source = 'sensor' ORDER BY emptied_at"
    )
    async with store.transaction(pool) as conn:
        return list(await (await conn.execute(query, (bin_id,))).fetchall())


async def state(pool: store.Pool, bin_id: str = "b0") -> dict[str, Any]:
    async with store.transaction(pool) as conn:
        query = "SELECT * FROM bin_states WHERE bin_id = %s"
        row = await (await conn.execute(query, (bin_id,))).fetchone()
        assert row is not None
        return row


async def whole_state(pool: store.Pool) -> tuple[object, ...]:
    return (
        await history(pool),
        rounded(await track(pool)),
        [{**e, "emptying_id": None} for e in await sensed(pool)],
        await state(pool),
    )

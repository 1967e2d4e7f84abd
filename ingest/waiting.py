"""Bring in what waits of sensors that have just been registered, and when they were first heard."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

import store
from ingest.messages import Limits
from ingest.opening import open_message
from ingest.replay import Account, message_of, replay
from store import Connection, rejected, sensors

READERS_LIMIT_S = 10.0
"""So long a batch under way is waited for; the ingester's own take a fraction of a second."""
_LOOK_EVERY_S = 0.02
_PAGE = 500


async def bring_in(
    pool: store.Pool,
    limits: Limits,
    sensor_ids: Collection[str],
    *,
    clock: Callable[[], datetime],
) -> Account:
    """Replay what waits of these sensors, after their registration is committed.

    A batch that looked into the registry before that commit may set a message aside after it: such
    batches are waited for first, so that nothing of these sensors is left behind.
    """
    await _earlier_batches_over(pool)
    return await replay(pool, limits, sensor_ids=sensor_ids, clock=clock)


async def _earlier_batches_over(pool: store.Pool) -> None:
    async with store.transaction(pool) as conn:
        before = await sensors.registry_readers(conn)
    loop = asyncio.get_running_loop()
    until = loop.time() + READERS_LIMIT_S
    while before and loop.time() < until:
        await asyncio.sleep(_LOOK_EVERY_S)
        async with store.transaction(pool) as conn:
            before &= await sensors.registry_readers(conn)


async def first_heard(
    conn: Connection, sensor_ids: Collection[str], limits: Limits
) -> Mapping[str, datetime]:
    """Return for each sensor when the oldest measurement that waits of it was made.

    A sensor of which nothing usable waits has no key. What is too old to be stored counts for
    nothing.
    """
    oldest: dict[str, datetime] = {}
    after = 0
    while page := await rejected.waiting(conn, sensor_ids=sensor_ids, after=after, limit=_PAGE):
        for kept in page:
            message = message_of(kept)
            opened = open_message(message, limits)
            times = [n.measurement.measured_at for n in opened.readings]
            if opened.frame is not None:
                times.append(opened.frame.measured_at)
            for at in times:
                if opened.sensor_id is None or at is None:
                    continue
                if message.received_at - limits.oldest <= at <= message.received_at:
                    oldest[opened.sensor_id] = min(at, oldest.get(opened.sensor_id, at))
        after = page[-1].rejected_id
    return oldest

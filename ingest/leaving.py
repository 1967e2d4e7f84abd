"""Give an ingester up for good: what waits for it at the broker is stored, its session ends.

An ingester that is only stopped keeps its session, and in a group of several (MQTT shared
subscription) the session keeps getting its share, which is thrown away when it expires.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import store
from core.settings import Settings
from ingest.mqtt import end_session
from ingest.service import ingest, utc_now
from ingest.stats import Stats

QUIET_S = 5.0
"""The broker sends what it has at once; when nothing has come for so long it has nothing more."""
_LOOK_EVERY_S = 0.1


async def leave(
    settings: Settings,
    pool: store.Pool,
    *,
    stats: Stats | None = None,
    clock: Callable[[], datetime] = utc_now,
    quiet_s: float = QUIET_S,
) -> Stats:
    """Unsubscribe, store what waits in the session, then end it; return what was done.

    Waits for database and broker as the ingester does. Cancelled before its end it leaves the
    session as it is: to be left again, or to be taken up by an ingester of that client id.
    Raises BrokerError where the broker goes away in the very end.
    """
    stats = Stats() if stats is None else stats
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(
            ingest(settings, pool, stats=stats, clock=clock, leaving=True), name="ingest.leave"
        )
        await _nothing_comes(stats, quiet_s)
        working.cancel()
    await end_session(settings)
    return stats


async def _nothing_comes(stats: Stats, quiet_s: float) -> None:
    """Return when all is settled and nothing has come for a while over a connection that holds."""
    now = asyncio.get_running_loop().time
    before, since = (-1, -1), now()
    while now() - since < quiet_s:
        await asyncio.sleep(_LOOK_EVERY_S)
        present = (stats.connections, stats.messages)
        if present != before or stats.in_flight or not stats.connected:
            before, since = present, now()

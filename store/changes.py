"""What changed in the database, as it is committed: one connection that listens."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from psycopg import sql

from core.errors import DatabaseUnavailableError
from store.connection import Pool, connect_beside
from store.plans import CHANGED_CHANNEL

PLAN_CHANGED = CHANGED_CHANNEL
LEVELS_CHANGED = "brimful_levels_changed"
"""Some bins have another level than before; ask store.level_changes which."""
REGISTRY_CHANGED = "brimful_registry_changed"
"""Bins, depots or what is mounted in which bin."""
STOP_CHANGED = "brimful_stop_changed"
"""A crew's mark: a JSON object with plan_id, round_id, stop_id and crew_id."""

CHECK_S = 5.0
"""A silent connection is asked this often whether it still stands: one that died without a word
(a firewall that forgot it) would be silent for ever."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A notification."""

    channel: str
    payload: str


async def heard(pool: Pool, *channels: str) -> AsyncGenerator[Notice | None]:
    """Yield what is notified on the channels, on a connection beside the pool.

    The first item is None: from then on nothing is missed. Raises DatabaseUnavailableError when
    the connection cannot be made or ends.
    """
    async with connect_beside(pool) as conn:
        await conn.set_autocommit(True)
        for channel in channels:
            await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        yield None
        while True:
            async with aclosing(conn.notifies(timeout=CHECK_S)) as notifications:
                async for one in notifications:
                    yield Notice(channel=one.channel, payload=one.payload)
            try:
                async with asyncio.timeout(CHECK_S):
                    await conn.execute("SELECT")
            except TimeoutError:
                raise DatabaseUnavailableError("the connection that listens is dead") from None

"""Whether the database answers, also while there is nothing to store."""

import asyncio
from typing import NoReturn

import store
from core.errors import DatabaseUnavailableError
from core.logs import get_logger
from ingest.stats import Stats

WATCH_EVERY_S = 5.0
ANSWER_LIMIT_S = 10.0

_log = get_logger(__name__)


async def watch_database(
    pool: store.Pool, stats: Stats, *, every_s: float = WATCH_EVERY_S
) -> NoReturn:
    """Ask the database now and then, for ever, and keep ``stats.database_up`` true to the answer.

    Only while nothing is in flight: whoever stores knows better, and a database that answers may
    still refuse to store.
    """
    while True:
        await asyncio.sleep(every_s)
        if stats.in_flight:
            continue
        complaint = await _complaint(pool)
        up = complaint is None
        if stats.in_flight or stats.database_up == up:
            continue
        stats.database_up = up
        if up:
            _log.info("database is available again")
        else:
            _log.warning("database is not available; nothing waits for it", error=complaint)


async def _complaint(pool: store.Pool) -> str | None:
    """Return why the database does not answer, or None if it does."""
    try:
        async with asyncio.timeout(ANSWER_LIMIT_S), store.transaction(pool):
            # the pool lends no connection it has not tried
            return None
    except DatabaseUnavailableError as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {ANSWER_LIMIT_S:.0f} s"

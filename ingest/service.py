"""The ingester: receive, open, batch, store, acknowledge, until it is stopped."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NoReturn

import store
from core.logs import get_logger
from core.settings import Settings
from ingest.backoff import Backoff
from ingest.batcher import Batcher
from ingest.inbox import Inbox
from ingest.messages import Limits, Opened
from ingest.opening import open_message
from ingest.rate import RateGuard
from ingest.receiving import receive
from ingest.stats import Stats
from ingest.writer import Writer

FLUSH_LIMIT_S = 2.0
"""So long a stop waits for what was received; the rest is left for the broker to send again."""

TURN_WEIGHT = 200
"""Readings that are opened before the event loop has its turn: about a millisecond's work."""

type Batches = asyncio.Queue[list[Opened]]

_log = get_logger(__name__)


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


async def ingest(
    settings: Settings,
    pool: store.Pool,
    *,
    stats: Stats | None = None,
    clock: Callable[[], datetime] = utc_now,
    leaving: bool = False,
) -> NoReturn:
    """Store what the sensors publish, for ever: stopping it is cancelling it.

    Waits for database and broker in any order. ``stats`` may be read while it runs. With
    ``leaving`` (see ingest.leaving) only what waits at the broker for us already is taken.
    """
    stats = Stats() if stats is None else stats
    inbox = Inbox()
    batches: Batches = asyncio.Queue(maxsize=1)
    limits = Limits.of(settings)
    writer = Writer(pool, limits, stats, clock=clock, backoff=Backoff())
    batcher = Batcher(
        max_weight=settings.ingest_batch_max_readings,
        max_wait_s=settings.ingest_batch_max_wait_s,
    )

    async def flush() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_LIMIT_S):
                inbox.hurry()
                await inbox.all_settled()
        _log.info("stopping", left_for_the_broker_to_send_again=stats.in_flight)

    # These two outlive the receiver, so that a stop can still store and acknowledge.
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(
            _collect(inbox, batches, batcher, limits, RateGuard.of(settings)), name="ingest.collect"
        )
        tasks.create_task(_store(batches, inbox, writer), name="ingest.store")
        await receive(
            settings,
            inbox,
            stats,
            clock=clock,
            flush=flush,
            backoff=Backoff(),
            leaving=leaving,
        )


async def _collect(
    inbox: Inbox, batches: Batches, batcher: Batcher, limits: Limits, rate: RateGuard | None
) -> NoReturn:
    """Open each message and pass on batches, each at the latest when it is due."""
    now = asyncio.get_running_loop().time

    def admits(sensor_id: str) -> bool:
        return rate is None or rate.admits(sensor_id, now())

    while True:
        messages, due = await inbox.take(until=batcher.due_at)
        weight = 0
        for message in messages:
            opened = open_message(message, limits, admits=admits)
            for batch in batcher.add(opened, now=now()):
                await batches.put(batch)
            weight += opened.weight
            if weight >= TURN_WEIGHT:
                # opening never waits: let the keepalive and the acknowledgements have their turn
                await asyncio.sleep(0)
                weight = 0
        if due and (batch := batcher.take()):
            await batches.put(batch)


async def _store(batches: Batches, inbox: Inbox, writer: Writer) -> NoReturn:
    """Store batch after batch; a message leaves the inbox's account when it is acknowledged."""
    await writer.reach()
    while True:
        batch = await batches.get()
        await writer.store(batch)
        inbox.settled([opened.message for opened in batch])

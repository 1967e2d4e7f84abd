"""Messages that were set aside take the same walk again, after someone mended the cause."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

import stamina

import store
from core.errors import DatabaseUnavailableError
from core.readings import RejectReason
from ingest.judging import rejection
from ingest.known import KnownSensors
from ingest.messages import Limits, Message
from ingest.opening import condemned, open_message
from ingest.settling import settle
from store import rejected
from store.rejected import Rejected

PAGE = 200
"""Messages for one transaction."""


@dataclass(kw_only=True, slots=True)
class Account:
    """What a replay did: messages = replayed + sum of kept messages."""

    messages: int = 0
    replayed: int = 0
    """Messages that are stored whole now."""
    stored: int = 0
    """Readings that are new in the database."""
    duplicates: int = 0
    """Readings that were there already, like the good ones of a message with a bad one."""
    kept: Counter[RejectReason] = field(default_factory=Counter)
    """Readings that still cannot be used, by the reason of their message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Which:
    """Which of the waiting messages are replayed; None means all."""

    reason: RejectReason | None
    sensor_ids: Collection[str] | None


async def replay(
    pool: store.Pool,
    limits: Limits,
    *,
    reason: RejectReason | None = None,
    sensor_ids: Collection[str] | None = None,
    clock: Callable[[], datetime],
) -> Account:
    """Send every waiting message (of one reason, of some sensors) through the walk once more.

    Each page is committed on its own. Times are judged by when a message first arrived. Raises
    DatabaseUnavailableError; running it again goes on where it stopped.
    """
    account = Account()
    which = _Which(reason=reason, sensor_ids=sensor_ids)
    after, size = 0, PAGE
    while True:
        try:
            last = await _page(pool, limits, account, which, after=after, size=size, now=clock())
        except DatabaseUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - must cost one message, not all after it
            if size > 1:
                size //= 2
                continue
            last = await _keep_failing(pool, account, which, after=after, error=error)
        if last is None:
            return account
        after, size = last, min(PAGE, size * 2)


@stamina.retry(on=DatabaseUnavailableError, attempts=4, timeout=30.0)
async def _page(
    pool: store.Pool,
    limits: Limits,
    account: Account,
    which: _Which,
    *,
    after: int,
    size: int,
    now: datetime,
) -> int | None:
    """Replay one page; return the last rejected_id on it, None where nothing waits any more.

    Tried again when it fails: an ingester setting the same messages aside may be in the way.
    """
    async with store.transaction(pool) as conn:
        page = await rejected.waiting(
            conn,
            reason=which.reason,
            sensor_ids=which.sensor_ids,
            after=after,
            limit=size,
            lock=True,
        )
        opened = [open_message(message_of(kept), limits) for kept in page]
        settled = await settle(conn, opened, limits, KnownSensors())
        whole = []
        for kept, still in zip(page, settled.rejections, strict=True):
            if still is None:
                whole.append(kept.rejected_id)
            else:
                await rejected.keep(conn, kept.rejected_id, still)
        await rejected.mark_replayed(conn, whole, now=now)
    account.messages += len(page)
    account.replayed += len(whole)
    account.stored += len(settled.stored)
    account.duplicates += settled.duplicates
    for still in settled.rejections:
        if still is not None:
            account.kept[still.reason] += still.readings
    return page[-1].rejected_id if page else None


def message_of(kept: Rejected) -> Message:
    """Return a kept message as it first came: its times are judged by that moment."""
    return Message(topic=kept.topic, payload=kept.payload, received_at=kept.first_received_at)


async def _keep_failing(
    pool: store.Pool,
    account: Account,
    which: _Which,
    *,
    after: int,
    error: Exception,
) -> int | None:
    """Keep the one next message with what the database, or a bug of ours, says about it."""
    async with store.transaction(pool) as conn:
        page = await rejected.waiting(
            conn,
            reason=which.reason,
            sensor_ids=which.sensor_ids,
            after=after,
            limit=1,
            lock=True,
        )
        for kept in page:
            failed = condemned(message_of(kept), error, readings_in=kept.readings)
            still = rejection(failed.message, failed.problems, sensor_id=kept.sensor_id)
            if still is not None:
                await rejected.keep(conn, kept.rejected_id, still)
                account.kept[still.reason] += still.readings
    account.messages += len(page)
    return page[-1].rejected_id if page else None

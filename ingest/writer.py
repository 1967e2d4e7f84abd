"""One batch, one transaction, then the acknowledgements; whatever happens, nothing is dropped."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

import store
from core.errors import DatabaseUnavailableError, StorageRefusedError
from core.logs import get_logger
from ingest.backoff import Backoff
from ingest.known import KnownSensors
from ingest.messages import Limits, Opened
from ingest.opening import condemned
from ingest.settling import Settled, settle
from ingest.stats import Stats
from store import rejected

TRANSACTION_LIMIT_S = 60.0
"""A server that neither answers nor hangs up is given up after this time and asked anew."""

_log = get_logger(__name__)


class Writer:
    """Stores batches, one after the other, and acknowledges what is committed."""

    def __init__(
        self,
        pool: store.Pool,
        limits: Limits,
        stats: Stats,
        *,
        clock: Callable[[], datetime],
        backoff: Backoff,
    ) -> None:
        self._pool = pool
        self._limits = limits
        self._stats = stats
        self._clock = clock
        self._backoff = backoff
        self._known = KnownSensors()

    async def reach(self) -> None:
        """Return when the database answers: a wrong address shows before the first reading."""
        while not self._stats.database_up:
            try:
                async with store.transaction(self._pool):
                    self._stats.database_up = True
            except DatabaseUnavailableError as error:
                await self._hold(error, "database is not available")

    async def store(self, batch: Sequence[Opened]) -> None:
        """Return when every message of the batch is committed and acknowledged.

        Holds the batch for as long as the database is away. A message the database refuses is
        found by halving the batch, and set aside alone.
        """
        parts = deque([batch])
        while parts:
            part = parts.popleft()
            began = time.monotonic()
            try:
                settled = await self._commit(part)
            except DatabaseUnavailableError as error:
                parts.appendleft(part)
                await self._hold(error, "database is not available")
            except Exception as error:  # noqa: BLE001 - must cost one message, not all after it
                if len(part) > 1:
                    middle = len(part) // 2
                    parts.extendleft([part[middle:], part[:middle]])
                elif not await self._set_aside(part[0], error):
                    parts.appendleft(part)
            else:
                self._acknowledge(part, settled, time.monotonic() - began)

    async def _set_aside(self, opened: Opened, error: Exception) -> bool:
        """Set one message aside as received; tell whether that could be stored."""
        whole = [condemned(opened.message, error, readings_in=opened.readings_in)]
        began = time.monotonic()
        try:
            settled = await self._commit(whole)
        except Exception as second:  # noqa: BLE001 - whatever it is, the message has to be held
            hint = "is it migrated? (brimful migrate --status)"
            await self._hold(second, "database takes nothing", hint=hint)
            return False
        _log.error(
            "message set aside: storing it failed",
            topic=opened.message.topic,
            reason=str(whole[0].problems[0].reason),
            # what the database refuses is the message's fault; anything else is a bug of ours
            exc_info=None if isinstance(error, StorageRefusedError) else error,
        )
        self._acknowledge(whole, settled, time.monotonic() - began)
        return True

    async def _commit(self, part: Sequence[Opened]) -> Settled:
        try:
            async with asyncio.timeout(TRANSACTION_LIMIT_S), store.transaction(self._pool) as conn:
                settled = await settle(conn, part, self._limits, self._known)
                await rejected.set_aside(conn, [r for r in settled.rejections if r is not None])
        except TimeoutError as error:
            raise DatabaseUnavailableError(
                f"no answer within {TRANSACTION_LIMIT_S:.0f} s"
            ) from error
        return settled

    async def _hold(self, error: Exception, event: str, **fields: str) -> None:
        self._stats.database_up = False
        delay_s = self._backoff.next_s()
        _log.warning(
            f"{event}; holding what came, nothing is lost",
            error=str(error),
            in_flight=self._stats.in_flight,
            next_try_s=round(delay_s, 1),
            **fields,
        )
        await asyncio.sleep(delay_s)

    def _acknowledge(self, part: Sequence[Opened], settled: Settled, batch_s: float) -> None:
        for opened in part:
            opened.message.acknowledge()
        if not self._stats.database_up:
            _log.info("database is available again")
        self._stats.note_batch(
            now=self._clock(),
            batch_s=batch_s,
            received_at=[opened.message.received_at for opened in part],
            readings=settled.readings_in,
            stored=settled.stored,
            duplicates=settled.duplicates,
            rejections=settled.rejections,
        )
        self._backoff.reset()

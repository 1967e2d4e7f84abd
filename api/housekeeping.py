"""What a running server removes by itself: sessions and links that are over, and old photos."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI

import store
from api.context import context_of
from core.errors import BrimfulError
from core.logs import get_logger
from core.settings import Settings
from store import housekeeping, photos

EVERY_S = 86_400.0
AGAIN_S = 60.0
"""Pause before it is tried again while the database does not answer."""
BATCH = 200
"""So many of a kind go in one transaction: nobody waits long for it, nor it for anybody."""

_log = get_logger(__name__)


@dataclass(kw_only=True, slots=True)
class Removed:
    """How much went. ``whole`` is False where another server is at it."""

    crew_links: int = 0
    sessions: int = 0
    photos: int = 0
    photos_bytes: int = 0
    whole: bool = True


@asynccontextmanager
async def kept_tidy(app: FastAPI, *, every_s: float = EVERY_S) -> AsyncIterator[None]:
    """Tidy up now and once a day, until left."""
    use = context_of(app)
    tidying = asyncio.create_task(
        _for_ever(use.pool, use.settings, use.clock, every_s=every_s), name="housekeeping"
    )
    try:
        yield
    finally:
        tidying.cancel()
        await asyncio.wait([tidying])


async def _for_ever(
    pool: store.Pool, settings: Settings, clock: Callable[[], datetime], *, every_s: float
) -> None:
    while True:
        pause_s = every_s
        try:
            await tidy(pool, settings, now=clock())
        except BrimfulError as error:
            _log.warning("housekeeping is put off", error=str(error))
            pause_s = min(AGAIN_S, every_s)
        except Exception:  # noqa: BLE001 - a fault here must not end the server
            _log.exception("unexpected error in housekeeping")
        await asyncio.sleep(pause_s)


async def tidy(
    pool: store.Pool, settings: Settings, *, now: datetime, batch: int = BATCH
) -> Removed:
    """Remove what is kept for nothing, ``batch`` of a kind in a transaction; return how much went.

    One server at a time: where another one is at it, this one stops. Nothing that still lets
    somebody in goes, and the audit trail stays whole. Raises DatabaseUnavailableError.
    """
    over = now - settings.sessions_keep
    removed = Removed()

    async def links(conn: store.Connection) -> int:
        gone = await housekeeping.remove_links(conn, before=over, limit=batch)
        removed.crew_links += gone
        return gone

    async def sessions(conn: store.Connection) -> int:
        gone = await housekeeping.remove_sessions(conn, before=over, limit=batch)
        removed.sessions += gone
        return gone

    async def old_photos(conn: store.Connection) -> int:
        gone = await photos.prune(
            conn,
            before=now - settings.photos_keep,
            max_bytes=settings.photos_max_bytes,
            limit=batch,
        )
        removed.photos += gone.photos
        removed.photos_bytes += gone.size_bytes
        return gone.photos

    # links before the sessions they began
    for remove in (links, sessions, old_photos):
        removed.whole = removed.whole and await _all(pool, remove, batch=batch)
    if removed.whole:
        _log.info(
            "housekeeping done",
            sessions=removed.sessions,
            crew_links=removed.crew_links,
            photos=removed.photos,
            photos_bytes=removed.photos_bytes,
        )
    else:
        _log.info("housekeeping is left to another server")
    return removed


async def _all(
    pool: store.Pool, remove: Callable[[store.Connection], Awaitable[int]], *, batch: int
) -> bool:
    """Remove until a batch is not full; False where another server is at it."""
    while True:
        async with store.transaction(pool) as conn:
            if not await housekeeping.alone(conn):
                return False
            gone = await remove(conn)
        if gone < batch:
            return True

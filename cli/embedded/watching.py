"""End what needs a server when that server has ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from cli.embedded.errors import EmbeddedError

LOOK_EVERY_S = 0.2


@asynccontextmanager
async def needing(ended: Callable[[], str | None]) -> AsyncIterator[None]:
    """Cancel the block as soon as ``ended`` names a reason, and raise EmbeddedError with it.

    What the block fails with when its server is gone is a consequence: the reason is told instead.
    """
    block = asyncio.current_task()
    watching = asyncio.create_task(_watch(block, ended), name="embedded.watching")
    try:
        yield
    except BaseException as error:
        if block is not None and watching.done() and not watching.cancelled():
            wanted_by_others = block.uncancel() > 0
            if wanted_by_others and isinstance(error, asyncio.CancelledError):
                raise
            raise EmbeddedError(watching.result()) from error
        reason = ended() if isinstance(error, Exception) else None
        if reason is not None:
            raise EmbeddedError(reason) from error
        raise
    finally:
        watching.cancel()


async def see_through(work: Awaitable[None]) -> None:
    """Do what must be done to its end, however often we are cancelled meanwhile."""
    doing = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError as error:
            cancelled = error
    doing.result()
    if cancelled is not None:
        raise cancelled


async def _watch(block: asyncio.Task[object] | None, ended: Callable[[], str | None]) -> str:
    while True:
        reason = ended()
        if reason is not None:
            if block is not None:
                block.cancel()
            return reason
        await asyncio.sleep(LOOK_EVERY_S)

"""What every endpoint may ask for: the database, the settings, the time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Request

import store
from api.basemap.source import Grounds
from core.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What the application was made with; ``clock`` returns the time now, timezone-aware."""

    pool: store.Pool
    settings: Settings
    clock: Callable[[], datetime]
    grounds: Grounds
    # passwords looked at in one moment: each takes 19 MiB
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))
    # photos decoded in one moment: each takes up to 300 MB
    decoding: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))


def context_of(app: FastAPI) -> Context:
    """Return the context of an application."""
    found = app.state.context
    assert isinstance(found, Context)  # noqa: S101 - create_app put it there
    return found


async def context(request: Request) -> Context:
    """Return the context of the application that serves this request."""
    return context_of(request.app)


type UseContext = Annotated[Context, Depends(context)]


async def now(use: UseContext) -> datetime:
    """Return the one time this request counts as now."""
    return use.clock()


async def connection(use: UseContext) -> AsyncIterator[store.Connection]:
    """Lend the request's one transaction: COMMIT after the endpoint, ROLLBACK on an error."""
    async with store.transaction(use.pool) as conn:
        yield conn


type Now = Annotated[datetime, Depends(now)]
# scope="function": committed before the answer is sent. By default FastAPI would end the
# dependency afterwards, and a client would read 200 for a commit that fails.
type Conn = Annotated[store.Connection, Depends(connection, scope="function")]

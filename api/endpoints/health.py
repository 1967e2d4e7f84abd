"""Is the process alive, is it of use."""

import asyncio
from importlib.metadata import version

from fastapi import APIRouter

import store
from api.context import UseContext
from api.openapi import errors
from api.schemas.health import Alive, Ready
from core.errors import DatabaseUnavailableError
from store import checks

READY_LIMIT_S = 1.5
"""Probes give up after a few seconds, and then show no reason."""

router = APIRouter(tags=["health"])


@router.get("/health", summary="Is the process alive", responses=errors())
async def read_health() -> Alive:
    """Answer at once, without the database: restart the process where this fails."""
    return Alive(version=version("brimful"))


@router.get("/ready", summary="Can requests be served", responses=errors(503))
async def read_ready(use: UseContext) -> Ready:
    """Say whether the database answers and has its tables; 503, within 2 seconds, if it does not.

    A request may wait a little longer for the database than this does.
    """
    # Not asyncio.timeout: it would wait until a database that hangs confirms the cancelling.
    asking = asyncio.create_task(_about(use.pool))
    try:
        await asyncio.wait({asking}, timeout=READY_LIMIT_S)
        if not asking.done():
            raise DatabaseUnavailableError(f"no answer within {READY_LIMIT_S} s")
    finally:
        asking.cancel()
    if not asking.result().migrated:
        raise DatabaseUnavailableError("the database has no tables yet: run `brimful migrate`")
    return Ready()


async def _about(pool: store.Pool) -> checks.About:
    async with store.transaction(pool) as conn:
        return await checks.about(conn)

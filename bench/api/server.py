"""The API as `brimful serve` runs it, and beside it what does nothing or SQL alone."""

import asyncio
import json
import os
import sys
import time
from contextvars import ContextVar
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

import store
from api.app import create_app
from api.live.columns import ASKED_TOGETHER_S
from api.live.hub import live_of
from api.server import serve
from cli.serve import STATEMENT_TIMEOUT_S, WAIT_LIMIT_S
from core.logs import configure_logs
from core.settings import Settings

RECORD = "x-bench-record"
"""Header: under this name the SQL of the request is kept, to be sent again by /bench/sql."""

type _Statements = list[tuple[Any, Any]]

_recorded: dict[str, _Statements] = {}
_recording: ContextVar[_Statements | None] = ContextVar("recording", default=None)


class _Recorder:
    """Around the application: notes the statements of requests that ask for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = Headers(scope=scope).get(RECORD) if scope["type"] == "http" else None
        if name:
            _recorded[name] = []
        _recording.set(_recorded[name] if name else None)
        await self.app(scope, receive, send)


def _note_statements(connection: Any) -> None:  # noqa: ANN401 - psycopg's class, ours to wrap
    execute = connection.execute

    async def noting(self: Any, query: Any, params: Any = None, **more: Any) -> Any:  # noqa: ANN401
        statements = _recording.get()
        if statements is not None:
            statements.append((query, params))
        return await execute(self, query, params, **more)

    connection.execute = noting


def _router(pool: store.Pool) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/bench/empty")
    async def empty() -> dict[str, str]:
        return {}

    @router.get("/bench/sql/{name}")
    async def sql(name: str, times: int) -> dict[str, Any]:
        """Send what was recorded so many times, each time in a transaction taken back."""
        took, used = [], time.process_time()
        for _ in range(times):
            began = time.perf_counter()
            async with store.transaction(pool) as conn:
                for query, params in _recorded[name]:
                    cursor = await conn.execute(query, params)
                    if cursor.description is not None:
                        await cursor.fetchall()
                took.append(time.perf_counter() - began)
                await conn.rollback()
        return {
            "took_s": took,
            "cpu_s": time.process_time() - used,
            "statements": len(_recorded[name]),
        }

    return router


async def _serve(database_url: str) -> None:
    settings = Settings(_env_file=None, database_url=database_url)
    async with store.open_pool(
        database_url,
        application="api",
        max_size=settings.database_pool_max,
        timeout_s=WAIT_LIMIT_S,
        statement_timeout_s=STATEMENT_TIMEOUT_S,
    ) as pool:
        async with store.transaction(pool) as conn:
            _note_statements(type(conn))
        app = create_app(pool, settings)
        app.include_router(_router(pool))
        app.add_middleware(_Recorder)
        live = live_of(app)

        @app.get("/bench/forget", include_in_schema=False)
        async def forget() -> dict[str, str]:
            """Let the next question about all bins be asked of the database."""
            await asyncio.sleep(ASKED_TOGETHER_S + 0.01)
            live.columns.changed()
            return {}

        def started(address: str) -> None:
            print(json.dumps({"address": address, "pid": os.getpid()}), flush=True)

        await serve(app, host="127.0.0.1", port=0, started=started)


if __name__ == "__main__":
    configure_logs(level="INFO", form="json")
    asyncio.run(_serve(sys.argv[1]))

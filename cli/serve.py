"""``brimful serve``: the HTTP API as a service."""

from typing import Annotated

import typer

import store
from api.app import create_app
from api.server import serve
from cli.common import read_settings, run, until_stopped
from core.settings import Settings

WAIT_LIMIT_S = 3.0
"""Longest wait for a database connection: a crew waits for the 503, and so does a probe."""

STATEMENT_TIMEOUT_S = 30.0
"""No request is worth a statement that runs longer; the client reads 503."""


def serve_command(
    *,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; else BRIMFUL_API_HOST.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65_535, help="Port, 0 for a free one; else BRIMFUL_API_PORT."),
    ] = None,
) -> None:
    """Serve the API until stopped (Ctrl-C or SIGTERM).

    Does not wait for the database: it starts at once, and /ready says when the database answers.
    """
    settings = read_settings()
    serving = _serve(
        settings,
        host=settings.api_host if host is None else host,
        port=settings.api_port if port is None else port,
    )
    run(until_stopped(serving))


async def _serve(settings: Settings, *, host: str, port: int) -> None:
    async with store.open_pool(
        settings.database_url.get_secret_value(),
        application="api",
        max_size=settings.database_pool_max,
        timeout_s=min(settings.database_timeout_s, WAIT_LIMIT_S),
        statement_timeout_s=STATEMENT_TIMEOUT_S,
    ) as pool:
        await serve(
            create_app(pool, settings),
            host=host,
            port=port,
            started=lambda address: typer.echo(f"Brimful serves on {address}"),
        )

"""``brimful openapi``: the HTTP interface as a document, for programs that generate clients."""

import asyncio
import json

import typer

import store
from api.app import create_app
from core.settings import Settings


def openapi_command() -> None:
    """Print the OpenAPI document of the HTTP interface; needs no database and no settings."""
    typer.echo(json.dumps(asyncio.run(_document()), indent=2))


async def _document() -> dict[str, object]:
    # the pool connects on demand, and nothing demands it
    async with store.open_pool("postgresql:///none", application="openapi") as pool:
        return create_app(pool, Settings.model_construct()).openapi()

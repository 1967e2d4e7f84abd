"""The real parts a measurement runs on: Mosquitto as it is shipped, a database of its own."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

import store
from bench.services.mosquitto import Mosquitto
from core.errors import BrimfulError
from core.registry import Registry
from migrations.runner import migrate
from store import registry as registered


class RigError(BrimfulError):
    """A part that the measurement needs is missing or does not start."""


def program(name: str) -> str:
    """Return where a program is; raises RigError."""
    found = shutil.which(name)
    if found is None:
        raise RigError(f'there is no {name} on PATH: eval "$(.ci/services env)", or install it')
    return found


@asynccontextmanager
async def running_broker() -> AsyncIterator[Mosquitto]:
    """Run a Mosquitto with the limits it is shipped with."""
    with TemporaryDirectory(prefix="brimful-bench-") as folder:
        broker = Mosquitto(Path(folder))
        try:
            await broker.start()
            yield broker
        finally:
            await broker.close()


@asynccontextmanager
async def own_database(server_url: str, town: Registry) -> AsyncIterator[str]:
    """Make a migrated database with a registered town; yield its URL and drop it at the end.

    ``server_url`` must be of a user who may create databases.
    """
    name = f"brimful_bench_{os.getpid()}_{secrets.token_hex(3)}"
    url = urlsplit(server_url)._replace(path=f"/{name}").geturl()
    await _as_admin(server_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        async with store.connect(url, application="bench") as conn:
            await migrate(conn)
        async with store.connect(url, application="bench") as conn:
            await registered.register(conn, town)
        yield url
    finally:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        await _as_admin(server_url, drop)


async def _as_admin(server_url: str, statement: sql.Composed) -> None:
    try:
        admin = await psycopg.AsyncConnection.connect(server_url, autocommit=True)
    except psycopg.OperationalError as error:
        raise RigError(f"no database server (BRIMFUL_TEST_TIMESCALE_URL): {error}") from None
    async with admin:
        await admin.execute(statement)

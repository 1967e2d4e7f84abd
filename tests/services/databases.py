"""Databases for tests: each test gets its own on each engine, copied from a migrated template.

A copy takes 60 ms, dropping it included; on a busy machine several times that.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
import pytest
from anyio.from_thread import start_blocking_portal
from psycopg import sql

import store
from cli.embedded import embedded_postgres
from migrations.runner import migrate
from tests.services.required import unavailable

TIMESCALE_URL = "BRIMFUL_TEST_TIMESCALE_URL"
_PREFIX = "brimful_test_"


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A running server on which databases are made and dropped."""

    name: str
    admin_url: str
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """Return the URL of one of its databases."""
        return urlsplit(self.admin_url)._replace(path=f"/{database}").geturl()

    @contextmanager
    def database(self, *, template: str | None = None) -> Iterator[str]:
        """Make a database, a copy of `template` if one is given; yield its name, then drop it."""
        name = f"{_PREFIX}{os.getpid()}_{next(self._numbers)}"
        with self._admin() as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template or "template0")
                )
            )
        try:
            yield name
        finally:
            with self._admin() as admin:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def close_to_all(self, database: str) -> None:
        """Let nobody in any more: a database with a session in it cannot be copied.

        TimescaleDB keeps a background worker in every database that has its extension.
        """
        with self._admin() as admin:
            close = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false")
            admin.execute(close.format(sql.Identifier(database)))
            admin.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [database],
            )

    def drop_leftovers(self) -> None:
        """Drop what killed test runs on this machine left behind."""
        with self._admin() as admin:
            names = admin.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX]
            ).fetchall()
            for (name,) in names:
                if not Path("/proc", name.removeprefix(_PREFIX).partition("_")[0]).exists():
                    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                    admin.execute(drop.format(sql.Identifier(name)))

    def do_without_durability(self) -> None:
        """Let the disk take its time: no test cuts the power, and every test makes a database."""
        with self._admin() as admin:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                admin.execute(f"ALTER SYSTEM SET {setting} = off")
            admin.execute("SELECT pg_reload_conf()")

    def _admin(self) -> psycopg.Connection[tuple[str]]:
        return psycopg.Connection[tuple[str]].connect(self.admin_url, autocommit=True)


@pytest.fixture(scope="session")
def embedded_engine() -> Iterator[Engine]:
    """The embedded PostgreSQL, as `brimful demo` starts it."""
    # Not below pytest's folder: another pytest that starts closes that one to the server's user.
    # The server is to outlive each test's event loop, so it gets a loop in a thread of its own.
    with (
        TemporaryDirectory(prefix="brimful-test-") as folder,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(embedded_postgres(Path(folder))) as url,
    ):
        engine = Engine(name="embedded", admin_url=url)
        engine.do_without_durability()
        yield engine


@pytest.fixture(scope="session")
def timescaledb_engine() -> Engine:
    """A real TimescaleDB that is already running: see .ci/services."""
    url = os.environ.get(TIMESCALE_URL)
    if not url:
        unavailable(f"{TIMESCALE_URL} is not set (.ci/services starts a TimescaleDB)")
    engine = Engine(name="timescaledb", admin_url=url)
    try:
        engine.drop_leftovers()
    except psycopg.OperationalError as error:
        unavailable(f"{TIMESCALE_URL} does not answer: {error}")
    return engine


# Of session scope, so that pytest runs all tests of one engine before those of the next.
@pytest.fixture(scope="session", params=["embedded", "timescaledb"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn: whoever asks for it, directly or not, runs once on each.

    One engine only: `@pytest.mark.parametrize("engine", ["timescaledb"], indirect=True)`.
    """
    found = request.getfixturevalue(f"{request.param}_engine")
    assert isinstance(found, Engine)
    return found


@pytest.fixture(scope="session")
def migrated_template(engine: Engine) -> Iterator[str]:
    """The name of a migrated database that tests copy and nobody connects to."""
    with engine.database() as name:
        asyncio.run(_migrate(engine.url(name)))
        engine.close_to_all(name)
        yield name


async def _migrate(url: str) -> None:
    async with store.connect(url, application="test") as connection:
        await migrate(connection)


@pytest.fixture
def empty_database_url(engine: Engine) -> Iterator[str]:
    """An empty database of this test's own, on each engine."""
    with engine.database() as name:
        yield engine.url(name)


@pytest.fixture
def database_url(engine: Engine, migrated_template: str) -> Iterator[str]:
    """A migrated database of this test's own, on each engine."""
    with engine.database(template=migrated_template) as name:
        yield engine.url(name)


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[store.Connection]:
    """An open connection to `database_url`; what is left uncommitted ends with the database."""
    async with store.connect(database_url, application="test") as connection:
        yield connection

"""Databases for tests: each test gets its own on each engine, like a migrated template."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from anyio.from_thread import start_blocking_portal

import store
from cli.embedded import embedded_postgres
from migrations.runner import migrate
from tests.services.blank import Blank
from tests.services.engine import Engine
from tests.services.required import unavailable

TIMESCALE_URL = "BRIMFUL_TEST_TIMESCALE_URL"


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


# Questions to the database are asked in store/ and ingest/, whose tests run on each engine.
# What is built on them is the same on both. Not a fixture in the folder's conftest: what depends on
# `engine` is kept over folders, and would be the other engine's.
@pytest.hookimpl(tryfirst=True)
def on_one_engine(metafunc: pytest.Metafunc) -> None:
    """As a folder's pytest_generate_tests: its tests run on the real engine, else the embedded one.

    But for those that are marked otherwise, like `on_both_engines`.
    """
    marks = metafunc.definition.iter_markers("parametrize")
    if "engine" in metafunc.fixturenames and all(mark.args[0] != "engine" for mark in marks):
        usual = "timescaledb" if os.environ.get(TIMESCALE_URL) else "embedded"
        # a mark, which pytest heeds in place of the fixture's own parameters
        metafunc.definition.add_marker(pytest.mark.parametrize("engine", [usual], indirect=True))


on_both_engines = pytest.mark.parametrize("engine", ["embedded", "timescaledb"], indirect=True)


@pytest.fixture(scope="session")
def migrated_template(engine: Engine) -> Iterator[tuple[str, Blank]]:
    """A migrated database that is copied and nobody connects to: its name and what it is."""
    with engine.database() as name:
        asyncio.run(_migrate(engine.url(name)))
        with psycopg.connect(engine.url(name)) as connection:
            blank = Blank.of(connection)
        engine.close_to_all(name)
        yield name, blank
        engine.drop_idle()


async def _migrate(url: str) -> None:
    async with store.connect(url, application="test") as connection:
        await migrate(connection)


@pytest.fixture
def empty_database_url(engine: Engine) -> Iterator[str]:
    """An empty database of this test's own, on each engine."""
    with engine.database() as name:
        yield engine.url(name)


@pytest.fixture
def database_url(engine: Engine, migrated_template: tuple[str, Blank]) -> Iterator[str]:
    """A migrated database of this test's own, on each engine."""
    with engine.lent(*migrated_template) as name:
        yield engine.url(name)


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[store.Connection]:
    """An open connection to `database_url`; what is left uncommitted ends with the database."""
    async with store.connect(database_url, application="test") as connection:
        yield connection

"""A town with a plan behind a real server, and a real browser in front of it."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser

import store
from store import tokens
from store.tokens import Role
from tests.services.databases import TIMESCALE_URL, Engine
from tests.web import places
from tests.web.served import Served
from tests.web.world import World

BINS = 40


# What people see does not depend on the engine: the real one where there is one.
@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """One engine: TimescaleDB where it runs, else the embedded one."""
    name = "timescaledb_engine" if os.environ.get(TIMESCALE_URL) else "embedded_engine"
    found = request.getfixturevalue(name)
    assert isinstance(found, Engine)
    return found


@pytest.fixture
async def world(database_url: str, browser: Browser, tmp_path: Path) -> AsyncIterator[World]:
    """Forty bins, fourteen of them due, today's rounds planned, served without a planner."""
    now = datetime.now(UTC)
    town = places.town_of(BINS, now)
    await places.settle(database_url, town, now)
    plan = await places.plan(database_url, now)
    secrets: dict[str, str] = {}
    async with store.connect(database_url) as conn:
        for name in ("ops", "device_admin"):
            _, secrets[name] = await tokens.create(
                conn, name=name, role=Role(name), crew_id=None, now=now
            )
        for crew in town.crews:
            _, secrets[crew.crew_id] = await tokens.create(
                conn, name=crew.name, role=Role.CREW, crew_id=crew.crew_id, now=now
            )
    served = Served(database_url, tmp_path)
    await served.start()
    try:
        yield World(town=town, plan=plan, served=served, browser=browser, secrets=secrets)
    finally:
        await served.end()

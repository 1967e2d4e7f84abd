"""A town with a plan behind a real server, and a real browser in front of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser

import store
from core.passwords import hash_password
from maps.building import build_map
from simulators.osm import write_osm
from store import accounts
from store.tokens import Role
from tests.services.databases import on_one_engine as pytest_generate_tests
from tests.web import places
from tests.web.served import Served
from tests.web.world import PASSWORD, World

__all__ = ["pytest_generate_tests"]

BINS = 40


@pytest.fixture(scope="session")
def town_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the town's map."""
    folder = tmp_path_factory.mktemp("town-map")
    write_osm(places.town_of(BINS, datetime.now(UTC)).streets, folder / "town.osm.pbf")
    asyncio.run(build_map(folder / "town.osm.pbf", out=folder))
    return folder


@pytest.fixture
async def world(
    database_url: str, browser: Browser, tmp_path: Path, town_map: Path
) -> AsyncIterator[World]:
    """Forty bins, fourteen of them due, today's rounds planned, served without a planner."""
    now = datetime.now(UTC)
    town = places.town_of(BINS, now)
    await places.settle(database_url, town, now)
    plan = await places.plan(database_url, now)
    async with store.connect(database_url) as conn:
        for role in (Role.OPS, Role.VIEWER, Role.DEVICE_ADMIN):
            await accounts.create(
                conn,
                user_name=role,
                name=f"Somebody of {role}",
                role=role,
                password_hash=hash_password(PASSWORD),
                now=now,
            )
    served = Served(database_url, tmp_path, BRIMFUL_MAP=str(town_map))
    await served.start()
    try:
        yield World(town=town, plan=plan, served=served, browser=browser)
    finally:
        await served.end()

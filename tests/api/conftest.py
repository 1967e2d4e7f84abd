"""The API on a real database with a small town, and a token for each role."""

from collections.abc import AsyncIterator

import httpx
import pytest

import store
from api.app import create_app
from core.registry import BinRecord, CrewRecord, Registry, VehicleRecord
from store import tokens
from store.tokens import Role
from tests.api.parts import Api, Clock, settings
from tests.services.databases import on_one_engine as pytest_generate_tests
from tests.store.make import registered, town

__all__ = ["pytest_generate_tests"]


def small_town() -> Registry:
    """bin-1 to bin-4 with sensors, bin-5 without position; crews crew (lorry), other, carless."""
    plain = town(bins=4)
    return plain.model_copy(
        update={
            "depots": [plain.depots[0].model_copy(update={"timezone": "Pacific/Auckland"})],
            "vehicles": [
                *plain.vehicles,
                VehicleRecord(
                    vehicle_id="van", name="V", depot_id="depot", capacity_kg=900, streams=["paper"]
                ),
            ],
            "crews": [
                *plain.crews,
                CrewRecord(crew_id="other", name="Other", vehicle_id="van"),
                CrewRecord(crew_id="carless", name="Carless"),
            ],
            "bins": [
                *plain.bins,
                BinRecord(
                    bin_id="bin-5", name="Lost", stream="glass", capacity_l=100, depot_id="depot"
                ),
            ],
        }
    )


@pytest.fixture
async def api(database_url: str) -> AsyncIterator[Api]:
    """The application in this process, asked through ASGI."""
    clock = Clock()
    secrets: dict[str, str] = {}
    async with store.connect(database_url) as conn:
        await registered(conn, small_town())
        for name, role, crew_id in [
            ("ops", Role.OPS, None),
            ("device_admin", Role.DEVICE_ADMIN, None),
            ("viewer", Role.VIEWER, None),
            ("crew", Role.CREW, "crew"),
            ("other", Role.CREW, "other"),
            ("carless", Role.CREW, "carless"),
        ]:
            _, secrets[name] = await tokens.create(
                conn, name=f"token of {name}", role=role, crew_id=crew_id, now=clock.now
            )
    async with store.open_pool(
        database_url, application="api-test", timeout_s=5, statement_timeout_s=5
    ) as pool:
        app = create_app(pool, settings(), clock=clock)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://api"
        ) as client:
            yield Api(
                client=client, app=app, clock=clock, secrets=secrets, database_url=database_url
            )

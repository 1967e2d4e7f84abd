"""Small towns in the database: registered and read as in real life."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import store
from core.readings import Reading, Trust
from core.registry import BinRecord, DepotRecord, DisposalSiteRecord, Registry, VehicleRecord
from core.registry import CrewRecord as Crew
from core.settings import Settings
from store.registry import register
from tests.store.make import add_readings

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
DAY = NOW.date()


def settings(database_url: str, **changes: Any) -> Settings:  # noqa: ANN401 - any setting
    return Settings(database_url=database_url, plan_solve_limit_s=1.0, **changes)


def bin_(bin_id: str, **fields: Any) -> BinRecord:  # noqa: ANN401 - any of its fields
    number = sum(map(ord, bin_id))
    return BinRecord(
        **{
            "bin_id": bin_id,
            "name": f"Street {bin_id}",
            "stream": "paper",
            "capacity_l": 1_100,
            "depot_id": "depot",
            "lon": 14.40 + number % 17 / 500,
            "lat": 50.10 + number % 13 / 500,
            **fields,
        }
    )


def lorry(vehicle_id: str = "lorry", **fields: Any) -> VehicleRecord:  # noqa: ANN401 - as above
    return VehicleRecord(
        **{
            "vehicle_id": vehicle_id,
            "name": vehicle_id,
            "depot_id": "depot",
            "capacity_kg": 5_000,
            "streams": ["paper"],
            "shift_start": time(6),
            "shift_s": 8 * 3600,
            **fields,
        }
    )


def site(site_id: str = "site", **fields: Any) -> DisposalSiteRecord:  # noqa: ANN401 - as above
    return DisposalSiteRecord(
        **{
            "disposal_site_id": site_id,
            "name": site_id,
            "lon": 14.45,
            "lat": 50.12,
            "streams": ["paper"],
            **fields,
        }
    )


def town(
    bins: Sequence[BinRecord],
    *,
    vehicles: Sequence[VehicleRecord] | None = None,
    sites: Sequence[DisposalSiteRecord] | None = None,
    **depot_fields: Any,  # noqa: ANN401 - any of its fields
) -> Registry:
    """One depot; a lorry with a crew and a site where nothing else is said."""
    vehicles = [lorry()] if vehicles is None else vehicles
    return Registry(
        depots=[
            DepotRecord(
                **{"depot_id": "depot", "name": "Depot", "lon": 14.4, "lat": 50.1, **depot_fields}
            )
        ],
        disposal_sites=[site()] if sites is None else list(sites),
        vehicles=list(vehicles),
        crews=[
            Crew(crew_id=f"crew-{v.vehicle_id}", name="Crew", vehicle_id=v.vehicle_id)
            for v in vehicles
        ],
        bins=list(bins),
    )


async def fill(
    pool: store.Pool, registry: Registry, fills: Mapping[str, float], *, at: datetime = NOW
) -> None:
    """Register a town and store one trusted reading for each of the named bins."""
    async with store.transaction(pool) as conn:
        await register(conn, registry)
        await add_readings(
            conn, [reading(bin_id, fill_pct, at=at) for bin_id, fill_pct in fills.items()]
        )


def reading(bin_id: str, fill_pct: float, *, at: datetime = NOW, **fields: Any) -> Reading:  # noqa: ANN401 - as above
    return Reading(
        **{
            "sensor_id": f"sensor-{bin_id}",
            "bin_id": bin_id,
            "measured_at": at,
            "received_at": at + timedelta(seconds=5),
            "fill_pct": fill_pct,
            "raw_fill_pct": fill_pct,
            "trust": Trust.TRUSTED,
            **fields,
        }
    )

"""Small registries and readings for tests, with only what a test cares about spelled out."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import store
from core.readings import Reading, Trust
from core.registry import (
    BinRecord,
    CrewRecord,
    DepotRecord,
    DisposalSiteRecord,
    Registry,
    SensorRecord,
    VehicleRecord,
)
from store import bin_states, readings
from store.bin_states import Move
from store.registry import register

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=365)


def town(
    *,
    bins: int = 3,
    stream: str = "paper",
    **bin_fields: Any,  # noqa: ANN401 - any of a bin's fields
) -> Registry:
    """One depot, one vehicle with a crew, one disposal site and some bins with a sensor each."""
    return Registry(
        depots=[DepotRecord(depot_id="depot", name="Depot", lon=14.4, lat=50.1)],
        disposal_sites=[
            DisposalSiteRecord(
                disposal_site_id="site", name="Site", lon=14.45, lat=50.1, streams=[stream]
            )
        ],
        vehicles=[
            VehicleRecord(
                vehicle_id="lorry",
                name="Lorry",
                depot_id="depot",
                capacity_kg=5_000,
                streams=[stream],
                shift_start=time(6),
                shift_s=8 * 3600,
            )
        ],
        crews=[CrewRecord(crew_id="crew", name="Crew", vehicle_id="lorry")],
        bins=[
            BinRecord(
                **{
                    "bin_id": f"bin-{n}",
                    "name": f"Street {n}",
                    "stream": stream,
                    "capacity_l": 1_100,
                    "depot_id": "depot",
                    "lon": 14.40 + n / 1000,
                    "lat": 50.1,
                    **bin_fields,
                }
            )
            for n in range(1, bins + 1)
        ],
        sensors=[
            SensorRecord(sensor_id=f"sensor-{n}", bin_id=f"bin-{n}", mounted_at=LONG_AGO)
            for n in range(1, bins + 1)
        ],
    )


async def registered(conn: store.Connection, registry: Registry | None = None) -> None:
    """Store a registry (a small town) in the transaction of ``conn``."""
    await register(conn, registry or town())


def reading(
    n: int = 1,
    *,
    at: datetime = NOON,
    fill_pct: float | None = 50,
    **f: Any,  # noqa: ANN401 - any of a reading's fields
) -> Reading:
    """A trusted reading of sensor ``n`` in bin ``n``, received a minute later."""
    return Reading(
        **{
            "sensor_id": f"sensor-{n}",
            "bin_id": f"bin-{n}",
            "measured_at": at,
            "received_at": at + timedelta(minutes=1),
            "fill_pct": fill_pct,
            "raw_fill_pct": fill_pct,
            "trust": Trust.TRUSTED,
            **f,
        }
    )


async def add_readings(conn: store.Connection, new: Sequence[Reading]) -> None:
    """Store readings that are new, as they are, and move their bins' states."""
    moves: dict[str, Move] = {}
    for one in new:
        moves.setdefault(one.bin_id, Move()).take(one)
    await readings.add(conn, new)
    await bin_states.move(conn, moves.items())

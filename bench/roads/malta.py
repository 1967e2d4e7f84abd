"""Malta's real bins planned as a council would: registered, filled, planned on real roads."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from pydantic import SecretStr

import store
from bench.roads.places import MALTA, bins_of
from cli.demo.services import migrated_pool
from cli.embedded import embedded_postgres
from core.plans import Plan
from core.readings import Reading, Trust
from core.registry import (
    BinRecord,
    CrewRecord,
    DepotRecord,
    DisposalSiteRecord,
    Registry,
    VehicleRecord,
)
from core.settings import Settings
from routing.planner import Means
from routing.request import plan_day
from store import bin_states, fleet, readings
from store.bin_states import Move
from store.registry import register

DEPOT_ID = "mriehel"
LORRIES = 6
FILL_PCT = (55.0, 100.0)
"""Drawn evenly for each bin: the map shows no levels, so that these are an assumption."""
_STREAMS = {"recycling": "recycling", "waste_basket": "general", "waste_disposal": "general"}
_CAPACITY_L = {"recycling": 2_400.0, "general": 240.0}
_SERVICE_S = {"recycling": 180, "general": 45}


def registry(file: Path) -> Registry:
    """Return Malta's depot, sites and lorries with the bins that OpenStreetMap knows."""
    streams = sorted(set(_STREAMS.values()))
    vehicles = [
        VehicleRecord(
            vehicle_id=f"lorry-{n}",
            name=f"Lorry {n}",
            depot_id=DEPOT_ID,
            capacity_kg=9_000,
            streams=[streams[n % len(streams)]],
            shift_start=time(6),
            shift_s=8 * 3600,
        )
        for n in range(1, LORRIES + 1)
    ]
    return Registry(
        depots=[
            DepotRecord(
                depot_id=DEPOT_ID,
                name="Wasteserv, Mriehel",
                lon=MALTA.depot.lon,
                lat=MALTA.depot.lat,
                timezone="Europe/Malta",
            )
        ],
        disposal_sites=[
            DisposalSiteRecord(
                disposal_site_id="maghtab",
                name="Maghtab",
                lon=14.4405,
                lat=35.9394,
                streams=streams,
            ),
            DisposalSiteRecord(
                disposal_site_id="hal-far",
                name="Hal Far",
                lon=14.5117,
                lat=35.8160,
                streams=streams,
            ),
        ],
        vehicles=vehicles,
        crews=[
            CrewRecord(crew_id=f"crew-{v.vehicle_id}", name=v.name, vehicle_id=v.vehicle_id)
            for v in vehicles
        ],
        bins=list(_bins(file)),
    )


def _bins(file: Path) -> Sequence[BinRecord]:
    found = []
    for feature in json.loads(file.read_text("utf-8"))["features"]:
        stream = _STREAMS[feature["properties"]["amenity"]]
        lon, lat = feature["geometry"]["coordinates"]
        number = feature["id"].rpartition("/")[2]
        found.append(
            BinRecord(
                bin_id=f"osm-{number}",
                name=feature["properties"].get("name") or f"OpenStreetMap {feature['id']}",
                stream=stream,
                capacity_l=_CAPACITY_L[stream],
                service_s=_SERVICE_S[stream],
                depot_id=DEPOT_ID,
                lon=lon,
                lat=lat,
            )
        )
    return found


async def plan_malta(roads: Path, *, limit_s: float, seed: int) -> Plan:
    """Plan tomorrow in a database of its own, as `brimful plan` does, and return the plan."""
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="brimful-malta-", ignore_cleanup_errors=True) as folder:
        async with embedded_postgres(Path(folder)) as url:
            settings = Settings.model_construct(
                database_url=SecretStr(url), roads=str(roads), plan_solve_limit_s=limit_s
            )
            async with migrated_pool(settings) as pool:
                async with store.transaction(pool) as conn:
                    town = registry(bins_of(MALTA))
                    await register(conn, town)
                    await _fill(conn, town, now, seed)
                    (depot,) = await fleet.depots(conn)
                day = depot.local_day(now) + timedelta(days=1)
                return await plan_day(
                    pool, settings, depot=depot, day=day, now=now, means=Means(seed=seed)
                )


async def _fill(conn: store.Connection, town: Registry, now: datetime, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a simulation
    moves: dict[str, Move] = {}
    stored = []
    for record in town.bins:
        fill_pct = round(chance.uniform(*FILL_PCT), 1)
        reading = Reading(
            sensor_id=f"sensor-{record.bin_id}",
            bin_id=record.bin_id,
            measured_at=now - timedelta(minutes=10),
            received_at=now - timedelta(minutes=10),
            fill_pct=fill_pct,
            raw_fill_pct=fill_pct,
            trust=Trust.TRUSTED,
        )
        moves.setdefault(record.bin_id, Move()).take(reading)
        stored.append(reading)
    await readings.add(conn, stored)
    await bin_states.move(conn, moves.items())

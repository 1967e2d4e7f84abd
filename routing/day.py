"""Everything the planner reads about a depot before it plans a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import NotFoundError
from core.fleet import Depot, DisposalSite
from core.levels import Level, Sample
from core.settings import Settings
from core.vehicles import Vehicle
from store import fleet
from store.connection import Connection
from store.levels import levels
from store.readings import samples


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What is known: fleet, how full the bins are, how they filled."""

    depot: Depot
    vehicles: Sequence[Vehicle]
    sites: Sequence[DisposalSite]
    density_kg_per_l: Mapping[str, float]
    levels: Sequence[Level]
    histories: Mapping[str, Sequence[Sample]]


async def read_day(conn: Connection, depot_id: str, settings: Settings, now: datetime) -> Day:
    """Read it. Raises NotFoundError for an unknown depot."""
    depot = next((d for d in await fleet.depots(conn) if d.depot_id == depot_id), None)
    if depot is None:
        raise NotFoundError(f"no depot {depot_id} is registered")
    return Day(
        depot=depot,
        vehicles=await fleet.vehicles(conn, depot_id),
        sites=await fleet.disposal_sites(conn),
        density_kg_per_l={
            name: stream.density_kg_per_l for name, stream in (await fleet.streams(conn)).items()
        },
        levels=await levels(conn, now=now, stale_after=settings.stale_after, depot_id=depot_id),
        histories=await samples(
            conn, depot_id, since=now - timedelta(days=settings.plan_history_days), until=now
        ),
    )

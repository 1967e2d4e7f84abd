"""Everything the planner reads about a depot before it plans a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.bins import Closure
from core.errors import NotFoundError
from core.fleet import Depot, DisposalSite, Stream
from core.levels import Level
from core.settings import Settings
from core.vehicles import Vehicle
from store import fleet
from store.connection import Connection
from store.levels import levels
from store.planner import last_rounds
from store.samples import Samples, samples


@dataclass(frozen=True, kw_only=True, slots=True)
class Fleet:
    """What a depot's rounds are made with, and what they have to keep to.

    Attributes:
        depots: all of them; a vehicle may end its shift at another one.
        vehicles: of this depot, able to work or not.
        last_rounds: bin_ids in the order of the last plan's rounds, by vehicle_id.
    """

    depot: Depot
    depots: Sequence[Depot]
    vehicles: Sequence[Vehicle]
    sites: Sequence[DisposalSite]
    streams: Mapping[str, Stream]
    closures: Sequence[Closure] = ()
    last_rounds: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What is known: fleet, how full the bins are, how they filled."""

    fleet: Fleet
    levels: Sequence[Level]
    histories: Mapping[str, Samples]


async def read_day(
    conn: Connection,
    depot_id: str,
    settings: Settings,
    *,
    day: date,
    now: datetime,
    histories: bool = True,
) -> Day:
    """Read it, without ``histories`` for who forecasts nothing.

    Raises NotFoundError for an unknown depot.
    """
    depots = await fleet.depots(conn)
    depot = next((d for d in depots if d.depot_id == depot_id), None)
    if depot is None:
        raise NotFoundError(f"no depot {depot_id} is registered")
    return Day(
        fleet=Fleet(
            depot=depot,
            depots=depots,
            vehicles=await fleet.vehicles(conn, depot_id),
            sites=await fleet.disposal_sites(conn),
            streams=await fleet.streams(conn),
            closures=await fleet.closures(conn),
            last_rounds=await last_rounds(conn, depot_id, until=day),
        ),
        levels=await levels(conn, now=now, stale_after=settings.stale_after, depot_id=depot_id),
        histories=await samples(
            conn, depot_id, since=now - timedelta(days=settings.plan_history_days), until=now
        )
        if histories
        else {},
    )

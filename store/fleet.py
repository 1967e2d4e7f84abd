"""Depots, disposal sites, vehicles, crews, waste streams, closed streets."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.bins import Closure
from core.fleet import DEFAULT_COMPACTION, Crew, Depot, DisposalSite, Stream
from core.geo import Position
from core.vehicles import Vehicle, VehicleSize
from store import parts
from store.connection import Connection

_DEPOTS = "SELECT depot_id, name, lon, lat, timezone FROM depots ORDER BY depot_id"
_CREW_DEPOT = """
    SELECT d.depot_id, d.name, d.lon, d.lat, d.timezone
    FROM crews c JOIN vehicles v USING (vehicle_id) JOIN depots d USING (depot_id)
    WHERE c.crew_id = %s
"""
_BIN_DEPOT = """
    SELECT d.depot_id, d.name, d.lon, d.lat, d.timezone
    FROM bins b JOIN depots d USING (depot_id) WHERE b.bin_id = %s
"""
_CREWS = "SELECT crew_id, name, vehicle_id FROM crews ORDER BY crew_id"
_DISPOSAL_SITES = """
    SELECT disposal_site_id, name, lon, lat, streams, service_s, opening_hours
    FROM disposal_sites ORDER BY disposal_site_id
"""
_VEHICLES = """
    SELECT v.vehicle_id, v.name, v.depot_id, v.capacity_kg, v.streams, v.compartments, v.size,
           v.shift_start, v.shift_s, v.latest_start, v.end_depot_id, v.breaks, v.area,
           v.in_service, c.crew_id
    FROM vehicles v LEFT JOIN crews c USING (vehicle_id)
    WHERE v.depot_id = %s ORDER BY v.vehicle_id
"""
_STREAMS = "SELECT stream, density_kg_per_l, compaction FROM streams ORDER BY stream"
_CLOSURES = """
    SELECT closure_id, name, bin_ids, site_ids, hours, first_day, last_day
    FROM closures ORDER BY closure_id
"""


async def depots(conn: Connection) -> Sequence[Depot]:
    """Return all depots."""
    return [_depot(row) for row in await (await conn.execute(_DEPOTS)).fetchall()]


async def crew_depot(conn: Connection, crew_id: str) -> Depot | None:
    """Return the depot of a crew's vehicle; None without crew or vehicle."""
    row = await (await conn.execute(_CREW_DEPOT, (crew_id,))).fetchone()
    return None if row is None else _depot(row)


async def depot_of(conn: Connection, bin_id: str) -> Depot | None:
    """Return the depot of a bin; None without such a bin."""
    row = await (await conn.execute(_BIN_DEPOT, (bin_id,))).fetchone()
    return None if row is None else _depot(row)


async def crews(conn: Connection) -> Sequence[Crew]:
    """Return all crews."""
    return [Crew(**row) for row in await (await conn.execute(_CREWS)).fetchall()]


async def disposal_sites(conn: Connection) -> Sequence[DisposalSite]:
    """Return all disposal sites; they serve every depot."""
    rows = await (await conn.execute(_DISPOSAL_SITES)).fetchall()
    return [
        DisposalSite(
            disposal_site_id=row["disposal_site_id"],
            name=row["name"],
            position=Position(lon=row["lon"], lat=row["lat"]),
            streams=frozenset(row["streams"]),
            service_s=row["service_s"],
            opening_hours=parts.hours(row["opening_hours"]),
        )
        for row in rows
    ]


async def vehicles(conn: Connection, depot_id: str) -> Sequence[Vehicle]:
    """Return a depot's vehicles, in service or not, with their crews."""
    rows = await (await conn.execute(_VEHICLES, (depot_id,))).fetchall()
    return [
        Vehicle(
            **{
                **row,
                "streams": frozenset(row["streams"]),
                "compartments": parts.compartments(row["compartments"]),
                "size": VehicleSize(row["size"]),
                "breaks": parts.breaks(row["breaks"]),
                "area": parts.area(row["area"]),
            }
        )
        for row in rows
    ]


async def streams(conn: Connection) -> Mapping[str, Stream]:
    """Return what is known of each waste stream, by its name."""
    rows = await (await conn.execute(_STREAMS)).fetchall()
    return {
        row["stream"]: Stream(
            stream=row["stream"],
            density_kg_per_l=row["density_kg_per_l"],
            compaction=row["compaction"] or DEFAULT_COMPACTION.get(row["stream"], 1.0),
        )
        for row in rows
    }


async def closures(conn: Connection) -> Sequence[Closure]:
    """Return every closed street, whenever it is or was shut."""
    rows = await (await conn.execute(_CLOSURES)).fetchall()
    return [
        Closure(
            closure_id=row["closure_id"],
            name=row["name"],
            hours=parts.hours(row["hours"]),
            bin_ids=frozenset(row["bin_ids"]),
            site_ids=frozenset(row["site_ids"]),
            first_day=row["first_day"],
            last_day=row["last_day"],
        )
        for row in rows
    ]


_COUNTS = """
    SELECT (SELECT count(*) FROM depots) AS depots, (SELECT count(*) FROM vehicles) AS vehicles,
           (SELECT count(*) FROM disposal_sites) AS "disposal sites",
           (SELECT count(*) FROM bins) AS bins,
           (SELECT count(*) FROM mountings WHERE unmounted_at IS NULL) AS "mounted sensors"
"""


async def counts(conn: Connection) -> Mapping[str, int]:
    """Return how many there are of everything an operator owns, by its name for people."""
    row = await (await conn.execute(_COUNTS)).fetchone()
    return {} if row is None else row


def _depot(row: Mapping[str, Any]) -> Depot:
    return Depot(
        depot_id=row["depot_id"],
        name=row["name"],
        position=Position(lon=row["lon"], lat=row["lat"]),
        timezone=row["timezone"],
    )

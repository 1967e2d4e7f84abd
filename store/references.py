"""What of the ids a registry file refers to is in the database already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from store.connection import Connection

_DEPOTS = "SELECT depot_id AS id FROM depots WHERE depot_id = ANY(%s)"
_VEHICLES = "SELECT vehicle_id AS id FROM vehicles WHERE vehicle_id = ANY(%s)"
_STREAMS = "SELECT stream AS id FROM streams WHERE stream = ANY(%s)"
_BINS = "SELECT bin_id AS id FROM bins WHERE bin_id = ANY(%s)"
_BIN_TYPES = "SELECT bin_type AS id FROM bin_types WHERE bin_type = ANY(%s)"
_SITES = "SELECT DISTINCT site_id AS id FROM bins WHERE site_id = ANY(%s)"
_CREWS_ON = "SELECT vehicle_id, crew_id FROM crews WHERE vehicle_id = ANY(%s)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Existing:
    """Those of the ids asked for that exist; ``crew_on`` names who is on a vehicle now."""

    depots: frozenset[str]
    vehicles: frozenset[str]
    streams: frozenset[str]
    bins: frozenset[str]
    bin_types: frozenset[str]
    sites: frozenset[str]
    crew_on: Mapping[str, str]


async def existing(
    conn: Connection,
    *,
    depots: Collection[str],
    vehicles: Collection[str],
    streams: Collection[str],
    bins: Collection[str],
    bin_types: Collection[str],
    sites: Collection[str],
) -> Existing:
    """Look up which of these are registered."""
    crews = await (await conn.execute(_CREWS_ON, (list(vehicles),))).fetchall()
    return Existing(
        depots=await _ids(conn, _DEPOTS, depots),
        vehicles=await _ids(conn, _VEHICLES, vehicles),
        streams=await _ids(conn, _STREAMS, streams),
        bins=await _ids(conn, _BINS, bins),
        bin_types=await _ids(conn, _BIN_TYPES, bin_types),
        sites=await _ids(conn, _SITES, sites),
        crew_on={row["vehicle_id"]: row["crew_id"] for row in crews},
    )


async def _ids(conn: Connection, query: str, ids: Collection[str]) -> frozenset[str]:
    cursor = await conn.execute(query.encode(), (list(ids),))
    return frozenset(row["id"] for row in await cursor.fetchall())

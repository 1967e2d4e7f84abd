"""Register what an operator owns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg.types.json import Jsonb

from core.errors import InvalidInputError
from core.registry import Registry
from core.registry.fields import Record
from store import calibrations
from store.connection import Connection

_STREAM = """
    INSERT INTO streams (stream, density_kg_per_l, compaction, service_s)
    VALUES (%(stream)s, %(density_kg_per_l)s, %(compaction)s, %(service_s)s)
    ON CONFLICT (stream) DO UPDATE SET density_kg_per_l = excluded.density_kg_per_l,
        compaction = excluded.compaction, service_s = excluded.service_s
"""
_STREAM_IF_NEW = """
    INSERT INTO streams (stream, density_kg_per_l, compaction, service_s)
    VALUES (%(stream)s, %(density_kg_per_l)s, %(compaction)s, %(service_s)s)
    ON CONFLICT (stream) DO NOTHING
"""
_DEPOT = """
    INSERT INTO depots (depot_id, name, lon, lat, timezone)
    VALUES (%(depot_id)s, %(name)s, %(lon)s, %(lat)s, %(timezone)s)
    ON CONFLICT (depot_id) DO UPDATE SET
        name = excluded.name, lon = excluded.lon, lat = excluded.lat, timezone = excluded.timezone
"""
_DISPOSAL_SITE = """
    INSERT INTO disposal_sites (disposal_site_id, name, lon, lat, streams, service_s, opening_hours)
    VALUES (%(disposal_site_id)s, %(name)s, %(lon)s, %(lat)s, %(streams)s, %(service_s)s,
            %(opening_hours)s)
    ON CONFLICT (disposal_site_id) DO UPDATE SET
        name = excluded.name, lon = excluded.lon, lat = excluded.lat,
        streams = excluded.streams, service_s = excluded.service_s,
        opening_hours = excluded.opening_hours
"""
_VEHICLE = """
    INSERT INTO vehicles
        (vehicle_id, name, depot_id, capacity_kg, streams, compartments, size, shift_start,
         shift_s, latest_start, end_depot_id, breaks, area, in_service)
    VALUES (%(vehicle_id)s, %(name)s, %(depot_id)s, %(capacity_kg)s, %(streams)s,
            %(compartments)s, %(size)s, %(shift_start)s, %(shift_s)s, %(latest_start)s,
            %(end_depot_id)s, %(breaks)s, %(area)s, %(in_service)s)
    ON CONFLICT (vehicle_id) DO UPDATE SET
        name = excluded.name, depot_id = excluded.depot_id, capacity_kg = excluded.capacity_kg,
        streams = excluded.streams, compartments = excluded.compartments, size = excluded.size,
        shift_start = excluded.shift_start, shift_s = excluded.shift_s,
        latest_start = excluded.latest_start, end_depot_id = excluded.end_depot_id,
        breaks = excluded.breaks, area = excluded.area, in_service = excluded.in_service
"""
_CREW_LEAVES = "UPDATE crews SET vehicle_id = NULL WHERE crew_id = ANY(%s)"
_CREW = """
    INSERT INTO crews (crew_id, name, vehicle_id)
    VALUES (%(crew_id)s, %(name)s, %(vehicle_id)s)
    ON CONFLICT (crew_id) DO UPDATE SET name = excluded.name, vehicle_id = excluded.vehicle_id
"""
_BIN_TYPE = """
    INSERT INTO bin_types (bin_type, service_s) VALUES (%(bin_type)s, %(service_s)s)
    ON CONFLICT (bin_type) DO UPDATE SET service_s = excluded.service_s
"""
_BIN = """
    INSERT INTO bins
        (bin_id, name, stream, capacity_l, threshold_pct, depot_id, lon, lat, bin_type, service_s,
         walk_m, site_id, windows, max_vehicle_size, pinned_vehicle_id, forbidden_vehicle_ids,
         access_note, in_service, district)
    VALUES (%(bin_id)s, %(name)s, %(stream)s, %(capacity_l)s, %(threshold_pct)s, %(depot_id)s,
            %(lon)s, %(lat)s, %(bin_type)s, %(service_s)s, %(walk_m)s, %(site_id)s, %(windows)s,
            %(max_vehicle_size)s, %(pinned_vehicle_id)s, %(forbidden_vehicle_ids)s,
            %(access_note)s, %(in_service)s, %(district)s)
    ON CONFLICT (bin_id) DO UPDATE SET
        name = excluded.name, stream = excluded.stream, capacity_l = excluded.capacity_l,
        threshold_pct = excluded.threshold_pct, depot_id = excluded.depot_id,
        lon = excluded.lon, lat = excluded.lat, bin_type = excluded.bin_type,
        service_s = excluded.service_s, walk_m = excluded.walk_m, site_id = excluded.site_id,
        windows = excluded.windows, max_vehicle_size = excluded.max_vehicle_size,
        pinned_vehicle_id = excluded.pinned_vehicle_id,
        forbidden_vehicle_ids = excluded.forbidden_vehicle_ids,
        access_note = excluded.access_note, in_service = excluded.in_service,
        district = excluded.district
"""
_CLOSURE = """
    INSERT INTO closures (closure_id, name, bin_ids, site_ids, hours, first_day, last_day)
    VALUES (%(closure_id)s, %(name)s, %(bin_ids)s, %(site_ids)s, %(hours)s, %(first_day)s,
            %(last_day)s)
    ON CONFLICT (closure_id) DO UPDATE SET
        name = excluded.name, bin_ids = excluded.bin_ids, site_ids = excluded.site_ids,
        hours = excluded.hours, first_day = excluded.first_day, last_day = excluded.last_day
"""
_SENSOR = """
    INSERT INTO sensors (sensor_id, device) VALUES (%(sensor_id)s, coalesce(%(device)s, 'native'))
    ON CONFLICT (sensor_id) DO UPDATE SET
        retired_at = NULL, device = coalesce(%(device)s, sensors.device)
"""
# A sensor that sits in this bin already only moves its beginning (to earlier: more readings find
# their bin; to later: none loses it, the rows stay). In another bin: that mounting ends now.
_MOUNTED_HERE = """
    UPDATE mountings SET mounted_at = least(mounted_at, %(mounted_at)s)
    WHERE sensor_id = %(sensor_id)s AND bin_id = %(bin_id)s AND unmounted_at IS NULL
"""
_UNMOUNT = """
    UPDATE mountings SET unmounted_at = %(mounted_at)s
    WHERE sensor_id = %(sensor_id)s AND unmounted_at IS NULL
      AND mounted_at < %(mounted_at)s
"""
_MOUNT = """
    INSERT INTO mountings (sensor_id, bin_id, mounted_at)
    VALUES (%(sensor_id)s, %(bin_id)s, %(mounted_at)s)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A sensor that sits in the bin it is registered for since before the given moment."""

    sensor_id: str
    bin_id: str
    mounted_at: datetime


async def register(conn: Connection, registry: Registry) -> Sequence[Kept]:
    """Store everything in the registry; what is there already is brought up to date.

    Returns the mountings whose later mounted_at changed nothing.

    Raises StorageRefusedError (through the transaction) where a named depot, stream or vehicle
    is neither in the registry nor in the database, or two mountings of a sensor overlap.
    """
    named = {s.stream for s in registry.streams}
    streams = registry.all_streams()
    async with conn.cursor() as cursor:
        # a stream that is merely mentioned must not reset what was said of it before
        await cursor.executemany(_STREAM, [_row(s) for s in streams if s.stream in named])
        await cursor.executemany(
            _STREAM_IF_NEW, [_row(s) for s in streams if s.stream not in named]
        )
        await cursor.executemany(_DEPOT, [_row(d) for d in registry.depots])
        await cursor.executemany(_DISPOSAL_SITE, [_row(d) for d in registry.disposal_sites])
        await cursor.executemany(
            _VEHICLE, [{**_row(v), "streams": v.carried()} for v in registry.vehicles]
        )
        # first everyone gets off, so that crews can swap vehicles
        await cursor.execute(_CREW_LEAVES, ([c.crew_id for c in registry.crews],))
        await cursor.executemany(_CREW, [_row(c) for c in registry.crews])
        await cursor.executemany(_BIN_TYPE, [_row(t) for t in registry.bin_types])
        await cursor.executemany(_BIN, [_row(b) for b in registry.bins])
        await calibrations.register(conn, registry.bins)
        await cursor.executemany(_CLOSURE, [_row(c) for c in registry.closures])
        await cursor.executemany(_SENSOR, [_row(s) for s in registry.sensors])
    return await _mount(conn, [s.model_dump() for s in registry.sensors])


_AS_WRITTEN = {"opening_hours", "compartments", "breaks", "area", "windows", "hours"}
"""Columns that keep a part of the registry file as it stands there."""


def _row(record: Record) -> dict[str, Any]:
    """Return a record's columns."""
    row = record.model_dump(exclude=_AS_WRITTEN)
    parts = record.model_dump(mode="json", include=_AS_WRITTEN)
    return row | {n: None if part is None else Jsonb(part) for n, part in parts.items()}


_OPEN_MOUNTINGS = """
    SELECT sensor_id, bin_id, mounted_at FROM mountings
    WHERE sensor_id = ANY(%s) AND unmounted_at IS NULL
"""


async def _mount(conn: Connection, wanted: Sequence[Mapping[str, Any]]) -> Sequence[Kept]:
    ids = [w["sensor_id"] for w in wanted]
    cursor = await conn.execute(_OPEN_MOUNTINGS, (ids,))
    open_now = {row["sensor_id"]: row for row in await cursor.fetchall()}
    here, moved, new = [], [], []
    kept: list[Kept] = []
    for want in wanted:
        now = open_now.get(want["sensor_id"])
        if now is None:
            new.append(want)
        elif now["bin_id"] == want["bin_id"]:
            here.append(want)
            if now["mounted_at"] < want["mounted_at"]:
                kept.append(Kept(**now))
        elif now["mounted_at"] >= want["mounted_at"]:
            raise InvalidInputError(
                f"sensor {want['sensor_id']} sits in bin {now['bin_id']} since "
                f"{now['mounted_at'].astimezone(UTC):%Y-%m-%d %H:%M} UTC; mounted_at in bin "
                f"{want['bin_id']} must be later than that"
            )
        else:
            moved.append(want)
    async with conn.cursor() as cursor:
        await cursor.executemany(_MOUNTED_HERE, here)
        await cursor.executemany(_UNMOUNT, moved)
        await cursor.executemany(_MOUNT, moved + new)
    return kept

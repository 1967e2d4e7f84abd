"""A large town in the database: bins with levels, sensors, a plan with a round for each crew."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import store
from bench.trust.histories import PRAGUE, data_folder, histories
from core.geo import Position
from core.plans import DueReason, Plan, PlanStatus, Round, Stop, StopKind
from core.readings import Kind, Reading, Trust
from core.registry import CrewRecord, DepotRecord, DisposalSiteRecord, Registry, VehicleRecord
from core.ways import Leg, Step, encode
from store import plans, readings, tokens
from store.tokens import Role

SENSORS = 0.9
"""So many of the bins have one."""
DAYS = 30
BIN_OF_PRAGUE, BIN_OF_TEN_MINUTES = "bin-000000", "bin-000001"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """How large it is."""

    bins: int
    crews: int
    stops: int
    """On each crew's round, the disposal site at its end besides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """What the load needs to know of it."""

    ops: str
    crews: Sequence[str]
    """Tokens."""
    rounds: Sequence[Round]
    history: str
    """What the first bin's history is."""


def registry(sizes: Sizes) -> Registry:
    """Return everything but the bins, which are too many for a file."""
    return Registry(
        depots=[DepotRecord(depot_id="bench", name="Bench", lon=14.4, lat=50.1)],
        disposal_sites=[
            DisposalSiteRecord(
                disposal_site_id="site", name="Site", lon=14.6, lat=50.0, streams=["paper"]
            )
        ],
        vehicles=[
            VehicleRecord(
                vehicle_id=f"lorry-{n}",
                name=f"Lorry {n}",
                depot_id="bench",
                capacity_kg=9_000,
                streams=["paper"],
            )
            for n in range(sizes.crews)
        ],
        crews=[
            CrewRecord(crew_id=f"crew-{n}", name=f"Crew {n}", vehicle_id=f"lorry-{n}")
            for n in range(sizes.crews)
        ],
    )


_BINS = """
    INSERT INTO bins (bin_id, name, stream, capacity_l, threshold_pct, depot_id, lon, lat)
    SELECT format('bin-%%s', lpad(n::text, 6, '0')), format('Long Street %%s (paper)', n), 'paper',
           1100, 80, 'bench', 14.2 + (n %% 500) * 0.001, 49.9 + (n / 500) * 0.001
    FROM generate_series(0, %(bins)s - 1) n
"""
_SENSORS = """
    INSERT INTO sensors (sensor_id, device)
    SELECT format('dev-%%s', lpad(n::text, 6, '0')), 'native'
    FROM generate_series(0, %(sensors)s - 1) n
"""
_MOUNTINGS = """
    INSERT INTO mountings (sensor_id, bin_id, mounted_at)
    SELECT sensor_id, replace(sensor_id, 'dev', 'bin'), %(now)s::timestamptz - interval '90 days'
    FROM sensors
"""
# One sensor in fifty is silent, and its level stale.
_STATES = """
    INSERT INTO bin_states (bin_id, fill_pct, measured_at, source, sensor_id, battery_v, heard_at)
    SELECT m.bin_id, h.fill, h.at, 'sensor', m.sensor_id, 3.6, h.at FROM (
        SELECT bin_id, sensor_id, row_number() OVER (ORDER BY bin_id) AS n FROM mountings) m,
        LATERAL (SELECT (m.n * 37 %% 1000) / 10.0 AS fill,
                 %(now)s::timestamptz - make_interval(
                     days => CASE WHEN m.n %% 50 = 0 THEN 10 ELSE 0 END,
                     secs => m.n %% 3600) AS at) h
"""
_TRACKS = """
    UPDATE sensor_states t SET bin_id = s.bin_id, newest_at = s.measured_at, interval_s = 3600,
           level_at = s.measured_at, level_pct = s.fill_pct, battery_at = s.measured_at,
           battery_v = 3.6, stored_until = s.measured_at
    FROM bin_states s WHERE s.sensor_id = t.sensor_id
"""


async def fill(conn: store.Connection, sizes: Sizes, *, now: dt.datetime) -> Filled:
    """Fill a database in which the registry is stored; the plan is for the day of ``now``."""
    values = {"bins": sizes.bins, "sensors": int(sizes.bins * SENSORS), "now": now}
    for statement in (_BINS, _SENSORS, _MOUNTINGS, _STATES, _TRACKS):
        await conn.execute(statement, values)
    history = await _history(conn, now)
    rounds = [_round(n, sizes, now) for n in range(sizes.crews)]
    await _plan(conn, rounds, now)
    _, ops = await tokens.create(conn, name="bench", role=Role.OPS, crew_id=None, now=now)
    crews = [
        (
            await tokens.create(
                conn, name=f"phone {n}", role=Role.CREW, crew_id=f"crew-{n}", now=now
            )
        )[1]
        for n in range(sizes.crews)
    ]
    return Filled(ops=ops, crews=crews, rounds=rounds, history=history)


async def _history(conn: store.Connection, now: dt.datetime) -> str:
    """Store 30 days of two bins: as a bin in Prague was measured, and every ten minutes."""
    real, told = _of_prague(now)
    step = dt.timedelta(minutes=10)
    n = DAYS * 24 * 6
    dense = [(now - step * (n - i), (i * 0.9) % 95) for i in range(n)]
    for bin_id, levels in ((BIN_OF_PRAGUE, real), (BIN_OF_TEN_MINUTES, dense)):
        await readings.add(
            conn,
            [
                Reading(
                    sensor_id=bin_id.replace("bin", "dev"),
                    bin_id=bin_id,
                    measured_at=at,
                    received_at=at,
                    fill_pct=fill_pct,
                    raw_fill_pct=fill_pct,
                    trust=Trust.TRUSTED,
                    kind=Kind.READING,
                )
                for at, fill_pct in levels
            ],
        )
    return told


def _of_prague(now: dt.datetime) -> tuple[list[tuple[dt.datetime, float]], str]:
    """Return the last 30 days of the bin in Prague that said most, as if they ended now."""
    try:
        every = [one for one in histories(data_folder(None)) if one.city == PRAGUE]
    except FileNotFoundError:
        hours = [now - dt.timedelta(hours=DAYS * 24 - n) for n in range(DAYS * 24)]
        return [(at, n % 96) for n, at in enumerate(hours)], "hourly, invented (no real data here)"
    found: list[tuple[dt.datetime, float]] = []
    for one in every:
        end = one.said[-1].at
        levels = {
            said.at + (now - end): said.measurement.fill_pct
            for said in one.said
            if said.at > end - dt.timedelta(days=DAYS) and said.measurement.fill_pct is not None
        }
        if len(levels) > len(found):
            found = sorted(levels.items())
    return found, "a bin in Prague"


def _round(n: int, sizes: Sizes, now: dt.datetime) -> Round:
    begins = now - dt.timedelta(hours=1)
    stops = []
    for seq in range(1, sizes.stops + 2):
        bin_id = f"bin-{(n * sizes.stops + seq) % sizes.bins:06d}"
        at, last = begins + dt.timedelta(minutes=5 * seq), seq > sizes.stops
        stops.append(
            Stop(
                stop_id=uuid4(),
                seq=seq,
                kind=StopKind.DISPOSAL if last else StopKind.BIN,
                position=Position(lon=14.4 + seq * 0.001, lat=50.1 + n * 0.0001),
                bin_id=None if last else bin_id,
                disposal_site_id="site" if last else None,
                arrives_at=at,
                begins_at=at,
                service_s=60,
                expected_fill_pct=None if last else 91.0,
                load_kg=None if last else 62.5,
                due_reason=None if last else DueReason.OVER_THRESHOLD,
            )
        )
    return Round(
        round_id=uuid4(),
        vehicle_id=f"lorry-{n}",
        crew_id=f"crew-{n}",
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=6),
        distance_m=48_000,
        drive_s=9_000,
        load_kg=62.5 * sizes.stops,
        stops=tuple(stops),
        legs=tuple(_leg(seq) for seq in range(sizes.stops + 2)),
    )


def _leg(seq: int) -> Leg:
    """Return a way of 24 corners and four turns: what Prague's streets give between two bins."""
    corners = [(14.4 + seq * 0.001 + c * 0.00017, 50.1 + c % 3 * 0.00031) for c in range(24)]
    steps = tuple(
        Step(
            maneuver="turn",
            modifier="left",
            street=f"{street} Street",
            ref=None,
            distance_m=240,
            drive_s=31.5,
            lon=14.401,
            lat=50.1002,
            bearing_deg=87,
            driving_side="right",
        )
        for street in ("Elm", "Long", "Mill", "Church")
    )
    return Leg(polyline=encode(corners), distance_m=960, drive_s=126, steps=steps)


async def _plan(conn: store.Connection, rounds: Sequence[Round], now: dt.datetime) -> None:
    day = now.date()
    asked = await plans.request_plan(conn, depot_id="bench", day=day, requested_by="bench", now=now)
    lease = dt.timedelta(hours=1)
    await plans.claim_plan(conn, now=now, lease=lease, plan_id=asked.plan_id)
    made = Plan(
        plan_id=asked.plan_id,
        depot_id="bench",
        day=day,
        status=PlanStatus.READY,
        requested_at=now,
        finished_at=now,
        summary=f"{len(rounds)} rounds",
        rounds=tuple(rounds),
    )
    await plans.save_plan(conn, made, now=now)

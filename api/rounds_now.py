"""From what the database knows of a depot's day to how each of its rounds goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import store
from api.schemas.places import PositionOut
from api.schemas.rounds import Progress, StopOut
from api.schemas.today import (
    ExpectedOut,
    IdleVehicle,
    LateOut,
    MarkOut,
    MissedOut,
    RoundNow,
    RoundStops,
    StopNow,
)
from core.fleet import Depot
from core.plans import Outcome, Plan, Round, Stop, StopKind
from core.rules.progress import METHOD, Expected, expect
from core.rules.progress_told import place_of
from core.rules.round_watch import Late, When, late_stops, load_of, missed_stops
from core.vehicles import Vehicle
from store import fleet, today


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What has to be known beside the rounds; the mappings are by the id of their things."""

    depot: Depot
    day: date
    now: datetime
    vehicles: Mapping[str, Vehicle]
    crews: Mapping[str, str]
    drives_s: Mapping[UUID, Sequence[int]] = field(default_factory=dict)
    whens: Mapping[UUID, When] = field(default_factory=dict)
    broken: Mapping[str, datetime] = field(default_factory=dict)

    def is_out(self, vehicle_id: str) -> bool:
        """Tell whether a vehicle cannot go on."""
        vehicle = self.vehicles.get(vehicle_id)
        return vehicle_id in self.broken or (vehicle is not None and not vehicle.in_service)


async def read_ground(
    conn: store.Connection,
    depot: Depot,
    day: date,
    *,
    plan: Plan | None,
    rounds: Sequence[Round],
    now: datetime,
) -> Ground:
    """Read it for these rounds of a plan."""
    stops = [stop for round_ in rounds for stop in round_.stops]
    return Ground(
        depot=depot,
        day=day,
        now=now,
        vehicles={v.vehicle_id: v for v in await fleet.vehicles(conn, depot.depot_id)},
        crews={crew.crew_id: crew.name for crew in await fleet.crews(conn)},
        drives_s=await today.drives_s(conn, [round_.round_id for round_ in rounds]),
        whens=await today.whens(conn, stops, await fleet.closures(conn)),
        broken={} if plan is None else await today.broken_since(conn, plan),
    )


def round_now(round_: Round, ground: Ground) -> RoundNow:
    """Say how a round goes."""
    return _round(round_, ground, *_watched(round_, ground))


def round_stops(round_: Round, ground: Ground, plan_id: UUID) -> RoundStops:
    """Say how a round goes, stop by stop."""
    expected, late = _watched(round_, ground)
    now = _round(round_, ground, expected, late)
    why = {one.stop.stop_id: one.why for one in late}
    missed = {one.stop_id for one in now.missed}
    return RoundStops(
        **now.model_dump(),
        plan_id=plan_id,
        timezone=ground.depot.timezone,
        stops=[
            StopNow(
                **StopOut.of(stop).model_dump(),
                expected_at=expected.begins.get(stop.stop_id),
                late=why.get(stop.stop_id),
                missed=stop.stop_id in missed,
            )
            for stop in round_.stops
        ],
    )


def idle_vehicles(rounds: Sequence[Round], ground: Ground) -> list[IdleVehicle]:
    """List the depot's vehicles without a round."""
    busy = {round_.vehicle_id for round_ in rounds}
    return [
        IdleVehicle(
            vehicle_id=vehicle.vehicle_id,
            name=vehicle.name,
            crew_id=vehicle.crew_id,
            out_of_service=ground.is_out(vehicle.vehicle_id),
            out_of_service_since=ground.broken.get(vehicle.vehicle_id),
        )
        for vehicle in ground.vehicles.values()
        if vehicle.vehicle_id not in busy
    ]


def _watched(round_: Round, ground: Ground) -> tuple[Expected, list[Late]]:
    zone = ground.depot.zone
    expected = expect(
        round_,
        now=ground.now,
        zone=zone,
        drives_s=ground.drives_s.get(round_.round_id, ()),
        out_of_service=_out(round_.vehicle_id, ground),
    )
    late = late_stops(
        round_,
        expected,
        shift_ends_at=_shift_ends_at(round_, ground),
        whens=ground.whens,
        day=ground.day,
        zone=zone,
    )
    return expected, list(late)


def _round(round_: Round, ground: Ground, expected: Expected, late: Sequence[Late]) -> RoundNow:
    vehicle = ground.vehicles.get(round_.vehicle_id)
    bins = [stop for stop in round_.stops if stop.kind is StopKind.BIN]
    load = load_of(round_.stops)
    return RoundNow(
        round_id=round_.round_id,
        vehicle_id=round_.vehicle_id,
        vehicle_name=round_.vehicle_id if vehicle is None else vehicle.name,
        crew_id=round_.crew_id,
        crew_name=ground.crews.get(round_.crew_id or ""),
        state=expected.state,
        starts_at=round_.starts_at,
        ends_at=round_.ends_at,
        shift_ends_at=_shift_ends_at(round_, ground),
        out_of_service=ground.is_out(round_.vehicle_id),
        out_of_service_since=ground.broken.get(round_.vehicle_id),
        distance_m=round_.distance_m,
        bins=len(bins),
        bins_done=sum(stop.outcome is Outcome.DONE for stop in bins),
        progress=Progress.of(round_.stops),
        planned_done=sum(
            stop.begins_at + timedelta(seconds=stop.service_s) <= ground.now
            for stop in round_.stops
        ),
        expected=ExpectedOut(
            ends_at=expected.ends_at,
            earliest=expected.earliest,
            latest=expected.latest,
            delay_s=expected.delay_s,
            silent_s=expected.silent_s,
            reason=expected.reason,
            method=METHOD,
        ),
        conflicts=sum(stop.conflict for stop in round_.stops),
        collected_kg=load.collected_kg,
        aboard_kg=load.aboard_kg,
        planned_kg=round_.load_kg,
        capacity_kg=None if vehicle is None else vehicle.capacity_kg,
        last=None if expected.last is None else _mark(expected.last),
        late=[
            LateOut(
                stop_id=one.stop.stop_id,
                seq=one.stop.seq,
                bin_id=one.stop.bin_id,
                name=place_of(one.stop),
                begins_at=one.begins_at,
                limit_at=one.limit_at,
                why=one.why,
            )
            for one in late
        ],
        missed=[
            MissedOut(
                stop_id=stop.stop_id,
                seq=stop.seq,
                bin_id=stop.bin_id or "",
                name=place_of(stop),
                planned_at=stop.begins_at,
            )
            for stop in missed_stops(round_, expected, now=ground.now)
        ],
        skipped=[_mark(stop) for stop in round_.stops if stop.outcome is Outcome.SKIPPED],
    )


def _mark(stop: Stop) -> MarkOut:
    assert stop.outcome is not None and stop.reported_at is not None  # noqa: S101, PT018 - a marked stop has both
    return MarkOut(
        stop_id=stop.stop_id,
        seq=stop.seq,
        name=place_of(stop),
        position=PositionOut.model_validate(stop.position),
        outcome=stop.outcome,
        skip_reason=stop.skip_reason,
        note=None if stop.report is None else stop.report.note,
        photos=[] if stop.report is None else list(stop.report.photo_ids),
        marked_at=stop.reported_at,
    )


def _out(vehicle_id: str, ground: Ground) -> str | None:
    """Say since when a vehicle cannot go on; None: it can."""
    if (since := ground.broken.get(vehicle_id)) is not None:
        return f"since {since.astimezone(ground.depot.zone):%H:%M}"
    return "by the registry" if ground.is_out(vehicle_id) else None


def _shift_ends_at(round_: Round, ground: Ground) -> datetime | None:
    vehicle = ground.vehicles.get(round_.vehicle_id)
    if vehicle is None:
        return None
    start = vehicle.latest_start or vehicle.shift_start
    day = ground.day
    if start < vehicle.shift_start:
        day += timedelta(days=1)
    return min(ground.depot.at_local(day, start), round_.starts_at) + vehicle.shift

"""Every round is driven once more, by the travel table and the clock alone."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from core.plans import Round, Stop, StopKind
from routing.problem import Problem, ProblemVehicle


def clock(problem: Problem, vehicle: ProblemVehicle, round_: Round) -> Iterator[str]:
    """Yield what of the times and distances is not so, and what of the shift is not kept."""
    yield from _shift(vehicle, round_, problem.ground.zone)
    travel, now, node = problem.travel, round_.starts_at, problem.start_of(vehicle)
    drive_s = distance_m = 0
    for stop in (*round_.stops, None):
        next_node = problem.end_of(vehicle) if stop is None else _node(problem, stop, node)
        drive_s += int(travel.drive_s[node, next_node])
        distance_m += int(travel.distance_m[node, next_node])
        now += timedelta(seconds=int(travel.drive_s[node, next_node]))
        node = next_node
        if stop is not None:
            yield from _at_stop(problem, stop, now)
            now = stop.begins_at + timedelta(seconds=stop.service_s)
    if round_.ends_at != now:
        yield f"it is back at {_hms(now)}, not {_hms(round_.ends_at)}"
    if (round_.drive_s, round_.distance_m) != (drive_s, distance_m):
        yield (
            f"driving is given as {round_.drive_s} s, {round_.distance_m} m and is {drive_s} s, "
            f"{distance_m} m"
        )


def _shift(vehicle: ProblemVehicle, round_: Round, zone: tzinfo) -> Iterator[str]:
    shift = vehicle.shift
    if round_.starts_at < shift.starts_at:
        yield f"it leaves at {_hms(round_.starts_at)}, before its shift"
    if round_.starts_at > shift.latest_start:
        yield f"it leaves at {_hms(round_.starts_at)}, later than it may"
    if round_.ends_at > shift.ends_by:
        late_min = math.ceil((round_.ends_at - shift.ends_by).total_seconds() / 60)
        yield (
            f"it is back at {round_.ends_at.astimezone(zone):%H:%M}, {late_min} min after its "
            f"shift ends at {shift.ends_by.astimezone(zone):%H:%M}"
        )
    elif (out_s := (round_.ends_at - round_.starts_at).total_seconds()) > shift.longest_s:
        yield f"it is out for {out_s:.0f} s, longer than its shift of {shift.longest_s} s"


def _at_stop(problem: Problem, stop: Stop, now: datetime) -> Iterator[str]:
    if stop.arrives_at != now:
        yield f"stop {stop.seq} is reached at {_hms(now)}, not {_hms(stop.arrives_at)}"
    if stop.begins_at < now:
        yield f"stop {stop.seq} begins at {_hms(stop.begins_at)}, before the vehicle is there"
    takes_s = _takes_s(problem, stop)
    if takes_s is not None and stop.service_s != takes_s:
        yield f"stop {stop.seq} takes {takes_s} s, not {stop.service_s} s"


def _node(problem: Problem, stop: Stop, here: int) -> int:
    """Return a stop's row in the travel table; a break is where the vehicle stands."""
    places = problem.ground.places
    if stop.kind is StopKind.BIN:
        return places.bins[stop.bin_id or ""]
    if stop.kind is StopKind.DISPOSAL:
        return places.sites[stop.disposal_site_id or ""]
    return here


def _takes_s(problem: Problem, stop: Stop) -> int | None:
    """Return how long the work at a stop takes; None for a break, which has its own rule."""
    if stop.kind is StopKind.BIN:
        bin_ = problem.bins[stop.bin_id or ""].wanted.level.bin
        return bin_.service_s + round(2 * bin_.walk_m / problem.rules.walk_m_per_s)
    for site in problem.sites:
        if site.disposal_site_id == stop.disposal_site_id:
            return site.service_s
    return None


def _hms(at: datetime) -> str:
    return f"{at:%H:%M:%S}"

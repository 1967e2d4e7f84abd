"""What a re-plan can be asked for, and what cannot be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.closed_streets import parse_closures
from core.fleet import Depot
from core.plans import Plan
from core.replan import Replan
from core.vehicles import Vehicle


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A field of a re-plan that cannot be used, and why."""

    field: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedBin:
    """What has to be known of a bin that somebody asks for."""

    depot_id: str
    in_service: bool
    has_position: bool


def refuse_replan(
    replan: Replan,
    repaired: Sequence[str],
    *,
    before: Plan,
    vehicles: Sequence[Vehicle],
    bins: Mapping[str, AskedBin],
) -> tuple[Refusal, ...]:
    """Return what is wrong with a re-plan of ``before``, the plan in force; empty when nothing is.

    ``vehicles`` are all of the depot, ``bins`` those asked for that exist, by bin_id.
    """
    return tuple(_refusals(replan, repaired, before, vehicles, bins))


def _refusals(
    replan: Replan,
    repaired: Sequence[str],
    before: Plan,
    vehicles: Sequence[Vehicle],
    bins: Mapping[str, AskedBin],
) -> Iterator[Refusal]:
    known = {vehicle.vehicle_id for vehicle in vehicles}
    broken = set(before.replan.broken) if before.replan is not None else set()
    for vehicle_id in replan.broken:
        if vehicle_id not in known:
            yield Refusal(field="broken", text=_no_vehicle(vehicle_id, before, known))
        elif vehicle_id in repaired:
            text = f"vehicle {vehicle_id} is said to be broken and repaired"
            yield Refusal(field="broken", text=text)
    for vehicle_id in repaired:
        if vehicle_id not in known:
            yield Refusal(field="repaired", text=_no_vehicle(vehicle_id, before, known))
        elif vehicle_id not in broken:
            text = f"vehicle {vehicle_id} did not break down today"
            yield Refusal(field="repaired", text=text)
    for bin_id in replan.urgent:
        if refusal := _refuse_urgent(bin_id, bins.get(bin_id), before.depot_id):
            yield Refusal(field="urgent", text=refusal)
    if replan.closed is not None:
        yield from (Refusal(field="closed", text=text) for text in _refuse_closed(replan.closed))


def refuse_late(depot: Depot, vehicles: Sequence[Vehicle], day: date, now: datetime) -> str | None:
    """Say that the day is over: every shift has ended; None while one goes on or is to come."""
    working = [vehicle for vehicle in vehicles if vehicle.in_service]
    ends = [
        depot.at_local(day, vehicle.latest_start or vehicle.shift_start) + vehicle.shift
        for vehicle in working
    ]
    if not ends or max(ends) > now:
        return None
    last = max(ends).astimezone(depot.zone)
    return f"{day} is over at the depot: its last shift ended at {last:%H:%M} on {last:%Y-%m-%d}"


def no_plan(depot_id: str, day: date) -> str:
    """Say that there is nothing to go on with."""
    return (
        f"depot {depot_id} has no plan in force for {day}: there is nothing to go on with, "
        "make the day's plan first"
    )


def _no_vehicle(vehicle_id: str, before: Plan, known: set[str]) -> str:
    there_are = ", ".join(sorted(known)) or "none"
    return f"depot {before.depot_id} has no vehicle {vehicle_id}; there are: {there_are}"


def _refuse_closed(text: str) -> Iterator[str]:
    if not text:  # those of before are open again
        return
    read = parse_closures("closed streets", text)
    yield from read.faults
    if not read.closures and not read.faults:
        yield "closed streets: names none; nothing at all opens those that were closed before"


def _refuse_urgent(bin_id: str, bin_: AskedBin | None, depot_id: str) -> str | None:
    if bin_ is None:
        return f"there is no bin {bin_id}"
    if bin_.depot_id != depot_id:
        return f"bin {bin_id} belongs to depot {bin_.depot_id}, not to {depot_id}"
    if not bin_.in_service:
        return f"bin {bin_id} is marked out of service"
    if not bin_.has_position:
        return f"nobody has said where bin {bin_id} stands: register its lon and lat"
    return None

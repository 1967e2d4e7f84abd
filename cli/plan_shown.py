"""A plan on the screen, and as a JSON document."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.fleet import Depot
from core.plans import LeftOut, Plan, Round, Stop, StopKind
from routing.reasons import clock


def show(planned: Sequence[tuple[Depot, Plan]]) -> None:
    """Print each depot's plan: its line, its rounds by the depot's clock, what is left out."""
    console = Console()
    for depot, plan in planned:
        console.print(f"[bold]{plan.depot_id}, {plan.day}[/bold]: ", end="")
        console.print(plan.summary, markup=False, highlight=False)
        if plan.rounds:
            console.print(_rounds(depot, plan))
        if plan.left_out:
            console.print(_left_out(plan))
        if plan.travel_source is not None:
            console.print(f"Driving times: {plan.travel_source}", markup=False, highlight=False)


def _rounds(depot: Depot, plan: Plan) -> Table:
    zone = ZoneInfo(depot.timezone)
    table = Table("vehicle", "crew", title=f"Rounds, times in {zone.key}", title_justify="left")
    # a narrow screen has room for either
    trips = any(r.trips > 1 for r in plan.rounds)
    for name in ("leaves", "back", "bins", "km", "hours", "trips" if trips else "driving", "kg"):
        table.add_column(name, justify="right", no_wrap=True)
    for r in plan.rounds:
        table.add_row(
            r.vehicle_id,
            r.crew_id or "none",
            f"{r.starts_at.astimezone(zone):%H:%M}",
            f"{r.ends_at.astimezone(zone):%H:%M}",
            f"{sum(s.kind is StopKind.BIN for s in r.stops)}",
            f"{r.distance_m / 1000:.1f}",
            clock(int((r.ends_at - r.starts_at).total_seconds())),
            f"{r.trips}" if trips else clock(r.drive_s),
            f"{r.load_kg:,.0f}",
        )
    return table


def _left_out(plan: Plan) -> Table:
    table = Table("left out", title_justify="left")
    table.add_column("bins", justify="right")
    table.add_column("for example")
    first = {entry.reason: entry for entry in reversed(plan.left_out)}
    for reason, n in Counter(entry.reason for entry in plan.left_out).most_common():
        table.add_row(
            reason.value.replace("_", " "),
            f"{n}",
            escape(f"{first[reason].bin_id}: {first[reason].detail}"),
        )
    return table


def document(plan: Plan) -> Mapping[str, Any]:
    """Return a plan for programs, to be written by print_json; places as lon and lat."""
    return {
        "plan_id": str(plan.plan_id),
        "depot_id": plan.depot_id,
        "day": plan.day.isoformat(),
        "status": plan.status.value,
        "replaces_plan_id": str(plan.replaces_plan_id) if plan.replaces_plan_id else None,
        "summary": plan.summary,
        "travel_source": plan.travel_source,
        "bins_considered": plan.bins_considered,
        "bins_due": plan.bins_due,
        "policy": None if plan.policy is None else plan.policy.value,
        "dial_m": plan.dial_m,
        "bins_on_rounds": plan.bins_on_rounds,
        "distance_m": plan.distance_m,
        "rounds": [_round(r) for r in plan.rounds],
        "left_out": [_entry(entry) for entry in plan.left_out],
    }


def _round(round_: Round) -> Mapping[str, Any]:
    return {
        "round_id": str(round_.round_id),
        "vehicle_id": round_.vehicle_id,
        "crew_id": round_.crew_id,
        "starts_at": round_.starts_at,
        "ends_at": round_.ends_at,
        "distance_m": round_.distance_m,
        "drive_s": round_.drive_s,
        "load_kg": round_.load_kg,
        "end_depot_id": round_.end_depot_id,
        "stops": [_stop(stop) for stop in round_.stops],
    }


def _stop(stop: Stop) -> Mapping[str, Any]:
    return {
        "stop_id": str(stop.stop_id),
        "seq": stop.seq,
        "kind": stop.kind.value,
        "bin_id": stop.bin_id,
        "disposal_site_id": stop.disposal_site_id,
        "lon": stop.position.lon,
        "lat": stop.position.lat,
        "arrives_at": stop.arrives_at,
        "begins_at": stop.begins_at,
        "service_s": stop.service_s,
        "expected_fill_pct": stop.expected_fill_pct,
        "load_kg": stop.load_kg,
        "due_reason": stop.due_reason.value if stop.due_reason else None,
        "outcome": stop.outcome.value if stop.outcome else None,
    }


def _entry(entry: LeftOut) -> Mapping[str, Any]:
    return {
        "bin_id": entry.bin_id,
        "reason": entry.reason.value,
        "detail": entry.detail,
        "expected_fill_pct": entry.expected_fill_pct,
    }

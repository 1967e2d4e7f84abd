"""A day in the middle: a plan with rounds, marks of crews, and where that leaves the vehicles."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from core.bins import Bin
from core.fleet import Depot, DisposalSite
from core.geo import Position
from core.plans import Outcome, Plan, PlanStatus, Round, SkipReason, Stop, StopKind
from routing.standing import Standing, standings
from store.replans import Settled

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEPOT = Depot(depot_id="depot", name="Depot", position=Position(lon=14.4, lat=50.1))
SITES = [
    DisposalSite(
        disposal_site_id="paper-site",
        name="Paper",
        position=Position(lon=14.5, lat=50.1),
        streams=frozenset({"paper"}),
    ),
    DisposalSite(
        disposal_site_id="both-site",
        name="Both",
        position=Position(lon=14.6, lat=50.1),
        streams=frozenset({"paper", "glass"}),
    ),
]


def minutes(n: float) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=n)


def bin_of(bin_id: str) -> Bin:
    """A bin of 1,000 l; of glass where its name begins with g, else of paper."""
    return Bin(
        bin_id=bin_id,
        name=bin_id,
        stream="glass" if bin_id.startswith("g") else "paper",
        capacity_l=1_000,
        threshold_pct=80,
        depot_id="depot",
        position=Position(lon=14.4 + len(bin_id) / 100, lat=50.1),
        calibration=None,
    )


def stop(name: str, at: float, **fields: Any) -> Stop:  # noqa: ANN401 - any of its fields
    """A stop at a bin, at a disposal site ("...-site") or a break ("break"), minutes after nine."""
    is_bin = not name.endswith("-site") and name != "break"
    kind = StopKind.BIN if is_bin else StopKind.BREAK if name == "break" else StopKind.DISPOSAL
    lon = 14.4 + at / 1000
    plain = Stop(
        stop_id=uuid4(),
        seq=1,
        kind=kind,
        position=Position(lon=lon, lat=50.1),
        bin_id=name if is_bin else None,
        disposal_site_id=name if kind is StopKind.DISPOSAL else None,
        arrives_at=minutes(at),
        begins_at=minutes(at),
        service_s=60,
        expected_fill_pct=90 if is_bin else None,
        load_kg=63.0 if is_bin else None,
    )
    return replace(plain, **fields)


def round_of(vehicle_id: str, stops: Sequence[Stop], **fields: Any) -> Round:  # noqa: ANN401 - as above
    """A round of these stops, one each ten minutes; 20 km where nothing else is said."""
    plain = Round(
        round_id=uuid4(),
        vehicle_id=vehicle_id,
        crew_id=f"crew-{vehicle_id}",
        starts_at=NINE,
        ends_at=minutes(180),
        distance_m=20_000,
        drive_s=4_000,
        load_kg=sum(s.load_kg or 0 for s in stops),
        stops=tuple(replace(s, seq=n) for n, s in enumerate(stops, start=1)),
    )
    return replace(plain, **fields)


def plan_of(*rounds: Round, **fields: Any) -> Plan:  # noqa: ANN401 - as above
    """A plan in force."""
    plain = Plan(
        plan_id=uuid4(),
        depot_id="depot",
        day=date(2026, 3, 2),
        status=PlanStatus.READY,
        requested_at=NINE - timedelta(hours=4),
        rounds=rounds,
    )
    return replace(plain, **fields)


def marked(plan: Plan, marks: Mapping[str, tuple[str, float]]) -> tuple[Plan, tuple[Settled, ...]]:
    """Mark stops by the name of their bin or site: ("done" or "skipped", minutes after nine)."""
    settled: list[Settled] = []

    def one(round_: Round, stop_: Stop) -> Stop:
        name = stop_.bin_id or stop_.disposal_site_id or "break"
        if name not in marks:
            return stop_
        outcome, at = Outcome(marks[name][0]), minutes(marks[name][1])
        skip = SkipReason.BLOCKED if outcome is Outcome.SKIPPED else None
        seen = replace(stop_, outcome=outcome, skip_reason=skip, reported_at=at)
        settled.append(
            Settled(
                vehicle_id=round_.vehicle_id,
                crew_id=round_.crew_id,
                began_at=round_.starts_at,
                stop=seen,
                marked_at=at,
                received_at=at,
                continued=True,
            )
        )
        return seen

    rounds = tuple(replace(r, stops=tuple(one(r, s) for s in r.stops)) for r in plan.rounds)
    return replace(plan, rounds=rounds), tuple(sorted(settled, key=lambda s: s.marked_at))


def stand(plan: Plan, settled: Sequence[Settled], *, now: datetime) -> Mapping[str, Standing]:
    """Where that leaves the vehicles; every bin of the plan is known."""
    bins = {s.bin_id: bin_of(s.bin_id) for r in plan.rounds for s in r.stops if s.bin_id}
    return standings(plan, settled, depot=DEPOT, sites=SITES, bins=bins, now=now)

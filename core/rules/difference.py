"""What is different in a new plan: for operations before they accept it, and for crews."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.plans import DueReason, LeftOutReason, Plan, Round, Stop, StopKind


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedStop:
    """A bin that another vehicle empties than before."""

    bin_id: str
    from_vehicle_id: str
    to_vehicle_id: str
    arrived_at: datetime
    """When it was to be reached before."""
    arrives_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AddedStop:
    """A bin that was on no round before."""

    bin_id: str
    vehicle_id: str
    arrives_at: datetime
    due_reason: DueReason | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DroppedStop:
    """A bin that is on no round any more; ``reason`` None: it was not considered."""

    bin_id: str
    vehicle_id: str
    reason: LeftOutReason | None
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VehicleChange:
    """A vehicle's round before and after; ``ends_at`` None: it has none."""

    vehicle_id: str
    bins_before: int
    bins_after: int
    distance_before_m: int
    distance_after_m: int
    ended_at: datetime | None
    ends_at: datetime | None
    stays: int
    """Bins of it that were open and stay with it."""
    in_order: int
    """Those of them that can still be driven in the order of before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What changes from one plan to another; stops done before the new one are in neither list."""

    before_plan_id: UUID
    after_plan_id: UUID
    moved: tuple[MovedStop, ...]
    added: tuple[AddedStop, ...]
    dropped: tuple[DroppedStop, ...]
    vehicles: tuple[VehicleChange, ...]
    """Every vehicle with a round in one of the two, by vehicle_id."""

    @property
    def bins_before(self) -> int:
        """Bin stops of all rounds of before."""
        return sum(v.bins_before for v in self.vehicles)

    @property
    def bins_after(self) -> int:
        """Bin stops of all rounds."""
        return sum(v.bins_after for v in self.vehicles)

    @property
    def distance_before_m(self) -> int:
        """All rounds of before, with what was driven of them."""
        return sum(v.distance_before_m for v in self.vehicles)

    @property
    def distance_after_m(self) -> int:
        """All rounds, with what was driven of them."""
        return sum(v.distance_after_m for v in self.vehicles)

    @property
    def order_kept(self) -> float:
        """Share, 0 to 1, of the open stops that stay with their vehicle and in their order."""
        stays = sum(v.stays for v in self.vehicles)
        return sum(v.in_order for v in self.vehicles) / stays if stays else 1.0

    @property
    def is_nothing(self) -> bool:
        """Tell whether every vehicle has the same bins in the same order."""
        return not (self.moved or self.added or self.dropped) and self.order_kept >= 1.0


@dataclass(frozen=True, slots=True)
class _At:
    vehicle_id: str
    stop: Stop


def difference(before: Plan, after: Plan) -> Difference:
    """Compare two plans of a depot's day, with their rounds and the bins left out.

    A stop of one is that of the other when it is the same stop or the same visit, else when it is
    at the same bin. The order of what was marked before ``after`` was asked for does not count.
    """
    old, new = list(_bin_stops(before)), list(_bin_stops(after))
    pairs, gone, come = _matched(old, new)
    reasons = {entry.bin_id: entry for entry in after.left_out}
    return Difference(
        before_plan_id=before.plan_id,
        after_plan_id=after.plan_id,
        moved=tuple(
            MovedStop(
                bin_id=_bin_id(was.stop),
                from_vehicle_id=was.vehicle_id,
                to_vehicle_id=now.vehicle_id,
                arrived_at=was.stop.arrives_at,
                arrives_at=now.stop.arrives_at,
            )
            for was, now in pairs
            if was.vehicle_id != now.vehicle_id
        ),
        added=tuple(
            AddedStop(
                bin_id=_bin_id(at.stop),
                vehicle_id=at.vehicle_id,
                arrives_at=at.stop.arrives_at,
                due_reason=at.stop.due_reason,
            )
            for at in come
        ),
        dropped=tuple(
            DroppedStop(
                bin_id=bin_id,
                vehicle_id=at.vehicle_id,
                reason=reasons[bin_id].reason if bin_id in reasons else None,
                detail=reasons[bin_id].detail if bin_id in reasons else "it is not considered",
            )
            for at in gone
            for bin_id in [_bin_id(at.stop)]
        ),
        vehicles=tuple(_vehicles(before, after, pairs)),
    )


def _bin_stops(plan: Plan) -> Iterator[_At]:
    for round_ in plan.rounds:
        for stop in round_.stops:
            if stop.kind is StopKind.BIN:
                yield _At(round_.vehicle_id, stop)


def _bin_id(stop: Stop) -> str:
    assert stop.bin_id is not None  # noqa: S101 - stops of kind bin have one
    return stop.bin_id


def _visit(stop: Stop) -> UUID:
    return stop.visit_id or stop.stop_id


def _matched(
    old: Sequence[_At], new: Sequence[_At]
) -> tuple[list[tuple[_At, _At]], list[_At], list[_At]]:
    """Return the pairs in the new order, what is only old and what is only new."""
    visits = {_visit(at.stop): at for at in old}
    same = {id(at): visits.pop(_visit(at.stop)) for at in new if _visit(at.stop) in visits}
    by_bin: defaultdict[str, list[_At]] = defaultdict(list)
    for at in old:
        if _visit(at.stop) in visits:
            by_bin[_bin_id(at.stop)].append(at)
    pairs, come = [], []
    for at in new:
        waiting = by_bin[_bin_id(at.stop)]
        was = same.get(id(at)) or (waiting.pop(0) if waiting else None)
        if was is None:
            come.append(at)
        else:
            pairs.append((was, at))
    left = {id(at) for waiting in by_bin.values() for at in waiting}
    return pairs, [at for at in old if id(at) in left], come


def _vehicles(
    before: Plan, after: Plan, pairs: Sequence[tuple[_At, _At]]
) -> Iterator[VehicleChange]:
    was = {r.vehicle_id: r for r in before.rounds}
    now = {r.vehicle_id: r for r in after.rounds}
    order: Mapping[str, list[int]] = defaultdict(list)
    for old, new in pairs:
        if old.vehicle_id == new.vehicle_id and _was_open(new.stop, after.requested_at):
            order[old.vehicle_id].append(old.stop.seq)
    for vehicle_id in sorted({*was, *now}):
        old_round, new_round = was.get(vehicle_id), now.get(vehicle_id)
        yield VehicleChange(
            vehicle_id=vehicle_id,
            bins_before=_bins(old_round),
            bins_after=_bins(new_round),
            distance_before_m=old_round.distance_m if old_round else 0,
            distance_after_m=new_round.distance_m if new_round else 0,
            ended_at=old_round.ends_at if old_round else None,
            ends_at=new_round.ends_at if new_round else None,
            stays=len(order[vehicle_id]),
            in_order=_longest_rising(order[vehicle_id]),
        )


def _was_open(stop: Stop, at: datetime) -> bool:
    return stop.outcome is None or stop.reported_at is None or stop.reported_at > at


def _bins(round_: Round | None) -> int:
    return 0 if round_ is None else sum(s.kind is StopKind.BIN for s in round_.stops)


def _longest_rising(numbers: Sequence[int]) -> int:
    """Return the length of the longest rising subsequence, in n log n (Fredman 1975)."""
    tails: list[int] = []
    for number in numbers:
        place = bisect_left(tails, number)
        tails[place : place + 1] = [number]
    return len(tails)

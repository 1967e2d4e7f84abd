"""One stop moved by hand: what cannot be asked for, and the order of stops that comes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from uuid import UUID, uuid4

from core.plans import Plan, Round, Stop, StopKind
from core.replan import Move
from core.rules.progress_told import place_of
from core.rules.replan import AskedBin, Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A move as it is asked for: a stop, or a bin that is on no round, and where it is to go."""

    stop_id: UUID | None = None
    bin_id: str | None = None
    to_round_id: UUID | None = None
    before_stop_id: UUID | None = None


def refuse_move(
    wish: Wish, before: Plan, *, bins: Mapping[str, AskedBin], zone: tzinfo
) -> tuple[Refusal, ...]:
    """Return what is wrong with a move in ``before``, the plan in force with its rounds.

    ``bins`` has the bin that is asked for, if it exists.
    """
    return tuple(_refusals(wish, before, bins, zone))


def move_of(wish: Wish, before: Plan) -> Move:
    """Return a move that nothing is wrong with, by vehicle: rounds have other ids in each plan."""
    to = _round(before, wish.to_round_id)
    return Move(
        stop_id=wish.stop_id,
        bin_id=wish.bin_id,
        to_vehicle_id=None if to is None else to.vehicle_id,
        before_stop_id=wish.before_stop_id,
    )


def _refusals(
    wish: Wish, before: Plan, bins: Mapping[str, AskedBin], zone: tzinfo
) -> Iterator[Refusal]:
    to = _round(before, wish.to_round_id)
    if wish.to_round_id is not None and to is None:
        yield Refusal(field="to_round_id", text=f"plan {before.plan_id} has no such round")
        return
    if (wish.stop_id is None) == (wish.bin_id is None):
        yield Refusal(field="stop_id", text="give stop_id, or bin_id of a bin that is on no round")
    elif wish.bin_id is not None:
        yield from _refuse_bin(wish.bin_id, before, bins, to)
    else:
        yield from _refuse_stop(wish, before, to, zone)
    if wish.before_stop_id is None:
        return
    ahead = (
        None
        if to is None
        else next((s for s in to.stops if s.stop_id == wish.before_stop_id), None)
    )
    if ahead is None:
        yield Refusal(field="before_stop_id", text="there is no such stop on that round")
    elif ahead.outcome is not None:
        text = f"{_marked(ahead, zone)}: what is done stays in front"
        yield Refusal(field="before_stop_id", text=text)


def _refuse_stop(wish: Wish, before: Plan, to: Round | None, zone: tzinfo) -> Iterator[Refusal]:
    found = _stop(before, wish.stop_id)
    if found is None:
        yield Refusal(field="stop_id", text=f"plan {before.plan_id} has no such stop")
        return
    vehicle_id, stop = found
    if stop.outcome is not None:
        text = f"{_marked(stop, zone)}: what is done stays where it was done"
        yield Refusal(field="stop_id", text=text)
    elif stop.kind is not StopKind.BIN and (to is None or to.vehicle_id != vehicle_id):
        text = f"{place_of(stop)} belongs to {vehicle_id}: it can only change its place there"
        yield Refusal(field="stop_id", text=text)
    if wish.before_stop_id == wish.stop_id:
        yield Refusal(field="before_stop_id", text="it cannot come before itself")


def _refuse_bin(
    bin_id: str, before: Plan, bins: Mapping[str, AskedBin], to: Round | None
) -> Iterator[Refusal]:
    bin_ = bins.get(bin_id)
    on = next(
        (
            round_.vehicle_id
            for round_ in before.rounds
            for stop in round_.stops
            if stop.bin_id == bin_id and stop.outcome is None
        ),
        None,
    )
    if bin_ is None:
        yield Refusal(field="bin_id", text=f"there is no bin {bin_id}")
    elif bin_.depot_id != before.depot_id:
        text = f"bin {bin_id} belongs to depot {bin_.depot_id}, not to {before.depot_id}"
        yield Refusal(field="bin_id", text=text)
    elif not bin_.in_service:
        yield Refusal(field="bin_id", text=f"bin {bin_id} is marked out of service")
    elif not bin_.has_position:
        yield Refusal(field="bin_id", text=f"nobody has said where bin {bin_id} stands")
    elif on is not None:
        yield Refusal(field="bin_id", text=f"bin {bin_id} is on the round of {on}: move its stop")
    elif to is None:
        yield Refusal(field="to_round_id", text="say which round it goes to")


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The open stops of each vehicle that a move concerns, in their new order, by vehicle_id."""

    rounds: Mapping[str, tuple[Stop, ...]]
    stop: Stop
    from_vehicle_id: str | None


def moved(move: Move, before: Plan, new: Stop | None, *, zone: tzinfo) -> Moved | str:
    """Return what a move makes of the open stops, or why it cannot be done any more.

    ``new`` is the stop of a bin that is on no round. Where a vehicle takes on a bin and empties its
    body nowhere after it, it goes to its last disposal site again.
    """
    found = (None, new) if new is not None else _stop(before, move.stop_id)
    if found is None or found[1] is None:
        return "the stop is on no round any more"
    from_id, stop = found
    if stop.outcome is not None:
        return f"{_marked(stop, zone)} meanwhile: what is done stays where it was done"
    was = {r.vehicle_id: r for r in before.rounds}
    rounds: dict[str, list[Stop]] = {}
    if from_id is not None:
        rounds[from_id] = [s for s in _open(was[from_id]) if s.stop_id != stop.stop_id]
    if move.to_vehicle_id is not None:
        if move.to_vehicle_id not in was:
            return f"{move.to_vehicle_id} has no round any more"
        to = rounds.setdefault(move.to_vehicle_id, _open(was[move.to_vehicle_id]))
        at = _place(to, stop, move.before_stop_id)
        if at is None:
            return "the stop it was to come before is marked, or on that round no more"
        to.insert(at, _there(stop, stays=from_id == move.to_vehicle_id))
        if stop.kind is StopKind.BIN and not _emptied_after(to, at):
            to.extend(_last_disposal(was[move.to_vehicle_id]))
    return Moved(
        rounds={vehicle_id: _needed(stops) for vehicle_id, stops in rounds.items()},
        stop=stop,
        from_vehicle_id=from_id,
    )


def _open(round_: Round) -> list[Stop]:
    """Return what is to do; disposal and breaks stay the same stops, bins do where they stay."""
    return [
        stop if stop.kind is StopKind.BIN else replace(stop, kept=True)
        for stop in round_.stops
        if stop.outcome is None
    ]


def _there(stop: Stop, *, stays: bool) -> Stop:
    """Return the stop at its new place: on another vehicle it is another one."""
    if stop.kind is not StopKind.BIN:
        return replace(stop, kept=True)
    return stop if stays else replace(stop, stop_id=uuid4(), kept=False)


def _place(to: Sequence[Stop], stop: Stop, before_stop_id: UUID | None) -> int | None:
    if before_stop_id is not None:
        return next((n for n, s in enumerate(to) if s.stop_id == before_stop_id), None)
    if stop.kind is not StopKind.BIN:
        return len(to)
    return max((n + 1 for n, s in enumerate(to) if s.kind is StopKind.BIN), default=0)


def _emptied_after(to: Sequence[Stop], at: int) -> bool:
    return any(stop.kind is StopKind.DISPOSAL for stop in to[at:])


def _last_disposal(round_: Round) -> list[Stop]:
    there = [stop for stop in round_.stops if stop.kind is StopKind.DISPOSAL]
    return [
        replace(
            stop,
            stop_id=uuid4(),
            kept=False,
            outcome=None,
            skip_reason=None,
            reported_at=None,
            report=None,
            conflict=False,
            visit_id=None,
        )
        for stop in there[-1:]
    ]


def _needed(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """Leave out disposal where nothing was taken on since the same site was visited."""
    found: list[Stop] = []
    visited: set[str | None] = set()
    for stop in stops:
        if stop.kind is StopKind.BIN:
            visited.clear()
        elif stop.kind is StopKind.DISPOSAL:
            if stop.disposal_site_id in visited:
                continue
            visited.add(stop.disposal_site_id)
        found.append(stop)
    return tuple(found)


def _round(plan: Plan, round_id: UUID | None) -> Round | None:
    return next((r for r in plan.rounds if r.round_id == round_id), None)


def _stop(plan: Plan, stop_id: UUID | None) -> tuple[str, Stop] | None:
    return next(
        (
            (round_.vehicle_id, stop)
            for round_ in plan.rounds
            for stop in round_.stops
            if stop.stop_id == stop_id
        ),
        None,
    )


def _marked(stop: Stop, zone: tzinfo) -> str:
    when = "" if stop.reported_at is None else f" at {stop.reported_at.astimezone(zone):%H:%M}"
    return f"{place_of(stop)} was marked {stop.outcome}{when}"

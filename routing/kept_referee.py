"""Checks that a re-plan keeps what is done and what was promised. Knows no solver.

The referee of the problem drives what is left to do from where the vehicles stand; this one looks
at the rounds whole, as the crews will read them.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from core.plans import Plan, Round, Stop
from core.replan import Keep, Replan
from routing.standing import Standing
from store.replans import Settled


def check_kept(
    before: Plan,
    after: Sequence[Round],
    settled: Sequence[Settled],
    *,
    replan: Replan,
    standings: Mapping[str, Standing],
    able: Collection[str],
    asked_again: Collection[str] = (),
) -> tuple[str, ...]:
    """Return what is wrong with a re-plan's rounds; empty for good ones.

    ``able`` are the vehicles that can go on: what others promised nobody can keep. ``asked_again``
    are bins that were visited today and are asked for once more.
    """
    return (
        *_done_is_kept(after, settled),
        *_nothing_twice(before, after, settled, asked_again),
        *_identities(before, after),
        *_promises(before, after, replan, able),
        *_from_where_they_stand(after, standings),
    )


def _open(rounds: Sequence[Round]) -> Iterator[tuple[str, Stop]]:
    for round_ in rounds:
        for stop in round_.stops:
            if stop.outcome is None:
                yield round_.vehicle_id, stop


def _done_is_kept(after: Sequence[Round], settled: Sequence[Settled]) -> Iterator[str]:
    stands = {stop.stop_id: (r.vehicle_id, stop) for r in after for stop in r.stops}
    for one in settled:
        if not one.continued:
            continue
        vehicle_id, stop = stands.get(one.stop.stop_id, (None, one.stop))
        if vehicle_id != one.vehicle_id:
            yield f"stop {one.stop.stop_id} was marked by {one.vehicle_id} and is not on its round"
        elif stop.outcome is not one.stop.outcome:
            yield f"stop {one.stop.stop_id} was marked {one.stop.outcome} and is {stop.outcome}"


def _nothing_twice(
    before: Plan,
    after: Sequence[Round],
    settled: Sequence[Settled],
    asked_again: Collection[str],
) -> Iterator[str]:
    ids = Counter(stop.stop_id for round_ in after for stop in round_.stops)
    for stop_id, times in ids.items():
        if times > 1:
            yield f"stop {stop_id} is on the rounds {times} times"
    to_do = Counter(stop.bin_id for _, stop in _open(after) if stop.bin_id is not None)
    for bin_id, times in to_do.items():
        if times > 1:
            yield f"bin {bin_id} is to be emptied {times} times"
    visited = {one.stop.bin_id for one in settled if one.continued}
    visited |= {s.bin_id for r in before.rounds for s in r.stops if s.outcome is not None}
    for bin_id in sorted(b for b in to_do if b in visited and b not in asked_again):
        yield f"bin {bin_id} was visited today and is to be visited again"


def _identities(before: Plan, after: Sequence[Round]) -> Iterator[str]:
    was = {
        stop.bin_id: (vehicle_id, stop)
        for vehicle_id, stop in _open(before.rounds)
        if stop.bin_id is not None
    }
    others = {s.stop_id for _, s in _open(before.rounds) if s.bin_id is None}
    for vehicle_id, stop in _open(after):
        if stop.bin_id is None and stop.stop_id in others:
            continue
        if stop.bin_id not in was:
            if stop.kept:
                yield f"stop {stop.stop_id} is kept and was on no round"
            continue
        vehicle_before, old = was[stop.bin_id]
        if vehicle_before == vehicle_id and stop.stop_id != old.stop_id:
            yield f"bin {stop.bin_id} stays with {vehicle_id} and has another stop_id"
        if vehicle_before != vehicle_id and stop.visit_id != (old.visit_id or old.stop_id):
            yield f"bin {stop.bin_id} moves to {vehicle_id} and is another visit"


def _promises(
    before: Plan, after: Sequence[Round], replan: Replan, able: Collection[str]
) -> Iterator[str]:
    for vehicle_id, stop in _open(after):
        if vehicle_id in replan.broken:
            yield f"vehicle {vehicle_id} broke down and has stop {stop.seq} to do"
    if replan.keep is not Keep.ALL:
        return
    promised = {
        stop.bin_id: vehicle_id
        for vehicle_id, stop in _open(before.rounds)
        if stop.bin_id is not None and vehicle_id in able
    }
    for vehicle_id, stop in _open(after):
        if stop.bin_id is not None and promised.get(stop.bin_id, vehicle_id) != vehicle_id:
            was = promised[stop.bin_id]
            yield f"bin {stop.bin_id} was promised to {was} and is on {vehicle_id}"


def _from_where_they_stand(
    after: Sequence[Round], standings: Mapping[str, Standing]
) -> Iterator[str]:
    for round_ in after:
        if [stop.seq for stop in round_.stops] != list(range(1, len(round_.stops) + 1)):
            yield f"vehicle {round_.vehicle_id}: its stops are not numbered from 1"
        standing = standings.get(round_.vehicle_id)
        first = next((stop for stop in round_.stops if stop.outcome is None), None)
        if standing is not None and first is not None and first.arrives_at < standing.free_from:
            yield f"vehicle {round_.vehicle_id}: stop {first.seq} is reached before it is free"

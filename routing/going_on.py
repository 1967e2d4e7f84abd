"""A re-plan's rounds whole: what is done in front, what is to do behind, stops the same as before.

Pure; the referee of it is ``kept_referee``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from core.plans import Outcome, Plan, Round, Stop
from core.ways import Leg
from store.replans import Settled

_NOWHERE = Leg(polyline="", distance_m=0, drive_s=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Driving of a part of a round."""

    distance_m: int = 0
    drive_s: int = 0


def whole_rounds(
    before: Plan,
    rest: Sequence[Round],
    settled: Sequence[Settled],
    *,
    rest_before: Mapping[str, Way],
) -> tuple[Round, ...]:
    """Return the rounds of the whole day: ``rest`` begins where the vehicles stand now.

    A stop that stays with its vehicle keeps its stop_id; one that moves is another stop of the same
    visit. What is done stands first, in the order of its marks. ``rest_before`` is what the open
    stops of ``before`` would have been to drive, from where the vehicles stand, by vehicle_id: it
    says how much of a round is driven already.
    """
    done: defaultdict[str, list[Settled]] = defaultdict(list)
    for one in settled:
        if one.continued:
            done[one.vehicle_id].append(one)
    was = {round_.vehicle_id: round_ for round_ in before.rounds}
    will = {round_.vehicle_id: round_ for round_ in rest}
    open_before = {
        stop.bin_id: (round_.vehicle_id, stop)
        for round_ in before.rounds
        for stop in round_.stops
        if stop.bin_id is not None and stop.outcome is None
    }
    return tuple(
        _whole(
            was.get(vehicle_id),
            will.get(vehicle_id),
            done[vehicle_id],
            open_before=open_before,
            rest_before=rest_before.get(vehicle_id, Way()),
        )
        for vehicle_id in sorted({*will, *(v for v, marks in done.items() if marks)})
    )


def as_it_is(round_: Round, settled: Sequence[Settled]) -> Round:
    """Return a round of the plan before as one of the new plan: the same stops at the same times.

    A mark that arrived late, for a stop that is on no round any more, stands in front.
    """
    there = {stop.stop_id for stop in round_.stops}
    late = [
        one
        for one in settled
        if one.continued and one.vehicle_id == round_.vehicle_id and one.stop.stop_id not in there
    ]
    stops = (
        *(_as_marked(one, one.stop) for one in late),
        *(replace(s, kept=True) for s in round_.stops),
    )
    return replace(
        round_,
        round_id=uuid4(),
        stops=tuple(replace(stop, seq=seq) for seq, stop in enumerate(stops, start=1)),
        legs=(*(_NOWHERE for _ in late), *round_.legs) if round_.legs else (),
    )


def _whole(
    was: Round | None,
    will: Round | None,
    done: Sequence[Settled],
    *,
    open_before: Mapping[str, tuple[str, Stop]],
    rest_before: Way,
) -> Round:
    places = {stop.stop_id: stop for stop in was.stops} if was else {}
    settled = [_as_marked(one, places.get(one.stop.stop_id, one.stop)) for one in done]
    driven = _driven(was, rest_before) if done else Way()
    vehicle_id, crew_id, began_at = _whose(was, will, done)
    to_do = [_going_on(vehicle_id, stop, open_before) for stop in (will.stops if will else ())]
    legs = _legs(was, done, will)
    return Round(
        round_id=uuid4(),
        vehicle_id=vehicle_id,
        crew_id=crew_id,
        starts_at=began_at,
        ends_at=will.ends_at if will else done[-1].marked_at,
        distance_m=driven.distance_m + (will.distance_m if will else 0),
        drive_s=driven.drive_s + (will.drive_s if will else 0),
        load_kg=(will.load_kg if will else 0.0) + sum(_taken_kg(stop) for stop in settled),
        stops=tuple(replace(stop, seq=seq) for seq, stop in enumerate([*settled, *to_do], start=1)),
        end_depot_id=will.end_depot_id if will else None,
        legs=legs,
    )


def _legs(was: Round | None, done: Sequence[Settled], will: Round | None) -> tuple[Leg, ...]:
    """Return the legs of the whole round: those that led to what is done, then the rest.

    None at all where the rest has none; a stop that was not planned on this round, or in another
    order, has an empty one.
    """
    if will is None or not will.legs:
        return ()
    led = {}
    if was is not None and was.legs:
        led = {stop.stop_id: leg for stop, leg in zip(was.stops, was.legs, strict=False)}
    return (*(led.get(one.stop.stop_id, _NOWHERE) for one in done), *will.legs)


def _whose(
    was: Round | None, will: Round | None, done: Sequence[Settled]
) -> tuple[str, str | None, datetime]:
    """Return the vehicle, its crew now, and when its day began."""
    if will is None:
        last = done[-1]
        return last.vehicle_id, was.crew_id if was else last.crew_id, done[0].began_at
    began_at = was.starts_at if was else done[0].began_at if done else will.starts_at
    return will.vehicle_id, will.crew_id, began_at if done else will.starts_at


def _as_marked(one: Settled, stands: Stop) -> Stop:
    """Return a settled stop at its place in the plan before, with this vehicle's own mark."""
    return replace(
        stands,
        kept=True,
        outcome=one.stop.outcome,
        skip_reason=one.stop.skip_reason,
        reported_at=one.stop.reported_at,
    )


def _going_on(vehicle_id: str, stop: Stop, open_before: Mapping[str, tuple[str, Stop]]) -> Stop:
    """Return a stop to do as the stop it was before, where it was one."""
    if stop.bin_id is None or stop.bin_id not in open_before:
        return stop
    vehicle_before, before = open_before[stop.bin_id]
    if vehicle_before == vehicle_id:
        return replace(stop, stop_id=before.stop_id, visit_id=before.visit_id, kept=True)
    return replace(stop, visit_id=before.visit_id or before.stop_id)


def _driven(was: Round | None, rest_before: Way) -> Way:
    if was is None:
        return Way()
    return Way(
        distance_m=max(0, was.distance_m - rest_before.distance_m),
        drive_s=max(0, was.drive_s - rest_before.drive_s),
    )


def _taken_kg(stop: Stop) -> float:
    return (stop.load_kg or 0.0) if stop.outcome is Outcome.DONE else 0.0

"""What is in the body: never more than it holds, emptied where it is taken, empty at the end."""

from collections.abc import Iterator

from core.fleet import Stream
from core.plans import Round, StopKind
from core.vehicles import Compartment
from routing.problem import Problem, ProblemVehicle
from routing.referee.stops import KG_TOLERANCE

_L_TOLERANCE = 0.01


def body(problem: Problem, vehicle: ProblemVehicle, round_: Round) -> Iterator[str]:
    """Follow weight and room of each compartment from stop to stop."""
    inside = _Body(vehicle)
    streams_of = {site.disposal_site_id: site.streams for site in problem.sites}
    collected_kg, empties = 0.0, 0
    for stop in round_.stops:
        if stop.kind is StopKind.BIN and stop.bin_id is not None:
            known = problem.bins[stop.bin_id]
            collected_kg += known.load_kg
            inside.take(problem.streams[known.stream], known.load_kg, known.loose_l)
            yield from inside.too_full(stop.seq)
        elif stop.kind is StopKind.DISPOSAL and stop.disposal_site_id is not None:
            streams = streams_of[stop.disposal_site_id]
            if not any(part.streams <= streams for part in vehicle.vehicle.body):
                yield f"disposal site {stop.disposal_site_id} takes nothing of what it carries"
            empties += inside.empty_into(streams)
    if left := inside.left():
        yield f"it comes home with {', '.join(left)} on board"
    if not collected_kg and not empties:
        yield "it collects nothing"
    if abs(round_.load_kg - collected_kg) > KG_TOLERANCE:
        yield f"load is given as {round_.load_kg:.1f} kg and is {collected_kg:.1f} kg"


class _Part:
    """A compartment and what is in it."""

    def __init__(self, compartment: Compartment, room_l: float) -> None:
        self.compartment = compartment
        self.room_l = room_l
        self.load_kg = 0.0
        self.holds_something = room_l > 0


class _Body:
    """All compartments. What was on board at the start has a weight and is in any of them."""

    def __init__(self, vehicle: ProblemVehicle) -> None:
        self._capacity_kg = vehicle.vehicle.capacity_kg
        self._from_start_kg = vehicle.start_load_kg
        parts = vehicle.vehicle.body
        rooms = (*vehicle.start_load_l, *(0.0 for _ in parts))
        self.parts = [_Part(part, room) for part, room in zip(parts, rooms, strict=False)]
        if self._from_start_kg and not any(part.holds_something for part in self.parts):
            for part in self.parts:
                part.holds_something = True

    def take(self, stream: Stream, load_kg: float, loose_l: float) -> None:
        """Put a bin's content into the part that takes its stream."""
        for part in self.parts:
            if stream.stream in part.compartment.streams:
                part.load_kg += load_kg
                part.room_l += loose_l / part.compartment.ratio(stream)
                part.holds_something = True

    def too_full(self, seq: int) -> Iterator[str]:
        """Yield what is over its bounds after a stop."""
        load_kg = self._from_start_kg + sum(part.load_kg for part in self.parts)
        if load_kg > self._capacity_kg + KG_TOLERANCE:
            yield (
                f"load {load_kg:.1f} kg is over its capacity of {self._capacity_kg:.1f} kg "
                f"(stop {seq})"
            )
        for part in self.parts:
            room_l = part.compartment.volume_l
            if room_l is not None and part.room_l > room_l + _L_TOLERANCE:
                names = " + ".join(sorted(part.compartment.streams))
                yield f"{part.room_l:.0f} l of {names} are over {room_l:.0f} l (stop {seq})"

    def empty_into(self, streams: frozenset[str]) -> bool:
        """Empty every part that a site takes all of; tell whether anything came out."""
        taken = [p for p in self.parts if p.compartment.streams <= streams and p.holds_something]
        for part in taken:
            part.load_kg = part.room_l = 0.0
            part.holds_something = False
        if not any(part.holds_something for part in self.parts):
            self._from_start_kg = 0.0
        return bool(taken)

    def left(self) -> list[str]:
        """Return the streams of the parts that are not empty."""
        return [" + ".join(sorted(p.compartment.streams)) for p in self.parts if p.holds_something]

"""Why a due bin is on no round, in words with figures: what people read and act on."""

from collections.abc import Sequence
from typing import Protocol

from core.plans import LeftOut, LeftOutReason
from core.rules.due import Wanted
from core.vehicles import Vehicle


class Used(Protocol):
    """A vehicle's day: how full and how busy it is."""

    @property
    def load_kg(self) -> float:
        """On board at the end."""
        ...

    @property
    def capacity_kg(self) -> float:
        """What it may carry."""
        ...

    @property
    def used_s(self) -> int:
        """From leaving the depot to being back."""
        ...

    @property
    def shift_s(self) -> int:
        """The time there was."""
        ...


def left_out(due: Wanted, reason: LeftOutReason, detail: str) -> LeftOut:
    """Return the entry for a due bin, its expected fill in front of the detail."""
    return LeftOut(
        bin_id=due.level.bin.bin_id,
        reason=reason,
        detail=f"{due.expected_fill_pct:.0f} % full; {detail}",
        expected_fill_pct=due.expected_fill_pct,
    )


def no_road_near(snapped_m: float, limit_m: float) -> str:
    """Say how far a bin is from where a lorry can drive."""
    return (
        f"the nearest road for a lorry is {snapped_m:,.0f} m away, more than {limit_m:,.0f} m: "
        "correct the bin's place, or set BRIMFUL_ROADS_SNAP_LIMIT_M"
    )


def no_vehicle(vehicles: Sequence[Vehicle]) -> str:
    """Say why none of a depot's vehicles can work; a sentence without a full stop."""
    if not vehicles:
        return "no vehicle is registered for this depot: register one"
    names = _some([v.vehicle_id for v in vehicles])
    if not any(v.in_service for v in vehicles):
        return f"no vehicle is in service: {names} {_are(vehicles)} marked out of service"
    return f"the shifts of all vehicles are over for this day ({names})"


def no_vehicle_for_stream(stream: str, vehicles: Sequence[Vehicle]) -> str:
    """Say why nobody takes this stream today; ``vehicles`` are all of the depot."""
    carrying = [v for v in vehicles if stream in v.streams]
    if not carrying:
        return f"no vehicle of this depot carries {stream}: add it to a vehicle's streams"
    idle = [
        f"{v.vehicle_id} ({'its shift is over' if v.in_service else 'out of service'})"
        for v in carrying
    ]
    return f"no vehicle for {stream} can work: {_some(idle)}"


def no_disposal_site(stream: str, carrying: Sequence[Vehicle]) -> str:
    """Say which mixtures no site takes."""
    mixtures = sorted({" + ".join(sorted(v.streams)) for v in carrying})
    return (
        f"no disposal site takes all that the vehicles for {stream} may carry "
        f"({_some(mixtures)}): register a site for it, or fewer streams for a vehicle"
    )


def over_capacity(load_kg: float, largest_kg: float) -> str:
    """Say that one bin alone is too heavy."""
    return (
        f"its load of {load_kg:,.0f} kg is more than any suitable vehicle carries "
        f"(at most {largest_kg:,.0f} kg): check capacity_l and the stream's density"
    )


def out_of_reach(shortest_s: int | None, longest_s: int) -> str:
    """Say that it does not fit into a shift even alone; None: there is no way at all."""
    if shortest_s is None:
        return "no way leads there and back: check its position"
    return (
        f"even alone the round takes {clock(shortest_s)} h and the longest time a suitable "
        f"vehicle has is {clock(longest_s)} h: check its position or plan a longer shift"
    )


def no_capacity_left(stream: str, used: Sequence[Used]) -> str:
    """Say how full and busy the vehicles are that could have taken it."""
    load_kg, capacity_kg = sum(u.load_kg for u in used), sum(u.capacity_kg for u in used)
    used_s, shift_s = sum(u.used_s for u in used), sum(u.shift_s for u in used)
    which = (
        f"the {stream} vehicle is" if len(used) == 1 else f"the {len(used)} {stream} vehicles are"
    )
    return (
        f"{which} full: {load_kg:,.0f} of {capacity_kg:,.0f} kg, "
        f"{clock(used_s)} of {clock(shift_s)} h used"
    )


def clock(seconds: int) -> str:
    """Return hours and minutes, "7:55"."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def _are(things: Sequence[object]) -> str:
    return "is" if len(things) == 1 else "are"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown

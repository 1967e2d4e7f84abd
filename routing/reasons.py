"""Why a wanted bin is on no round, in words with figures: what people read and act on."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from core.bins import Bin
from core.fleet import DisposalSite
from core.hours import Span
from core.plans import LeftOut, LeftOutReason
from core.rules.due import Wanted
from core.vehicles import Vehicle
from routing.shifts import Shift


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


def no_disposal_site(
    stream: str, carrying: Sequence[Vehicle], sites: Sequence[DisposalSite]
) -> str:
    """Say which mixtures no site takes, or that those which do are closed."""
    mixtures = {part.streams for v in carrying for part in v.body}
    refused = sorted(
        " + ".join(sorted(mixed))
        for mixed in mixtures
        if not any(mixed <= site.streams for site in sites)
    )
    if not refused:
        return (
            f"the disposal sites for what the vehicles for {stream} carry are closed while they "
            "work: check their opening_hours"
        )
    return (
        f"no disposal site takes all that the vehicles for {stream} may carry in one compartment "
        f"({_some(refused)}): register a site for it, or compartments for the vehicle"
    )


def not_permitted(bin_: Bin, carrying: Sequence[Vehicle], vehicles: Sequence[Vehicle]) -> str:
    """Say who alone may empty a bin and why that vehicle does not, or who is forbidden to."""
    pinned = bin_.pinned_vehicle_id
    if pinned is None or pinned in {v.vehicle_id for v in carrying}:
        names = _some(sorted(v.vehicle_id for v in carrying))
        return f"it is kept from every vehicle that could take it ({names})"
    vehicle = next((v for v in vehicles if v.vehicle_id == pinned), None)
    if vehicle is None:
        why = "belongs to another depot"
    elif bin_.stream not in vehicle.streams:
        why = f"does not carry {bin_.stream}"
    else:
        why = "is out of service" if not vehicle.in_service else "cannot work any more on this day"
    return f"only {pinned} may empty it, and that vehicle {why}"


def too_large(bin_: Bin, carrying: Sequence[Vehicle]) -> str:
    """Say how large a vehicle may be, and how large those are that carry the stream."""
    sizes = _some(sorted(f"{v.vehicle_id} is {v.size}" for v in carrying))
    return f"no vehicle larger than {bin_.max_vehicle_size} gets there: {sizes}"


def over_capacity(load_kg: float, loose_l: float, suitable: Sequence[Vehicle]) -> str:
    """Say that one bin alone is more than a whole body holds."""
    largest_kg = max(v.capacity_kg for v in suitable)
    if load_kg > largest_kg:
        return (
            f"its load of {load_kg:,.0f} kg is more than any suitable vehicle carries "
            f"(at most {largest_kg:,.0f} kg): check capacity_l and the stream's density"
        )
    return (
        f"its {loose_l:,.0f} litres are more than any suitable vehicle has room for: check "
        "capacity_l, the vehicle's volume_l and the compaction"
    )


def out_of_reach(shortest_s: int | None, longest_s: int) -> str:
    """Say that it does not fit into a shift even alone; None: there is no way at all."""
    if shortest_s is None:
        return "no way leads there and back: check its position"
    if shortest_s > longest_s:
        return (
            f"even alone the round takes {clock(shortest_s)} h and the longest time a suitable "
            f"vehicle has is {clock(longest_s)} h: check its position or plan a longer shift"
        )
    return (
        f"even alone the round takes {clock(shortest_s)} h, and no vehicle that could drive it "
        "would be back in its shift, by way of a disposal site that is open then"
    )


def window_closed(spans: Sequence[Span], working: Sequence[Shift], zone: ZoneInfo) -> str:
    """Say when the bin may be emptied and when those work who could."""

    def told(begin: datetime, end: datetime) -> str:
        return f"{begin.astimezone(zone):%H:%M}-{end.astimezone(zone):%H:%M}"

    shifts = _some(sorted({told(s.starts_at, s.ends_by) for s in working}))
    if not spans:
        return f"its hours, or those of its street, leave no time in the shifts ({shifts})"
    hours = _some([told(begin, end) for begin, end in spans])
    return f"no vehicle can be there in its hours ({hours}) within a shift ({shifts})"


def clock(seconds: int) -> str:
    """Return hours and minutes, "7:55"."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def _are(things: Sequence[object]) -> str:
    return "is" if len(things) == 1 else "are"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown

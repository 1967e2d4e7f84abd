"""The difference between two plans in words: one line for each thing somebody has to know."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, tzinfo

from core.rules.difference import Difference, VehicleChange

_MOST_NAMES = 6


def in_words(found: Difference, zone: tzinfo) -> tuple[str, ...]:
    """Return lines without full stops, times by the clock of ``zone``; the sum of all last."""
    if found.is_nothing:
        return ("nothing changes: every vehicle has the same bins in the same order",)
    return (
        *_moved(found),
        *_added(found, zone),
        *_dropped(found),
        *(line for vehicle in found.vehicles if (line := _vehicle(vehicle, zone))),
        _total(found),
    )


def _moved(found: Difference) -> Iterator[str]:
    ways: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for moved in found.moved:
        ways[moved.from_vehicle_id, moved.to_vehicle_id].append(moved.bin_id)
    for (was, now), bins in sorted(ways.items()):
        yield f"{_count(bins)} moved from {was} to {now}: {_names(bins)}"


def _added(found: Difference, zone: tzinfo) -> Iterator[str]:
    rounds: defaultdict[str, list[str]] = defaultdict(list)
    for added in found.added:
        why = f", {added.due_reason.replace('_', ' ')}" if added.due_reason else ""
        rounds[added.vehicle_id].append(f"{added.bin_id} ({_clock(added.arrives_at, zone)}{why})")
    for vehicle_id, bins in sorted(rounds.items()):
        yield f"{_count(bins)} added for {vehicle_id}: {_names(bins)}"


def _dropped(found: Difference) -> Iterator[str]:
    for dropped in found.dropped:
        why = "" if dropped.reason is None else f"{dropped.reason.replace('_', ' ')}: "
        yield f"dropped from {dropped.vehicle_id}: {dropped.bin_id} ({why}{dropped.detail})"


def _vehicle(change: VehicleChange, zone: tzinfo) -> str | None:
    if change.ends_at is None and change.ended_at is None:
        return None
    if change.ended_at is None:
        back = f", back {_clock(change.ends_at, zone)}"
        return (
            f"{change.vehicle_id}: goes out, {_bins(change.bins_after)}, "
            f"{change.distance_after_m / 1000:.1f} km{back}"
        )
    if change.ends_at is None:
        return f"{change.vehicle_id}: stays in, {_bins(change.bins_before)} fewer"
    parts = []
    if bins := change.bins_after - change.bins_before:
        parts.append(f"{_bins(abs(bins))} {'more' if bins > 0 else 'fewer'}")
    if abs(metres := change.distance_after_m - change.distance_before_m) >= 50:
        parts.append(f"{abs(metres) / 1000:.1f} km {'more' if metres > 0 else 'less'}")
    was, now = _clock(change.ended_at, zone), _clock(change.ends_at, zone)
    if was != now:
        parts.append(f"back {now} instead of {was}")
    if change.in_order < change.stays:
        parts.append(f"{change.stays - change.in_order} of its stops in another order")
    return f"{change.vehicle_id}: {', '.join(parts)}" if parts else None


def _total(found: Difference) -> str:
    before, after = found.distance_before_m / 1000, found.distance_after_m / 1000
    bins = f"{found.bins_after} bins on rounds"
    if found.bins_after != found.bins_before:
        bins += f" instead of {found.bins_before}"
    return (
        f"in all: {bins}, {after:.1f} km instead of {before:.1f} km, "
        f"{found.order_kept * 100:.0f} % of the stops that stay keep their order"
    )


def _count(things: list[str]) -> str:
    return "1 stop" if len(things) == 1 else f"{len(things)} stops"


def _bins(n: int) -> str:
    return "1 bin" if n == 1 else f"{n} bins"


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def _clock(at: datetime | None, zone: tzinfo) -> str:
    return "-" if at is None else f"{at.astimezone(zone):%H:%M}"

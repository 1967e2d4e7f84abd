"""Lists that stand in a column as the registry file has them: hours, compartments, breaks."""

from datetime import time
from typing import Any

from core.geo import Position
from core.hours import Hours, Weekday
from core.vehicles import Area, Break, Compartment


def hours(written: list[dict[str, Any]]) -> tuple[Hours, ...]:
    """Read hours of the week."""
    return tuple(
        Hours(
            begins=time.fromisoformat(one["begins"]),
            ends=time.fromisoformat(one["ends"]),
            days=frozenset(Weekday(day) for day in one["days"]),
        )
        for one in written
    )


def compartments(written: list[dict[str, Any]]) -> tuple[Compartment, ...]:
    """Read the parts of a body."""
    return tuple(
        Compartment(
            streams=frozenset(one["streams"]),
            volume_l=one["volume_l"],
            compaction=one["compaction"],
        )
        for one in written
    )


def breaks(written: list[dict[str, Any]]) -> tuple[Break, ...]:
    """Read the breaks of a crew."""
    return tuple(
        Break(
            earliest=time.fromisoformat(one["earliest"]),
            latest=time.fromisoformat(one["latest"]),
            length_s=one["length_s"],
            owed_after_s=one["owed_after_s"],
        )
        for one in written
    )


def area(written: dict[str, Any] | None) -> Area | None:
    """Read where a crew is at home."""
    if written is None:
        return None
    return Area(
        centre=Position(lon=written["lon"], lat=written["lat"]), radius_m=written["radius_m"]
    )

"""The demo's town: always in the small hours of a working day, wherever and whenever it runs."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from simulators.faults import Fault
from simulators.town import Town, make_town

HOUR_AT_START = 5
"""Local hour at which the demo begins: an hour before the shifts."""
HISTORY_DAYS = 14
FAULTS = {
    Fault.LATE: 0.01,
    Fault.DUPLICATE: 0.01,
    Fault.OUT_OF_ORDER: 0.01,
    Fault.GARBLED: 0.001,
    Fault.UNKNOWN_SENSOR: 0.0005,
    Fault.CLOCK_AHEAD: 0.0001,
    Fault.SPIKE: 0.001,
    Fault.TILTED: 0.001,
}
"""A street is not kind: each of these happens to real bins, as the field's notes and data say."""


def morning_zone(now: datetime) -> str:
    """Return the IANA zone in which it is between five and six in the morning at ``now``.

    POSIX has the sign the other way round: Etc/GMT-3 is three hours *ahead* of UTC.
    """
    ahead_h = (HOUR_AT_START - now.astimezone(UTC).hour + 12) % 24 - 12
    return "Etc/UTC" if ahead_h == 0 else f"Etc/GMT{-ahead_h:+d}"


def demo_town(*, seed: int, bins: int, now: datetime) -> Town:
    """Invent the demo's town: the same seed and bins give the same streets and bins."""
    town = make_town(seed=seed, bins=bins, now=now, days=HISTORY_DAYS)
    zone = morning_zone(now)
    local = now.astimezone(ZoneInfo(zone))
    if local.hour != HOUR_AT_START:
        raise AssertionError(f"{zone} was to be {HOUR_AT_START} o'clock, it is {local:%H:%M}")
    return replace(town, depot=town.depot.model_copy(update={"timezone": zone}))

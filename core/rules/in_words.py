"""Numbers and times as people read them, in sentences for ops."""

from datetime import UTC, datetime, timedelta

_STEPS = ((86_400, "days"), (3_600, "h"), (60, "min"))


def span(time: timedelta) -> str:
    """Return a length of time in the largest unit of which there are two: 90 min, 26 h, 3 days."""
    seconds = time.total_seconds()
    for unit_s, name in _STEPS:
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.0f} {name}"
    return f"{max(0.0, seconds):.0f} s"


def day_and_time(at: datetime | None) -> str:
    """Return a moment with its year, to the minute, UTC."""
    if at is None:
        return "an unknown time"
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y %H:%M} UTC"


def number(value: float | None) -> str:
    """Return a number without the decimals that say nothing."""
    return "none" if value is None else f"{value:.1f}".removesuffix(".0")

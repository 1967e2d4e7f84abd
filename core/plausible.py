"""Bounds that keep out what no one means and the database cannot give back."""

from datetime import UTC, datetime

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2199, 12, 31, tzinfo=UTC)
"""Times outside are mistyped; some of them PostgreSQL takes and Python cannot read back."""


def is_within_bounds(at: datetime) -> bool:
    """Tell whether an aware time lies within EARLIEST and LATEST."""
    try:
        return EARLIEST <= at.astimezone(UTC) <= LATEST
    except OverflowError:  # 0001-01-01T00:00+14:00 is in no year of UTC
        return False


def bounded(at: datetime) -> datetime:
    """Return the time as it is; raises ValueError when it is out of bounds."""
    if not is_within_bounds(at):
        raise ValueError(f"must be within {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}")
    return at


def without_nul(text: str) -> str:
    """Return the text as it is; raises ValueError for a NUL, which PostgreSQL cannot store."""
    if "\x00" in text:
        raise ValueError("has a NUL character, which cannot be stored: leave it out")
    return text

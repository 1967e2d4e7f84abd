"""The hour of the week by the clock on the wall, for many moments at once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from routing.forecast.histories import Ints

HOURS_PER_WEEK = 168
_DAY_S = 86_400
_THURSDAY_H = 72
"""1970 began on a Thursday; weeks here begin on Monday at midnight."""


def local_s(at_s: Ints, zone: ZoneInfo) -> Ints:
    """Return seconds since 1970 by the zone's clock; a change of it counts from the next day on."""
    if not at_s.size:
        return at_s
    day = at_s // _DAY_S
    first = int(day.min())
    shifts = [_offset_s(first + n, zone) for n in range(int(day.max()) - first + 1)]
    return np.asarray(at_s + np.array(shifts, dtype=np.int64)[day - first], dtype=np.int64)


def _offset_s(day: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(day * _DAY_S, tz=UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def hour_of_week(local: Ints) -> Ints:
    """Return 0 (Monday, 0:00 to 1:00) to 167 for local seconds."""
    return (local // 3600 + _THURSDAY_H) % HOURS_PER_WEEK

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
    first, last = int(at_s.min()) // _DAY_S, int(at_s.max()) // _DAY_S
    shifts = np.array([_offset_s(day, zone) for day in range(first, last + 1)], dtype=np.int64)
    if bool((shifts == shifts[0]).all()):
        return np.asarray(at_s + shifts[0], dtype=np.int64)
    return np.asarray(at_s + shifts[at_s // _DAY_S - first], dtype=np.int64)


def _offset_s(day: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(day * _DAY_S, tz=UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def hour_of_week(local: Ints) -> Ints:
    """Return 0 (Monday, 0:00 to 1:00) to 167 for local seconds."""
    hour = local // 3600 + _THURSDAY_H
    # numpy divides by a constant much faster than it takes remainders
    return np.asarray(hour - hour // HOURS_PER_WEEK * HOURS_PER_WEEK, dtype=np.int64)

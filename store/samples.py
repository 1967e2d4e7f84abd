"""Read the fill histories of whole depots as columns of numbers, no object for each reading."""

import struct
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg.adapt import Buffer, Loader
from psycopg.postgres import types
from psycopg.pq import Format

from store.connection import Connection

# As PostgreSQL sends an array of one dimension: five integers, the fourth how many there are, then
# the length and the value of each. None of ours is NULL, so that all are equally long.
_HEAD = struct.Struct("!5i")
_EPOCH_S = 946_684_800
"""PostgreSQL counts microseconds from the beginning of 2000."""


class Samples(NamedTuple):
    """The trusted history of one bin, oldest first.

    Attributes:
        at_s: (m) seconds since 1970 UTC.
        fill_pct: (m).
    """

    at_s: NDArray[np.int64]
    fill_pct: NDArray[np.float64]


class _Column(Loader):
    """Loads an array of numbers as one."""

    format = Format.BINARY
    value = ""

    def load(self, data: Buffer) -> NDArray[np.generic]:
        dimensions, _, _, count, _ = _HEAD.unpack_from(data)
        if dimensions != 1:
            raise ValueError(f"an array of {dimensions} dimensions is no column")
        items = np.frombuffer(data, [("n", ">i4"), ("v", self.value)], count, _HEAD.size)
        # what psycopg hands out is gone with the next row
        return items["v"].astype(self.value.replace(">", "="))


class _Times(_Column):
    value = ">i8"


class _Reals(_Column):
    value = ">f4"


_SAMPLES = """
    SELECT r.bin_id, array_agg(r.measured_at) AS measured_at, array_agg(r.fill_pct) AS fill_pct
    FROM readings r JOIN bins b USING (bin_id)
    WHERE b.depot_id = %s AND r.measured_at >= %s AND r.measured_at < %s AND r.trust = 'trusted'
      AND r.fill_pct IS NOT NULL
    GROUP BY r.bin_id
"""


# What crews say by eye counts where no trusted reading is near. An emptying in between is not seen
# by eye: it is a level of 0 from which the next word counts, and the last word before it is left
# out where it is so low that its fall would not look like an emptying (routing/forecast/steps.py).
_BY_EYE = """
    WITH eyed AS (
        SELECT DISTINCT e.bin_id FROM eye_levels e JOIN bins b USING (bin_id)
        WHERE b.depot_id = %(depot_id)s AND e.measured_at >= %(since)s AND e.measured_at < %(until)s
    ), events AS (
        SELECT e.bin_id, e.measured_at, e.fill_pct, false AS emptied
        FROM eye_levels e JOIN eyed USING (bin_id)
        WHERE e.measured_at >= %(since)s AND e.measured_at < %(until)s
        UNION ALL
        SELECT m.bin_id, m.emptied_at, 0, true FROM emptyings m JOIN eyed USING (bin_id)
        WHERE m.source = 'crew' AND m.emptied_at >= %(since)s AND m.emptied_at < %(until)s
    ), followed AS (
        SELECT *, lead(emptied) OVER (PARTITION BY bin_id ORDER BY measured_at, emptied) AS then
        FROM events
    )
    SELECT f.bin_id, array_agg(f.measured_at) AS measured_at,
           array_agg(f.fill_pct::real) AS fill_pct
    FROM followed f
    WHERE CASE WHEN f.emptied THEN f.then = false
               ELSE f.then IS DISTINCT FROM true OR f.fill_pct >= 20 END
      AND NOT EXISTS (
          SELECT FROM readings r
          WHERE r.bin_id = f.bin_id AND r.trust = 'trusted' AND r.fill_pct IS NOT NULL
            AND r.measured_at > f.measured_at - interval '1 day'
            AND r.measured_at < f.measured_at + interval '1 day'
            AND r.measured_at > %(since)s::timestamptz - interval '1 day'
            AND r.measured_at < %(until)s::timestamptz + interval '1 day')
    GROUP BY f.bin_id
"""


async def samples(
    conn: Connection, depot_id: str, *, since: datetime, until: datetime
) -> Mapping[str, Samples]:
    """Return the trusted history in [since, until) of every bin of a depot, by bin_id.

    A bin without any is not among them. Of a moment there may be several where a bin had several
    sensors. What crews say by eye is there where no sensor says anything a day around.
    """
    async with conn.cursor(binary=True) as cursor:
        cursor.adapters.register_loader(types["timestamptz"].array_oid, _Times)
        cursor.adapters.register_loader(types["float4"].array_oid, _Reals)
        await cursor.execute(_SAMPLES, (depot_id, since, until))
        rows = [(row["bin_id"], row["measured_at"], row["fill_pct"]) async for row in cursor]
        await cursor.execute(_BY_EYE, {"depot_id": depot_id, "since": since, "until": until})
        eyed = {row["bin_id"]: (row["measured_at"], row["fill_pct"]) async for row in cursor}
    found = {}
    for bin_id, at_us, fill in rows:
        more = eyed.pop(bin_id, None)
        if more is None:
            found[bin_id] = _in_order(at_us, fill)
        else:
            both = [np.concatenate(two) for two in zip((at_us, fill), more, strict=True)]
            found[bin_id] = _in_order(both[0], both[1])
    return found | {bin_id: _in_order(at_us, fill) for bin_id, (at_us, fill) in eyed.items()}


def _in_order(at_us: NDArray[np.int64], fill: NDArray[np.float32]) -> Samples:
    # sorting here and not there spares the server a sort of everything
    if bool((at_us[1:] < at_us[:-1]).any()):
        order = np.argsort(at_us, kind="stable")
        at_us, fill = at_us[order], fill[order]
    return Samples(at_s=at_us // 1_000_000 + _EPOCH_S, fill_pct=fill.astype(np.float64))

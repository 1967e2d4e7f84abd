"""Which levels are others than they were when somebody last asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from store.connection import Connection
from store.levels import TRUST


class LevelRow(NamedTuple):
    """A bin's level, as short as it can be said; ``fill_pct`` with one decimal."""

    bin_id: str
    fill_pct: float | None
    trust: str
    measured_at_s: int | None
    has_sensor: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """A moment in the database's own time: the oldest transaction not ended by then."""

    xid: str
    now: datetime


# xmin of the snapshot, not of any clock: a transaction that began early and commits late has a
# number from here on, so that nothing committed after this question is missed.
_HERE = "SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text AS xid"

FILL = "round(s.fill_pct::float8 * 10) / 10"
MEASURED = "floor(extract(epoch FROM s.measured_at))::bigint"
# A row's xmin is the transaction that wrote it. What a long transaction holds back is given again
# with each question until it ends. Levels become stale without anybody writing.
_CHANGED = f"""
    SELECT s.bin_id, {FILL} AS fill_pct, {TRUST} AS trust, {MEASURED} AS measured_at_s,
           EXISTS (SELECT FROM mountings m WHERE m.bin_id = s.bin_id AND m.unmounted_at IS NULL)
               AS has_sensor
    FROM bin_states s JOIN bins b USING (bin_id)
    WHERE age(s.xmin) <= age(%(xid)s::text::xid)
       OR (s.measured_at >= %(then)s::timestamptz - %(stale_after)s::interval
           AND s.measured_at < %(now)s::timestamptz - %(stale_after)s::interval)
       OR s.bin_id = ANY(%(also)s)
    ORDER BY s.bin_id
"""  # noqa: S608 - SQL from constants


async def here(conn: Connection, *, now: datetime) -> Since:
    """Return where the database stands; whatever is committed from now on is later."""
    row = await (await conn.execute(_HERE)).fetchone()
    assert row is not None  # noqa: S101 - it always gives one
    return Since(xid=row["xid"], now=now)


async def changed(
    conn: Connection,
    since: Since,
    *,
    now: datetime,
    stale_after: timedelta,
    also: Collection[str] = (),
) -> tuple[Sequence[LevelRow], Since]:
    """Return the levels written or gone stale since then, and ``also``; and where it is.

    At least those: some may have been given before. Looks at every bin's state once, which for
    50,000 bins takes some 10 ms, where an index would cost every reading that is stored.
    """
    values = {
        "xid": since.xid,
        "then": since.now,
        "now": now,
        "stale_after": stale_after,
        "also": list(also),
    }
    until = await here(conn, now=now)
    rows = await (await conn.execute(_CHANGED.encode(), values)).fetchall()
    return [LevelRow(**row) for row in rows], until

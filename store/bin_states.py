"""The current state of each bin: its newest trusted level, who was heard, what is doubted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.readings import Reading, Trust
from store.connection import Connection
from store.copying import copy_rows


@dataclass(kw_only=True, slots=True)
class Move:
    """What some readings say about a bin's state; gathered with the newest of each kind."""

    fill_pct: float | None = None
    measured_at: datetime | None = None
    sensor_id: str | None = None
    battery_v: float | None = None
    heard_at: datetime | None = None
    doubted_at: datetime | None = None
    doubt: Trust | None = None

    def take(self, reading: Reading) -> None:
        """Note what a reading says of the bin."""
        at = reading.measured_at
        # a device whose clock runs ahead must not be heard in the future
        heard_at = min(at, reading.received_at)
        if self.heard_at is None or heard_at > self.heard_at:
            self.heard_at = heard_at
        if reading.trust is Trust.TRUSTED:
            if self.measured_at is None or at > self.measured_at:
                self.fill_pct, self.measured_at = reading.fill_pct, at
                self.sensor_id = reading.sensor_id
        elif reading.trust.claims_a_level and (
            self.doubted_at is None or heard_at >= self.doubted_at
        ):
            self.doubted_at, self.doubt = heard_at, reading.trust
        if reading.battery_v is not None:
            self.battery_v = reading.battery_v


_STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_states (
        bin_id text, fill_pct real, measured_at timestamptz, sensor_id text, battery_v real,
        heard_at timestamptz, doubted_at timestamptz, doubt text
    ) ON COMMIT DELETE ROWS
"""
_CLEAR = "TRUNCATE staged_states"
_COPY = """
    COPY staged_states (bin_id, fill_pct, measured_at, sensor_id, battery_v, heard_at, doubted_at,
                        doubt) FROM STDIN (FORMAT BINARY)
"""
_TYPES = (
    *("text", "real", "timestamptz", "text", "real"),
    *("timestamptz", "timestamptz", "text"),
)
# A late reading reaches the history and never a newer state. One order for all, against deadlocks.
_MOVE = """
    INSERT INTO bin_states AS s (bin_id, fill_pct, measured_at, source, sensor_id, battery_v,
                                 heard_at, doubted_at, doubt)
    SELECT bin_id, fill_pct, measured_at, CASE WHEN fill_pct IS NOT NULL THEN 'sensor' END,
           sensor_id, battery_v, heard_at, doubted_at, doubt
    FROM staged_states ORDER BY bin_id
    ON CONFLICT (bin_id) DO UPDATE SET
        fill_pct = CASE WHEN excluded.measured_at > coalesce(s.measured_at, '-infinity')
                    THEN excluded.fill_pct ELSE s.fill_pct END,
        measured_at = CASE WHEN excluded.measured_at > coalesce(s.measured_at, '-infinity')
                    THEN excluded.measured_at ELSE s.measured_at END,
        source = CASE WHEN excluded.measured_at > coalesce(s.measured_at, '-infinity')
                    THEN excluded.source ELSE s.source END,
        sensor_id = CASE WHEN excluded.measured_at > coalesce(s.measured_at, '-infinity')
                    THEN excluded.sensor_id ELSE s.sensor_id END,
        battery_v = coalesce(excluded.battery_v, s.battery_v),
        heard_at = greatest(excluded.heard_at, s.heard_at),
        doubt = CASE WHEN excluded.doubted_at >= s.doubted_at OR s.doubted_at IS NULL
                     THEN excluded.doubt ELSE s.doubt END,
        doubted_at = greatest(excluded.doubted_at, s.doubted_at)
"""


async def move(conn: Connection, moves: Iterable[tuple[str, Move]]) -> None:
    """Move the states of bins; each bin at most once."""
    await conn.execute(_STAGE)
    await conn.execute(_CLEAR)
    await copy_rows(conn, _COPY, _TYPES, (_row(bin_id, m) for bin_id, m in moves))
    await conn.execute(_MOVE)


def _row(bin_id: str, m: Move) -> tuple[object, ...]:
    return (
        bin_id,
        m.fill_pct,
        m.measured_at,
        m.sensor_id,
        m.battery_v,
        m.heard_at,
        m.doubted_at,
        m.doubt,
    )

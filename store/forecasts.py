"""The newest forecast of each bin, kept whole and read back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from core.forecasts import BinForecast, Checked, ForecastBasis, ForecastGrade
from store.connection import Connection
from store.copying import copy_rows

_COLUMNS = (
    "bin_id, made_at, basis, grade, error_pct, checks, pct_per_day, full_at, next_chance_at, "
    "overflow_probability, band_from, band_step_s, low_pct, median_pct, high_pct"
)
_TYPES = (
    *("text", "timestamptz", "text", "text", "real", "integer", "real", "timestamptz"),
    *("timestamptz", "real", "timestamptz", "integer", "real[]"),
    *("real[]", "real[]"),
)
_STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_forecasts (LIKE bin_forecasts)
    ON COMMIT DELETE ROWS
"""
_COPY = f"COPY staged_forecasts ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
# Bins in one order, so that two planners do not wait for one another in a circle.
_MERGE = f"""
    INSERT INTO bin_forecasts ({_COLUMNS}) SELECT {_COLUMNS} FROM staged_forecasts ORDER BY bin_id
    ON CONFLICT (bin_id) DO UPDATE SET (made_at, basis, grade, error_pct, checks, pct_per_day,
        full_at, next_chance_at, overflow_probability, band_from, band_step_s, low_pct, median_pct,
        high_pct)
        = (excluded.made_at, excluded.basis, excluded.grade, excluded.error_pct, excluded.checks,
           excluded.pct_per_day, excluded.full_at, excluded.next_chance_at,
           excluded.overflow_probability, excluded.band_from, excluded.band_step_s,
           excluded.low_pct, excluded.median_pct, excluded.high_pct)
    WHERE bin_forecasts.made_at <= excluded.made_at
"""  # noqa: S608 - column names from the constant above


async def save(conn: Connection, forecasts: Iterable[BinForecast]) -> None:
    """Keep forecasts in place of older ones of their bins; one for each bin."""
    await conn.execute(_STAGE)
    await copy_rows(conn, _COPY, _TYPES, map(_row, forecasts))
    await conn.execute(_MERGE)


def _row(f: BinForecast) -> tuple[object, ...]:
    return (
        f.bin_id,
        f.made_at,
        f.basis,
        f.checked.grade,
        f.checked.error_pct,
        f.checked.checks,
        f.pct_per_day,
        f.full_at,
        f.next_chance_at,
        f.overflow_probability,
        f.band_from,
        round(f.band_step.total_seconds()),
        list(f.low_pct),
        list(f.median_pct),
        list(f.high_pct),
    )


_READ = f"SELECT {_COLUMNS} FROM bin_forecasts WHERE bin_id = ANY(%s) ORDER BY bin_id"  # noqa: S608 - as above


async def forecasts(conn: Connection, bin_ids: Collection[str]) -> Sequence[BinForecast]:
    """Return the forecasts there are of these bins, in order of bin_id."""
    cursor = await conn.execute(_READ, (list(bin_ids),))
    return [_forecast(row) for row in await cursor.fetchall()]


def _forecast(row: Mapping[str, Any]) -> BinForecast:
    return BinForecast(
        bin_id=row["bin_id"],
        made_at=row["made_at"],
        basis=ForecastBasis(row["basis"]),
        checked=Checked(
            grade=ForecastGrade(row["grade"]), error_pct=row["error_pct"], checks=row["checks"]
        ),
        pct_per_day=row["pct_per_day"],
        full_at=row["full_at"],
        next_chance_at=row["next_chance_at"],
        overflow_probability=row["overflow_probability"],
        band_from=row["band_from"],
        band_step=timedelta(seconds=row["band_step_s"]),
        low_pct=tuple(row["low_pct"]),
        median_pct=tuple(row["median_pct"]),
        high_pct=tuple(row["high_pct"]),
    )


_EMPTIED_SINCE = "SELECT max(emptied_at) AS at FROM emptyings WHERE bin_id = %s AND emptied_at > %s"


async def emptied_since(conn: Connection, forecast: BinForecast) -> datetime | None:
    """Return when the bin was emptied after its forecast was made, last; None: it was not.

    Bands hold as long as nobody empties the bin.
    """
    cursor = await conn.execute(_EMPTIED_SINCE, (forecast.bin_id, forecast.made_at))
    row = await cursor.fetchone()
    return None if row is None else row["at"]

"""What the database alone takes: the rows that the ingester would store, by COPY."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any

import psycopg

from bench.speed.load import Load, bin_id, sensor_id

_COLUMNS = (
    "sensor_id, bin_id, measured_at, received_at, fill_pct, trust, "
    "raw_fill_pct, battery_v, temperature_c"
)
_STAGE = "CREATE TEMPORARY TABLE copied (LIKE readings) ON COMMIT DELETE ROWS"
_COPY = f"COPY copied ({_COLUMNS}) FROM STDIN"
_INSERT = f"""
    INSERT INTO readings ({_COLUMNS}) SELECT {_COLUMNS} FROM copied ON CONFLICT DO NOTHING
"""  # noqa: S608 - column names from the constant above


def copy_rows(job: dict[str, Any]) -> None:
    """Copy the load's rows in batches, each committed; with ``insert`` on into readings."""
    asyncio.run(_copy_rows(job))


async def _copy_rows(job: dict[str, Any]) -> None:
    load = Load.from_json(job["load"])
    conn = await psycopg.AsyncConnection.connect(job["database_url"])
    async with conn:
        await conn.execute(_STAGE)
        for batch in batched(_rows(load), job["batch"]):
            await _store(conn, batch, insert=job["insert"])


async def _store(
    conn: psycopg.AsyncConnection[Any], batch: Sequence[tuple[object, ...]], *, insert: bool
) -> None:
    async with conn.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in batch:
            await copy.write_row(row)
    if insert:
        await conn.execute(_INSERT)
    await conn.commit()


def _rows(load: Load) -> Iterator[tuple[object, ...]]:
    received_at = datetime.now(UTC)
    for n in range(load.messages):
        sensor = n % load.sensors
        for at, fill in load.measured(n):
            yield (
                *(sensor_id(sensor), bin_id(sensor), at, received_at),
                *(fill, "trusted", fill, 3.58, 11.5),
            )

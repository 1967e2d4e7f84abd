"""What the database alone takes: the rows that the ingester would store, by binary COPY."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any

import psycopg

from bench.speed.load import Load, bin_id, sensor_id

STAGE, INSERT, DIRECT = "stage", "insert", "direct"
_TYPES = {
    "sensor_id": "text",
    "bin_id": "text",
    "measured_at": "timestamptz",
    "received_at": "timestamptz",
    "fill_pct": "float4",
    "trust": "text",
    "kind": "text",
    "raw_fill_pct": "float4",
    "battery_v": "float4",
    "temperature_c": "float4",
}
_COLUMNS = ", ".join(_TYPES)
_STAGE = "CREATE TEMPORARY TABLE copied (LIKE readings) ON COMMIT DELETE ROWS"
_COPY = f"COPY copied ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_COPY_DIRECT = f"COPY readings ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_INSERT = f"""
    INSERT INTO readings ({_COLUMNS}) SELECT {_COLUMNS} FROM copied ON CONFLICT DO NOTHING
"""  # noqa: S608 - column names from the constant above


def copy_rows(job: dict[str, Any]) -> None:
    """Copy the load's rows in batches, each committed.

    By ``way``: into a temporary table only, from there on into readings, or into readings.
    """
    asyncio.run(_copy_rows(job))


async def _copy_rows(job: dict[str, Any]) -> None:
    load, way = Load.from_json(job["load"]), job["way"]
    conn = await psycopg.AsyncConnection.connect(job["database_url"])
    async with conn:
        await conn.execute(_STAGE)
        for batch in batched(_rows(load), job["batch"]):
            await _copy(conn, _COPY_DIRECT if way == DIRECT else _COPY, batch)
            if way == INSERT:
                await conn.execute(_INSERT)
            await conn.commit()


async def _copy(
    conn: psycopg.AsyncConnection[Any], statement: str, rows: Sequence[tuple[object, ...]]
) -> None:
    async with conn.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(list(_TYPES.values()))
        for row in rows:
            await copy.write_row(row)


def _rows(load: Load) -> Iterator[tuple[object, ...]]:
    received_at = datetime.now(UTC)
    for n in range(load.messages):
        sensor = n % load.sensors
        for at, fill in load.measured(n):
            yield (
                *(sensor_id(sensor), bin_id(sensor), at, received_at),
                *(fill, "trusted", "reading", fill, 3.58, 11.5),
            )

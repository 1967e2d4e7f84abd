"""The account that the faults end with finds what is missing, there twice, or from nobody."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import store
from bench.faults.account import Account, account
from bench.faults.readings import STEP, Readings
from core.readings import Rejection, RejectReason
from store import rejected

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
READINGS = Readings(sensors=2, begin=BEGIN, instead={5: b"broken"})
STORE = """
    INSERT INTO seen (sensor_id, measured_at)
    SELECT 'fault-' || lpad(n::text, 5, '0'), %(begin)s + t * interval '15 minutes'
    FROM generate_series(0, 1) n, generate_series(0, 2) t
"""
ROWS = "SELECT sensor_id, measured_at FROM seen"

# What it finds does not depend on the engine.
pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)


async def accounted(conn: store.Connection, published: int) -> Account:
    return await account(
        conn, range(published), number_of=READINGS.number, message=READINGS.message, rows=ROWS
    )


async def store_six(conn: store.Connection) -> None:
    await conn.execute("CREATE TEMPORARY TABLE seen (sensor_id text, measured_at timestamptz)")
    await conn.execute(STORE, {"begin": BEGIN})


async def test_all_there(conn: store.Connection) -> None:
    await store_six(conn)
    found = await accounted(conn, 6)
    assert found.balanced
    assert (found.published, found.stored, found.set_aside) == (6, 6, 0)


async def test_a_missing_one_is_named(conn: store.Connection) -> None:
    await store_six(conn)
    await conn.execute("DELETE FROM seen WHERE measured_at = %s AND sensor_id = 'fault-00001'",
                       [BEGIN + STEP])  # fmt: skip
    found = await accounted(conn, 6)
    assert not found.balanced
    assert list(found.missing) == [3]


async def test_one_that_was_set_aside_is_not_missing(conn: store.Connection) -> None:
    await store_six(conn)
    await conn.execute("DELETE FROM seen WHERE measured_at = %s AND sensor_id = 'fault-00001'",
                       [BEGIN + 2 * STEP])  # fmt: skip
    topic, payload = READINGS.message(5)
    aside = Rejection(
        topic=topic,
        payload=payload,
        received_at=BEGIN,
        reason=RejectReason.NOT_JSON,
        detail="broken",
        readings=1,
    )
    await rejected.set_aside(conn, [replace(aside, payload=b"another")])
    assert list((await accounted(conn, 6)).missing) == [5]
    await rejected.set_aside(conn, [aside])
    found = await accounted(conn, 6)
    assert (found.missing, found.set_aside) == ([], 1)


async def test_one_that_is_there_twice(conn: store.Connection) -> None:
    await store_six(conn)
    await conn.execute("INSERT INTO seen VALUES ('fault-00000', %s)", [BEGIN])
    found = await accounted(conn, 6)
    assert found.twice == 1
    assert not found.balanced


@pytest.mark.parametrize("sensor", ["fault-00000", "another"])
async def test_one_that_nobody_published(conn: store.Connection, sensor: str) -> None:
    await store_six(conn)
    await conn.execute("INSERT INTO seen VALUES (%s, %s)", [sensor, BEGIN + 9 * STEP])
    found = await accounted(conn, 6)
    assert found.strange == 1
    assert not found.balanced

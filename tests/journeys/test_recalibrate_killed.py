"""SIGKILL of a recalibration that has rewritten everything and not committed yet."""

import asyncio
import os
from datetime import timedelta

import pytest

import store
from ingest.known import KnownSensors
from ingest.opening import open_message
from ingest.settling import settle
from store import calibrations, readings
from tests.ingest.parts import LIMITS, MOUNTED, NOW, eventually, message, settle_town
from tests.services.command import PROGRAM

HOUR = timedelta(hours=1)
COMMAND = (*PROGRAM, "recalibrate", "b0", "--empty-mm", "1400", "--full-mm", "400")

pytestmark = pytest.mark.journey


async def fills(conn: store.Connection) -> tuple[list[float | None], int]:
    """The bin's fills and how many calibrations it has."""
    found = await readings.history(conn, "b0", since=MOUNTED, until=NOW + HOUR, limit=1_000)
    versions = (await calibrations.of_bins(conn, ["b0"]))["b0"]
    await conn.rollback()
    return [reading.fill_pct for reading in found], len(versions)


async def test_it_is_done_whole_or_not_at_all(database_url: str) -> None:
    await settle_town(database_url)
    array = [
        {"measured_at": (NOW - n * HOUR).isoformat(), "distance_mm": 700 + n} for n in range(200)
    ]
    async with store.connect(database_url) as conn:
        await settle(conn, [open_message(message(array), LIMITS)], LIMITS, KnownSensors())
    environment = {**os.environ, "BRIMFUL_DATABASE_URL": database_url}

    async with store.connect(database_url) as conn, store.connect(database_url) as holding:
        before = await fills(conn)
        # the state is set last: whoever holds it stops the command short of its COMMIT
        await holding.execute("SELECT FROM bin_states WHERE bin_id = 'b0' FOR UPDATE")
        process = await asyncio.create_subprocess_exec(*COMMAND, env=environment)

        async def waits() -> bool:
            cursor = await conn.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = 'brimful-recalibrate' AND wait_event_type = 'Lock'"
            )
            found = await cursor.fetchone()
            await conn.rollback()
            assert process.returncode is None, "it did not wait"
            return found is not None

        await eventually(waits)
        process.kill()
        assert await process.wait() < 0
        await holding.rollback()
        assert await fills(conn) == before

    again = await asyncio.create_subprocess_exec(
        *COMMAND, env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await again.communicate()
    assert again.returncode == 0
    assert b"new calibration 2, for all history\n    200 of 200 readings changed" in said
    async with store.connect(database_url) as conn:
        now, versions = await fills(conn)
    assert versions == 2
    assert now[-1] == pytest.approx(70)

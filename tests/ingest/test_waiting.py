import asyncio
from datetime import timedelta

import store
from core.registry import Registry, SensorRecord
from ingest.known import KnownSensors
from ingest.opening import open_message
from ingest.settling import settle
from ingest.waiting import bring_in, first_heard
from store import registry, rejected
from tests.ingest.parts import LIMITS, MOUNTED, NOW, counted, message, reading, settle_town

LATE = SensorRecord(sensor_id="late", bin_id="b0", mounted_at=MOUNTED)


async def test_a_batch_under_way_that_does_not_know_the_sensor_leaves_nothing_behind(
    database_url: str,
) -> None:
    """It has looked before the registration is committed, and sets aside after the replay began."""
    await settle_town(database_url)
    async with store.open_pool(database_url, application="test") as pool:
        async with store.connect(database_url) as batch:
            opened = [open_message(message(reading(), sensor="late"), LIMITS)]
            settled = await settle(batch, opened, LIMITS, KnownSensors())
            async with store.connect(database_url) as conn:
                await registry.register(conn, Registry(sensors=[LATE]))
            bringing = asyncio.create_task(bring_in(pool, LIMITS, ["late"], clock=lambda: NOW))
            await asyncio.sleep(0.3)
            assert not bringing.done()
            await rejected.set_aside(batch, [r for r in settled.rejections if r is not None])
        account = await asyncio.wait_for(bringing, 20)
    assert (account.messages, account.stored) == (1, 1)
    assert await counted(database_url) == (1, {})


async def test_when_they_were_first_heard(database_url: str) -> None:
    old = NOW - timedelta(days=9_000)
    messages = [
        message([reading(NOW - timedelta(hours=3)), reading(NOW - timedelta(hours=9))], "late"),
        # neither what is too old to be stored nor what is still to come counts
        message(reading(old), "late"),
        message(reading(NOW + timedelta(hours=1)), "ahead"),
        message(b"garbage", "broken"),
    ]
    async with store.connect(database_url) as conn:
        opened = [open_message(m, LIMITS) for m in messages]
        settled = await settle(conn, opened, LIMITS, KnownSensors())
        await rejected.set_aside(conn, [r for r in settled.rejections if r is not None])
        found = await first_heard(conn, ["late", "ahead", "broken", "silent"], LIMITS)
    assert found == {"late": NOW - timedelta(hours=9)}

"""What is remembered of a track counts exactly while its row stands as it was written."""

from datetime import timedelta

import pytest

import store
from core.readings import Trust
from core.rules.track import Track
from store import tracks
from tests.store.make import NOON, registered, town

FULL = Track(
    bin_id="bin-1",
    newest_at=NOON,
    stored_until=NOON,
    interval_s=900.0,
    level_at=NOON,
    level_pct=62.5,
    suspect_at=NOON,
    suspect_pct=0.0,
    suspect_trust=Trust.ZERO_FOR_MISSING,
    drop_told=True,
    said_fill_pct=0.1,
    said_distance_mm=700,
    same_n=3,
    fault_trust=Trust.SPIKE,
)


@pytest.fixture
async def held(conn: store.Connection) -> store.Connection:
    """Two sensors; the first has a track with something of everything."""
    await registered(conn, town(bins=2))
    await tracks.lock(conn, ["sensor-1", "sensor-2"])
    await tracks.save(conn, {"sensor-1": FULL})
    await conn.commit()
    return conn


async def test_what_is_saved_is_read_again(held: store.Connection) -> None:
    found = await tracks.lock(held, ["sensor-1", "sensor-2", "nobody"])
    assert found == {"sensor-1": FULL, "sensor-2": Track()}


async def test_what_is_remembered_is_not_read_again(held: store.Connection) -> None:
    remembered: tracks.Remembered = {}
    first = await tracks.lock(held, ["sensor-1"], remembered)
    await held.commit()
    again = await tracks.lock(held, ["sensor-1"], remembered)
    assert again["sensor-1"] is first["sensor-1"]
    # what it saved itself it knows too
    later = FULL.but(newest_at=NOON + timedelta(hours=1))
    await tracks.save(held, {"sensor-1": later}, remembered)
    await held.commit()
    assert (await tracks.lock(held, ["sensor-1"], remembered))["sensor-1"] is later


async def test_what_somebody_else_wrote_is_read(held: store.Connection) -> None:
    remembered: tracks.Remembered = {}
    await tracks.lock(held, ["sensor-1"], remembered)
    await held.commit()
    await held.execute("UPDATE sensor_states SET level_pct = 10 WHERE sensor_id = 'sensor-1'")
    await held.commit()
    found = await tracks.lock(held, ["sensor-1"], remembered)
    assert found["sensor-1"] == FULL.but(level_pct=10.0)


async def test_what_was_rolled_back_is_forgotten(held: store.Connection) -> None:
    remembered: tracks.Remembered = {}
    await tracks.lock(held, ["sensor-1"], remembered)
    await tracks.save(held, {"sensor-1": FULL.but(level_pct=99.0)}, remembered)
    await held.rollback()
    assert await tracks.lock(held, ["sensor-1"], remembered) == {"sensor-1": FULL}


async def test_who_held_it_and_changed_nothing_makes_nobody_read(held: store.Connection) -> None:
    remembered: tracks.Remembered = {}
    first = await tracks.lock(held, ["sensor-1"], remembered)
    await held.commit()
    await tracks.lock(held, ["sensor-1"])
    await held.commit()
    assert (await tracks.lock(held, ["sensor-1"], remembered))["sensor-1"] is first["sensor-1"]

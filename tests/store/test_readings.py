from datetime import timedelta

import pytest

import store
from core.errors import StorageRefusedError
from core.levels import Level, LevelTrust
from core.readings import Kind, NoLevelReason, Trust
from store.connection import named_errors
from store.levels import levels
from store.readings import already_stored, confirm, count, history
from store.samples import samples
from tests.store.make import NOON, add_readings, reading, registered

HOUR = timedelta(hours=1)


async def level_of(conn: store.Connection, bin_id: str = "bin-1") -> Level:
    (level,) = await levels(conn, now=NOON + HOUR, stale_after=48 * HOUR, bin_id=bin_id)
    return level


async def test_what_is_stored_is_known_by_what_the_sensor_said(conn: store.Connection) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, fill_pct=40.1), reading(2, raw_distance_mm=700)])
    asked = [
        reading(1, fill_pct=40.1),
        reading(1, fill_pct=40.2),
        reading(2, raw_distance_mm=700, battery_v=3.5),
        reading(2, raw_distance_mm=701),
        reading(2, raw_distance_mm=700, tilted=True),
        reading(3),
        reading(1, at=NOON + HOUR),
    ]
    assert await already_stored(conn, asked) == {0: True, 1: False, 2: True, 3: False, 4: False}
    assert await already_stored(conn, []) == {}


async def test_what_is_stored_already_is_refused_and_never_doubled(conn: store.Connection) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1)])
    with pytest.raises(StorageRefusedError):
        async with named_errors(), conn.transaction():
            await add_readings(conn, [reading(2), reading(1)])
    assert await count(conn) == 1


async def test_everything_about_a_reading_comes_back(conn: store.Connection) -> None:
    await registered(conn)
    whole = reading(
        1,
        fill_pct=None,
        trust=Trust.NO_TARGET,
        kind=Kind.ALARM,
        no_level_reason=NoLevelReason.NO_TARGET,
        calibration_version=3,
        battery_v=3.5,
        battery_pct=87.5,
        temperature_c=-12.5,
        tilted=False,
    )
    await add_readings(conn, [whole])
    assert await history(conn, "bin-1", since=NOON, until=NOON + HOUR, limit=9) == [whole]


async def test_a_doubted_reading_can_be_confirmed(conn: store.Connection) -> None:
    await registered(conn)
    doubted = reading(1, fill_pct=0, trust=Trust.ZERO_FOR_MISSING)
    other = reading(2, trust=Trust.SPIKE)
    await add_readings(conn, [doubted, other])
    await confirm(conn, [("sensor-1", NOON)])
    told = [
        r.trust
        for n in (1, 2)
        for r in await history(conn, f"bin-{n}", since=NOON, until=NOON + HOUR, limit=9)
    ]
    assert told == [Trust.TRUSTED, Trust.SPIKE]


async def test_a_late_reading_reaches_the_history_and_not_the_state(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, fill_pct=70)])
    await add_readings(conn, [reading(1, at=NOON - HOUR, fill_pct=10)])
    level = await level_of(conn)
    assert (level.fill_pct, level.measured_at) == (70, NOON)
    told = await history(conn, "bin-1", since=NOON - 2 * HOUR, until=NOON + HOUR, limit=10)
    assert [r.fill_pct for r in told] == [10, 70]


async def test_an_untrusted_reading_is_kept_and_shown_and_moves_no_level(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, fill_pct=70)])
    await add_readings(
        conn, [reading(1, at=NOON + HOUR / 2, fill_pct=5, trust=Trust.TILTED, tilted=True)]
    )
    level = await level_of(conn)
    assert (level.fill_pct, level.trust) == (70, LevelTrust.UNTRUSTED)
    assert level.heard_at == NOON + HOUR / 2
    until = NOON + HOUR
    assert [
        (r.fill_pct, r.trust)
        for r in await history(conn, "bin-1", since=NOON, until=until, limit=10)
    ] == [(70, Trust.TRUSTED), (5, Trust.TILTED)]
    trusted = await samples(conn, "depot", since=NOON, until=until)
    assert trusted["bin-1"].fill_pct.tolist() == [70]


async def test_a_clock_that_runs_ahead_is_not_heard_in_the_future(conn: store.Connection) -> None:
    await registered(conn)
    ahead = reading(1, at=NOON + 5 * HOUR, received_at=NOON, trust=Trust.CLOCK_AHEAD)
    await add_readings(conn, [ahead])
    level = await level_of(conn)
    assert (level.trust, level.heard_at) == (LevelTrust.NO_LEVEL, NOON)


async def test_levels_say_fresh_stale_and_no_level(conn: store.Connection) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1), reading(2, at=NOON - 48 * HOUR)])
    trusts = {
        level.bin.bin_id: level.trust
        for level in await levels(conn, now=NOON + HOUR, stale_after=48 * HOUR)
    }
    assert trusts == {
        "bin-1": LevelTrust.FRESH,
        "bin-2": LevelTrust.STALE,
        "bin-3": LevelTrust.NO_LEVEL,
    }
    stale = await levels(
        conn, now=NOON + HOUR, stale_after=48 * HOUR, trust=LevelTrust.STALE, limit=10
    )
    assert [level.bin.bin_id for level in stale] == ["bin-2"]


async def test_a_sign_of_life_is_heard_and_no_doubt(conn: store.Connection) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, fill_pct=70)])
    alive = reading(
        1,
        at=NOON + HOUR / 2,
        fill_pct=None,
        kind=Kind.HEARTBEAT,
        trust=Trust.NOT_MEASURED,
        battery_v=3.1,
    )
    await add_readings(conn, [alive])
    level = await level_of(conn)
    assert (level.fill_pct, level.trust, level.battery_v) == (70, LevelTrust.FRESH, 3.1)
    assert level.heard_at == NOON + HOUR / 2

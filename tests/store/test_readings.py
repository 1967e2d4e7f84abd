from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import store
from core.levels import Level, LevelTrust
from core.readings import Reading, Trust
from store.levels import levels
from store.readings import Added, add_readings, count, history, samples
from tests.store.make import NOON, reading, registered

HOUR = timedelta(hours=1)


async def level_of(conn: store.Connection, bin_id: str = "bin-1") -> Level:
    (level,) = await levels(conn, now=NOON + HOUR, stale_after=48 * HOUR, bin_id=bin_id)
    return level


async def test_readings_are_stored_once_however_often_they_come(conn: store.Connection) -> None:
    await registered(conn)
    batch = [reading(1), reading(2), reading(1)]
    assert await add_readings(conn, batch) == Added(stored=2, duplicates=1, conflicts=[])
    await conn.commit()
    assert await add_readings(conn, batch) == Added(stored=0, duplicates=3, conflicts=[])
    assert await count(conn) == 2


async def test_another_measurement_for_the_same_moment_is_a_conflict_and_moves_nothing(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, fill_pct=40)])
    added = await add_readings(conn, [reading(2), reading(1, fill_pct=90), reading(1, fill_pct=40)])
    assert added == Added(stored=1, duplicates=1, conflicts=[1])
    assert (await level_of(conn)).fill_pct == 40


async def test_a_conflict_within_one_batch_is_found_too(conn: store.Connection) -> None:
    await registered(conn)
    added = await add_readings(conn, [reading(1, fill_pct=40), reading(1, fill_pct=90)])
    assert added == Added(stored=1, duplicates=0, conflicts=[1])
    assert (await level_of(conn)).fill_pct == 40


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
    assert [s.fill_pct for s in trusted["bin-1"]] == [70]


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


async def test_an_empty_batch_is_nothing(conn: store.Connection) -> None:
    assert await add_readings(conn, []) == Added(stored=0, duplicates=0, conflicts=())


offsets = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 30), st.sampled_from([10.0, 20.0, 30.0])),
    min_size=1,
    max_size=40,
)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batches=st.lists(offsets, min_size=1, max_size=4))
async def test_whatever_the_order_every_reading_is_accounted_for_and_the_newest_wins(
    conn: store.Connection, batches: list[list[tuple[int, int, float]]]
) -> None:
    await conn.rollback()
    await registered(conn)
    first: dict[tuple[int, int], float] = {}
    for batch in batches:
        readings: list[Reading] = [
            reading(n, at=NOON + timedelta(minutes=minute), fill_pct=fill)
            for n, minute, fill in batch
        ]
        added = await add_readings(conn, readings)
        assert added.stored + added.duplicates + len(added.conflicts) == len(batch)
        for n, minute, fill in batch:
            first.setdefault((n, minute), fill)
        for index in added.conflicts:
            n, minute, fill = batch[index]
            assert first[n, minute] != fill
    assert await count(conn) == len(first)
    for n in {n for n, _ in first}:
        newest = max(minute for m, minute in first if m == n)
        assert (await level_of(conn, f"bin-{n}")).fill_pct == first[n, newest]

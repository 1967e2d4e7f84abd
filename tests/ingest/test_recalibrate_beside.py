"""Recalibration beside what else goes on: swapped sensors, kills, an ingester, crews."""

import asyncio

import pytest

import store
from core.errors import InvalidInputError, NotFoundError
from ingest import recalibrate as module
from ingest.known import KnownSensors
from ingest.recalibrate import recalibrate
from ingest.recalibrated import Correction
from store import calibrations
from store.registry import register
from tests.ingest.parts import LIMITS, NOW, message, town
from tests.ingest.recalibrating import (
    DAY,
    HOUR,
    START,
    corrected,
    four_days,
    history,
    said,
    sensed,
    state,
    stored,
    track,
    whole_state,
)


async def test_sensors_one_after_the_other_in_a_bin(pool: store.Pool, database_url: str) -> None:
    """The old one goes to another bin: its track there is not this bin's affair."""
    await four_days(pool)
    moved = town()
    async with store.connect(database_url) as conn:
        sensors = {s.sensor_id: s for s in moved.sensors}
        await register(
            conn,
            moved.model_copy(
                update={
                    "sensors": [
                        sensors["s0"].model_copy(
                            update={"bin_id": "b2", "mounted_at": START + 96 * HOUR}
                        ),
                        sensors["s1"].model_copy(
                            update={"bin_id": "b0", "mounted_at": START + 96 * HOUR}
                        ),
                    ]
                }
            ),
        )
    at = START + 97 * HOUR
    await stored(
        pool,
        message(said(at, 500), sensor="s0", at=at),
        message(said(at, 900), sensor="s1", at=at),
    )
    there, here = await track(pool, "s0"), await track(pool, "s1")
    assert (there.bin_id, here.bin_id) == ("b2", "b0")
    done = await corrected(pool, empty_distance_mm=1_400, full_distance_mm=400)
    assert done.changes.changed == 97
    assert await track(pool, "s0") == there
    now = await track(pool, "s1")
    assert now.bin_id == "b0"
    assert now.level_pct == pytest.approx(50)
    assert (await history(pool, "b2"))[0].calibration_version == 1
    assert (await state(pool))["sensor_id"] == "s1"
    assert (await state(pool))["fill_pct"] == pytest.approx(50)


async def test_a_sensor_that_comes_back_is_followed_from_new(
    pool: store.Pool, database_url: str
) -> None:
    """Full, away for a day, then empty in the same bin: no emptying was seen."""
    went, came = START + 10 * HOUR, START + 34 * HOUR
    await stored(pool, message(said(START, 300), at=START))
    for bin_id, since in (("b2", went), ("b0", came)):
        async with store.connect(database_url) as conn:
            there = town().sensors[0].model_copy(update={"bin_id": bin_id, "mounted_at": since})
            await register(conn, town().model_copy(update={"sensors": [there]}))
        at = since + HOUR
        await stored(pool, message(said(at, 1_100), at=at))
    for hour in (36, 37):
        at = START + hour * HOUR
        await stored(pool, message(said(at, 1_100), at=at))
    before = await whole_state(pool)
    assert await sensed(pool) == []
    done = await corrected(pool)
    assert (done.changes.changed, done.emptyings_added) == (0, 0)
    assert await whole_state(pool) == before


async def test_distances_that_do_not_fit_are_refused_and_nothing_changes(pool: store.Pool) -> None:
    with pytest.raises(InvalidInputError, match=r"bin b0: .*full 200 and empty 150"):
        await corrected(pool, empty_distance_mm=150)
    with pytest.raises(NotFoundError, match="there is no bin nowhere"):
        await corrected(pool, bin_id="nowhere")
    async with store.transaction(pool) as conn:
        assert len((await calibrations.of_bins(conn, ["b0"]))["b0"]) == 1


async def test_killed_in_the_middle_nothing_is_half_done(
    pool: store.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await four_days(pool)
    before = await whole_state(pool)
    monkeypatch.setattr(module, "PAGE", 10)
    pages: list[int] = []

    def die(readings_done: int) -> None:
        pages.append(readings_done)
        if len(pages) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await recalibrate(
            pool,
            Correction(bin_id="b0", empty_distance_mm=1_400),
            LIMITS,
            now=NOW,
            stale_after=DAY,
            told=die,
        )
    assert await whole_state(pool) == before


async def test_an_ingester_waits_and_goes_on_with_the_new_calibration(
    pool: store.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its batch began before, with what it remembers of the registry."""
    await four_days(pool)
    known = KnownSensors()
    await stored(pool, message(said(START - HOUR, 1_200), at=START), known=known)
    monkeypatch.setattr(module, "PAGE", 10)
    ingesting: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()

    def meanwhile(_readings: int) -> None:
        if not ingesting:
            at = START + 96 * HOUR
            late = message(said(START + HOUR / 2, 1_195), at=at)
            new = message(said(at, 940), at=at)
            ingesting.append(loop.create_task(stored(pool, late, new, known=known)))

    done = await recalibrate(
        pool,
        Correction(bin_id="b0", empty_distance_mm=1_400, full_distance_mm=400),
        LIMITS,
        now=NOW,
        stale_after=DAY,
        told=meanwhile,
    )
    assert done.changes.readings == 97, "what is being stored is not among them"
    await ingesting[0]
    found = await history(pool)
    assert len(found) == 99
    assert {r.calibration_version for r in found} == {2}
    assert found[-1].fill_pct == pytest.approx(46)
    assert (await state(pool))["fill_pct"] == pytest.approx(46)


async def test_what_a_crew_reported_is_told_its_fill_anew(pool: store.Pool) -> None:
    await four_days(pool)
    async with store.transaction(pool) as conn:
        await conn.execute(
            "INSERT INTO emptyings (bin_id, emptied_at, source, fill_before_pct) "
            "VALUES ('b0', %s, 'crew', 69)",
            (START + 69.5 * HOUR,),
        )
    await corrected(pool, empty_distance_mm=1_400, full_distance_mm=400)
    async with store.transaction(pool) as conn:
        row = await (
            await conn.execute("SELECT fill_before_pct FROM emptyings WHERE source = 'crew'")
        ).fetchone()
    assert row == {"fill_before_pct": pytest.approx(89)}


async def test_a_crew_that_came_after_the_last_reading_keeps_the_level(pool: store.Pool) -> None:
    await four_days(pool)
    emptied_at = START + 95.5 * HOUR
    async with store.transaction(pool) as conn:
        await conn.execute(
            "INSERT INTO emptyings (bin_id, emptied_at, source) VALUES ('b0', %s, 'crew')",
            (emptied_at,),
        )
    done = await corrected(pool, empty_distance_mm=1_400)
    assert (done.after.fill_pct, done.after.source) == (0, "crew")
    assert done.after.measured_at == emptied_at

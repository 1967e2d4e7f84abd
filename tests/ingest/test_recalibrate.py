"""Recalibration beside real ingest: the walk stores, then history is computed anew."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

import store
from core.errors import InvalidInputError, NotFoundError
from core.readings import Reading, Trust
from core.rules.track import Track
from ingest import recalibrate as module
from ingest.known import KnownSensors
from ingest.messages import Message
from ingest.opening import open_message
from ingest.recalibrate import recalibrate
from ingest.recalibrated import Correction, Recalibrated
from ingest.settling import settle
from store import calibrations, readings, tracks
from store.levels import levels
from store.registry import register
from tests.ingest.parts import LIMITS, MOUNTED, NOW, message, settle_town, town

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = NOW - 4 * DAY


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[store.Pool]:
    await settle_town(database_url)
    async with store.open_pool(database_url, application="test", timeout_s=5) as pool:
        yield pool


def said(at: datetime, distance_mm: int, **fields: object) -> dict[str, Any]:
    return {"measured_at": at.isoformat(), "distance_mm": distance_mm, **fields}


async def stored(pool: store.Pool, *messages: Message, known: KnownSensors | None = None) -> None:
    async with store.transaction(pool) as conn:
        opened = [open_message(m, LIMITS) for m in messages]
        settled = await settle(conn, opened, LIMITS, known or KnownSensors())
        assert settled.rejections == [None] * len(messages)


async def four_days(pool: store.Pool, sensor: str = "s0") -> None:
    """Fills from 1,200 mm (empty) by 10 mm an hour, emptied at hour 70, each hour a message."""
    for day in range(4):
        batch = []
        for hour in range(24 * day, 24 * day + 24):
            at = START + hour * HOUR
            distance_mm = 1_200 - 10 * (hour if hour < 70 else hour - 70)
            batch.append(message(said(at, distance_mm), sensor=sensor, at=at + HOUR / 60))
        await stored(pool, *batch)


async def corrected(pool: store.Pool, dry_run: bool = False, **values: Any) -> Recalibrated:  # noqa: ANN401 - any field of a Correction
    correction = Correction(**{"bin_id": "b0", **values})
    return await recalibrate(
        pool, correction, LIMITS, now=NOW, stale_after=2 * DAY, dry_run=dry_run
    )


async def history(pool: store.Pool, bin_id: str = "b0") -> list[Reading]:
    async with store.transaction(pool) as conn:
        return list(
            await readings.history(conn, bin_id, since=MOUNTED, until=NOW + 90 * DAY, limit=999)
        )


async def track(pool: store.Pool, sensor: str = "s0") -> Track:
    async with store.transaction(pool) as conn:
        return (await tracks.lock(conn, [sensor]))[sensor]


def rounded(track: Track) -> dict[str, object]:
    """The columns have 7 digits, and an ingester goes on with what its own batch left."""
    found = asdict(track)
    return {name: float(f"{v:.4g}") if isinstance(v, float) else v for name, v in found.items()}


async def sensed(pool: store.Pool, bin_id: str = "b0") -> list[dict[str, Any]]:
    query = (
        "SELECT emptying_id, emptied_at, not_before, fill_before_pct, fill_after_pct "
        "FROM emptyings WHERE bin_id = %s AND source = 'sensor' ORDER BY emptied_at"
    )
    async with store.transaction(pool) as conn:
        return list(await (await conn.execute(query, (bin_id,))).fetchall())


async def state(pool: store.Pool, bin_id: str = "b0") -> dict[str, Any]:
    async with store.transaction(pool) as conn:
        query = "SELECT * FROM bin_states WHERE bin_id = %s"
        row = await (await conn.execute(query, (bin_id,))).fetchone()
        assert row is not None
        return row


async def whole_state(pool: store.Pool) -> tuple[object, ...]:
    return (
        await history(pool),
        rounded(await track(pool)),
        [{**e, "emptying_id": None} for e in await sensed(pool)],
        await state(pool),
    )


async def test_without_late_readings_computing_anew_changes_nothing_at_all(
    pool: store.Pool,
) -> None:
    await four_days(pool)
    before = await whole_state(pool)
    done = await corrected(pool)
    assert (done.changes.readings, done.changes.changed) == (96, 0)
    assert (done.version, done.added, done.emptyings_added, done.emptyings_revoked) == (1, 0, 0, 0)
    assert len(await sensed(pool)) == 1
    assert await whole_state(pool) == before


async def test_a_corrected_calibration_reaches_all_history_and_the_level(pool: store.Pool) -> None:
    await four_days(pool)
    ids = [e["emptying_id"] for e in await sensed(pool)]
    done = await corrected(pool, empty_distance_mm=1_400, full_distance_mm=400, note="by hand")
    assert (done.version, done.added, done.replaced) == (2, True, ())
    assert done.changes.changed == done.changes.fill_changed == 96
    assert done.changes.fill_mean_pct == pytest.approx(20)
    assert done.before.fill_pct == pytest.approx(25)
    assert done.after.fill_pct == pytest.approx(45)
    found = await history(pool)
    assert {r.calibration_version for r in found} == {2}
    assert [r.fill_pct for r in found][:3] == pytest.approx([20, 21, 22])
    assert found[0].raw_distance_mm == 1_200, "what the sensor said stays"
    (emptying,) = await sensed(pool)
    assert [emptying["emptying_id"]] == ids, "the same emptying keeps its id"
    assert emptying["fill_before_pct"] == pytest.approx(89)
    now = await track(pool)
    assert now.level_pct == pytest.approx(45)
    assert now.stored_until == START + 95 * HOUR
    # the ingester goes on with it
    await stored(pool, message(said(NOW, 900), at=NOW), known=KnownSensors())
    assert (await history(pool))[-1].calibration_version == 2


async def test_what_came_before_since_stays_as_it_was(pool: store.Pool) -> None:
    await four_days(pool)
    was = await history(pool)
    since = START + 60 * HOUR
    done = await corrected(pool, since=since, empty_distance_mm=1_400, full_distance_mm=400)
    found = await history(pool)
    assert found[:60] == was[:60]
    assert {r.calibration_version for r in found[60:]} == {2}
    assert (done.changes.readings, done.changes.changed) == (36, 36)
    # what was measured before is the past of what came after: the rise of 20 points fits
    assert {r.trust for r in found} == {Trust.TRUSTED}


async def test_what_is_not_given_stays_as_it_counts(pool: store.Pool) -> None:
    await corrected(pool, blind_zone_mm=250)
    await corrected(pool, vendor_full_pct=80)
    async with store.transaction(pool) as conn:
        last = (await calibrations.of_bins(conn, ["b0"]))["b0"][-1]
    assert (last.version, last.empty_distance_mm, last.full_distance_mm) == (3, 1_200, 200)
    assert (last.blind_zone_mm, last.vendor_full_pct) == (250, 80)


async def test_the_same_correction_again_is_no_new_version(pool: store.Pool) -> None:
    first = await corrected(pool, empty_distance_mm=1_400)
    again = await corrected(pool, empty_distance_mm=1_400)
    later = await corrected(pool, empty_distance_mm=1_400, since=NOW - DAY)
    assert [d.version for d in (first, again, later)] == [2, 2, 2]
    assert [d.added for d in (first, again, later)] == [True, False, False]


async def test_a_correction_of_all_time_says_which_later_versions_it_covers(
    pool: store.Pool,
) -> None:
    await corrected(pool, since=NOW - DAY, empty_distance_mm=1_300)
    done = await corrected(pool, empty_distance_mm=1_400)
    assert (done.version, done.replaced) == (3, (2,))


async def test_a_dry_run_tells_the_same_and_changes_nothing(pool: store.Pool) -> None:
    await four_days(pool)
    before = await whole_state(pool)
    dry = await corrected(pool, dry_run=True, empty_distance_mm=1_400)
    assert dry.changes.changed == 96
    assert await whole_state(pool) == before
    done = await corrected(pool, empty_distance_mm=1_400)
    assert done == dry


async def test_a_late_reading_is_judged_in_its_place(pool: store.Pool) -> None:
    """An isolated zero that was the newest, and what came before it late."""
    at = [START + n * HOUR for n in range(6)]
    await stored(pool, message({"measured_at": at[0].isoformat(), "fill_pct": 60}, at=at[0]))
    await stored(pool, message({"measured_at": at[3].isoformat(), "fill_pct": 61}, at=at[3]))
    # two from before, late: by itself the zero says nothing wrong
    for n, fill_pct in ((1, 0), (2, 60)):
        late = {"measured_at": at[n].isoformat(), "fill_pct": fill_pct}
        await stored(pool, message(late, at=at[4]))
    assert [r.trust for r in await history(pool)] == [Trust.TRUSTED] * 4
    done = await corrected(pool)
    trusts = [r.trust for r in await history(pool)]
    assert trusts == [Trust.TRUSTED, Trust.ZERO_FOR_MISSING, Trust.TRUSTED, Trust.TRUSTED]
    assert done.changes.trust == {(Trust.TRUSTED, Trust.ZERO_FOR_MISSING): 1}
    assert (await state(pool))["doubt"] == "zero_for_missing"
    (level,) = await read_levels(pool)
    assert level.trust == "fresh", "a doubt older than the level is none"


async def read_levels(pool: store.Pool) -> list[Any]:
    async with store.transaction(pool) as conn:
        return list(await levels(conn, now=NOW, stale_after=30 * DAY, bin_id="b0"))


@pytest.mark.parametrize("page", [1, 2, 7, 1_000])
async def test_the_size_of_a_page_changes_nothing(
    pool: store.Pool, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    await four_days(pool)
    # a jump that the next one confirms, and one that nothing confirms
    for hour, distance_mm in ((96, 300), (97, 290), (98, 1_190), (99, 280)):
        at = START + hour * HOUR
        await stored(pool, message(said(at, distance_mm), at=at))
    before = await whole_state(pool)
    monkeypatch.setattr(module, "PAGE", page)
    assert (await corrected(pool)).changes.changed == 0
    assert await whole_state(pool) == before


def restless(seed: int) -> list[dict[str, Any]]:
    """A bin that fills, is emptied, is doubted: zeros, spikes, no echo, standstill, tilt, gaps."""
    chance = Random(seed)  # noqa: S311 - a test's chance, not a secret
    at, fill_pct, said = START, 5.0, []
    for _ in range(150):
        at += timedelta(minutes=chance.choice([5, 30, 60, 60, 60, 120, 600]))
        fill_pct = 4.0 if fill_pct > 80 and chance.random() < 0.3 else fill_pct
        fill_pct = min(100.0, fill_pct + chance.choice([0, 0, 1.5, 3, 6]))
        one: dict[str, Any] = {"measured_at": at.isoformat(), "fill_pct": round(fill_pct, 1)}
        match chance.randrange(12):
            case 0:
                one["fill_pct"] = 0
            case 1:
                one["fill_pct"] = chance.choice([99, 100])
            case 2:
                one = {"measured_at": at.isoformat(), "no_level_reason": "no_target"}
            case 3:
                one["tilted"] = True
            case 4:
                one |= {"battery_v": round(3.6 - chance.random(), 2)}
        said.append(one)
    return said


@pytest.mark.parametrize("seed", range(4))
async def test_history_in_order_is_judged_as_it_was_when_it_came(
    pool: store.Pool, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    said = restless(seed)
    chance = Random(seed)  # noqa: S311 - a test's chance, not a secret
    while said:
        n = chance.randint(1, 20)
        part, said = said[:n], said[n:]
        await stored(pool, message(part, at=NOW + 90 * DAY))
    before = await whole_state(pool)
    trusts = {reading.trust for reading in await history(pool)}
    assert {Trust.TRUSTED, Trust.NO_TARGET, Trust.TILTED} < trusts, "nothing was doubted"
    monkeypatch.setattr(module, "PAGE", 13)
    done = await corrected(pool)
    assert (done.changes.readings, done.changes.trust, done.changes.changed) == (150, {}, 0)
    assert await whole_state(pool) == before


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

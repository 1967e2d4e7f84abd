"""Recalibration beside real ingest: the walk stores, then history is computed anew."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

import store
from core.readings import Trust
from ingest import recalibrate as module
from ingest.known import KnownSensors
from store import calibrations
from store.levels import levels
from tests.ingest.parts import NOW, message
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

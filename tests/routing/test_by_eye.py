"""Bins without a sensor have a forecast of their own from what crews say by eye."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

import store
from core.forecasts import ForecastBasis
from routing.outlook import Chances, Learnt, learn, outlooks
from store import eye_levels
from store.eye_levels import EyeLevel
from store.levels import levels
from store.samples import samples
from tests.store.make import NOON, add_readings, reading, registered

DAY = timedelta(days=1)


async def see(conn: store.Connection, fill_pct: float, at: datetime, bin_id: str = "bin-1") -> None:
    level = EyeLevel(report_id=uuid4(), bin_id=bin_id, fill_pct=fill_pct, note=None, reported_at=at)
    await eye_levels.report(conn, level, crew_id="crew", reported_by="t", received_at=at)


async def history(conn: store.Connection, bin_id: str = "bin-1") -> list[tuple[float, float]]:
    """Days before noon and percent."""
    found = await samples(conn, "depot", since=NOON - 28 * DAY, until=NOON)
    if bin_id not in found:
        return []
    at_s, fill_pct = found[bin_id]
    days = [(NOON.timestamp() - at) / 86_400 for at in at_s.tolist()]
    return list(zip(days, fill_pct.tolist(), strict=True))


async def emptied(conn: store.Connection, at: datetime) -> None:
    await conn.execute(
        "INSERT INTO emptyings (bin_id, emptied_at, source) VALUES ('bin-1', %s, 'crew')", (at,)
    )


async def learnt(conn: store.Connection) -> tuple[Learnt, list[str]]:
    known = await levels(conn, now=NOON, stale_after=2 * DAY)
    found = await samples(conn, "depot", since=NOON - 28 * DAY, until=NOON)
    bins = [level.bin for level in known]
    return learn(bins, found, now=NOON), [bin_.bin_id for bin_ in bins]


async def test_a_bin_that_was_looked_at_twice_has_a_rate_of_its_own(
    conn: store.Connection,
) -> None:
    await registered(conn)
    # its neighbour, with a sensor, gains 2 % a day
    await add_readings(
        conn, [reading(2, at=NOON - n * DAY / 4, fill_pct=40 - n / 2) for n in range(1, 61)]
    )
    before, _ = await learnt(conn)
    await see(conn, 10, NOON - 6 * DAY)
    await see(conn, 70, NOON - 1 * DAY)  # 12 % a day
    after, ids = await learnt(conn)
    n = ids.index("bin-1")
    was = float(before.forecaster.rates.per_day[n])
    now = float(after.forecaster.rates.per_day[n])
    assert was == pytest.approx(2, abs=0.7)
    assert 5 < now < 13
    known = await levels(conn, now=NOON, stale_after=2 * DAY)
    chances = Chances.of(NOON, interval=DAY, shift_s=8 * 3600)
    outlook = outlooks(known, after, chances)[n]
    assert outlook.basis is ForecastBasis.HISTORY
    assert outlook.round_pct == pytest.approx(70 + now, abs=1.5)


async def test_an_emptying_in_between_is_not_taken_for_slow_filling(
    conn: store.Connection,
) -> None:
    await registered(conn)
    await see(conn, 60, NOON - 8 * DAY)
    await emptied(conn, NOON - 6 * DAY)
    await see(conn, 50, NOON - 2 * DAY)
    assert await history(conn) == [(8, 60), (6, 0), (2, 50)]


async def test_emptyings_without_a_look_in_between_tell_nothing(conn: store.Connection) -> None:
    await registered(conn)
    for days in (12, 10, 8):
        await emptied(conn, NOON - days * DAY)
    assert await history(conn) == []
    await see(conn, 50, NOON - 2 * DAY)
    assert await history(conn) == [(8, 0), (2, 50)]
    # so low that its fall would look like noise: what counts is that little came since
    await see(conn, 10, NOON - 1.5 * DAY)
    await emptied(conn, NOON - 1.25 * DAY)
    assert await history(conn) == [(8, 0), (2, 50)]


async def test_beside_a_sensor_the_eye_is_not_learnt_from(conn: store.Connection) -> None:
    await registered(conn)
    await add_readings(conn, [reading(1, at=NOON - 5 * DAY, fill_pct=30)])
    await see(conn, 80, NOON - 4.5 * DAY)
    await see(conn, 75, NOON - 1 * DAY)
    assert await history(conn) == [(5, 30), (1, 75)]

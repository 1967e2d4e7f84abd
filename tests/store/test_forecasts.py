from dataclasses import replace
from datetime import timedelta

import store
from core.forecasts import BAND_STEPS, BinForecast, Checked, ForecastBasis, ForecastGrade
from store import forecasts
from tests.routing.towns import NOW, bin_, fill, town

ONE = BinForecast(
    bin_id="a",
    made_at=NOW,
    basis=ForecastBasis.HISTORY,
    checked=Checked(grade=ForecastGrade.MEDIUM, error_pct=7.5, checks=30),
    pct_per_day=12.5,
    full_at=None,
    next_chance_at=NOW + timedelta(days=1),
    overflow_probability=0.25,
    band_from=NOW,
    low_pct=(1.0,) * BAND_STEPS,
    median_pct=(2.0,) * BAND_STEPS,
    high_pct=(3.5,) * BAND_STEPS,
)


async def test_the_newest_forecast_of_a_bin_is_kept(pool: store.Pool) -> None:
    await fill(pool, town([bin_("a"), bin_("b")]), {})
    newer = replace(ONE, made_at=NOW + timedelta(hours=1), full_at=NOW + timedelta(days=3))
    other = replace(ONE, bin_id="b", checked=replace(ONE.checked, error_pct=None))
    async with store.transaction(pool) as conn:
        await forecasts.save(conn, [ONE, other])
        assert await forecasts.forecasts(conn, ["b", "a", "no"]) == [ONE, other]
    async with store.transaction(pool) as conn:
        await forecasts.save(conn, [newer])
        # a planner that was slow does not put an older one in its place
        await forecasts.save(conn, [])
    async with store.transaction(pool) as conn:
        await forecasts.save(conn, [ONE])
        assert await forecasts.forecasts(conn, ["a"]) == [newer]

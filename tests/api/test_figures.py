import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

import store
from core.plans import LeftOutReason
from core.rules.driven import FULL_PCT
from evidence.driven import driven_days, totals
from store import day_figures, figures, fleet
from store.full_times import full_times
from store.report import driven_rounds
from tests.api.parts import TODAY, Api, a_round, assert_problem, left_out, saved_plan, settings
from tests.store.make import NOON, add_readings, reading

HOUR = timedelta(hours=1)
DAY = TODAY.isoformat()


async def driven(api: Api) -> None:
    """bin-1 emptied at 93 %, bin-2 skipped, the load weighed; bin-3 left out and overflowing."""
    async with store.connect(api.database_url) as conn:
        await add_readings(
            conn,
            [
                reading(1, at=NOON - 0.9 * HOUR, fill_pct=93),
                reading(3, at=NOON - 0.5 * HOUR, fill_pct=100),
            ],
        )
    round_ = a_round()
    await saved_plan(api, round_, left_out=(left_out(3, LeftOutReason.BELOW_THRESHOLD),))
    api.clock.now = NOON + HOUR
    done, skipped, tip = round_.stops
    assert (await api.report(done.stop_id)).status_code == 200
    api.clock.now += HOUR / 6
    said = await api.report(skipped.stop_id, outcome="skipped", skip_reason="locked")
    assert said.status_code == 200
    api.clock.now += HOUR / 2
    assert (await api.report(tip.stop_id, weight_kg=50)).status_code == 200
    api.clock.now = NOON + 3 * HOUR


async def asked(api: Api, **query: Any) -> dict[str, Any]:  # noqa: ANN401 - any parameter
    answer = await api.get("/figures", **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def of(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["figure"]: one for one in found["figures"]}


async def test_a_day_that_was_driven(api: Api) -> None:
    await driven(api)
    found = await asked(api, **{"from": DAY, "to": DAY})
    assert (found["waiting"], found["days"], found["before_first"]) == (0, 1, "2026-03-02")
    figure = of(found)
    assert figure["bins_emptied"]["value"] == 1
    assert figure["fill_at_pickup"]["value"] == 93
    assert figure["fill_at_pickup"]["known_from"] == "from 1 of 1 bins with a level before"
    assert figure["tonnes"]["value"] == pytest.approx(0.05)
    assert figure["tonnes"]["known_from"].startswith("100 % weighed")
    # bin-3: from half an hour before noon to now
    assert figure["overflow_hours"]["value"] == pytest.approx(3.5)
    assert figure["left_out"]["value"] == 1
    assert figure["within_hours"]["value"] is None
    assert figure["sensors_well"]["known_from"] == "no sensor sat in a bin for a whole day"
    assert found["reasons"] == [
        {"what": "left_out", "reason": "below_threshold", "value": 1, "before": 0},
        {"what": "skipped", "reason": "locked", "value": 1, "before": 0},
    ]
    # the day before nobody drove: that is not 0
    assert figure["bins_emptied"]["before"] is None
    assert figure["bins_emptied"]["before_known_from"] == "no crew has marked a stop"
    assert figure["bins_emptied"]["difference"] is None
    assert figure["bins_emptied"]["verdict"] is None


async def test_the_report_of_what_was_driven_says_the_same(api: Api) -> None:
    await driven(api)
    async with store.connect(api.database_url) as conn:
        (depot,) = await fleet.depots(conn)
        rounds = await driven_rounds(conn, "depot", first=TODAY, last=TODAY)
        midnight = NOON - HOUR  # at the depot
        full = await full_times(
            conn, "depot", timezone=depot.timezone, first=TODAY, last=TODAY, since=midnight,
            until=api.clock.now, fresh=settings().stale_after, full_pct=FULL_PCT,
        )  # fmt: skip
    total = totals(driven_days([TODAY], rounds, full))
    figure = of(await asked(api, **{"from": DAY, "to": DAY}))
    assert figure["bins_emptied"]["value"] == total.bins
    assert figure["fill_at_pickup"]["value"] == total.fill_at_pickup_pct
    assert figure["on_time"]["value"] == total.service_pct
    assert total.overflow_h is not None
    assert figure["overflow_hours"]["value"] == pytest.approx(total.overflow_h, abs=0.05)
    km_per_tonne = total.distance_m / 1000 / 0.05
    assert figure["km_per_tonne"]["value"] == pytest.approx(km_per_tonne, abs=0.05)
    assert figure["hours_per_tonne"]["value"] == pytest.approx(total.hours / 0.05, abs=0.005)


async def test_filters_and_what_is_not_there(api: Api) -> None:
    await driven(api)
    glass = of(await asked(api, stream="glass", **{"from": DAY, "to": DAY}))
    assert glass["bins_emptied"]["value"] is None
    paper = of(await asked(api, stream="paper", depot_id="depot", **{"from": DAY, "to": DAY}))
    assert paper["bins_emptied"]["value"] == 1
    assert_problem(await api.get("/figures", depot_id="moon"), 404)
    assert_problem(await api.get("/figures", stream="moon"), 404)
    assert_problem(await api.get("/figures", **{"from": DAY, "to": "2026-03-01"}), 422)
    assert_problem(await api.get("/figures", **{"from": "2024-01-01", "to": DAY}), 422)
    for wrong in ({"from": "0001-01-01", "to": "0001-01-02"}, {"to": "0001-01-01"}):
        assert_problem(await api.get("/figures", **wrong), 422)
    assert_problem(await api.get("/figures", who="device_admin"), 403)
    assert (await api.get("/figures", who="viewer")).status_code == 200


async def test_by_default_the_last_week_that_is_over(api: Api) -> None:
    found = await asked(api)
    # at the depot it is Tuesday, the third of March
    assert (found["first"], found["last"]) == ("2026-02-23", "2026-03-01")
    assert (found["before_first"], found["before_last"]) == ("2026-02-16", "2026-02-22")
    assert len(found["trend_weeks"]) == 12
    assert found["trend_weeks"][-1] == "2026-02-23"
    ahead = await asked(api, **{"from": "2026-03-10", "to": "2026-03-11"})
    assert of(ahead)["tonnes"]["known_from"] == "these days are still to come"


async def test_a_long_span_is_reckoned_by_parts_and_said_to_be(api: Api) -> None:
    await driven(api)
    query = {"from": "2026-01-01", "to": DAY}
    found = await asked(api, **query)
    assert found["waiting"] == 62 - 2 * 7
    assert of(found)["tonnes"]["value"] is None
    assert of(found)["tonnes"]["known_from"] == "being reckoned: 14 of 62 days are there"
    turns = 0
    while found["all_waiting"]:
        found = await asked(api, **query)
        turns += 1
        assert turns < 12
    assert of(found)["bins_emptied"]["value"] == 1
    assert of(found)["bins_emptied"]["trend"][-1] == 1


async def test_a_day_is_reckoned_anew_until_it_is_settled(api: Api) -> None:
    await driven(api)
    query = {"from": DAY, "to": DAY}
    first = await asked(api, **query)
    async with store.connect(api.database_url) as conn:
        await conn.execute("UPDATE stop_states SET report_id = report_id")
        await conn.execute("DELETE FROM left_out")
    api.clock.now += day_figures.FRESH_FOR / 2
    assert (await asked(api, **query))["made_at"] == first["made_at"]
    api.clock.now += day_figures.FRESH_FOR
    assert of(await asked(api, **query))["left_out"]["value"] == 0
    api.clock.now += timedelta(days=9)
    settled = await asked(api, **query)
    api.clock.now += timedelta(days=30)
    assert (await asked(api, **query))["made_at"] == settled["made_at"]


async def test_the_csv_has_the_same_numbers(api: Api) -> None:
    await driven(api)
    query = {"from": DAY, "to": DAY}
    found = await asked(api, **query)
    answer = await api.get("/figures.csv", **query)
    name = f'attachment; filename="figures-{DAY}-{DAY}.csv"'
    assert answer.headers["content-disposition"] == name
    rows = {row["figure"]: row for row in csv.DictReader(io.StringIO(answer.text, newline=""))}
    for one in found["figures"]:
        row = rows.pop(one["figure"])
        for key in ("value", "before", "difference"):
            assert (float(row[key]) if row[key] else None) == one[key], one["figure"]
        assert row["verdict"] == (one["verdict"] or "")
        assert row["known_from"] == one["known_from"]
    assert rows.keys() == {"left_out:below_threshold", "skipped:locked"}
    assert rows["skipped:locked"]["difference"] == "1"


async def test_days_go_together_in_runs_of_a_week() -> None:
    days = [date(2026, 3, n) for n in (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13)]
    runs = figures._runs(days)
    assert [(run[0].day, run[-1].day) for run in runs] == [(1, 3), (5, 11), (12, 13)]

import pytest

from tests.api.parts import Api, a_round, assert_problem, saved_plan


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/bins?limit=0", "limit"),
        ("/bins?limit=1001", "limit"),
        ("/bins?limit=many", "limit"),
        ("/bins?trust=maybe", "trust"),
        ("/bins?min_fill_pct=101", "min_fill_pct"),
        ("/bins?min_fill_pct=nan", "min_fill_pct"),
        ("/bins?after=%00", "after"),
        ("/bins?depot_id=a%00b", "depot_id"),
        ("/bins?stream=Paper", "stream"),
        ("/bins.geojson?stream=%F0%9F%97%91", "stream"),
        ("/bins/a%00b", "bin_id"),
        ("/bins/bin-1/readings?since=yesterday", "since"),
        ("/bins/bin-1/readings?since=2026-03-02T00:00:00", "since"),
        ("/bins/bin-1/readings?since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z", "until"),
        ("/bins/bin-1/readings?after=somewhere", "after"),
        ("/bins/bin-1/readings?after=2026-03-02T00:00:00Z~%00", "after"),
        ("/bins/bin-1/readings?since=1763769600", "since"),
        ("/bins/bin-1/readings?until=0", "until"),
        ("/bins/bin-1/readings?since=2026-03-02", "since"),
        ("/bins/bin-1/readings?after=0~sensor-1", "after"),
        ("/bins?min_fil_pct=90", "min_fil_pct"),
        ("/bins?min_fill_pct=90&Trust=fresh", "Trust"),
        ("/bins.geojson?limit=7", "limit"),
        ("/bins/bin-1?at=2026-03-02T00:00:00Z", "at"),
        ("/bins/bin-1/readings?from=2026-03-02T00:00:00Z", "from"),
        ("/sensors?health=broken", "health"),
        ("/sensors?after=a%20b", "after"),
        ("/sensors?state=silent", "state"),
        ("/sensors/a%00b", "sensor_id"),
        ("/emptyings/disagreements?kind=missed", "kind"),
        ("/emptyings/disagreements?since=0", "since"),
        ("/plans?day=0", "day"),
        ("/plans?day=1772452800", "day"),
        ("/plans?date=2026-03-03", "date"),
        ("/plans/today?day=2026-03-03", "day"),
        ("/plans/7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11?rounds=false", "rounds"),
    ],
)
async def test_a_wrong_parameter_is_named(api: Api, path: str, parameter: str) -> None:
    response = await api.client.get(path, headers=api.bearer("ops"))
    errors = assert_problem(response, 422)["errors"]
    assert [error["parameter"] for error in errors] == [parameter]


async def test_an_unknown_parameter_is_told_the_known_ones(api: Api) -> None:
    problem = assert_problem(await api.get("/bins", min_fil_pct=90, x=1), 422)
    assert [error["parameter"] for error in problem["errors"]] == ["min_fil_pct", "x"]
    for known in ("depot_id", "stream", "trust", "min_fill_pct", "after", "limit"):
        assert known in problem["errors"][0]["detail"]
    none_known = assert_problem(await api.get("/bins/bin-1", depth=2), 422)
    assert "there are none here" in none_known["detail"]
    assert_problem(await api.client.get("/bins?min_fil_pct=90"), 401)


async def test_asking_takes_no_parameters(api: Api) -> None:
    response = await api.client.post(
        "/plans?depot_id=depot", json={"depot_id": "depot"}, headers=api.bearer("ops")
    )
    assert "there are none here" in assert_problem(response, 422)["detail"]
    assert (await api.get("/plans")).json()["items"] == []


async def test_a_parameter_of_newer_phones_loses_no_mark_and_a_misspelt_day_is_named(
    api: Api,
) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    assert (await api.report(f"{round_.stops[0].stop_id}?app=2")).status_code == 200
    for query, parameter in ({"dya": "2026-03-03"}, "dya"), ({"day": "0"}, "day"):
        problem = assert_problem(await api.get("/crew/round", who="crew", **query), 422)
        assert [error["parameter"] for error in problem["errors"]] == [parameter]
        assert "day" in problem["detail"]

"""A bin's history for drawing: all of it, or thinned without losing what one looks for."""

from datetime import timedelta
from random import Random
from uuid import uuid4

import store
from core.readings import Reading, Trust
from tests.api.parts import Api, assert_problem
from tests.store.make import NOON, add_readings, reading


async def stored(api: Api, readings: list[Reading]) -> None:
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, readings)


async def test_what_was_measured_with_its_trust_oldest_first(api: Api) -> None:
    hour = timedelta(hours=1)
    await stored(
        api,
        [
            reading(1, at=NOON - 3 * hour, fill_pct=40.26),
            reading(1, at=NOON - 2 * hour, fill_pct=99, trust=Trust.SPIKE),
            reading(1, at=NOON - hour, fill_pct=None, trust=Trust.TILTED),
            reading(1, at=NOON, fill_pct=42),
            reading(1, at=NOON - timedelta(days=31), fill_pct=7),
            reading(2, at=NOON, fill_pct=8),
        ],
    )
    found = (await api.get("/bins/bin-1/history", who="device_admin")).json()
    assert found["fill_pct"] == [40.3, 99, 42]
    assert [found["trusts"][n] for n in found["trust"]] == ["trusted", "spike", "trusted"]
    now_s = int(NOON.timestamp())
    assert found["measured_at_s"] == [now_s - 3 * 3600, now_s - 2 * 3600, now_s]
    assert found["readings"] == 3
    assert {found["sources"][n] for n in found["source"]} == {"sensor"}


async def test_what_a_crew_saw_is_among_it(api: Api) -> None:
    await stored(api, [reading(1, at=NOON - timedelta(hours=2), fill_pct=40)])
    answer = await api.client.put(
        f"/crew/levels/{uuid4()}",
        json={"bin_id": "bin-1", "fill_pct": 70, "reported_at": NOON.isoformat()},
        headers=api.bearer("crew"),
    )
    assert answer.status_code == 200, answer.text
    found = (await api.get("/bins/bin-1/history")).json()
    assert found["fill_pct"] == [40, 70]
    assert [found["sources"][n] for n in found["source"]] == ["sensor", "crew"]
    assert [found["trusts"][n] for n in found["trust"]] == ["trusted", "trusted"]


async def test_thinned_it_keeps_ends_and_extremes_of_every_slice(api: Api) -> None:
    random = Random(5)  # noqa: S311 - levels, not secrets
    since = NOON - timedelta(days=30)
    readings = [
        reading(
            1,
            at=since + timedelta(minutes=10 * n),
            fill_pct=round(random.uniform(5, 95), 1),
            trust=Trust.SPIKE if n % 97 == 0 else Trust.TRUSTED,
        )
        for n in range(4320)
    ]
    await stored(api, readings)
    answer = await api.get(
        "/bins/bin-1/history", points=400, since=since.isoformat(), until=NOON.isoformat()
    )
    found = answer.json()
    assert len(found["fill_pct"]) <= 400
    assert found["readings"] == 4320
    assert found["measured_at_s"] == sorted(found["measured_at_s"])
    kept = set(zip(found["measured_at_s"], found["fill_pct"], strict=True))
    slices: dict[tuple[int, bool], list[tuple[int, float]]] = {}
    for one in readings:
        assert one.fill_pct is not None
        n = int((one.measured_at - since) / timedelta(days=30) * 50)
        point = (int(one.measured_at.timestamp()), one.fill_pct)
        slices.setdefault((n, one.trust is Trust.TRUSTED), []).append(point)
    for points in slices.values():
        levels = [fill_pct for _, fill_pct in points]
        assert points[0] in kept
        assert points[-1] in kept
        assert {min(levels), max(levels)} <= {level for at, level in kept if (at, level) in points}


async def test_no_readings_no_bin_and_no_time(api: Api) -> None:
    found = (await api.get("/bins/bin-1/history")).json()
    assert (found["fill_pct"], found["readings"]) == ([], 0)
    assert_problem(await api.get("/bins/nowhere/history"), 404)
    for wrong in ({"points": 3}, {"since": NOON.isoformat(), "until": NOON.isoformat()}):
        assert_problem(await api.get("/bins/bin-1/history", **wrong), 422)
    old = await api.get("/bins/bin-1/history", until="0001-01-02T00:00:00Z")
    assert old.json()["readings"] == 0

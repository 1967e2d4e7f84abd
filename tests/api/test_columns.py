"""All bins in one answer: right, shared, and never behind."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import httpx

import store
from api.live.columns import ASKED_TOGETHER_S, Columns
from core.registry import BinRecord
from core.rules.track import Track
from store import tracks
from store.registry import register
from tests.api.conftest import small_town
from tests.api.listening import served
from tests.api.parts import Api
from tests.store.make import NOON, add_readings, reading


def bins(answer: httpx.Response) -> dict[str, dict[str, Any]]:
    """Return the columns as a row for each bin."""
    found = answer.json()
    lists = ("name", "lon", "lat", "fill_pct", "measured_at_s", "has_sensor", "threshold_pct")
    named = (("stream", "streams"), ("depot", "depots"), ("trust", "trusts"))
    perhaps = (("area", "areas"), ("health", "healths"))
    return {
        bin_id: {
            **{name: found[name][n] for name in (*lists, "in_service")},
            **{name: found[of][found[name][n]] for name, of in named},
            **{
                name: None if found[name][n] is None else found[of][found[name][n]]
                for name, of in perhaps
            },
        }
        for n, bin_id in enumerate(found["bin_id"])
    }


async def test_every_bin_with_its_level_trust_and_health(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        await add_readings(
            conn, [reading(1, fill_pct=61.26), reading(2, at=NOON - timedelta(days=4))]
        )
        await tracks.lock(conn, ["sensor-1"])
        heard = Track(bin_id="bin-1", newest_at=NOON, interval_s=3_600, level_at=NOON, level_pct=61)
        await tracks.save(conn, {"sensor-1": heard})
    answer = await api.get("/bins.columns")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.json()["now_s"] == NOON.timestamp()
    found = bins(answer)
    assert list(found) == ["bin-1", "bin-2", "bin-3", "bin-4", "bin-5"]
    assert found["bin-1"] == {
        "name": "Street 1",
        "lon": 14.401,
        "lat": 50.1,
        "stream": "paper",
        "depot": "depot",
        "area": None,
        "fill_pct": 61.3,
        "trust": "fresh",
        "measured_at_s": int(NOON.timestamp()),
        "has_sensor": 1,
        "health": "ok",
        "threshold_pct": 80,
        "in_service": 1,
    }
    assert found["bin-2"]["trust"] == "stale"
    assert found["bin-3"]["trust"] == "no_level"
    assert found["bin-3"]["health"] == "never_heard"
    lost = found["bin-5"]
    assert (lost["lon"], lost["has_sensor"], lost["health"], lost["stream"]) == (
        *(None, 0, None),
        "glass",
    )


async def test_no_bins_are_an_answer(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        await conn.execute("TRUNCATE bins CASCADE")
    found = (await api.get("/bins.columns")).json()
    assert found["bin_id"] == found["lon"] == found["streams"] == found["health"] == []


async def test_the_same_answer_is_not_sent_twice(api: Api) -> None:
    async with served(api) as at:
        first = await at.get("/bins.columns", **{"Accept-Encoding": "gzip"})
        assert first.headers["content-encoding"] == "gzip"
        plain = await at.get("/bins.columns", **{"Accept-Encoding": "identity"})
        assert plain.json() == first.json()
        etag = first.headers["etag"]
        again = await at.get("/bins.columns", **{"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        async with store.connect(api.database_url) as conn:
            await add_readings(conn, [reading(1, fill_pct=20)])
        await asyncio.sleep(1)
        other = await at.get("/bins.columns", **{"If-None-Match": etag})
        assert other.status_code == 200
        assert bins(other)["bin-1"]["fill_pct"] == 20


async def test_nothing_is_older_than_a_second_however_much_changes(api: Api) -> None:
    async with served(api) as at:
        for n in range(1, 21):
            async with store.connect(api.database_url) as conn:
                at_n = NOON + timedelta(seconds=n)
                await add_readings(conn, [reading(1, at=at_n, fill_pct=float(n))])
            committed = time.monotonic()
            while bins(await at.get("/bins.columns"))["bin-1"]["fill_pct"] != n:
                assert time.monotonic() - committed < 1
                await asyncio.sleep(0.05)


async def test_a_new_bin_and_another_name_are_seen(api: Api) -> None:
    async with served(api) as at, at.events() as stream:
        assert len(bins(await at.get("/bins.columns"))) == 5
        new = BinRecord(
            bin_id="bin-9",
            name="New",
            stream="x",
            capacity_l=9,
            depot_id="depot",
            district="Old Town",
        )
        town = small_town()
        async with store.connect(api.database_url) as conn:
            await register(conn, town.model_copy(update={"bins": [*town.bins, new]}))
        assert await stream.next("levels") == {"reload": True}
        await asyncio.sleep(1)
        found = bins(await at.get("/bins.columns"))
        assert found["bin-9"]["name"] == "New"
        assert [found[f"bin-{n}"]["area"] for n in (1, 9)] == [None, "Old Town"]


async def test_many_callers_share_one_question() -> None:
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        return '{"bin_id": []}'

    columns = Columns(ask, lambda: NOON)
    columns.hears(True)
    await asyncio.gather(*(columns.answer() for _ in range(50)))
    assert asked == 1
    await asyncio.sleep(ASKED_TOGETHER_S + 0.1)
    await columns.answer()
    assert asked == 1
    columns.changed()
    await columns.answer()
    assert asked == 2
    await asyncio.sleep(ASKED_TOGETHER_S + 0.1)
    columns.hears(False)  # who hears of nothing keeps nothing
    await columns.answer()
    assert asked == 3


async def test_who_leaves_does_not_take_the_answer_from_others() -> None:
    async def ask() -> str:
        await asyncio.sleep(0.1)
        return '{"bin_id": []}'

    columns = Columns(ask, lambda: NOON)
    first = asyncio.create_task(columns.answer())
    second = asyncio.create_task(columns.answer())
    await asyncio.sleep(0.01)
    first.cancel()
    assert (await second).plain == b'{"now_s":1772452800,"bin_id": []}'


async def test_an_error_is_everybodys_and_not_kept() -> None:
    fails = True

    async def ask() -> str:
        await asyncio.sleep(0.01)
        if fails:
            raise OSError("away")
        return "{}"

    columns = Columns(ask, lambda: NOON)
    found = await asyncio.gather(columns.answer(), columns.answer(), return_exceptions=True)
    assert [type(one) for one in found] == [OSError, OSError]
    fails = False
    assert (await columns.answer()).etag

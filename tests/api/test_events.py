"""What changes reaches whoever watches, and nobody else."""

import asyncio
import json
import logging
import time
from collections.abc import Collection
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog
from structlog.testing import LogCapture

import store
from api import middleware
from api.live import hub, level_watch, listeners
from api.live.listeners import QUEUE, Listener
from api.server import STOP_LIMIT_S
from core.rules.track import Track
from store import tokens, tracks
from store.changes import STOP_CHANGED
from tests.api.line import Line
from tests.api.listening import served
from tests.api.parts import Api, a_round, assert_problem, saved_plan
from tests.store.make import NOON, add_readings, reading

pytestmark = pytest.mark.usefixtures("often")


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked for every now and then is looked for soon."""
    monkeypatch.setattr(level_watch, "STALE_EVERY_S", 0.3)
    monkeypatch.setattr(level_watch, "HEALTHS_EVERY_S", 0.3)
    monkeypatch.setattr(hub, "CALLERS_S", 0.2)


async def test_a_level_is_told_within_two_seconds_of_its_commit(api: Api) -> None:
    async with served(api) as at, at.events() as stream, at.events("crew") as crew:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in stream.headers
        async with store.connect(api.database_url) as conn:
            await add_readings(conn, [reading(1, at=NOON, fill_pct=61.26)])
        committed = time.monotonic()
        told = await stream.next("levels")
        assert time.monotonic() - committed < 2
        bin_id, fill_pct, trust, measured_at_s, _ = told["rows"][0]
        assert (bin_id, fill_pct, trust) == ("bin-1", 61.3, "fresh")
        assert measured_at_s == NOON.timestamp()
        await crew.nothing("levels")


async def test_what_is_committed_late_is_told_all_the_same(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        # a hypertable's first chunk is there: whoever makes it is waited for
        await add_readings(conn, [reading(4, at=NOON, fill_pct=5)])
    async with served(api) as at, at.events() as stream:
        async with store.connect(api.database_url) as slow:
            await add_readings(slow, [reading(1, at=NOON, fill_pct=61)])
            async with store.connect(api.database_url) as conn:
                await add_readings(conn, [reading(2, at=NOON, fill_pct=40)])
            assert await stream.bins_until("bin-2") <= {"bin-2", "bin-4"}
            async with store.connect(api.database_url) as conn:
                await add_readings(conn, [reading(3, at=NOON, fill_pct=41)])
            # bin-2 is not told again, although the slow transaction holds the mark back
            assert await stream.bins_until("bin-3") <= {"bin-3", "bin-4"}
        assert await stream.bins_until("bin-1") <= {"bin-1", "bin-4"}


async def test_a_level_that_becomes_stale_with_time_is_told(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, [reading(1, at=NOON, fill_pct=61)])
    async with served(api) as at, at.events() as stream:
        # A transaction open anywhere in the server, another test's too, may have it told once more.
        before = await stream.rows_within(1.0)
        api.clock.now += timedelta(days=3)
        row = (await stream.next("levels"))["rows"][0]
        assert row[:3] == ["bin-1", 61.0, "stale"]
        assert {row[2] for row in before} <= {"fresh"}


async def test_a_sensor_that_falls_silent_is_told(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        await add_readings(conn, [reading(1, at=NOON, fill_pct=61)])
        await tracks.lock(conn, ["sensor-1"])
        heard = Track(bin_id="bin-1", newest_at=NOON, interval_s=3_600, level_at=NOON, level_pct=61)
        await tracks.save(conn, {"sensor-1": heard})
    async with served(api) as at, at.events() as stream:
        await stream.nothing("sensors")
        api.clock.now += timedelta(days=20)
        assert await stream.next("sensors") == {}
        rows: list[Any] = []
        while not any(row[0] == "bin-1" and row[4] == "silent" for row in rows):
            rows = (await stream.next("levels"))["rows"]


async def test_many_levels_are_told_in_a_word(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level_watch, "MANY", 2)
    async with served(api) as at, at.events() as stream:
        async with store.connect(api.database_url) as conn:
            await add_readings(conn, [reading(n) for n in (1, 2, 3)])
        assert await stream.next("levels") == {"reload": True}


async def test_a_plan_is_told_to_desks_and_to_the_crews_of_its_rounds(api: Api) -> None:
    async with (
        served(api) as at,
        at.events() as desk,
        at.events("crew") as crew,
        at.events("other") as other,
    ):
        plan_id = await saved_plan(api, a_round())
        told = await desk.next("plan")
        while told["status"] != "ready":
            told = await desk.next("plan")
        assert told == {
            "plan_id": str(plan_id),
            "depot_id": "depot",
            "day": "2026-03-03",
            "status": "ready",
        }
        assert await crew.next("round") == {}
        await other.nothing("round")


async def test_a_mark_is_told_to_desks_and_its_crew(api: Api) -> None:
    ids = {name: str(uuid4()) for name in ("plan_id", "round_id", "stop_id")}
    async with (
        served(api) as at,
        at.events() as desk,
        at.events("crew") as crew,
        at.events("other") as other,
    ):
        async with store.connect(api.database_url) as conn:
            await conn.execute("SELECT pg_notify(%s, 'not readable')", [STOP_CHANGED])
        async with store.connect(api.database_url) as conn:
            payload = json.dumps({**ids, "crew_id": "crew"})
            await conn.execute("SELECT pg_notify(%s, %s)", [STOP_CHANGED, payload])
        assert await desk.next("stop") == ids
        assert await crew.next("round") == {}
        await other.nothing("round", "stop")


async def test_streams_end_with_the_database_and_come_back_with_it(api: Api) -> None:
    async with Line.to(api.database_url) as line, served(api, database_url=line.url) as at:
        for _ in range(2):
            async with at.events() as stream:
                await line.cut()
                await stream.end()
                assert_problem(await at.get("/events"), 503)
            await line.mend()
            started = time.monotonic()
            while True:
                assert time.monotonic() - started < 10
                try:
                    async with at.events() as stream:
                        async with store.connect(api.database_url) as conn:
                            await add_readings(conn, [reading(1, at=api.clock.now, fill_pct=50)])
                        await stream.next("levels")
                        api.clock.now += timedelta(minutes=1)
                    break
                except AssertionError:
                    await asyncio.sleep(0.1)


async def test_a_connection_that_is_ended_alone_is_made_again(api: Api) -> None:
    async with served(api) as at, at.events() as stream:
        with psycopg.connect(api.database_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'brimful-api-test' AND datname = current_database()"
            )
        await stream.end()
        await asyncio.sleep(hub.AGAIN_S + 0.5)
        async with at.events() as again:
            async with store.connect(api.database_url) as conn:
                await add_readings(conn, [reading(1, at=NOON, fill_pct=50)])
            await again.next("levels")


async def test_a_stream_ends_with_its_callers_access(api: Api) -> None:
    async with served(api) as at, at.events() as stays, at.events("device_admin") as ends:
        async with store.connect(api.database_url) as conn:
            found = await tokens.find(conn, api.secrets["device_admin"], now=NOON)
            assert found is not None
            await tokens.revoke(conn, found.token_id, now=NOON)
        await ends.end()
        async with store.connect(api.database_url) as conn:
            await add_readings(conn, [reading(1, at=NOON, fill_pct=50)])
        await stays.next("levels")


async def test_who_comes_while_callers_are_looked_through_stays(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()
    still_valid = tokens.still_valid

    async def slow(
        conn: store.Connection, digests: Collection[bytes], *, now: datetime
    ) -> frozenset[bytes]:
        asked.set()
        await asyncio.sleep(0.5)
        return await still_valid(conn, digests, now=now)

    monkeypatch.setattr(tokens, "still_valid", slow)
    async with served(api) as at, at.events():
        asked.clear()
        await asked.wait()
        async with at.events("crew") as late:
            await late.nothing("round")


async def test_no_connection_of_the_pool_is_held_by_a_stream(api: Api) -> None:
    async with served(api) as at, AsyncExitStack() as streams:
        for _ in range(30):
            await streams.enter_async_context(at.events())
        answers = await asyncio.gather(*(at.get("/bins") for _ in range(10)))
        assert {answer.status_code for answer in answers} == {200}


async def test_a_silent_stream_is_kept_open_by_comments(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "KEEPALIVE_S", 0.2)
    async with served(api) as at, at.events() as stream:
        await asyncio.sleep(1)
        assert stream.comments >= 3


async def test_a_server_stops_with_fifty_streams_open_and_logs_each_once(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A logger of its own: what an earlier test set up for the module's may have been kept by it.
    logged = LogCapture()
    monkeypatch.setattr(
        middleware,
        "_log",
        structlog.wrap_logger(
            None,
            processors=[logged],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        ),
    )
    async with served(api) as at, AsyncExitStack() as streams:
        opened = [await streams.enter_async_context(at.events()) for _ in range(50)]
        assert logged.entries == []
        started = time.monotonic()
        at.serving.cancel()
        await asyncio.wait([at.serving])
        assert time.monotonic() - started < STOP_LIMIT_S
        for stream in opened:
            await stream.end()
        lines = [(entry["path"], entry["status"]) for entry in logged.entries]
        assert lines == [("/events", 200)] * 50


async def test_a_client_that_does_not_read_is_let_go() -> None:
    listener = Listener(digest=b"somebody", crew_id=None)
    for n in range(QUEUE):
        listener.tell(b"%d" % n)
    assert len(listener.waiting) == QUEUE
    listener.tell(b"one too many")
    assert not listener.waiting
    assert [piece async for piece in listener.stream()] == [listeners.HELLO]

import asyncio
import time

import httpx

import store
from api.app import create_app
from tests.api.line import Line
from tests.api.parts import Api, a_round, assert_problem, saved_plan, settings


async def test_while_the_database_is_away_requests_end_in_time_and_resume_after(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    async with (
        Line.to(api.database_url) as line,
        store.open_pool(line.url, application="api-test", timeout_s=2) as pool,
    ):
        transport = httpx.ASGITransport(create_app(pool, settings(), clock=api.clock))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            bearer = api.bearer("ops")
            assert (await client.get("/bins", headers=bearer)).status_code == 200
            await line.cut()
            started = time.monotonic()
            answers = await asyncio.gather(
                *(client.get("/bins", headers=bearer) for _ in range(20))
            )
            answers.append(await client.get("/ready"))
            assert time.monotonic() - started < 8
            for answer in answers:
                problem = assert_problem(answer, 503)
                assert answer.headers["retry-after"] == "5"
                assert "connection" not in problem["detail"]
            assert (await client.get("/health")).status_code == 200
            await asyncio.sleep(4)  # long enough for pauses between attempts to grow
            await line.mend()
            started = time.monotonic()
            while (await client.get("/ready")).status_code != 200:
                assert time.monotonic() - started < 5
                await asyncio.sleep(0.1)
            assert (await client.get("/bins", headers=bearer)).status_code == 200


async def test_ready_answers_soon_however_long_requests_may_wait(api: Api) -> None:
    async with (
        Line.to(api.database_url) as line,
        store.open_pool(line.url, application="api-test", timeout_s=10) as pool,
    ):
        transport = httpx.ASGITransport(create_app(pool, settings(), clock=api.clock))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            assert (await client.get("/ready")).status_code == 200
            await line.cut()
            for _ in range(2):
                started = time.monotonic()
                assert_problem(await client.get("/ready"), 503)
                assert time.monotonic() - started < 2


async def test_ready_answers_soon_when_the_database_hangs(api: Api) -> None:
    async with (
        Line.to(api.database_url) as line,
        store.open_pool(line.url, application="api-test", timeout_s=2) as pool,
    ):
        transport = httpx.ASGITransport(create_app(pool, settings(), clock=api.clock))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            assert (await client.get("/ready")).status_code == 200
            line.hold()
            for _ in range(2):
                started = time.monotonic()
                assert_problem(await client.get("/ready"), 503)
                assert time.monotonic() - started < 2
            line.let_go()
            started = time.monotonic()
            while (await client.get("/ready")).status_code != 200:
                assert time.monotonic() - started < 10
                await asyncio.sleep(0.1)

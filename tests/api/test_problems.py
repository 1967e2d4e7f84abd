import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

import store
from api.app import create_app
from api.middleware import MAX_BODY_BYTES
from tests.api.line import Line
from tests.api.parts import Api, a_round, assert_problem, saved_plan, settings


async def test_errors_of_the_framework_are_problems_too(api: Api) -> None:
    assert_problem(await api.client.get("/nowhere"), 404)
    assert_problem(await api.client.get("/bins/"), 404)
    assert_problem(await api.client.get("/docs/../secret"), 404)
    assert_problem(await api.client.get("/docs/__init__.py"), 404)
    wrong_method = await api.client.delete("/bins", headers=api.bearer("ops"))
    assert_problem(wrong_method, 405)
    assert wrong_method.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"outcome": ', 422),
        (b"", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"note": "\xff"}', 400),
        (b"[" * 60_000, 400),
    ],
)
async def test_a_body_that_is_no_mark_is_refused(api: Api, body: bytes, status: int) -> None:
    response = await api.client.put(
        "/crew/stops/7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
        content=body,
        headers={"Content-Type": "application/json", **api.bearer("crew")},
    )
    assert_problem(response, status)


async def test_broken_json_is_named(api: Api) -> None:
    response = await api.client.post(
        "/plans",
        content=b'{"depot_id": }',
        headers={"Content-Type": "application/json", **api.bearer("ops")},
    )
    errors = assert_problem(response, 422)["errors"]
    assert errors == [{"detail": "is not JSON: Expecting value", "pointer": "#"}]


async def test_a_large_body_is_refused_announced_or_not(api: Api) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1024 + 1):
            yield b" " * 1024

    headers = {"Content-Type": "application/json", **api.bearer("ops")}
    announced = await api.client.post("/plans", content=b" " * 70_000, headers=headers)
    assert_problem(announced, 413)
    assert_problem(await api.client.post("/plans", content=in_pieces(), headers=headers), 413)
    fits = await api.client.post(
        "/plans", content=b'{"depot_id": "depot"}'.ljust(MAX_BODY_BYTES), headers=headers
    )
    assert fits.status_code == 202


async def test_a_fault_shows_nothing_of_the_inside(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        await conn.execute("ALTER TABLE bins RENAME COLUMN name TO secret_name")
    problem = assert_problem(await api.get("/bins"), 500)
    assert "secret" not in str(problem)
    assert "column" not in str(problem)
    assert "name" not in problem["detail"]


async def test_a_database_without_tables_is_not_ready(empty_database_url: str) -> None:
    async with store.open_pool(empty_database_url, application="api-test") as pool:
        transport = httpx.ASGITransport(create_app(pool, settings()))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            assert (await client.get("/health")).status_code == 200
            assert_problem(await client.get("/ready"), 503)
            asked = await client.get("/bins", headers={"Authorization": "Bearer x"})
            assert_problem(asked, 503)


async def test_a_commit_that_fails_is_never_answered_with_success(api: Api) -> None:
    round_ = a_round()
    await saved_plan(api, round_)
    async with store.connect(api.database_url) as conn:
        await conn.execute("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'refused at COMMIT' USING ERRCODE = 'disk_full'; END $$
        """)
        await conn.execute("""
            CREATE CONSTRAINT TRIGGER refuse_at_commit AFTER INSERT ON stop_reports
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()
        """)
    response = await api.report(round_.stops[0].stop_id)
    assert_problem(response, 503)
    assert response.headers["retry-after"] == "5"
    assert (await api.get("/crew/round", who="crew")).json()["progress"]["open"] == 3
    async with store.connect(api.database_url) as conn:
        await conn.execute("DROP TRIGGER refuse_at_commit ON stop_reports")
    assert (await api.report(round_.stops[0].stop_id)).status_code == 200


async def test_a_statement_that_takes_too_long_ends(api: Api) -> None:
    async with (
        store.connect(api.database_url) as conn,
        store.open_pool(api.database_url, application="api-test", statement_timeout_s=0.3) as pool,
    ):
        await conn.execute("LOCK TABLE bins")
        transport = httpx.ASGITransport(create_app(pool, settings(), clock=api.clock))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            assert_problem(await client.get("/bins", headers=api.bearer("ops")), 503)


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

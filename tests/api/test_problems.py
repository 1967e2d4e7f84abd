from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

import store
from api.app import create_app
from api.middleware import MAX_BODY_BYTES
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
    ("body", "words"),
    [
        (b'{"outcome": ', "is not JSON: Expecting value at line 1, column 13"),
        (b'{\n"outcome": }', "is not JSON: Expecting value at line 2, column 12"),
        (b"", "is empty: send the body as JSON"),
        (b"[]", "is not a JSON object"),
        (b"null", "is not a JSON object"),
        (b'{"note":"\xe9"}', "is not UTF-8: byte 0xe9 at offset 9"),
        (b"\xff\xfe", "is not UTF-8: byte 0xff at offset 0"),
        ('{"outcome": "done"}'.encode("utf-16-le"), "is not JSON"),
        (b"[" * 30_000, "is nested too deeply"),
        (b'{"":' * 15_000, "is nested too deeply"),
        (b'{"photo": %s}' % (b"9" * 5_000), "too many digits"),
    ],
)
async def test_an_unreadable_body_is_told_what_is_wrong_and_where(
    api: Api, body: bytes, words: str
) -> None:
    for method, path, who in (
        ("PUT", "/crew/stops/7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11", "crew"),
        ("POST", "/plans", "ops"),
    ):
        headers = {"Content-Type": "application/json", **api.bearer(who)}
        response = await api.client.request(method, path, content=body, headers=headers)
        (error,) = assert_problem(response, 422)["errors"]
        assert words in error["detail"]
        assert error["pointer"] == "#"


@pytest.mark.parametrize("depth", [900, 3_000, 12_000])
async def test_a_deep_body_is_passed_over_or_refused_but_never_a_fault(
    api: Api, depth: int
) -> None:
    stop = uuid4()
    for field, statuses in ("photo", {404, 422}), ("note", {422}):
        known = f'"report_id": "{uuid4()}", "outcome": "done", "reported_at": "2026-03-02T08:09Z"'
        body = f'{{{known}, "{field}": {"[" * depth}{"]" * depth}}}'
        response = await api.client.put(
            f"/crew/stops/{stop}",
            content=body,
            headers={"Content-Type": "application/json", **api.bearer("crew")},
        )
        assert response.status_code in statuses
        assert_problem(response, response.status_code)


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "json", ";"]
)
async def test_a_body_that_is_not_said_to_be_json_is_told_the_header(
    api: Api, content_type: str | None
) -> None:
    headers = api.bearer("ops")
    if content_type is not None:
        headers["Content-Type"] = content_type
    body = b'{"depot_id": "depot"}'
    response = await api.client.post("/plans", content=body, headers=headers)
    (error,) = assert_problem(response, 422)["errors"]
    assert error["parameter"] == "Content-Type"
    assert ("is missing" if content_type is None else f"is {content_type}") in error["detail"]
    assert "Content-Type: application/json" in error["detail"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("Application/JSON; charset=utf-8", b'{"depot_id": "depot"}'),
        ("application/vnd.api+json", b'{"depot_id": "depot"}'),
        ("application/json", b'\xef\xbb\xbf{"depot_id": "depot"}'),
    ],
)
async def test_every_way_to_send_json_is_read(api: Api, content_type: str, body: bytes) -> None:
    headers = {"Content-Type": content_type, **api.bearer("ops")}
    assert (await api.client.post("/plans", content=body, headers=headers)).status_code == 202


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

"""People and crews sign in, and stay so for as long as they may."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher

import store
from api.app import create_app
from core.passwords import hash_password
from store import accounts, audit, crew_links, sessions
from store.tokens import Role
from tests.api.parts import Api, assert_problem, settings

PASSWORD = "four words in a row"


@pytest.fixture
async def anna(api: Api) -> Api:
    """Anna of ops has an account, and the browser carries nothing yet."""
    async with store.connect(api.database_url) as conn:
        await accounts.create(
            conn,
            user_name="anna",
            name="Anna Dvorak",
            role=Role.OPS,
            password_hash=hash_password(PASSWORD),
            now=api.clock.now,
        )
    return api


async def sign_in(
    api: Api, user_name: str = "anna", password: str = PASSWORD, **headers: str
) -> httpx.Response:
    body = {"user_name": user_name, "password": password}
    return await api.client.post("/session", json=body, headers=headers)


async def code(api: Api, crew_id: str = "crew", **valid: float) -> str:
    async with store.connect(api.database_url) as conn:
        _, made = await crew_links.create(
            conn,
            crew_id,
            by="anna",
            now=api.clock.now,
            expires_at=api.clock.now + timedelta(**(valid or {"hours": 12})),
        )
    return made


async def trail(api: Api) -> list[tuple[str, str, str]]:
    async with store.connect(api.database_url) as conn:
        return [(e.who, e.what, e.subject) for e in await audit.entries(conn)]


async def test_a_person_signs_in_acts_and_signs_out(anna: Api) -> None:
    answer = await sign_in(anna, " Anna ", **{"User-Agent": "(X11; Linux) Firefox/140.0"})
    assert answer.status_code == 200
    assert answer.json() == {
        "name": "Anna Dvorak",
        "user_name": "anna",
        "role": "ops",
        "crew_id": None,
        "kind": "person",
        "device": "Firefox on Linux",
        "ends_at": "2026-03-09T12:00:00Z",
    }
    assert (await anna.client.get("/session")).json() == answer.json()
    asked = await anna.client.put("/bins/bin-1/request", json={})
    assert asked.json()["requested_by"] == "anna"
    kept = dict(anna.client.cookies)
    out = await anna.client.delete("/session")
    assert out.json() == {"signed_out": True}
    assert not anna.client.cookies
    for cookies in ({}, kept):
        anna.client.cookies.update(cookies)
        problem = assert_problem(await anna.client.get("/session"), 401)
        assert "/signin/" in problem["detail"]
    assert [what for _, what, _ in await trail(anna)] == [
        "session.ended",
        "bin.requested",
        "session.started",
    ]


async def test_the_cookie_is_for_this_host_and_no_script(anna: Api) -> None:
    header = (await sign_in(anna)).headers["set-cookie"]
    name, *attributes = header.split("; ")
    assert name.startswith("brimful=")
    assert len(name) == len("brimful=") + 43
    assert set(attributes) == {"HttpOnly", "Max-Age=604800", "Path=/", "SameSite=strict"}


async def test_wrong_and_unknown_are_the_same_to_whoever_asks(anna: Api) -> None:
    wrong = assert_problem(await sign_in(anna, password="four words in a rox"), 401)
    unknown = assert_problem(await sign_in(anna, "berta"), 401)
    strange = assert_problem(await sign_in(anna, "no user name\n", PASSWORD), 401)
    for problem in (wrong, unknown, strange):
        assert problem["detail"] == "The user name or the password is wrong."
    assert not anna.client.cookies
    told = str(await trail(anna))
    assert "account anna" in told
    assert "berta" not in told, "it may be a password that slipped into the other field"


async def test_after_too_many_wrong_ones_even_the_right_one_waits(anna: Api) -> None:
    for n in range(10):
        assert_problem(await sign_in(anna, password=f"wrong {n}"), 401)
        anna.clock.now += timedelta(seconds=30)
    answer = await sign_in(anna)
    problem = assert_problem(answer, 429)
    assert problem["detail"] == "Too many wrong passwords. Try again in 10 minutes."
    assert answer.headers["retry-after"] == "600"
    # another one from the same address may
    assert_problem(await sign_in(anna, "berta"), 401)
    anna.clock.now += timedelta(minutes=10)
    assert (await sign_in(anna)).status_code == 200
    # and who has come in begins anew
    for _ in range(9):
        assert_problem(await sign_in(anna, password="wrong"), 401)


async def test_an_address_that_tries_many_names_waits(anna: Api) -> None:
    for n in range(50):
        assert_problem(await sign_in(anna, f"guess-{n}"), 401)
    assert_problem(await sign_in(anna), 429)


async def test_a_disabled_account_is_out_at_once_and_told_so_with_its_password(anna: Api) -> None:
    await sign_in(anna)
    async with store.connect(anna.database_url) as conn:
        await conn.execute("UPDATE accounts SET disabled_at = %s", (anna.clock.now,))
    assert_problem(await anna.client.get("/session"), 401)
    assert "disabled" in assert_problem(await sign_in(anna), 401)["detail"]
    assert "disabled" not in assert_problem(await sign_in(anna, password="x"), 401)["detail"]


async def test_a_hash_of_older_parameters_is_made_anew_on_the_way_in(anna: Api) -> None:
    older = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    async with store.connect(anna.database_url) as conn:
        await conn.execute("UPDATE accounts SET password_hash = %s", (older,))
    assert (await sign_in(anna)).status_code == 200
    async with store.connect(anna.database_url) as conn:
        found = await accounts.find(conn, "anna")
    assert found is not None
    assert str(found.password_hash).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await sign_in(anna)).status_code == 200


async def test_a_session_ends_when_it_is_not_used_and_at_its_end(anna: Api) -> None:
    await sign_in(anna)
    anna.clock.now += timedelta(hours=12)
    assert_problem(await anna.client.get("/session"), 401)
    await sign_in(anna)
    for _ in range(167):
        anna.clock.now += timedelta(hours=1)
        assert (await anna.client.get("/session")).status_code == 200
    anna.clock.now += timedelta(hours=1)
    assert_problem(await anna.client.get("/session"), 401)


async def test_a_role_counts_as_it_is_now(anna: Api) -> None:
    await sign_in(anna)
    async with store.connect(anna.database_url) as conn:
        await conn.execute("UPDATE accounts SET role = 'viewer'")
    assert (await anna.client.get("/plans")).status_code == 200
    problem = assert_problem(await anna.client.put("/bins/bin-1/request", json={}), 403)
    assert problem["detail"] == "This needs role ops; yours is viewer."


async def test_the_secret_is_nowhere_in_the_database(anna: Api) -> None:
    await sign_in(anna)
    secret = anna.client.cookies["brimful"]
    async with store.connect(anna.database_url) as conn:
        for table in ("sessions", "audit", "accounts"):
            rows = await (await conn.execute(f"SELECT t::text AS whole FROM {table} t")).fetchall()  # noqa: S608 - names from above
            assert rows
            assert secret not in str(rows)
            assert PASSWORD not in str(rows)


async def test_a_crew_signs_a_phone_in_once_with_a_link(api: Api) -> None:
    made = await code(api)
    answer = await api.client.post("/session/link", json={"code": made, "device": "Blue phone"})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["kind"], found["role"], found["crew_id"]) == ("phone", "crew", "crew")
    assert (found["name"], found["device"]) == ("Crew", "Blue phone")
    # its round is not planned: the crew is known
    assert "Crew crew has no round" in (await api.client.get("/crew/round")).json()["detail"]
    problem = assert_problem(await api.client.post("/session/link", json={"code": made}), 410)
    assert problem["detail"].startswith("This link has been used")
    assert (await api.client.get("/session")).status_code == 200, "and the phone stays signed in"


async def test_a_link_is_refused_when_it_is_old_or_unknown(api: Api) -> None:
    made = await code(api, hours=12)
    api.clock.now += timedelta(hours=12)
    problem = assert_problem(await api.client.post("/session/link", json={"code": made}), 410)
    assert problem["detail"].startswith("This link is too old")
    problem = assert_problem(await api.client.post("/session/link", json={"code": "x"}), 404)
    assert problem["detail"].startswith("There is no such link")


async def test_a_phone_stays_signed_in_while_it_is_used(api: Api) -> None:
    await api.client.post("/session/link", json={"code": await code(api)})
    for _ in range(12):
        api.clock.now += timedelta(days=29)
        assert (await api.client.get("/session")).status_code == 200
    api.clock.now += timedelta(days=30)
    assert_problem(await api.client.get("/session"), 401)


async def test_phones_of_one_crew_are_signed_in_beside_one_another(api: Api) -> None:
    kept = []
    for device in ("Blue phone", "Red phone"):
        await api.client.post("/session/link", json={"code": await code(api), "device": device})
        kept.append(dict(api.client.cookies))
        api.client.cookies.clear()
    async with store.connect(api.database_url) as conn:
        found = await sessions.sessions(conn, crew_id="crew", now=api.clock.now)
        assert {s.device for s in found} == {"Blue phone", "Red phone"}
        red = next(s for s in found if s.device == "Red phone")
        assert await sessions.end(conn, red.session_id, by="anna", now=api.clock.now)
        assert not await sessions.end(conn, red.session_id, by="anna", now=api.clock.now)
    for cookies, status in zip(kept, (200, 401), strict=True):
        answer = await api.client.get(
            "/session", headers={"Cookie": f"brimful={cookies['brimful']}"}
        )
        assert answer.status_code == status


async def test_whoever_signs_in_anew_leaves_the_session_before(anna: Api) -> None:
    await sign_in(anna)
    before = anna.client.cookies["brimful"]
    await sign_in(anna)
    answer = await anna.client.get("/session", headers={"Cookie": f"brimful={before}"})
    assert_problem(answer, 401)


async def test_a_token_says_who_it_is_and_is_not_signed_out(api: Api) -> None:
    found = (await api.get("/session", who="crew")).json()
    assert (found["name"], found["kind"], found["crew_id"]) == ("token of crew", "token", "crew")
    assert found["ends_at"] is None
    out = await api.client.delete("/session", headers=api.bearer("crew"))
    assert out.json() == {"signed_out": False}
    assert (await api.get("/session", who="crew")).status_code == 200


async def test_the_way_in_says_whether_anybody_has_an_account(api: Api) -> None:
    assert (await api.client.get("/session/ways")).json()["has_accounts"] is False
    async with store.connect(api.database_url) as conn:
        await accounts.create(
            conn, user_name="a", name="A", role=Role.OPS, password_hash="x", now=api.clock.now
        )
    assert (await api.client.get("/session/ways")).json() == {
        "has_accounts": True,
        "identity_provider": None,
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_another_site_changes_nothing_with_the_cookie(
    anna: Api, headers: dict[str, str]
) -> None:
    await sign_in(anna)
    problem = assert_problem(
        await anna.client.put("/bins/bin-1/request", json={}, headers=headers), 403
    )
    assert "page of another address" in problem["detail"]
    assert_problem(await sign_in(anna, **headers), 403)
    assert_problem(await anna.client.delete("/session", headers=headers), 403)
    assert (await anna.client.get("/session", headers=headers)).status_code == 200
    # what a page cannot send needs no protection
    kept = {**headers, **anna.bearer("ops")}
    answer = await anna.client.put("/bins/bin-1/request", json={}, headers=kept)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://api"}, {}]
)
async def test_its_own_pages_do(anna: Api, headers: dict[str, str]) -> None:
    assert (await sign_in(anna, **headers)).status_code == 200
    answer = await anna.client.put("/bins/bin-1/request", json={}, headers=headers)
    assert answer.status_code == 200


async def test_an_unknown_user_name_costs_the_same_work(
    anna: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = PasswordHasher.verify

    def spy(self: PasswordHasher, kept: str, password: str) -> bool:
        verified.append(kept.rpartition("$")[0].rpartition("$")[0])
        return bool(verify(self, kept, password))

    monkeypatch.setattr(PasswordHasher, "verify", spy)
    await sign_in(anna, password="four words in a rox")
    await sign_in(anna, "berta")
    await sign_in(anna, "no user name\n")
    # the same kind of hash with the same parameters, once each
    assert verified == ["$argon2id$v=19$m=19456,t=2,p=1"] * 3


async def test_many_at_once_are_counted_one_by_one(anna: Api) -> None:
    answers = await asyncio.gather(*(sign_in(anna, password=f"guess {n}") for n in range(16)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 6


async def test_the_count_outlives_a_restart(anna: Api) -> None:
    for n in range(10):
        await sign_in(anna, password=f"guess {n}")
    async with store.open_pool(anna.database_url, application="again") as pool:
        again = create_app(pool, settings(), clock=anna.clock)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(again), base_url="http://api"
        ) as client:
            body = {"user_name": "anna", "password": PASSWORD}
            assert_problem(await client.post("/session", json=body), 429)

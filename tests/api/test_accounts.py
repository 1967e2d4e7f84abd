"""Ops manages people, phones and tokens; people their own password."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

import store
from core.passwords import hash_password
from store import accounts, tokens
from store.tokens import Role
from tests.api.parts import Api, assert_problem

PASSWORD = "four words in a row"
OTHER = "five other words in a row"


@pytest.fixture
async def anna(api: Api) -> Api:
    """Anna of ops and Vera the viewer have accounts."""
    async with store.connect(api.database_url) as conn:
        for user_name, role in (("anna", Role.OPS), ("vera", Role.VIEWER)):
            await accounts.create(
                conn,
                user_name=user_name,
                name=user_name.title(),
                role=role,
                password_hash=hash_password(PASSWORD),
                now=api.clock.now,
            )
    return api


async def signed_in(api: Api, user_name: str, password: str = PASSWORD) -> dict[str, str]:
    """Sign in and return the cookie as a header, so that several can be signed in."""
    body = {"user_name": user_name, "password": password}
    answer = await api.client.post("/session", json=body)
    assert answer.status_code == 200, answer.text
    cookie = api.client.cookies["brimful"]
    api.client.cookies.clear()
    return {"Cookie": f"brimful={cookie}"}


async def ops(api: Api, method: str, path: str, **json: Any) -> httpx.Response:  # noqa: ANN401 - a body
    headers = api.bearer("ops")
    if method in {"POST", "PATCH", "PUT"}:
        return await api.client.request(method, path, headers=headers, json=json)
    return await api.client.request(method, path, headers=headers)


async def last(api: Api, what: str) -> dict[str, Any]:
    items = (await api.get("/audit", what=what)).json()["items"]
    assert items
    found: dict[str, Any] = items[0]
    return found


async def test_an_account_is_made_changed_and_disabled(anna: Api) -> None:
    asked = {"user_name": "carl", "name": "Carl", "role": "device_admin", "password": PASSWORD}
    made = await ops(anna, "POST", "/accounts", **asked)
    assert made.status_code == 201
    assert made.json()["signs_in_by"] == "password"
    carl = await signed_in(anna, "carl")
    assert (await anna.client.get("/sensors", headers=carl)).status_code == 200
    assert_problem(await anna.client.get("/plans", headers=carl), 403)
    await ops(anna, "PATCH", "/accounts/carl", role="viewer", name="Carl C")
    assert (await anna.client.get("/plans", headers=carl)).status_code == 200
    assert (await anna.client.get("/session", headers=carl)).json()["name"] == "Carl C"
    disabled = await ops(anna, "PATCH", "/accounts/carl", disabled=True)
    assert disabled.json()["disabled_at"] is not None
    assert_problem(await anna.client.get("/session", headers=carl), 401)
    assert (await last(anna, "account.changed"))["detail"] == {
        "disabled": True,
        "sessions_ended": 1,
    }
    await ops(anna, "PATCH", "/accounts/carl", disabled=False)
    assert_problem(await anna.client.get("/session", headers=carl), 401), "it stays ended"
    await signed_in(anna, "carl")
    listed = (await ops(anna, "GET", "/accounts")).json()["items"]
    assert [one["user_name"] for one in listed] == ["anna", "carl", "vera"]
    assert "argon2" not in str(listed)


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"user_name": "Anna"}, 422, "user_name"),
        ({"user_name": "vera"}, 409, "There is an account vera already"),
        ({"password": "short"}, 422, "password"),
        ({"password": "carl carl carl"}, 422, "must not be the user name"),
        ({"role": "crew"}, 422, "role"),
        ({"name": ""}, 422, "name"),
    ],
)
async def test_what_cannot_be_an_account(
    anna: Api, change: dict[str, str], status: int, told: str
) -> None:
    asked = {"user_name": "carl", "name": "Carl", "role": "ops", "password": PASSWORD, **change}
    problem = assert_problem(await ops(anna, "POST", "/accounts", **asked), status)
    assert told in problem["detail"]
    for word in ("short", "carl carl carl"):
        assert word not in str(problem), "what was tried as a password is not sent back"


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "viewer"}])
async def test_the_last_of_ops_stays(anna: Api, change: dict[str, Any]) -> None:
    problem = assert_problem(await ops(anna, "PATCH", "/accounts/anna", **change), 409)
    assert "anna is the only account of role ops" in problem["detail"]
    await ops(anna, "PATCH", "/accounts/vera", role="ops")
    assert (await ops(anna, "PATCH", "/accounts/anna", **change)).status_code == 200
    assert_problem(await ops(anna, "PATCH", "/accounts/vera", **change), 409)


async def test_an_account_that_is_not_there(anna: Api) -> None:
    assert_problem(await ops(anna, "PATCH", "/accounts/nobody", disabled=True), 404)
    assert_problem(await ops(anna, "DELETE", "/accounts/nobody/sessions"), 404)


async def test_another_password_by_ops_ends_the_sessions(anna: Api) -> None:
    vera = await signed_in(anna, "vera")
    assert (await ops(anna, "PATCH", "/accounts/vera", password=OTHER)).status_code == 200
    assert_problem(await anna.client.get("/session", headers=vera), 401)
    await signed_in(anna, "vera", OTHER)
    assert OTHER not in str(await last(anna, "account.changed"))


async def test_a_person_changes_the_own_password_and_stays(anna: Api) -> None:
    here, there = await signed_in(anna, "vera"), await signed_in(anna, "vera")
    wrong = {"password": OTHER, "new_password": OTHER}
    problem = assert_problem(
        await anna.client.put("/session/password", json=wrong, headers=here), 403
    )
    assert problem["detail"] == "The password so far is wrong."
    weak = {"password": PASSWORD, "new_password": "vera password"}
    assert_problem(await anna.client.put("/session/password", json=weak, headers=here), 422)
    right = {"password": PASSWORD, "new_password": OTHER}
    answer = await anna.client.put("/session/password", json=right, headers=here)
    assert answer.status_code == 200
    assert (await anna.client.get("/session", headers=here)).status_code == 200
    assert_problem(await anna.client.get("/session", headers=there), 401)
    await signed_in(anna, "vera", OTHER)


async def test_guessing_at_the_own_password_is_counted_too(anna: Api) -> None:
    here = await signed_in(anna, "vera")
    wrong = {"password": OTHER, "new_password": OTHER}
    for _ in range(10):
        answer = await anna.client.put("/session/password", json=wrong, headers=here)
        assert_problem(answer, 403)
    assert_problem(await anna.client.put("/session/password", json=wrong, headers=here), 429)


async def test_a_token_has_no_password(anna: Api) -> None:
    answer = await ops(anna, "PUT", "/session/password", password=PASSWORD, new_password=OTHER)
    assert_problem(answer, 409)


async def test_sessions_are_seen_and_ended(anna: Api) -> None:
    vera, boss = await signed_in(anna, "vera"), await signed_in(anna, "anna")
    listed = (await anna.client.get("/sessions", headers=boss)).json()["items"]
    assert {(s["user_name"], s["is_this"]) for s in listed} == {("vera", False), ("anna", True)}
    filtered = (await anna.get("/sessions", user_name="vera")).json()["items"]
    assert [s["user_name"] for s in filtered] == ["vera"]
    ended = await ops(anna, "DELETE", f"/sessions/{filtered[0]['session_id']}")
    assert ended.json() == {"ended": 1}
    assert_problem(await anna.client.get("/session", headers=vera), 401)
    assert_problem(await ops(anna, "DELETE", f"/sessions/{filtered[0]['session_id']}"), 404)
    assert (await ops(anna, "DELETE", "/accounts/anna/sessions")).json() == {"ended": 1}
    assert_problem(await anna.client.get("/session", headers=boss), 401)


async def test_a_crew_is_given_a_link_for_each_phone(anna: Api) -> None:
    crews = (await anna.get("/crews")).json()["items"]
    assert {c["crew_id"]: c["vehicle_id"] for c in crews} == {
        "crew": "lorry",
        "other": "van",
        "carless": None,
    }
    link = await ops(anna, "POST", "/crews/crew/links")
    assert link.status_code == 201
    made = link.json()
    address, _, code = made["address"].partition("#code=")
    assert address == "http://api/phone/"
    assert made["qr_svg"].startswith("<svg")
    assert "script" not in made["qr_svg"]
    assert made["expires_at"] == "2026-03-03T00:00:00Z"
    answer = await anna.client.post("/session/link", json={"code": code})
    assert answer.status_code == 200
    phone = {"Cookie": f"brimful={anna.client.cookies['brimful']}"}
    anna.client.cookies.clear()
    (listed,) = (await anna.get("/sessions", crew_id="crew")).json()["items"]
    assert (listed["crew_id"], listed["name"], listed["role"]) == ("crew", "Crew", "crew")
    assert (await ops(anna, "DELETE", "/crews/crew/sessions")).json() == {"ended": 1}
    assert_problem(await anna.client.get("/session", headers=phone), 401)
    assert code not in str((await anna.get("/audit")).json())
    for method, path in (("POST", "links"), ("DELETE", "sessions")):
        assert_problem(await ops(anna, method, f"/crews/nobody/{path}"), 404)


async def test_of_two_phones_with_one_link_one_is_signed_in(anna: Api) -> None:
    made = (await ops(anna, "POST", "/crews/crew/links")).json()
    code = made["address"].partition("#code=")[2]
    answers = await asyncio.gather(
        *(anna.client.post("/session/link", json={"code": code}) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 410]


async def test_tokens_are_seen_and_revoked(anna: Api) -> None:
    listed = (await anna.get("/tokens")).json()["items"]
    assert {t["name"] for t in listed} >= {"token of ops", "token of crew"}
    assert anna.secrets["crew"] not in str(listed)
    crew = next(t for t in listed if t["name"] == "token of crew")
    assert (await ops(anna, "DELETE", f"/tokens/{crew['token_id']}")).status_code == 200
    assert_problem(await anna.get("/session", who="crew"), 401)
    assert_problem(await ops(anna, "DELETE", f"/tokens/{crew['token_id']}"), 404)
    async with store.connect(anna.database_url) as conn:
        (revoked,) = [t for t in await tokens.tokens(conn) if t.token_id == UUID(crew["token_id"])]
    assert revoked.revoked_at == anna.clock.now

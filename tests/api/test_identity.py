"""People come in by an identity provider that is a server of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

import store
from core.settings import Settings
from store import accounts, audit
from store.tokens import Role
from tests.api.parts import Api, assert_problem
from tests.api.provider import CLIENT_ID, CLIENT_SECRET, Provider, running

ANNA = {"sub": "4711", "preferred_username": "Anna", "name": "Anna D", "roles": ["x", "bins-ops"]}


@dataclass(frozen=True, kw_only=True)
class Both:
    """Brimful and the provider, with a browser between them."""

    api: Api
    provider: Provider

    async def away(self, next_: str | None = None) -> str:
        """Begin, and return where the provider sends the browser back to."""
        query = {} if next_ is None else {"next": next_}
        answer = await self.api.client.get("/session/oidc", params=query)
        assert answer.status_code == 303, answer.text
        return await self.at_provider(answer.headers["location"])

    async def at_provider(self, address: str) -> str:
        if address.startswith("/signin/"):
            return address
        async with httpx.AsyncClient() as browser:
            back = await browser.get(address)
        assert back.status_code == 302, back.text
        return back.headers["location"]

    async def come_in(self, next_: str | None = None) -> str:
        """Go there and back; return where one ends."""
        back = await self.away(next_)
        if back.startswith("/signin/"):
            return back
        assert back.startswith("http://api/session/oidc/callback?")
        answer = await self.api.client.get(back)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def refused(self) -> str:
        """Be refused, and return why."""
        end = urlsplit(await self.come_in())
        assert end.path == "/signin/", end
        assert_problem(await self.api.client.get("/session"), 401)
        return parse_qs(end.query)["refused"][0]


@pytest.fixture
async def both(api: Api) -> AsyncIterator[Both]:
    async with running(Provider(clock=api.clock, person=dict(ANNA))) as provider:
        settings = Settings(
            _env_file=None,
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            oidc_name="Town Hall",
            oidc_roles="bins-ops=ops,bins-read=viewer",
        )
        api.app.state.context = replace(api.app.state.context, settings=settings)
        yield Both(api=api, provider=provider)


async def test_a_person_comes_in_and_is_kept_up_to_date(both: Both) -> None:
    ways = (await both.api.client.get("/session/ways")).json()
    assert ways["identity_provider"] == "Town Hall"
    assert await both.come_in("/ops/today?x=1") == "/ops/today?x=1"
    found = (await both.api.client.get("/session")).json()
    assert (found["user_name"], found["name"], found["role"]) == ("anna", "Anna D", "ops")
    assert "brimful-oidc" not in both.api.client.cookies
    both.provider.person |= {"roles": "bins-read", "name": "Anna Other", "preferred_username": "b"}
    assert await both.come_in() == "/ops/"
    found = (await both.api.client.get("/session")).json()
    assert (found["user_name"], found["name"], found["role"]) == ("anna", "Anna Other", "viewer")
    listed = (await both.api.get("/accounts")).json()["items"]
    assert [one["signs_in_by"] for one in listed] == [both.provider.issuer]


async def test_nobody_takes_over_an_account_by_its_name(both: Both) -> None:
    async with store.connect(both.api.database_url) as conn:
        await accounts.create(
            conn,
            user_name="anna",
            name="A",
            role=Role.OPS,
            password_hash="x",
            now=both.api.clock.now,
        )
    await both.come_in()
    found = (await both.api.client.get("/session")).json()
    assert found["user_name"] == "anna@127.0.0.1"
    both.api.client.cookies.clear()
    both.provider.person["sub"] = "4712"
    await both.come_in()
    third = (await both.api.client.get("/session")).json()["user_name"]
    assert third.startswith("anna-")


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"exp": 1},
        {"sub": None},
    ],
)
async def test_a_token_that_lies_lets_nobody_in(both: Both, lie: dict[str, Any]) -> None:
    both.provider.lies = lie
    assert await both.refused() == "invalid"


async def test_a_token_signed_by_somebody_else_lets_nobody_in(both: Both) -> None:
    both.provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert await both.refused() == "invalid"


async def test_who_has_no_role_here_is_told_so(both: Both) -> None:
    both.provider.person["roles"] = ["something else"]
    assert await both.refused() == "no_role"
    async with store.connect(both.api.database_url) as conn:
        assert await accounts.accounts(conn) == []
        (entry,) = await audit.entries(conn)
    assert (entry.what, entry.detail) == ("session.refused", {"why": "no_role"})


async def test_a_disabled_account_stays_out(both: Both) -> None:
    await both.come_in()
    async with store.connect(both.api.database_url) as conn:
        await conn.execute("UPDATE accounts SET disabled_at = now()")
    both.api.client.cookies.clear()
    assert await both.refused() == "disabled"


async def test_a_provider_that_denies_or_is_away_is_told(both: Both) -> None:
    both.provider.denies = True
    assert await both.refused() == "denied"
    issuer = "http://127.0.0.1:9"
    context = both.api.app.state.context
    away = context.settings.model_copy(update={"oidc_issuer": issuer})
    both.api.app.state.context = replace(context, settings=away)
    assert await both.refused() == "unreachable"


async def test_a_provider_that_calls_itself_otherwise_is_not_believed(both: Both) -> None:
    both.provider.issuer = "https://evil.example"
    assert await both.refused() == "invalid"


async def test_an_answer_counts_once_and_in_the_browser_that_asked(both: Both) -> None:
    back = await both.away()
    kept = dict(both.api.client.cookies)
    both.api.client.cookies.clear()
    other = await both.api.client.get(back)
    assert "refused=expired" in other.headers["location"]
    assert_problem(await both.api.client.get("/session"), 401)
    both.api.client.cookies.update(kept)
    forged = await both.api.client.get(back.replace("state=", "state=x"))
    assert "refused=expired" in forged.headers["location"]
    both.api.client.cookies.update(kept)
    assert (await both.api.client.get(back)).headers["location"] == "/ops/"
    both.api.client.cookies.clear()
    both.api.client.cookies.update(kept)
    assert "refused=invalid" in (await both.api.client.get(back)).headers["location"]


@pytest.mark.parametrize(
    "next_",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/signin/"],
)
async def test_coming_in_leads_to_no_other_server(both: Both, next_: str) -> None:
    assert await both.come_in(next_) == "/ops/"


async def test_what_is_sent_along_is_kept_from_scripts_and_short_lived(both: Both) -> None:
    answer = await both.api.client.get("/session/oidc")
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://api/session/oidc/callback"]
    attributes = set(answer.headers["set-cookie"].split("; ")[1:])
    assert attributes == {"HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax"}
    assert CLIENT_SECRET not in str(answer.headers)


async def test_a_session_by_the_provider_lasts_no_longer_than_others(both: Both) -> None:
    await both.come_in()
    both.api.clock.now += timedelta(hours=12)
    assert_problem(await both.api.client.get("/session"), 401)


async def test_without_an_issuer_there_is_no_such_way(api: Api) -> None:
    for path in ("/session/oidc", "/session/oidc/callback?code=x&state=y"):
        assert_problem(await api.client.get(path), 404)

"""What answers tell browsers, over http and over https."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

import store
from api.app import create_app
from core.settings import Settings
from store import accounts
from store.tokens import Role
from tests.api.parts import Api, assert_problem
from tests.api.test_session import PASSWORD, anna, code, sign_in

__all__ = ["anna"]

OWN = "https://bins.town.example"


@pytest.fixture
async def https(anna: Api) -> AsyncIterator[Api]:
    """The application as people reach it by https, behind a proxy that speaks http with it."""
    settings = Settings(_env_file=None, public_url=OWN)
    async with store.open_pool(anna.database_url, application="https") as pool:
        app = create_app(pool, settings, clock=anna.clock)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=OWN, headers={"Host": "10.0.0.7:8000"}
        ) as client:
            yield replace(anna, client=client, app=app)


@pytest.mark.parametrize("path", ["/", "/health", "/session", "/ops/", "/phone/", "/signin/"])
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
        ),
    ],
)
async def test_every_answer_keeps_browsers_careful(
    api: Api, path: str, header: str, value: str
) -> None:
    assert (await api.client.get(path)).headers[header] == value


@pytest.mark.parametrize("path", ["/ops/", "/phone/", "/signin/", "/session"])
async def test_pages_run_nothing_that_is_not_this_servers(api: Api, path: str) -> None:
    policy = (await api.client.get(path)).headers["content-security-policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["base-uri"] == "'none'"
    assert "unsafe" not in policy
    assert "script-src" not in rules


async def test_no_other_site_may_read(api: Api) -> None:
    for method in ("GET", "OPTIONS"):
        answer = await api.client.request(
            method, "/bins", headers={"Origin": "https://evil.example"}
        )
        assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_over_http_nothing_promises_https(anna: Api) -> None:
    answer = await sign_in(anna)
    assert "strict-transport-security" not in answer.headers
    assert "Secure" not in answer.headers["set-cookie"]


async def test_over_https_the_cookie_is_for_this_host_alone(https: Api) -> None:
    answer = await sign_in(https)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-brimful=")
    # what browsers hold a __Host- cookie to: Secure, Path=/ and no Domain
    assert set(attributes) == {"HttpOnly", "Max-Age=604800", "Path=/", "SameSite=strict", "Secure"}
    assert (await https.client.get("/session")).status_code == 200
    secret = https.client.cookies["__Host-brimful"]
    https.client.cookies.clear()
    plain = await https.client.get("/session", headers={"Cookie": f"brimful={secret}"})
    assert_problem(plain, 401)
    out = await https.client.delete("/session", headers={"Cookie": f"__Host-brimful={secret}"})
    assert out.headers["set-cookie"].startswith('__Host-brimful=""; ')
    assert "Secure" in out.headers["set-cookie"]


async def test_behind_a_proxy_the_public_address_is_its_own(https: Api) -> None:
    assert (await sign_in(https, Origin=OWN)).status_code == 200
    assert_problem(await sign_in(https, Origin="https://10.0.0.8"), 403)
    link = await https.client.post("/crews/crew/links", headers=https.bearer("ops"))
    assert link.json()["address"].startswith(f"{OWN}/phone/#code=")


async def test_nothing_secret_is_logged(anna: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await sign_in(anna, password="not this one either")
    await sign_in(anna)
    secret = anna.client.cookies["brimful"]
    made = await code(anna)
    await anna.client.post("/session/link", json={"code": made})
    await anna.client.put(
        "/session/password", json={"password": PASSWORD, "new_password": PASSWORD}
    )
    assert "/session/link" in caplog.text, "requests are logged"
    for word in (PASSWORD, "not this one either", secret, made, anna.client.cookies["brimful"]):
        assert word not in caplog.text


async def test_an_account_by_a_provider_has_no_password_to_guess(anna: Api) -> None:
    async with store.connect(anna.database_url) as conn:
        await conn.execute("UPDATE accounts SET password_hash = NULL")
        found = await accounts.find(conn, "anna")
    assert found is not None
    assert found.role is Role.OPS
    assert_problem(await sign_in(anna), 401)

from datetime import timedelta

import pytest

import store
from store import tokens
from store.tokens import Role
from tests.api.parts import Api, assert_problem

REPAIR = {"ops", "device_admin"}
OPS_ONLY = {"ops"}
READ_OPS = {"ops", "viewer"}
READ_BINS = {"ops", "viewer", "device_admin"}
CREW_ONLY = {"crew"}
SIGNED_IN = {"ops", "viewer", "device_admin", "crew"}
EVERYBODY = {"nobody", *SIGNED_IN}
# An endpoint that is not here fails the test below: say who may use it.
ALLOWED = {
    ("GET", "/health"): EVERYBODY,
    ("GET", "/ready"): EVERYBODY,
    ("GET", "/bins"): READ_BINS,
    ("GET", "/bins.columns"): READ_BINS,
    ("GET", "/bins.geojson"): READ_BINS,
    ("GET", "/bins/{bin_id}"): READ_BINS,
    ("GET", "/bins/{bin_id}/history"): READ_BINS,
    ("GET", "/bins/{bin_id}/readings"): READ_BINS,
    ("GET", "/bins/{bin_id}/forecast"): READ_BINS,
    ("GET", "/bins/{bin_id}/visits"): READ_OPS,
    ("PUT", "/bins/{bin_id}/request"): OPS_ONLY,
    ("DELETE", "/bins/{bin_id}/request"): OPS_ONLY,
    ("GET", "/sensors"): READ_BINS,
    ("GET", "/sensors/{sensor_id}"): READ_BINS,
    ("PUT", "/sensors/{sensor_id}/seen"): REPAIR,
    ("DELETE", "/sensors/{sensor_id}/seen"): REPAIR,
    ("GET", "/work/sensors"): READ_BINS,
    ("GET", "/work/sensors.csv"): READ_BINS,
    ("GET", "/plans"): READ_OPS,
    ("POST", "/plans"): OPS_ONLY,
    ("GET", "/plans/today"): READ_OPS,
    ("GET", "/plans/{plan_id}"): READ_OPS,
    ("GET", "/plans/{plan_id}/left-out"): READ_OPS,
    ("GET", "/plans/{plan_id}/rounds.geojson"): READ_OPS,
    ("GET", "/plans/{plan_id}/difference"): READ_OPS,
    ("POST", "/plans/{plan_id}/cancel"): OPS_ONLY,
    ("DELETE", "/plans/{plan_id}"): OPS_ONLY,
    ("POST", "/plans/{plan_id}/finish"): OPS_ONLY,
    ("POST", "/plans/{plan_id}/replan"): OPS_ONLY,
    ("POST", "/plans/{plan_id}/accept"): OPS_ONLY,
    ("POST", "/plans/{plan_id}/moves"): OPS_ONLY,
    ("GET", "/today"): READ_OPS,
    ("GET", "/rounds/{round_id}"): READ_OPS,
    ("GET", "/figures"): READ_OPS,
    ("GET", "/work/emptyings"): READ_OPS,
    ("GET", "/work/emptyings.csv"): READ_OPS,
    ("GET", "/conflicts.csv"): READ_OPS,
    ("GET", "/figures.csv"): READ_OPS,
    ("GET", "/emptyings"): READ_OPS,
    ("GET", "/emptyings/disagreements"): READ_OPS,
    ("GET", "/map/info"): SIGNED_IN,
    ("GET", "/map/style.json"): SIGNED_IN,
    ("GET", "/map/tiles/{z}/{x}/{y}"): SIGNED_IN,
    ("GET", "/events"): SIGNED_IN,
    ("GET", "/crew/round"): CREW_ONLY,
    ("PUT", "/crew/stops/{stop_id}"): CREW_ONLY,
    ("POST", "/session"): EVERYBODY,
    ("POST", "/session/link"): EVERYBODY,
    ("GET", "/session/ways"): EVERYBODY,
    ("GET", "/session"): SIGNED_IN,
    ("DELETE", "/session"): SIGNED_IN,
    ("PUT", "/crew/levels/{report_id}"): CREW_ONLY,
    ("GET", "/bins/{bin_id}/eye-levels"): READ_BINS,
    ("PUT", "/crew/photos/{photo_id}"): CREW_ONLY,
    ("GET", "/photos/{photo_id}"): {*READ_OPS, "crew"},
    ("GET", "/stops/{stop_id}/reports"): READ_OPS,
    ("GET", "/conflicts"): READ_OPS,
    ("POST", "/conflicts/{stop_id}/resolve"): OPS_ONLY,
    ("PUT", "/session/password"): SIGNED_IN,
    ("GET", "/accounts"): OPS_ONLY,
    ("POST", "/accounts"): OPS_ONLY,
    ("PATCH", "/accounts/{user_name}"): OPS_ONLY,
    ("DELETE", "/accounts/{user_name}/sessions"): OPS_ONLY,
    ("GET", "/sessions"): OPS_ONLY,
    ("DELETE", "/sessions/{session_id}"): OPS_ONLY,
    ("GET", "/crews"): READ_OPS,
    ("POST", "/crews/{crew_id}/links"): OPS_ONLY,
    ("DELETE", "/crews/{crew_id}/sessions"): OPS_ONLY,
    ("GET", "/tokens"): OPS_ONLY,
    ("DELETE", "/tokens/{token_id}"): OPS_ONLY,
    ("GET", "/audit"): OPS_ONLY,
}


async def test_each_role_may_use_its_endpoints_and_no_other(api: Api) -> None:
    paths = (await api.client.get("/openapi.json")).json()["paths"]
    operations = {(method.upper(), path) for path, found in paths.items() for method in found}
    assert operations == ALLOWED.keys()
    for method, path in operations:
        filled = path.format(
            bin_id="bin-1",
            crew_id="nobody",
            user_name="nobody",
            session_id="7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
            token_id="7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
            sensor_id="sensor-1",
            z=0,
            x=0,
            y=0,
            plan_id="7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
            stop_id="7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
            photo_id="7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
            report_id="7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
            round_id="7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
        )
        for who in EVERYBODY:
            headers = {} if who == "nobody" else api.bearer(who)
            # the body says nothing: who may not is refused before anything is read from it
            json: dict[str, str] | None = {} if method in {"POST", "PUT", "PATCH"} else None
            response = await api.client.request(method, filled, headers=headers, json=json)
            case = f"{who} {method} {path}: {response.text}"
            if who in ALLOWED[method, path]:
                # nothing is live without a server around the application
                usable = {503} if path == "/events" else {200, 404, 422}
                assert response.status_code in usable, case
            else:
                assert_problem(response, 401 if who == "nobody" else 403)


async def test_the_pages_need_no_token_and_show_no_data(api: Api) -> None:
    for path in ("/", "/home.css", "/docs", "/docs/start.js", "/openapi.json"):
        response = await api.client.get(path)
        assert response.status_code == 200
        assert "bin-1" not in response.text


@pytest.mark.parametrize(
    "header",
    [
        "Bearer brimful_wrong",
        "Bearer \u00e9",
        "bearer a\0b",
        "Bearer " + "x" * 5000,
    ],
)
async def test_a_wrong_token_is_refused(api: Api, header: str) -> None:
    response = await api.client.get("/bins", headers={b"Authorization": header.encode("latin-1")})
    assert_problem(response, 401)
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic b3BzOm9wcw==", "Token x"])
async def test_a_missing_token_is_asked_for(api: Api, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = await api.client.get("/bins", headers=headers)
    problem = assert_problem(response, 401)
    assert response.headers["www-authenticate"] == 'Bearer realm="brimful"'
    assert "brimful token create" in problem["detail"]


async def test_a_token_ends_when_it_expires(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        _, api.secrets["short"] = await tokens.create(
            conn,
            name="short",
            role=Role.OPS,
            crew_id=None,
            now=api.clock.now,
            expires_at=api.clock.now + timedelta(days=1),
        )
    api.clock.now += timedelta(hours=23, minutes=59)
    assert (await api.get("/bins", who="short")).status_code == 200
    api.clock.now += timedelta(minutes=1)
    assert_problem(await api.get("/bins", who="short"), 401)


async def test_a_revoked_token_ends_at_once(api: Api) -> None:
    assert (await api.get("/bins", who="device_admin")).status_code == 200
    async with store.connect(api.database_url) as conn:
        mine = [t for t in await tokens.tokens(conn) if t.role is Role.DEVICE_ADMIN]
        await tokens.revoke(conn, mine[0].token_id, now=api.clock.now)
    assert_problem(await api.get("/bins", who="device_admin"), 401)
    assert (await api.get("/bins", who="ops")).status_code == 200

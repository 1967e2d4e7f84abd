"""Every change has who, when and what."""

from datetime import timedelta
from typing import Any

import pytest

import store
from core.errors import StorageRefusedError
from store import audit
from store.audit import Actor, Kind
from store.tokens import Role
from tests.api.parts import Api, a_round, assert_problem, saved_plan
from tests.store.make import NOON

ANNA = Actor(name="anna", role=Role.OPS, kind=Kind.PERSON)


async def items(api: Api, **query: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any parameter
    answer = await api.client.get("/audit", params=query, headers=api.bearer("ops"))
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_every_change_by_ops_is_in_the_trail(api: Api) -> None:
    ops = api.bearer("ops")
    asked = await api.client.post(
        "/plans", json={"depot_id": "depot"}, headers={**ops, "X-Request-ID": "edge-7"}
    )
    plan_id = asked.json()["plan_id"]
    # the same request again changes nothing, and is no change
    api.clock.now += timedelta(seconds=5)
    await api.client.post("/plans", json={"depot_id": "depot"}, headers=ops)
    await api.client.post(f"/plans/{plan_id}/cancel", headers=ops)
    await api.client.put("/bins/bin-1/request", json={"note": "market"}, headers=ops)
    api.clock.now += timedelta(seconds=5)
    await api.client.put("/bins/bin-1/request", json={"note": "again"}, headers=ops)
    await api.client.delete("/bins/bin-1/request", headers=ops)
    await api.client.delete("/bins/bin-1/request", headers=ops)
    found = await items(api)
    assert [entry["what"] for entry in found] == [
        "bin.request_withdrawn",
        "bin.requested",
        "plan.cancelled",
        "plan.requested",
    ]
    first = found[-1]
    assert (first["who"], first["role"], first["kind"]) == ("token of ops", "ops", "token")
    assert first["subject"] == f"plan {plan_id}"
    assert first["detail"] == {
        "depot_id": "depot",
        "day": "2026-03-03",
        "policy": None,
        "dial_m": None,
    }
    assert first["request_id"] == "edge-7"
    assert first["at"] == "2026-03-02T12:00:00Z"


async def test_replans_are_in_the_trail(api: Api) -> None:
    before = await saved_plan(api, a_round())
    asked = await api.client.post(
        f"/plans/{before}/replan", json={"dry_run": True}, headers=api.bearer("ops")
    )
    assert asked.status_code == 202, asked.text
    (entry,) = await items(api)
    assert entry["what"] == "plan.replan_requested"
    assert entry["detail"]["before"] == str(before)
    assert entry["detail"]["dry_run"] is True


async def test_what_fails_leaves_no_line(api: Api) -> None:
    answer = await api.client.put("/bins/nowhere/request", json={}, headers=api.bearer("ops"))
    assert_problem(answer, 404)
    assert await items(api) == []


async def test_the_trail_is_filtered_and_paged(api: Api) -> None:
    async with store.connect(api.database_url) as conn:
        for n in range(7):
            await audit.note(
                conn,
                who=ANNA if n % 2 else audit.NOBODY,
                what="plan.requested" if n < 4 else "planet.seen",
                subject=f"plan {n}",
                now=NOON + timedelta(minutes=n),
            )
    assert len(await items(api, what="plan")) == 4
    assert len(await items(api, what="planet.seen")) == 3
    assert [e["subject"] for e in await items(api, who="anna")] == ["plan 5", "plan 3", "plan 1"]
    assert [e["subject"] for e in await items(api, subject="plan 2")] == ["plan 2"]
    since, until = (NOON + timedelta(minutes=2)).isoformat(), "2026-03-02T12:04:00Z"
    assert [e["subject"] for e in await items(api, since=since, until=until)] == [
        "plan 3",
        "plan 2",
    ]
    seen: list[str] = []
    after: int | None = None
    while True:
        query: dict[str, Any] = {"limit": 3} | ({} if after is None else {"after": after})
        page = (await api.get("/audit", **query)).json()
        seen += [e["subject"] for e in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [f"plan {n}" for n in reversed(range(7))]


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit SET who = 'bert'", "DELETE FROM audit", "TRUNCATE audit"],
)
async def test_nothing_in_the_trail_is_altered_or_taken_out(api: Api, change: str) -> None:
    async with store.connect(api.database_url) as conn:
        await audit.note(conn, who=ANNA, what="a", subject="b", now=NOON)
    with pytest.raises(StorageRefusedError, match="only added to"):
        async with store.connect(api.database_url) as conn:
            await conn.execute(change)
    assert len(await items(api)) == 1

"""A lorry breaks down in the middle of the day while another crew is offline.

The services are processes of their own; crews are the simulated phones, operations speak HTTP.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from random import Random
from typing import Any
from uuid import uuid4

import httpx
import pytest

import store
from core.plans import Outcome
from simulators.account import CrewAccount
from simulators.phone import Phone, PhoneRound, PhoneStop
from simulators.says import Mark
from tests.routing.towns import bin_, fill, lorry, town
from tests.services.command import PROGRAM, brimful, environment

pytestmark = pytest.mark.journey
BINS = 24
LORRIES = ("lorry-1", "lorry-2", "lorry-3")


@asynccontextmanager
async def services(database_url: str) -> AsyncIterator[str]:
    """Run `brimful serve` and `brimful plan --watch`; yields the API's address."""
    changes = {
        "BRIMFUL_PLAN_SOLVE_LIMIT_S": "2",
        "BRIMFUL_PLAN_DAILY_AT": "",
        # one lorry could do it all, in three trips: the work is to be shared
        "BRIMFUL_PLAN_BALANCE_M": "200000",
    }
    api = await asyncio.create_subprocess_exec(
        *(*PROGRAM, "serve", "--port", "0"),
        env=environment(None, database_url, changes),
        stdout=asyncio.subprocess.PIPE,
    )
    planner = await asyncio.create_subprocess_exec(
        *(*PROGRAM, "plan", "--watch"), env=environment(None, database_url, changes)
    )
    assert api.stdout is not None
    try:
        yield (await api.stdout.readline()).decode().split()[-1]
    finally:
        for process in (api, planner):
            process.send_signal(signal.SIGTERM)
        assert [await p.wait() for p in (api, planner)] == [0, 0]


def early_zone(now: datetime) -> str:
    """A time zone where it is the small hours: the day's shift is not over whenever this runs."""
    ahead_h = (3 - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead_h:+d}"  # its signs are the other way round


async def registered(database_url: str) -> None:
    """A town with three lorries that hold nine of its bins each."""
    now = datetime.now(UTC)
    fleet = [lorry(v, shift_start=clock(0), shift_s=86_400, capacity_kg=9 * 70.0) for v in LORRIES]
    bins = [
        bin_(f"b{n:02}", lon=14.4 + n % 6 * 0.006, lat=50.1 + n // 6 * 0.006) for n in range(BINS)
    ]
    async with store.open_pool(database_url, application="test") as pool:
        await fill(
            pool,
            town(bins, vehicles=fleet, timezone=early_zone(now)),
            {b.bin_id: 90 for b in bins},
            at=now - timedelta(minutes=30),
        )


async def token(database_url: str, *arguments: str) -> str:
    code, out, err = await brimful(database_url, "token", "create", "--name", "t", *arguments)
    assert code == 0, err
    return out.strip()


class Ops:
    """Operations: plans over HTTP."""

    def __init__(self, http: httpx.AsyncClient, secret: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {secret}"}

    async def asked(self, method: str, path: str, body: object = None, *, status: int) -> Any:  # noqa: ANN401 - JSON
        answer = await self._http.request(method, path, json=body, headers=self._headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def made(self, plan: dict[str, Any], status: str) -> dict[str, Any]:
        """Wait for the planner, and return the plan whole."""
        async with asyncio.timeout(180):
            found = await self.plan(plan["plan_id"])
            while found["status"] in {"requested", "running"}:
                await asyncio.sleep(0.2)
                found = await self.plan(plan["plan_id"])
        assert found["status"] == status, found["summary"]
        return found

    async def plan(self, plan_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.asked("GET", f"/plans/{plan_id}", status=200)
        return found


def mark(phone: Phone, stop: PhoneStop, at: datetime) -> Mark:
    return Mark(
        stop_id=stop.stop_id,
        report_id=uuid4(),
        outcome=Outcome.DONE,
        skip_reason=None,
        note=None,
        reported_at=at,
        device_id=phone.device_id,
        follows=phone.follows(stop.stop_id),
    )


def to_do(round_: PhoneRound) -> list[PhoneStop]:
    return [s for s in sorted(round_.stops, key=lambda s: s.seq) if s.outcome is None]


def bin_stops(plan: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (r["vehicle_id"], s) for r in plan["rounds"] for s in r["stops"] if s["bin_id"] is not None
    ]


async def drive(phone: Phone, stops: Sequence[PhoneStop]) -> None:
    """Do some stops; the marks go when the phone has a network."""
    for stop in stops:
        phone.say(mark(phone, stop, datetime.now(UTC)))
        await asyncio.sleep(0.01)
    await phone.sync()


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
async def test_a_breakdown_with_a_crew_offline_loses_no_mark_and_visits_nothing_twice(
    database_url: str,
) -> None:
    await registered(database_url)
    ops_token = await token(database_url, "--role", "ops")
    crews = {v: await token(database_url, "--role", "crew", "--crew", f"crew-{v}") for v in LORRIES}
    account = CrewAccount()
    async with (
        services(database_url) as address,
        httpx.AsyncClient(base_url=address, timeout=20) as http,
    ):
        ops = Ops(http, ops_token)
        phones = {
            v: Phone(
                http,
                crew_id=f"crew-{v}",
                token=secret,
                rng=Random(v),  # noqa: S311 - which marks are sent twice
                account=account,
            )
            for v, secret in crews.items()
        }
        before = await ops.made(
            await ops.asked("POST", "/plans", {"depot_id": "depot"}, status=202), "ready"
        )
        assert before["bins_on_rounds"] == BINS
        rounds = {v: await phones[v].round() for v in LORRIES}
        given = {v: r for v, r in rounds.items() if r is not None}
        assert given.keys() == set(LORRIES)

        # two crews are heard of; the third goes offline and does three stops that nobody knows of
        await drive(phones["lorry-1"], to_do(given["lorry-1"])[:2])
        await drive(phones["lorry-2"], to_do(given["lorry-2"])[:3])
        phones["lorry-3"].online = False
        await drive(phones["lorry-3"], to_do(given["lorry-3"])[:3])
        assert phones["lorry-3"].unsent == 3

        # lorry-1 breaks down: what would change is shown first, then accepted
        path = f"/plans/{before['plan_id']}/replan"
        wish = {"broken": ["lorry-1"], "dry_run": True}
        proposal = await ops.made(await ops.asked("POST", path, wish, status=202), "proposed")
        path = f"/plans/{proposal['plan_id']}"
        found = await ops.asked("GET", f"{path}/difference", status=200)
        lost = {s.bin_id for s in to_do(given["lorry-1"])[2:] if s.bin_id is not None}
        gone = {m["bin_id"] for m in found["moved"] if m["from_vehicle_id"] == "lorry-1"}
        assert gone | {d["bin_id"] for d in found["dropped"]} >= lost
        assert all(d["reason"] for d in found["dropped"])
        assert found["bins_before"] == BINS
        assert "lorry-1 broke down with " in proposal["summary"]
        await ops.asked("POST", f"{path}/accept", status=200)

        # the third crew comes back: its marks of the old round are kept, whoever has the bins now
        phones["lorry-3"].online = True
        await phones["lorry-3"].sync()
        assert (phones["lorry-3"].unsent, account.refused) == (0, [])
        now = await ops.plan(proposal["plan_id"])
        emptied = Counter(s["bin_id"] for _, s in bin_stops(now) if s["outcome"] == "done")
        unheard = {s.bin_id for s in to_do(given["lorry-3"])[:3]} - {None}
        assert unheard <= emptied.keys()

        # each crew goes on by its new round, until nothing is open any more
        for v in ("lorry-2", "lorry-3"):
            going = await phones[v].round()
            assert going is not None
            assert not {s.bin_id for s in to_do(going)} & emptied.keys()
            await drive(phones[v], to_do(going))
        end = await ops.plan(proposal["plan_id"])
        everything = bin_stops(end)
        assert {s["outcome"] for _, s in everything} == {"done"}
        times = Counter(s["bin_id"] for _, s in everything)
        assert set(times.values()) == {1}
        assert len(times) + len(found["dropped"]) == BINS
        # lorry-1 still shows what it did, and nobody else was sent there
        assert [s["bin_id"] for v, s in everything if v == "lorry-1"] == [
            s.bin_id for s in to_do(given["lorry-1"])[:2]
        ]
    async with store.connect(database_url) as conn:
        rows = await (await conn.execute("SELECT bin_id FROM emptyings")).fetchall()
        marks = await (await conn.execute("SELECT count(*) AS n FROM stop_reports")).fetchone()
    assert Counter(row["bin_id"] for row in rows) == times
    assert marks is not None
    # every mark that a phone sent is there, once
    assert marks["n"] == account.reported

"""What the API's tests share: asking, a clock to turn, a finished plan."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

import store
from core.geo import Position
from core.plans import DueReason, LeftOut, LeftOutReason, Plan, Round, Stop, StopKind
from core.settings import Settings
from store.plans import claim_plan, request_plan, save_plan
from tests.store.make import NOON

TODAY = date(2026, 3, 3)
"""The day at the depot (Auckland) when it is NOON in UTC on the second of March."""


def settings() -> Settings:
    """Settings as they are without any variable or file."""
    return Settings(_env_file=None)


@dataclass
class Clock:
    """The time of the application under test."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Return the time, as create_app wants it."""
        return self.now


@dataclass(frozen=True, kw_only=True)
class Api:
    """The application and whoever asks it."""

    client: httpx.AsyncClient
    app: FastAPI
    clock: Clock
    secrets: dict[str, str]
    database_url: str = field(repr=False)

    def bearer(self, who: str) -> dict[str, str]:
        """Return the header that names the caller."""
        return {"Authorization": f"Bearer {self.secrets[who]}"}

    async def get(
        self,
        path: str,
        who: str = "ops",
        **query: Any,  # noqa: ANN401 - any query parameter
    ) -> httpx.Response:
        """Read something as the named caller."""
        return await self.client.get(path, params=query, headers=self.bearer(who))

    async def report(
        self,
        stop_id: UUID | str,
        who: str = "crew",
        **mark: Any,  # noqa: ANN401 - any field of a mark
    ) -> httpx.Response:
        """Mark a stop done now, or as the given fields say."""
        body = {
            "report_id": str(uuid4()),
            "outcome": "done",
            "reported_at": self.clock.now.isoformat(),
            **mark,
        }
        return await self.client.put(
            f"/crew/stops/{stop_id}",
            # escaped, as browsers do with half an emoji
            content=json.dumps(body),
            headers={"Content-Type": "application/json", **self.bearer(who)},
        )


def assert_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """Check that an answer is a problem document of this status, and return it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == response.headers["x-request-id"]
    assert problem.keys() <= {"type", "title", "status", "detail", "request_id", "errors"}
    return problem


def a_round(*, crew_id: str = "crew", vehicle_id: str = "lorry", bins: int = 2) -> Round:
    """A round with stops at bin-1, bin-2, ... and at the disposal site."""
    stops = [
        Stop(
            stop_id=uuid4(),
            seq=n,
            kind=StopKind.BIN,
            position=Position(lon=14.4 + n / 1000, lat=50.1),
            bin_id=f"bin-{n}",
            disposal_site_id=None,
            arrives_at=NOON + timedelta(minutes=10 * n),
            begins_at=NOON + timedelta(minutes=10 * n),
            service_s=60,
            expected_fill_pct=90,
            load_kg=70,
            due_reason=DueReason.OVER_THRESHOLD,
        )
        for n in range(1, bins + 1)
    ]
    disposal = Stop(
        stop_id=uuid4(),
        seq=bins + 1,
        kind=StopKind.DISPOSAL,
        position=Position(lon=14.45, lat=50.1),
        bin_id=None,
        disposal_site_id="site",
        arrives_at=NOON + timedelta(hours=2),
        begins_at=NOON + timedelta(hours=2),
        service_s=900,
    )
    return Round(
        round_id=uuid4(),
        vehicle_id=vehicle_id,
        crew_id=crew_id,
        starts_at=NOON,
        ends_at=NOON + timedelta(hours=3),
        distance_m=12_000,
        drive_s=3_600,
        load_kg=70.0 * bins,
        stops=(*stops, disposal),
    )


async def saved_plan(
    api: Api, *rounds: Round, day: date = TODAY, left_out: tuple[LeftOut, ...] = ()
) -> UUID:
    """Ask for a plan, make it of these rounds and save it, as the planner does."""
    async with store.connect(api.database_url) as conn:
        asked = await request_plan(
            conn, depot_id="depot", day=day, requested_by="test", now=api.clock.now
        )
        claimed = await claim_plan(
            conn, now=api.clock.now, lease=timedelta(hours=1), plan_id=asked.plan_id
        )
        assert claimed is not None
        await save_plan(
            conn,
            Plan(
                plan_id=claimed.plan_id,
                depot_id="depot",
                day=day,
                status=claimed.status,
                requested_at=claimed.requested_at,
                summary="made by a test",
                travel_source="straight lines",
                bins_considered=5,
                bins_due=2,
                rounds=rounds,
                left_out=left_out,
            ),
            now=api.clock.now,
        )
    return claimed.plan_id


def left_out(n: int, reason: LeftOutReason) -> LeftOut:
    """bin ``n`` left out."""
    return LeftOut(bin_id=f"bin-{n}", reason=reason, detail="because", expected_fill_pct=12.5)

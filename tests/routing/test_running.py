"""A plan while it is made: watched, cancelled, and what stays in force."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

import store
from core.errors import ConflictError, NotFoundError
from core.fleet import Depot
from core.geo import Position
from core.plans import Plan, PlanStatus
from core.replan import BestRound, Phase, PlanProgress
from routing.planner import Means
from routing.request import carry_out, plan_day
from routing.running import Report
from store import plans, rounds, running
from tests.routing.towns import DAY, NOW, bin_, fill, settings, town

DEPOT = Depot(depot_id="depot", name="Depot", position=Position(lon=14.4, lat=50.1))
HANGS = "tests.routing.searches:hang_holding_the_interpreter"


async def many_due(pool: store.Pool) -> None:
    fills = {f"b{n}": 90.0 for n in range(30)}
    await fill(pool, town([bin_(b) for b in fills]), fills)


async def claimed(pool: store.Pool) -> Plan:
    async with store.transaction(pool) as conn:
        asked = await plans.request_plan(
            conn, depot_id="depot", day=DAY, requested_by="ops", now=NOW
        )
        found = await plans.claim_plan(
            conn, now=NOW, lease=timedelta(hours=1), plan_id=asked.plan_id
        )
    assert found is not None
    return found


async def as_stored(pool: store.Pool, plan_id: UUID) -> Plan:
    async with store.transaction(pool) as conn:
        found = await plans.plan(conn, plan_id)
    assert found is not None
    return found


async def until(it_is: Callable[[], bool]) -> float:
    """Wait for something outside this process and return how long that took, in seconds."""
    began = time.monotonic()
    async with asyncio.timeout(20):
        while not it_is():  # noqa: ASYNC110 - another process tells no event
            await asyncio.sleep(0.02)
    return time.monotonic() - began


async def seen(pool: store.Pool, plan_id: UUID, wanted: Callable[[Plan], bool]) -> Plan:
    async with asyncio.timeout(20):
        while not wanted(found := await as_stored(pool, plan_id)):  # noqa: ASYNC110 - asks the database
            await asyncio.sleep(0.05)
        return found


def is_searching(plan: Plan) -> bool:
    return plan.progress is not None and plan.progress.phase is Phase.SEARCHING


def searching_in(folder: Path) -> Path:
    """Return where the system shows the process that left its number here."""
    (note,) = folder.iterdir()
    return Path("/proc", note.name)


async def test_cancelled_from_outside_the_search_dies_at_once_and_the_plan_before_stays(
    pool: store.Pool, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many_due(pool)
    config = settings(database_url)
    before = await plan_day(pool, config, depot=DEPOT, day=DAY, now=NOW)
    plan = await claimed(pool)
    monkeypatch.setenv("BRIMFUL_TEST_NOTE_PID_IN", str(tmp_path))
    making = asyncio.create_task(
        carry_out(pool, plan, config, now=NOW, means=Means(limit_s=600, search=HANGS))
    )
    await until(lambda: any(tmp_path.iterdir()))
    process = searching_in(tmp_path)
    async with store.transaction(pool) as conn:
        cancelled = await running.cancel_plan(conn, plan.plan_id, by="ops", now=NOW)
    assert cancelled.status is PlanStatus.CANCELLED
    assert await until(lambda: not process.exists()) < 1.5
    made = await making
    assert made.status is PlanStatus.CANCELLED
    assert made.summary == "cancelled by ops"
    assert (await as_stored(pool, before.plan_id)).status is PlanStatus.READY


async def test_a_plan_cancelled_while_it_is_saved_is_not_saved(
    pool: store.Pool, database_url: str
) -> None:
    await many_due(pool)
    plan = await claimed(pool)

    async def cancel_now() -> None:
        async with store.transaction(pool) as conn:
            await running.cancel_plan(conn, plan.plan_id, by="ops", now=NOW)

    async with store.transaction(pool) as conn:
        # the save has to wait for this depot's turn
        await plans.one_at_a_time(conn, "depot")
        report = Report(now=NOW)
        making = asyncio.create_task(
            carry_out(
                pool, plan, settings(database_url), now=NOW, means=Means(limit_s=0.1), report=report
            )
        )
        await until(lambda: report.progress.phase is Phase.CHECKING)
        await cancel_now()
    assert (await making).status is PlanStatus.CANCELLED
    async with store.transaction(pool) as conn:
        assert not await rounds.rounds(conn, plan.plan_id)


async def test_a_running_plan_tells_the_best_so_far_and_whoever_listens(
    pool: store.Pool, database_url: str
) -> None:
    await many_due(pool)
    plan = await claimed(pool)
    heard: list[UUID] = []

    async def listen() -> None:
        async with aclosing(running.changes(database_url)) as changes:
            async for plan_id in changes:
                listening.set()
                if plan_id is not None:
                    heard.append(plan_id)

    listening = asyncio.Event()
    listener = asyncio.create_task(listen())
    await listening.wait()
    told: list[PlanProgress] = []
    report = Report(now=NOW, on_change=told.append)
    making = asyncio.create_task(
        carry_out(
            pool, plan, settings(database_url), now=NOW, means=Means(limit_s=3), report=report
        )
    )
    during = await seen(pool, plan.plan_id, is_searching)
    assert during.status is PlanStatus.RUNNING
    assert during.progress is not None
    assert during.progress.limit_s == 3
    assert (during.progress.bins_on_rounds, during.progress.bins_left_out) == (30, 0)
    (best,) = during.progress.rounds
    assert (best.vehicle_id, best.bins) == ("lorry", 30)
    assert best.distance_m == during.progress.distance_m > 0
    then_s = during.progress.elapsed_s
    later = await seen(
        pool, plan.plan_id, lambda p: p.progress is not None and p.progress.elapsed_s > then_s
    )
    assert later.progress is not None
    assert later.progress.at > during.progress.at
    made = await making
    listener.cancel()
    assert made.status is PlanStatus.READY
    # its beginnings, seconds of search, and the end
    assert heard.count(plan.plan_id) >= 4
    assert [p.phase for p in told] == sorted((p.phase for p in told), key=list(Phase).index)
    assert {p.phase for p in told} == {Phase.TRAVEL, Phase.SEARCHING, Phase.CHECKING}


async def test_what_is_told_is_read_back_as_it_was(pool: store.Pool) -> None:
    await many_due(pool)
    plan = await claimed(pool)
    progress = PlanProgress(
        at=NOW,
        phase=Phase.SEARCHING,
        elapsed_s=1.5,
        limit_s=20,
        bins_on_rounds=7,
        bins_left_out=2,
        distance_m=12_345,
        objective=99_999_999_999,
        rounds=(BestRound(vehicle_id="lorry", bins=7, distance_m=12_345),),
    )
    async with store.transaction(pool) as conn:
        assert await running.tell(conn, plan.plan_id, progress) is running.Wish.GO_ON
        assert await running.tell(conn, plan.plan_id, None) is running.Wish.GO_ON
    assert (await as_stored(pool, plan.plan_id)).progress == progress
    async with store.transaction(pool) as conn:
        asked = await running.finish_plan(conn, plan.plan_id, now=NOW)
        assert asked.finish_asked
        assert await running.tell(conn, plan.plan_id, None) is running.Wish.FINISH


async def test_cancelling_is_for_plans_that_are_not_in_force_and_once_is_enough(
    pool: store.Pool, database_url: str
) -> None:
    await many_due(pool)
    ready = await plan_day(pool, settings(database_url), depot=DEPOT, day=DAY, now=NOW)
    async with store.transaction(pool) as conn:
        waiting = await plans.request_plan(
            conn, depot_id="depot", day=DAY, requested_by="ops", now=NOW
        )
    for _again in range(2):
        async with store.transaction(pool) as conn:
            plan = await running.cancel_plan(conn, waiting.plan_id, by="ops", now=NOW)
            assert plan.status is PlanStatus.CANCELLED
    async with store.transaction(pool) as conn:
        assert await plans.claim_plan(conn, now=NOW, lease=timedelta(hours=1)) is None
    for plan_id, error, words in [
        (ready.plan_id, ConflictError, "is ready: only one that is requested, running or proposed"),
        (UUID(int=0), NotFoundError, "There is no plan"),
    ]:
        with pytest.raises(error, match=words):
            async with store.transaction(pool) as conn:
                await running.cancel_plan(conn, plan_id, by="ops", now=NOW)
    with pytest.raises(ConflictError, match="is cancelled: there are no rounds to take"):
        async with store.transaction(pool) as conn:
            await running.finish_plan(conn, waiting.plan_id, now=NOW)
    async with store.transaction(pool) as conn:
        assert (await running.finish_plan(conn, ready.plan_id, now=NOW)).status == "ready"


async def test_whoever_wants_the_best_so_far_has_it_at_once(
    pool: store.Pool, database_url: str
) -> None:
    await many_due(pool)
    plan = await claimed(pool)
    making = asyncio.create_task(
        carry_out(
            pool, plan, settings(database_url), now=NOW, means=Means(limit_s=600, search=HANGS)
        )
    )
    await seen(pool, plan.plan_id, is_searching)
    async with store.transaction(pool) as conn:
        await running.finish_plan(conn, plan.plan_id, now=NOW)
    began = time.monotonic()
    made = await making
    assert time.monotonic() - began < 3
    assert (made.status, made.bins_on_rounds) == (PlanStatus.READY, 30)

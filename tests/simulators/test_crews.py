"""Simulated crews against the real API on a real database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

import store
from api.app import create_app
from api.server import serve
from core.geo import Position
from core.plans import Round, Stop, StopKind
from core.settings import Settings
from simulators.account import CrewAccount
from simulators.crews import CrewSettings, drive
from simulators.phone import TokenRefusedError
from simulators.town import Town, make_town
from simulators.world import World, WorldClock
from store import plans, tokens
from store.registry import register
from store.tokens import Role
from tests.simulators.parts import until

NOW = datetime.now(UTC)
STOPS = 40


@asynccontextmanager
async def served(database_url: str, port: int = 0) -> AsyncIterator[str]:
    """Serve the API on a port of its own; yields its address."""
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with store.open_pool(database_url, application="api-test", timeout_s=5) as pool:
        app = create_app(pool, Settings(_env_file=None), clock=lambda: NOW)
        task = asyncio.create_task(
            serve(app, host="127.0.0.1", port=port, started=address.set_result)
        )
        try:
            async with asyncio.timeout(60):
                yield await address
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def planned(database_url: str, town: Town) -> tuple[dict[str, str], Round]:
    """Register the town with a round for its first crew; returns the crew's token too."""
    vehicle, crew = town.vehicles[0], town.crews[0]
    bins = [b.record for b in town.bins][:STOPS]
    stops = [
        Stop(
            stop_id=uuid4(),
            seq=n,
            kind=StopKind.BIN,
            position=Position(lon=b.lon or 0, lat=b.lat or 0),
            bin_id=b.bin_id,
            disposal_site_id=None,
            arrives_at=NOW + timedelta(minutes=2 * n),
            begins_at=NOW + timedelta(minutes=2 * n),
            service_s=60,
        )
        for n, b in enumerate(bins)
    ]
    rest = replace(
        stops[-1],
        stop_id=uuid4(),
        seq=len(stops),
        kind=StopKind.BREAK,
        bin_id=None,
        arrives_at=NOW + timedelta(minutes=2 * STOPS),
        begins_at=NOW + timedelta(minutes=2 * STOPS + 5),
        service_s=1800,
    )
    last = Stop(
        stop_id=uuid4(),
        seq=len(stops) + 1,
        kind=StopKind.DISPOSAL,
        position=Position(lon=7.2, lat=54.6),
        bin_id=None,
        disposal_site_id=town.disposal_sites[0].disposal_site_id,
        arrives_at=NOW + timedelta(hours=2),
        begins_at=NOW + timedelta(hours=2),
        service_s=600,
    )
    round_ = Round(
        round_id=uuid4(),
        vehicle_id=vehicle.vehicle_id,
        crew_id=crew.crew_id,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=3),
        distance_m=1,
        drive_s=1,
        load_kg=1,
        stops=(*stops, rest, last),
    )
    async with store.connect(database_url) as conn:
        await register(conn, town.registry())
        asked = await plans.request_plan(
            conn,
            depot_id=town.depot.depot_id,
            day=NOW.astimezone(ZoneInfo(town.depot.timezone)).date(),
            requested_by="test",
            now=NOW,
        )
        claimed = await plans.claim_plan(conn, now=NOW, lease=timedelta(hours=1))
        assert claimed is not None
        await plans.save_plan(conn, replace(asked, rounds=(round_,)), now=NOW)
        _, token = await tokens.create(
            conn, name="t", role=Role.CREW, crew_id=crew.crew_id, now=NOW
        )
    return {crew.crew_id: token}, round_


@asynccontextmanager
async def driving(
    api_url: str, crew_tokens: dict[str, str], world: World, *, speed: float
) -> AsyncIterator[CrewAccount]:
    """Let the crews drive while the block lasts."""
    account = CrewAccount()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(
            drive(
                CrewSettings(api_url=api_url, tokens=crew_tokens, seed=1),
                world,
                town_clock=WorldClock(started_at=NOW, speed=speed),
                clock=lambda: datetime.now(UTC),
                account=account,
            )
        )
        yield account
        task.cancel()


async def marked(database_url: str) -> Counter[str]:
    """Return how many stops have which outcome, and how many marks there are in all."""
    async with store.connect(database_url) as conn:
        rows = await (await conn.execute("SELECT outcome FROM stop_outcomes")).fetchall()
        marks = await (await conn.execute("SELECT report_id FROM stop_reports")).fetchall()
    return Counter([row["outcome"] for row in rows] + ["marks"] * len(marks))


@pytest.fixture
def town() -> Town:
    return make_town(seed=1, bins=120, now=NOW)


@pytest.fixture
def world(town: Town) -> World:
    """Every bin nearly full, so that an emptying shows."""
    found = World(town, begins_at=NOW)
    for bin_ in town.bins:
        found._fill[bin_.record.bin_id].fill_pct = 90
    return found


async def test_a_crew_marks_its_whole_round_though_offline_for_half_of_it(
    database_url: str, town: Town, world: World
) -> None:
    crew_tokens, round_ = await planned(database_url, town)
    async with (
        served(database_url) as api_url,
        driving(api_url, crew_tokens, world, speed=20_000) as account,
    ):
        was_offline = most_waiting = 0
        while account.done + account.skipped < STOPS + 2 or account.waiting:
            was_offline += account.offline
            most_waiting = max(most_waiting, account.waiting)
            await asyncio.sleep(0.005)
    assert was_offline
    assert most_waiting >= 3
    assert (account.rounds, account.waiting, account.refused) == (1, 0, [])
    assert account.done + account.skipped == STOPS + 2
    assert account.sent_twice
    assert account.marks == account.reported >= STOPS + 2
    found = await marked(database_url)
    assert found == Counter(done=account.done, skipped=account.skipped, marks=account.marks)
    async with store.connect(database_url) as conn:
        rows = await (await conn.execute("SELECT bin_id FROM emptyings")).fetchall()
    emptied = {row["bin_id"] for row in rows}
    assert (
        len(emptied) == account.done - 2
    )  # nothing is emptied at the disposal site or in the break
    on_round = {stop.bin_id for stop in round_.stops if stop.bin_id is not None}
    for bin_id in on_round:
        assert (world.fill_pct(bin_id) < 50) == (bin_id in emptied)


async def test_crews_mistap_photograph_weigh_look_and_contradict_each_other(
    database_url: str, town: Town, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for share, often in {
        "SKIPPED_SHARE": 0.4,
        "TAKEN_BACK_SHARE": 0.3,
        "BY_BOTH_SHARE": 0.7,
        "CONTRADICTED_SHARE": 0.6,
    }.items():
        monkeypatch.setattr(f"simulators.marking.{share}", often)
    monkeypatch.setattr("simulators.crews.SECOND_PHONE_SHARE", 1.0)
    crew_tokens, _ = await planned(database_url, town)
    async with (
        served(database_url) as api_url,
        driving(api_url, crew_tokens, world, speed=20_000) as account,
    ):
        await until(lambda: account.done + account.skipped == STOPS + 2 and not account.waiting)
    assert account.refused == []
    assert account.marks == account.reported
    assert min(account.photos, account.levels, account.taken_back, account.contradicted) > 0
    found = await marked(database_url)
    assert found == Counter(done=account.done, skipped=account.skipped, marks=account.marks)
    async with store.connect(database_url) as conn:
        seen = await (
            await conn.execute(
                """SELECT (SELECT count(*) FROM stop_states WHERE in_conflict) AS conflicts,
                       (SELECT count(*) FROM photos) AS photos,
                       (SELECT count(*) FROM eye_levels) AS levels,
                       (SELECT count(*) FROM stop_reports WHERE outcome = 'open') AS taken_back,
                       (SELECT count(*) FROM emptyings WHERE source = 'crew') AS emptyings,
                       (SELECT count(*) FROM stop_reports WHERE weight_kg > 0) AS weights,
                       (SELECT count(DISTINCT device_id) FROM stop_reports) AS phones,
                       (SELECT count(*) FROM stop_reports m, unnest(m.photo_ids) AS id
                        WHERE NOT EXISTS (SELECT FROM photos WHERE photo_id = id)) AS missing"""
            )
        ).fetchone()
    assert seen is not None
    assert (seen["conflicts"], seen["photos"]) == (account.contradicted, account.photos)
    assert (seen["levels"], seen["taken_back"]) == (account.levels, account.taken_back)
    assert (seen["emptyings"], seen["missing"], seen["phones"]) == (account.done - 2, 0, 2)
    assert seen["weights"] >= 1


async def test_marks_wait_while_the_api_is_away(
    database_url: str, town: Town, world: World
) -> None:
    crew_tokens, _ = await planned(database_url, town)
    async with served(database_url) as api_url:
        port = int(api_url.rpartition(":")[2])
        async with driving(api_url, crew_tokens, world, speed=20_000) as account:
            await until(lambda: account.done > 5)
    async with driving(api_url, crew_tokens, world, speed=20_000) as account:
        await asyncio.sleep(0.5)
        assert account.rounds == account.reported == 0  # nobody answers: no round, no crash
        assert account.api_away is not None
        assert account.api_away.startswith(f"the API at {api_url} does not answer: ")
        async with served(database_url, port):
            await until(lambda: account.rounds == 1 and account.waiting == 0 and account.done > 0)
            await until(lambda: account.marks == account.reported > 20)
            await until(lambda: account.api_away is None)
    assert account.refused == []


async def test_a_crew_without_a_round_is_known(database_url: str, town: Town, world: World) -> None:
    crew_tokens, _ = await planned(database_url, town)
    idle = town.crews[1].crew_id
    async with store.connect(database_url) as conn:
        _, token = await tokens.create(conn, name="i", role=Role.CREW, crew_id=idle, now=NOW)
    async with (
        served(database_url) as api_url,
        driving(api_url, {**crew_tokens, idle: token}, world, speed=20_000) as account,
    ):
        await until(lambda: account.reported > 0 and bool(account.without_round))
        assert account.without_round == {idle}
        assert account.api_away is None


async def test_a_crew_takes_up_a_new_round_in_the_middle_of_its_old_one(
    database_url: str, town: Town, world: World
) -> None:
    crew_tokens, round_ = await planned(database_url, town)
    kept = tuple(replace(s, kept=True) for s in round_.stops[-5:])
    shorter = replace(round_, round_id=uuid4(), stops=kept)
    async with (
        served(database_url) as api_url,
        driving(api_url, crew_tokens, world, speed=20_000) as account,
    ):
        await until(lambda: account.done > 5)
        async with store.connect(database_url) as conn:
            asked = await plans.request_plan(
                conn,
                depot_id=town.depot.depot_id,
                day=NOW.astimezone(ZoneInfo(town.depot.timezone)).date(),
                requested_by="test",
                now=NOW,
            )
            claimed = await plans.claim_plan(conn, now=NOW, lease=timedelta(hours=1))
            assert claimed is not None
            await plans.save_plan(conn, replace(asked, rounds=(shorter,)), now=NOW)
        await until(lambda: account.rounds == 2)
        # what was marked is sent, the last stops are driven, those between never
        await until(lambda: account.waiting == 0 and account.reported == account.marks)
        async with store.connect(database_url) as conn:
            rows = await (await conn.execute("SELECT stop_id FROM stop_outcomes")).fetchall()
    assert account.refused == []
    assert len(rows) < STOPS
    assert account.done + account.skipped == len(rows)


async def test_a_second_run_with_the_same_seed_marks_anew(
    database_url: str, town: Town, world: World
) -> None:
    """Report ids are new each time: the same ones would stand for other marks."""
    crew_tokens, _ = await planned(database_url, town)
    async with served(database_url) as api_url:
        async with driving(api_url, crew_tokens, world, speed=20_000) as first:
            await until(lambda: first.reported > 8)
        async with driving(api_url, crew_tokens, world, speed=20_000) as second:
            await until(lambda: second.rounds == 1 and second.reported > 5)
    assert second.refused == []


async def test_a_refused_token_is_said_in_words(
    database_url: str, town: Town, world: World
) -> None:
    await planned(database_url, town)
    with pytest.RaisesGroup(
        pytest.RaisesExc(TokenRefusedError, match="the token of crew-1 is refused"),
        flatten_subgroups=True,
    ):
        async with (
            served(database_url) as api_url,
            driving(api_url, {"crew-1": "wrong"}, world, speed=20_000),
        ):
            await asyncio.sleep(20)

"""The demo's story: a town is built, measured, planned, served and driven, in one process."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import store
from api.app import create_app
from api.server import serve
from cli.acting import acting
from cli.broker_settings import broker_of
from cli.crew_tokens import make_crew_tokens
from cli.demo.account import Account, take_account
from cli.demo.background import Background, background, cancelled
from cli.demo.map import build_town_map
from cli.demo.network import addresses_of
from cli.demo.people import Screens, crew_of_yours, let_in
from cli.demo.roads import EXTRACT, build_town_roads
from cli.demo.screen import Screen, Step
from cli.demo.services import embedded_services, migrated_pool
from cli.demo.town import FAULTS, HISTORY_DAYS, demo_town
from cli.demo.waiting import (
    CONNECTED_LIMIT_S,
    DRIVEN_LIMIT_S,
    DemoFailedError,
    api_port,
    settled,
    until,
)
from cli.registering import store_registry
from core.plans import Plan
from core.settings import Settings
from ingest.service import ingest
from ingest.stats import Stats
from routing.planner import Means
from routing.request import plan_day
from routing.watch import watch
from simulators.account import Progress
from simulators.crews import CrewSettings
from simulators.simulation import Simulation, open_outbox
from simulators.town import Town
from store import fleet


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Demo:
    """A demo and what moves in it while it runs. ``speed``: town seconds in one of ours.

    ``alone``: nobody watches, so that no round is left to anybody.
    """

    bins: int
    seed: int
    speed: float
    alone: bool
    base: Settings
    ingested: Stats = field(default_factory=Stats)
    progress: Progress = field(default_factory=Progress)
    plan: Plan | None = None
    address: str = ""
    screens: Screens | None = None

    async def run(self, screen: Screen, *, then: Callable[[Account], Awaitable[None]]) -> None:
        """Live through the story, give ``then`` the account, and end everything when it returns.

        Raises DemoFailedError (perhaps in a group) when a part does not do what it should.
        """
        began_at = utc_now()
        # asked now: nobody wants to wait for two weeks of readings to learn it
        await api_port(self.base.api_host, self.base.api_port)
        async with AsyncExitStack() as stack:  # ends what was started in it, last first
            async with screen.step("PostgreSQL and an MQTT broker") as step:
                settings = await stack.enter_async_context(embedded_services(self.base))
                pool = await stack.enter_async_context(migrated_pool(settings))
                step.detail = f"embedded and migrated, MQTT on port {settings.mqtt_port}"
            async with screen.step("A town") as step:
                town = demo_town(seed=self.seed, bins=self.bins, now=began_at)
                crew_tokens = await self._register(pool, town)
                step.detail = _describe(town)
            async with screen.step("Its roads") as step:
                step.detail = await self._build_roads(settings, town, step)
            async with screen.step("Its map") as step:
                step.detail = await self._build_map(settings, step)
            tasks = await stack.enter_async_context(background())
            async with screen.step(f"{HISTORY_DAYS} days of readings over MQTT") as step:
                tasks.start(ingest(settings, pool, stats=self.ingested), name="ingest")
                await until(lambda: self.ingested.connected, CONNECTED_LIMIT_S, "the ingester")
                sensors = await self._sensors(stack, settings, town, began_at)
                await sensors.backfill()
                stored = await settled(pool, self.progress)
                step.detail = f"{self.progress.account.readings:,} published, {stored:,} stored"
            live = tasks.start(sensors.live(), name="sensors")
            async with screen.step("Today's rounds") as step:
                self.plan = plan = await self._plan(pool, settings)
                step.detail = plan.summary
            async with screen.step("The screens") as step:
                network = await self._serve(tasks, pool, settings)
                await self._let_in(pool, settings, network)
                tasks.start(watch(pool, settings), name="planner")
                step.detail = self.address
            async with screen.step("Crews drive, half of the day without signal") as step:
                driven = {c: t for c, t in crew_tokens.items() if not self._is_yours(c)}
                crews = CrewSettings(api_url=self.address, tokens=driven, seed=self.seed)
                driving = tasks.start(sensors.crews(crews), name="crews")
                await self._driven()
                await cancelled(driving)
                step.detail = (
                    f"{self.progress.crews.sent_twice} marks sent twice, each counted once"
                )
            async with screen.step("The account") as step:
                await cancelled(live)
                await sensors.outbox.drained()
                await settled(pool, self.progress)
                account = await take_account(
                    pool, self.progress, plan, since=began_at, now=utc_now()
                )
                step.detail = "published = stored + set aside" if account.balanced else "WRONG"
            tasks.start(sensors.live(), name="sensors go on")
            await then(account)

    async def _register(self, pool: store.Pool, town: Town) -> dict[str, str]:
        """Register the town; return each crew's token."""
        async with store.transaction(pool) as conn:
            now = utc_now()
            await store_registry(conn, town.registry(), source="the demo's town", now=now)
            return await make_crew_tokens(conn, town.crews, now=now)

    async def _build_roads(self, settings: Settings, town: Town, step: Step) -> str:
        assert settings.roads is not None  # noqa: S101 - the demo's own settings name a folder

        def told(progress: str) -> None:
            step.detail = progress

        return await build_town_roads(town.streets, Path(settings.roads), told=told)

    async def _build_map(self, settings: Settings, step: Step) -> str:
        assert settings.roads is not None  # noqa: S101 - as above
        assert settings.map is not None  # noqa: S101 - as above

        def told(progress: str) -> None:
            step.detail = progress

        return await build_town_map(Path(settings.roads) / EXTRACT, settings.map, told=told)

    async def _sensors(
        self, stack: AsyncExitStack, settings: Settings, town: Town, began_at: datetime
    ) -> Simulation:
        outbox = await stack.enter_async_context(open_outbox(broker_of(settings), self.progress))
        return Simulation(
            town=town,
            began_at=began_at,
            outbox=outbox,
            progress=self.progress,
            days=HISTORY_DAYS,
            speed=self.speed,
            faults=FAULTS,
        )

    async def _plan(self, pool: store.Pool, settings: Settings) -> Plan:
        now = utc_now()
        async with store.transaction(pool) as conn:
            (depot,) = await fleet.depots(conn)
        return await plan_day(
            pool,
            settings,
            depot=depot,
            day=depot.local_day(now),
            now=now,
            means=Means(seed=self.seed),
            by=acting(),
        )

    async def _serve(self, tasks: Background, pool: store.Pool, settings: Settings) -> str:
        """Serve on the configured port, or on a free one where that is taken.

        Keeps the address for this machine and returns the one for its network.
        """
        started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        port = await api_port(settings.api_host, settings.api_port)
        tasks.start(
            serve(
                create_app(pool, settings),
                host=settings.api_host,
                port=port,
                started=started.set_result,
            ),
            name="api",
        )
        self.address, network = addresses_of(await started)
        return network

    async def _let_in(self, pool: store.Pool, settings: Settings, network: str) -> None:
        crew_id = None if self.alone or self.plan is None else crew_of_yours(self.plan)
        if crew_id is None:
            return
        async with store.transaction(pool) as conn:
            self.screens = await let_in(
                conn, settings, crew_id=crew_id, here=self.address, network=network, now=utc_now()
            )

    def _is_yours(self, crew_id: str | None) -> bool:
        return self.screens is not None and crew_id == self.screens.crew_id

    def stops_to_drive(self) -> int:
        """Return how many stops the simulated crews have."""
        rounds = self.plan.rounds if self.plan else ()
        return sum(len(r.stops) for r in rounds if not self._is_yours(r.crew_id))

    async def _driven(self) -> None:
        """Wait until every stop is marked and every mark has been answered."""
        crews, stops = self.progress.crews, self.stops_to_drive()
        await until(
            lambda: crews.done + crews.skipped >= stops and crews.waiting == 0,
            DRIVEN_LIMIT_S,
            "the last of the crews",
        )
        if crews.refused:
            raise DemoFailedError(f"the API refused a crew's mark: {crews.refused[0]}")


def _describe(town: Town) -> str:
    return (
        f"{len(town.bins)} bins in {len(town.streets.streets)} streets by a river, "
        f"{len(town.vehicles)} lorries"
    )

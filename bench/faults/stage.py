"""What a scenario plays on: a broker, a database, two lines that can be broken, a publisher."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import store
from bench.faults.account import Account, account, settled
from bench.faults.publisher import Publisher, publishing
from bench.faults.readings import Readings
from bench.faults.sizes import Sizes
from bench.proxy import Proxy
from bench.services.cluster import Cluster
from bench.services.ingesters import Ingester
from bench.services.mosquitto import Mosquitto
from core.errors import BrimfulError, DatabaseUnavailableError

_LOOK_EVERY_S = 0.1


class Stage:
    """The parts of one scenario, each real and its own (the database server may be shared)."""

    def __init__(
        self,
        *,
        sizes: Sizes,
        cluster: Cluster,
        broker: Mosquitto,
        broker_line: Proxy,
        database_line: Proxy,
        database: str,
        readings: Readings,
        folder: Path,
    ) -> None:
        self.sizes = sizes
        self.cluster = cluster
        self.broker = broker
        self.broker_line = broker_line
        self.database_line = database_line
        self.database = database
        self.readings = readings
        self.folder = folder
        self.publisher = Publisher(broker.host, broker.port, readings.message)
        self.notes: dict[str, float | int | str] = {}
        """What a scenario has measured besides the account."""
        self.caught_up_s: float | None = None
        self._numbers: Iterator[int] = count()
        self._names: Iterator[int] = count(1)
        self._ingesters: list[Ingester] = []
        self._watching: asyncio.Task[None] | None = None

    # --- what scenarios do -----------------------------------------------------------

    def ingester(
        self,
        *options: str,
        over_broker_line: bool = False,
        over_database_line: bool = False,
        **settings: str,
    ) -> Ingester:
        """Start `brimful ingest` with these options and settings.

        Over the lines that can be broken where that is asked for, else directly.
        """
        broker_port = self.broker_line.port if over_broker_line else self.broker.port
        port = self.database_line.port if over_database_line else None
        ingester = Ingester(
            self.folder,
            name=f"ingester-{next(self._names)}",
            broker_port=broker_port,
            database_url=self.cluster.url(self.database, port=port),
            settings=settings,
            options=options,
        )
        self._ingesters.append(ingester)
        return ingester

    @asynccontextmanager
    async def live_traffic(self) -> AsyncIterator[None]:
        """Publish steadily while the block runs, well before and after what happens in it."""
        stop = asyncio.Event()

        def numbers() -> Iterator[int]:
            while not stop.is_set():
                yield next(self._numbers)

        async with publishing(self.publisher, numbers(), per_s=self.sizes.per_s):
            try:
                await asyncio.sleep(self.sizes.before_s)
                yield
                await asyncio.sleep(self.sizes.before_s)
            finally:
                stop.set()

    async def publish(self, messages: int, *, per_s: float | None = None) -> None:
        """Publish so many messages and return when all are promised."""
        numbers = [next(self._numbers) for _ in range(messages)]
        async with publishing(self.publisher, numbers, per_s=per_s):
            pass

    def mended(self) -> None:
        """Note that all works again: from now on catching up is timed."""
        self._watching = asyncio.create_task(
            self._catch_up(len(self.publisher.promised), time.monotonic()), name="catch up"
        )

    async def some_settled(self, readings: int) -> None:
        """Return once so many readings are stored or set aside."""
        async with asyncio.timeout(self.sizes.catch_up_limit_s):
            while await self.settled() < readings:
                self._raise_when_nobody_works()
                await asyncio.sleep(_LOOK_EVERY_S)

    async def stands_still(self, away_s: float) -> None:
        """Wait out a fault; raise BrimfulError when readings arrive all the same."""
        await asyncio.sleep(away_s / 2)
        halfway = await self.settled()
        await asyncio.sleep(away_s / 2)
        if (now_settled := await self.settled()) != halfway:
            raise BrimfulError(
                f"nothing was broken: {now_settled - halfway} readings were settled meanwhile"
            )

    async def settled(self) -> int:
        """Return how many readings are stored or set aside; 0 while the database is away."""
        try:
            async with store.connect(self.url, application="bench", timeout_s=2) as conn:
                return await settled(conn)
        except DatabaseUnavailableError:
            return 0

    @property
    def url(self) -> str:
        """The database, not over a line that can be broken."""
        return self.cluster.url(self.database)

    # --- what the runner does ----------------------------------------------------------

    async def finish(self, *, quiet_s: float) -> Account:
        """Wait until all that was promised is settled, and account for it.

        What is not settled when nothing has moved for ``quiet_s`` is given up as lost.
        """
        if await self._all_settled(quiet_s) and self._watching is not None:
            await self._watching
        async with store.connect(self.url, application="bench", timeout_s=30) as conn:
            return await account(
                conn,
                self.publisher.promised,
                number_of=self.readings.number,
                message=self.readings.message,
            )

    async def close(self) -> None:
        """End what is still running."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        for ingester in self._ingesters:
            await ingester.kill()

    async def _all_settled(self, quiet_s: float) -> bool:
        promised, before = len(self.publisher.promised), -1
        moved_at = began = time.monotonic()
        while (now_settled := await self.settled()) < promised:
            now = time.monotonic()
            if now_settled != before:
                before, moved_at = now_settled, now
            if now - moved_at > quiet_s or now - began > self.sizes.catch_up_limit_s:
                return False
            await asyncio.sleep(_LOOK_EVERY_S)
        return True

    async def _catch_up(self, promised: int, began: float) -> None:
        while await self.settled() < promised:
            if time.monotonic() - began > self.sizes.catch_up_limit_s:
                return
            await asyncio.sleep(_LOOK_EVERY_S)
        self.caught_up_s = time.monotonic() - began

    def _raise_when_nobody_works(self) -> None:
        if not any(ingester.alive for ingester in self._ingesters):
            raise BrimfulError("no ingester runs any more; see its log")

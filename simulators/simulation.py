"""A whole town at work: history, live sensors and crews, over MQTT and HTTP alone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulators.account import Progress
from simulators.broker import Broker
from simulators.crews import CrewSettings, drive
from simulators.faults import Fault
from simulators.mqtt import Outbox
from simulators.sensors import Sensors
from simulators.town import Town
from simulators.world import World, WorldClock

GOODBYE_AFTER_S = 0.5
"""amqtt, the embedded broker, forgets what it acknowledged and has not yet passed on when the
publisher says goodbye in that moment: the last 14 to 24 of 3,600 messages, and 2,087 of 3,000
large ones it was far behind with. This is enough for the first case only."""


def system_clock() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_outbox(broker: Broker, progress: Progress) -> AsyncIterator[Outbox]:
    """Publish in the background while the block lasts.

    On the embedded broker stay in the block until what was published is stored; Mosquitto keeps
    what it acknowledged, whoever leaves.

    Raises BrokerRefusedError in a group; the block is cancelled then.
    """
    outbox = Outbox(broker, progress)
    async with asyncio.TaskGroup() as tasks:
        publishing = tasks.create_task(outbox.run(), name="outbox")
        try:
            yield outbox
            await asyncio.sleep(GOODBYE_AFTER_S)
        finally:
            publishing.cancel()


@dataclass(kw_only=True)
class Simulation:
    """A town from its history to this moment and on. ``progress`` may be read at any time.

    Call ``backfill`` once, then ``live`` and ``crews``, in one TaskGroup if both.
    """

    town: Town
    began_at: datetime
    outbox: Outbox
    progress: Progress
    days: int = 14
    speed: float = 1.0
    faults: Mapping[Fault, float]
    clock: Callable[[], datetime] = system_clock

    def __post_init__(self) -> None:
        self.world = World(self.town, begins_at=self.began_at - timedelta(days=self.days))
        self._town_clock = WorldClock(started_at=self.began_at, speed=self.speed)
        self._sensors = Sensors(
            self.town,
            self.world,
            self.outbox,
            faults=self.faults,
            happened=self.progress.account.happened,
            speed=self.speed,
        )

    async def backfill(self) -> None:
        """Publish the days before ``began_at``; returns when all of it is acknowledged."""
        await self._sensors.backfill(until=self.began_at)

    async def live(self, lasts: timedelta | None = None) -> None:
        """Let sensors measure as time goes by; the town's time goes on from ``began_at``."""
        await self._sensors.live(town_clock=self._town_clock, clock=self.clock, lasts=lasts)

    async def crews(self, settings: CrewSettings) -> None:
        """Let crews work until cancelled."""
        await drive(
            settings,
            self.world,
            town_clock=self._town_clock,
            clock=self.clock,
            account=self.progress.crews,
        )

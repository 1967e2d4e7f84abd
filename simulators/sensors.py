"""The town's sensors: their history first, then live, each with the faults asked for."""

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from simulators.faults import Fault
from simulators.injector import FaultInjector
from simulators.messages import packed, single
from simulators.mqtt import Outbox
from simulators.town import Town
from simulators.world import World, WorldClock, to_millisecond

BINS_BETWEEN_BREATHS = 10
"""Histories are pure computing; after this many the event loop gets its turn."""


class Sensors:
    """All sensors of a town on one outbox."""

    def __init__(
        self,
        town: Town,
        world: World,
        outbox: Outbox,
        *,
        faults: Mapping[Fault, float],
        happened: Counter[Fault],
        speed: float = 1.0,
    ) -> None:
        self._world = world
        self._outbox = outbox
        self._injectors = {
            b.record.bin_id: FaultInjector(
                sensor_id=b.sensor_id,
                rng=Random(f"faults {town.seed} {b.sensor_id}"),  # noqa: S311 - a simulation
                rates=faults,
                happened=happened,
            )
            for b in town.bins
        }
        self._speed = speed

    async def backfill(self, *, until: datetime) -> None:
        """Publish every sensor's history up to ``until``, in arrays; returns when acknowledged."""
        for n, (bin_id, injector) in enumerate(self._injectors.items()):
            history = self._world.past(bin_id, until)
            for message in packed(injector.deliver_all(history, now=until)):
                await self._outbox.put(message)
            if n % BINS_BETWEEN_BREATHS == 0:
                await asyncio.sleep(0)
        await self._outbox.drained()

    async def live(
        self,
        *,
        town_clock: WorldClock,
        clock: Callable[[], datetime],
        lasts: timedelta | None = None,
    ) -> None:
        """Measure and publish as time goes by; without ``lasts`` until cancelled.

        At the end what faults held back is sent too, and everything is acknowledged.
        """
        ends_at = None if lasts is None else clock() + lasts
        for injector in self._injectors.values():
            injector.speed = self._speed
        begins = town_clock.town_time(clock())
        due = [(self._world.first_live(bin_id, begins), bin_id) for bin_id in self._injectors]
        heapq.heapify(due)
        last: dict[str, datetime] = {}
        while ends_at is None or clock() < ends_at:
            at, bin_id = due[0]
            now = clock()
            wait = town_clock.real(at - town_clock.town_time(now))
            if wait > timedelta(0):
                left = wait if ends_at is None else min(wait, ends_at - now)
                await asyncio.sleep(max(0.0, left.total_seconds()))
                continue
            measured_at = _after(last.get(bin_id), to_millisecond(now))
            last[bin_id] = measured_at
            await self._measure(bin_id, measured_at=measured_at, town_time=at)
            heapq.heapreplace(due, (self._world.next_measurement(bin_id, at), bin_id))
        for injector in self._injectors.values():
            for delivery in injector.flush():
                await self._outbox.put(single(delivery))
        await self._outbox.drained()

    async def _measure(self, bin_id: str, *, measured_at: datetime, town_time: datetime) -> None:
        measurement = self._world.measure(bin_id, measured_at=measured_at, town_time=town_time)
        for delivery in self._injectors[bin_id].deliver(measurement, now=measured_at):
            await self._outbox.put(single(delivery))


def _after(last: datetime | None, now: datetime) -> datetime:
    """Return now, or the next millisecond where the sensor has just measured in this one."""
    return now if last is None else max(now, last + timedelta(milliseconds=1))

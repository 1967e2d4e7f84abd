"""Simulated crews: pull the round, drive it, mark stops, offline for half of the day.

They mistap and take it back, send photos, weigh, say by eye how full bins are; on some rounds a
second phone is along, which now and then says something else.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import httpx

from simulators.account import CrewAccount
from simulators.marking import Marking
from simulators.phone import Phone, PhoneRound, PhoneStop
from simulators.world import World, WorldClock

SECOND_PHONE_SHARE = 0.4
"""Share of rounds with a second phone."""
OFFLINE_STOPS = (3, 9)
"""Length of a stretch without network, and of one with it: on average half of the day each."""
LONGEST_DRIVE = timedelta(hours=2)
POLL_S = 2.0
HTTP_TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CrewSettings:
    """Where crews report, and each crew's bearer token by crew_id."""

    api_url: str
    tokens: Mapping[str, str]
    seed: int


async def drive(
    settings: CrewSettings,
    world: World,
    *,
    town_clock: WorldClock,
    clock: Callable[[], datetime],
    account: CrewAccount,
) -> None:
    """Let every crew with a token work until cancelled.

    A crew drives what is open of its round, and takes up a new one as soon as its phone hears of
    it. Raises TokenRefusedError (in a group) when Brimful does not know a token.
    """
    async with (
        httpx.AsyncClient(base_url=settings.api_url, timeout=HTTP_TIMEOUT_S) as http,
        asyncio.TaskGroup() as tasks,
    ):
        for crew_id, token in settings.tokens.items():
            rng = Random(f"crew {settings.seed} {crew_id}")  # noqa: S311 - a simulation
            phone, second = (
                Phone(http, crew_id=crew_id, token=token, rng=rng, account=account)
                for _ in range(2)
            )
            marking = Marking(rng=rng, world=world, town_clock=town_clock, account=account)
            crew = _Crew(
                phone=phone, second=second, rng=rng, marking=marking, town_clock=town_clock,
                clock=clock, account=account,
            )  # fmt: skip
            tasks.create_task(crew.work(), name=f"crew {crew_id}")


@dataclass(kw_only=True)
class _Crew:
    phone: Phone
    second: Phone
    rng: Random
    marking: Marking
    town_clock: WorldClock
    clock: Callable[[], datetime]
    account: CrewAccount
    _two: bool = False
    """The second phone is along."""
    _stretch: int = 0
    """Stops left until the network goes or comes."""

    async def work(self) -> None:
        """Drive round after round, for ever."""
        last: UUID | None = None
        while True:
            found = await self.phone.round()
            if found is not None and any(stop.outcome is None for stop in found.stops):
                if found.round_id != last:
                    self.account.rounds += 1
                    self._two = self.rng.random() < SECOND_PHONE_SHARE
                    last = found.round_id
                if not await self._drive_round(found):
                    continue
            await asyncio.sleep(POLL_S)

    async def _drive_round(self, found: PhoneRound) -> bool:
        """Drive it to the end; False where there is another round before that."""
        left_at = found.starts_at
        settled = {stop.stop_id for stop in found.stops if stop.outcome is not None}
        for stop in sorted(found.stops, key=lambda s: s.seq):
            if stop.stop_id not in settled:
                self._network()
                await self._drive_to(stop, left_at)
                self.marking.mark(
                    stop, self.phone, self.second if self._two else None, now=self.clock()
                )
                await self._sync()
                newest = await self._newest()
                if newest is not None and newest.round_id != found.round_id:
                    return False
                # another crew may have been at what was to be ours
                settled |= {s.stop_id for s in newest.stops if s.outcome} if newest else set()
            left_at = stop.begins_at + timedelta(seconds=stop.service_s)
        self._online(online=True)  # back at the depot there is a network
        while self._unsent:
            await self._sync()
            if self._unsent:
                await asyncio.sleep(POLL_S)
        return True

    @property
    def _unsent(self) -> int:
        return self.phone.unsent + self.second.unsent

    async def _sync(self) -> None:
        await self.phone.sync()
        await self.second.sync()

    async def _newest(self) -> PhoneRound | None:
        """Look whether the round is another by now; None where nobody can be asked."""
        if not self.phone.online or self._unsent:
            return None
        return await self.phone.round()

    async def _drive_to(self, stop: PhoneStop, left_at: datetime) -> None:
        """Take the planned time from the last stop, and the work (or break) here, in town time."""
        planned = stop.begins_at - left_at + timedelta(seconds=stop.service_s)
        takes = min(LONGEST_DRIVE, max(timedelta(0), planned)) * self.rng.uniform(0.8, 1.3)
        await asyncio.sleep(self.town_clock.real(takes).total_seconds())

    def _network(self) -> None:
        self._stretch -= 1
        if self._stretch < 0:
            self._stretch = self.rng.randint(*OFFLINE_STOPS)
            self._online(online=not self.phone.online)

    def _online(self, *, online: bool) -> None:
        self.account.offline += self.phone.online - online
        self.phone.online = self.second.online = online

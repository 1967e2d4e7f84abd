"""The roads the settings name, for a day's plan; straight lines, loudly, as the last resort."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path

from core.closed_streets import Closures
from core.geo import Position
from core.logs import get_logger
from core.settings import Settings
from core.ways import Way
from routing.roads.closing import closed_on
from routing.roads.data import RoadData
from routing.roads.engine import Roads
from routing.roads.errors import RoadsError
from routing.roads.local import LocalRoads
from routing.roads.server import ServerRoads
from routing.travel import StraightLines, TravelTable, TravelTimes

_log = get_logger(__name__)


class LastResort:
    """Roads as long as they can be had; after that straight lines, which say why.

    Rounds on straight lines are better than none, and nobody may take them for driven ones.
    """

    def __init__(self, roads: TravelTimes | None, settings: Settings, why: str = "") -> None:
        self._roads = roads
        self._settings = settings
        self._why = why

    async def table(
        self, positions: Sequence[Position], *, kerb: Sequence[bool] | None = None
    ) -> TravelTable:
        """Return the table of all positions, from roads where they can be had."""
        if self._roads is not None:
            try:
                return await self._roads.table(positions, kerb=kerb)
            except RoadsError as error:
                self._give_up(error)
        return await straight_lines(self._settings, self._why).table(positions, kerb=kerb)

    async def way(
        self, positions: Sequence[Position], *, kerb: Sequence[bool] | None = None
    ) -> Way:
        """Return the way where the table's times came from. Raises RoadsError."""
        if self._roads is not None:
            return await self._roads.way(positions, kerb=kerb)
        return await straight_lines(self._settings, self._why).way(positions, kerb=kerb)

    def _give_up(self, error: RoadsError) -> None:
        _log.error("no roads, the plan is made on straight lines", error=str(error))
        self._roads, self._why = None, str(error)


@asynccontextmanager
async def opened(
    settings: Settings, *, day: date, closed_today: Closures | None = None
) -> AsyncIterator[TravelTimes]:
    """Give the roads of BRIMFUL_ROADS while the block lasts, without what is closed on ``day``.

    ``closed_today`` are streets beside those of the file. Never fails: where they cannot be had, or
    none are set, it is straight lines that say why.
    """
    async with AsyncExitStack() as stack:
        if settings.roads is None:
            yield straight_lines(settings, "no road engine, BRIMFUL_ROADS is not set")
            return
        try:
            roads = await stack.enter_async_context(
                roads_of(settings, day=day, closed_today=closed_today)
            )
        except RoadsError as error:
            _log.error("no roads, the plan is made on straight lines", error=str(error))
            yield LastResort(None, settings, str(error))
            return
        yield LastResort(roads, settings)


@asynccontextmanager
async def roads_of(
    settings: Settings, *, day: date, closed_today: Closures | None = None
) -> AsyncIterator[Roads]:
    """Give the roads that are set, without what is closed on ``day``.

    What of the file of closed streets cannot be used stands in their ``source``. Raises
    RoadsError, where no roads are set too.
    """
    where, closed = settings.roads, settings.roads_closed
    if where is None:
        raise RoadsError("BRIMFUL_ROADS is not set: brimful roads build EXTRACT, then set it")
    if where.startswith(("http://", "https://")):
        async with ServerRoads.opened(
            where, kerb_side=settings.roads_kerb_side, timeout_s=settings.roads_timeout_s
        ) as server:
            if closed is not None:
                server.warn(f"{closed.name} is not heeded: a road server has closures of its own")
            yield server
        return
    data = await asyncio.to_thread(RoadData.read, Path(where))
    faults: tuple[str, ...] = ()
    if closed is not None or closed_today is not None:
        without = await closed_on(data, closed, day, also=closed_today)
        data, faults = without.data, without.faults
    async with LocalRoads.opened(data.folder, kerb_side=settings.roads_kerb_side) as local:
        for fault in faults:
            local.warn(fault)
        yield local


def refuse_closing(settings: Settings) -> str | None:
    """Say why no street can be closed for a plan on these roads; None where one can."""
    if settings.roads is None:
        return "no road engine is set (BRIMFUL_ROADS): straight lines know no streets to close"
    if settings.roads.startswith(("http://", "https://")):
        return "BRIMFUL_ROADS is a road server, which has closures of its own: close it there"
    return None


def straight_lines(settings: Settings, why: str) -> StraightLines:
    """Return straight lines as set, saying why."""
    return StraightLines(
        detour_factor=settings.plan_detour_factor, speed_kmh=settings.plan_speed_kmh, why=why
    )

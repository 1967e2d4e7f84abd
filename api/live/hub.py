"""The hub: hears what is committed and tells everybody whom it concerns."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Request

import store
from api.live.columns import Columns
from api.live.healths import HEALTHS
from api.live.level_watch import LevelWatch
from api.live.listeners import Listener, Listeners
from core.errors import BrimfulError, DatabaseUnavailableError
from core.logs import get_logger
from core.settings import Settings
from store import changes, plans, rounds, sessions, tokens
from store import columns as columns_store

AGAIN_S = 1.0
"""Pause before listening is tried again."""
CALLERS_S = 3.0
"""How often it is asked whether those who listen still may."""

_log = get_logger(__name__)


class Live:
    """What is live in one server process. Without ``running`` nothing is heard or kept."""

    def __init__(self, pool: store.Pool, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._settings = settings
        self._clock = clock
        self._plans: set[UUID] = set()
        self._plans_due = asyncio.Event()
        self.listeners = Listeners()
        self.columns = Columns(self._ask_columns, clock)
        self.levels = LevelWatch(pool, settings, clock, self.listeners, self.columns)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear and tell until left; then every stream ends."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._for_ever(self._hear_once), name="live changes"),
                group.create_task(self._for_ever(self.levels.step), name="live levels"),
                group.create_task(self._for_ever(self.levels.healths_step), name="live healths"),
                group.create_task(self._for_ever(self._plans_step), name="live plans"),
                group.create_task(self._for_ever(self._callers_step), name="live callers"),
            ]
            try:
                yield
            finally:
                self._stop_hearing()
                for task in tasks:
                    task.cancel()

    def told(self, listener: Listener) -> AsyncGenerator[bytes]:
        """Return a listener's stream; DatabaseUnavailableError while there is nothing to hear."""
        if not self.listeners.open:
            raise DatabaseUnavailableError("nothing is heard from the database")
        return self.listeners.stream(listener)

    async def _for_ever(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except BrimfulError as error:
                _log.warning("what is live fell behind", error=str(error))
                await asyncio.sleep(AGAIN_S)
            except Exception:  # noqa: BLE001 - a fault here must not end the server
                _log.exception("unexpected error in what is live")
                await asyncio.sleep(AGAIN_S)

    async def _hear_once(self) -> None:
        try:
            await self._hear()
        except DatabaseUnavailableError as error:
            if self.listeners.open:
                _log.warning("no changes are heard", error=str(error))
        finally:
            # Whoever watches has to see that nothing comes: streams end and are asked for again.
            self._stop_hearing()
        await asyncio.sleep(AGAIN_S)

    def _stop_hearing(self) -> None:
        self.columns.hears(False)
        self.listeners.close()

    async def _hear(self) -> None:
        heard = changes.heard(
            self._pool,
            changes.LEVELS_CHANGED,
            changes.REGISTRY_CHANGED,
            changes.PLAN_CHANGED,
            changes.STOP_CHANGED,
        )
        async with aclosing(heard):
            async for notice in heard:
                if notice is None:
                    await self.levels.begin()
                    self.listeners.open = True
                    self.columns.hears(True)
                    _log.info("changes are heard")
                else:
                    try:
                        self._take(notice)
                    except (ValueError, KeyError) as error:
                        _log.warning("a notification cannot be read", error=repr(error))

    def _take(self, notice: changes.Notice) -> None:
        match notice.channel:
            case changes.LEVELS_CHANGED:
                self.columns.changed()
                self.levels.due.set()
            case changes.REGISTRY_CHANGED:
                self.columns.changed()
                self.levels.reload()
            case changes.PLAN_CHANGED:
                self._plans.add(UUID(notice.payload))
                self._plans_due.set()
            case changes.STOP_CHANGED:
                self._stop_changed(json.loads(notice.payload))

    def _stop_changed(self, told: Mapping[str, str | None]) -> None:
        self.listeners.tell_desks(
            "stop", {name: told[name] for name in ("plan_id", "round_id", "stop_id")}
        )
        if told["crew_id"] is not None:
            self.listeners.tell_crews({told["crew_id"]})

    async def _plans_step(self) -> None:
        await self._plans_due.wait()
        self._plans_due.clear()
        changed, self._plans = self._plans, set()
        try:
            async with store.transaction(self._pool) as conn:
                await self._tell_plans(conn, changed)
        except BaseException:
            self._plans |= changed
            self._plans_due.set()
            raise

    async def _tell_plans(self, conn: store.Connection, changed: set[UUID]) -> None:
        for plan_id in changed:
            plan = await plans.plan(conn, plan_id)
            if plan is not None:
                self.listeners.tell_desks(
                    "plan",
                    {
                        "plan_id": str(plan_id),
                        "depot_id": plan.depot_id,
                        "day": plan.day.isoformat(),
                        "status": plan.status,
                    },
                )
                if plan.status in {"ready", "superseded"}:
                    crews = await rounds.crews_of_day(conn, plan.depot_id, plan.day)
                    self.listeners.tell_crews(crews)

    async def _callers_step(self) -> None:
        await asyncio.sleep(CALLERS_S)
        callers = self.listeners.callers()
        if callers:
            async with store.transaction(self._pool) as conn:
                now = self._clock()
                valid = await tokens.still_valid(conn, callers, now=now)
                valid |= await sessions.still_valid(conn, callers, now=now)
            # not all but the valid ones: who came while the database was asked was not asked about
            self.listeners.end_of(callers - valid)

    async def _ask_columns(self) -> str:
        worse = await self.levels.healths()
        async with store.transaction(self._pool) as conn:
            return await columns_store.columns(
                conn,
                now=self._clock(),
                stale_after=self._settings.stale_after,
                healths=[str(one) for one in HEALTHS],
                worse=worse,
            )


def live_of(app: FastAPI) -> Live:
    """Return what is live in an application."""
    found = app.state.live
    assert isinstance(found, Live)  # noqa: S101 - create_app put it there
    return found


async def _live(request: Request) -> Live:
    return live_of(request.app)


type UseLive = Annotated[Live, Depends(_live)]

"""A plan while it is made: tells how far it is, and hears when it is to end."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import store
from core.errors import BrimfulError, DatabaseUnavailableError
from core.logs import get_logger
from core.replan import BestRound, Phase, PlanProgress
from store import running
from store.running import Wish

HEAR_S = 0.25
"""So often the planner asks whether it is to end."""
TELL_S = 1.0
"""So often it says how far it is; whoever watches hears within two seconds."""

_log = get_logger(__name__)


class PlanEndedError(BrimfulError):
    """The plan is not running any more: cancelled, or in the hands of another planner."""


class Report:
    """What is known of a running plan. Whoever makes it writes, whoever watches reads.

    ``on_change`` is called in the event loop for every change.
    """

    def __init__(
        self, *, now: datetime, on_change: Callable[[PlanProgress], None] | None = None
    ) -> None:
        self.finish = asyncio.Event()
        """Set when somebody wants the best so far now."""
        self._now = now
        self._began = time.monotonic()
        self._search_began: float | None = None
        self._progress = PlanProgress(at=now, phase=Phase.READING)
        self._on_change = on_change

    @property
    def progress(self) -> PlanProgress:
        """How far it is at this moment."""
        at = self._now + timedelta(seconds=time.monotonic() - self._began)
        if self._search_began is None or self._progress.phase is not Phase.SEARCHING:
            return replace(self._progress, at=at)
        elapsed_s = round(time.monotonic() - self._search_began, 1)
        return replace(self._progress, at=at, elapsed_s=elapsed_s)

    def phase(self, phase: Phase, *, limit_s: float = 0.0) -> None:
        """Say what comes now; with the search begins its own time."""
        elapsed_s = self.progress.elapsed_s
        if phase is Phase.SEARCHING:
            self._search_began = time.monotonic()
            self._progress = replace(self._progress, phase=phase, limit_s=limit_s)
        else:
            self._progress = replace(self._progress, phase=phase, elapsed_s=elapsed_s)
        self._changed()

    def best(
        self, rounds: tuple[BestRound, ...], *, wanted: int, objective: int | None = None
    ) -> None:
        """Say what the best rounds are so far, of ``wanted`` bins that could be on one."""
        bins = sum(r.bins for r in rounds)
        self._progress = replace(
            self._progress,
            bins_on_rounds=bins,
            bins_left_out=wanted - bins,
            distance_m=sum(r.distance_m for r in rounds),
            objective=objective,
            rounds=rounds,
        )
        self._changed()

    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change(self.progress)


async def told[T](
    pool: store.Pool, plan_id: UUID, report: Report, work: Coroutine[Any, Any, T]
) -> T:
    """Do the work of a running plan; tell how far it is, and hear what is wanted meanwhile.

    Raises PlanEndedError, with the work cancelled, once the plan is not running any more. What
    the database does not answer is asked again; the work goes on.
    """
    working = asyncio.create_task(work)
    ended = False

    async def tell() -> None:
        nonlocal ended
        told_at, told = 0.0, None
        while not working.done():
            due = report.progress.phase is not told or time.monotonic() - told_at >= TELL_S
            # what is being saved ends by itself, and no other can end it any more
            if report.progress.phase is Phase.CHECKING and not due:
                return
            with suppress(DatabaseUnavailableError):
                progress = report.progress if due else None
                async with store.transaction(pool) as conn:
                    wish = await running.tell(conn, plan_id, progress)
                if due:
                    told_at, told = time.monotonic(), report.progress.phase
                if wish is Wish.DROP and report.progress.phase is not Phase.CHECKING:
                    ended = True
                    working.cancel()
                    return
                if wish is Wish.FINISH:
                    report.finish.set()
            await asyncio.sleep(HEAR_S)

    telling = asyncio.create_task(tell(), name=f"plan {plan_id} told")
    try:
        return await working
    except asyncio.CancelledError:
        if not ended:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
            raise
        _log.info("plan ended from outside, search stopped", plan_id=str(plan_id))
        raise PlanEndedError(f"plan {plan_id} is not running any more") from None
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling

"""Levels that changed, told at most twice a second; sensors' health, every now and then."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import store
from api.live.columns import Columns
from api.live.healths import HEALTHS, OK, RESTS, worse_than_ok
from api.live.listeners import Listeners
from core.settings import Settings
from store import level_changes
from store.level_changes import LevelRow, Since

AT_MOST_EVERY_S = 0.5
STALE_EVERY_S = 5.0
"""How often levels are looked for that became stale with nobody writing."""
HEALTHS_EVERY_S = 120.0
MANY = 2_000
"""More changed levels than this are told as reload: the compact answer is smaller then."""
AFTER_RELOAD_S = 2.0

type Told = tuple[str, float | None, str, int | None, str | None]
"""A bin's row in the event: bin_id, fill_pct, trust, measured_at_s, health."""


class LevelWatch:
    """Knows where it stands in the database's changes and what it told last of each bin."""

    def __init__(
        self,
        pool: store.Pool,
        settings: Settings,
        clock: Callable[[], datetime],
        listeners: Listeners,
        columns: Columns,
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._clock = clock
        self._listeners = listeners
        self._columns = columns
        self._since: Since | None = None
        self._told: dict[str, Told] = {}
        self._worse: Mapping[str, int] | None = None
        self._judged: set[str] = set()
        self._judging = asyncio.Lock()
        self.due = asyncio.Event()

    async def begin(self) -> None:
        """Begin here, once changes are heard: who is greeted from now on misses nothing."""
        async with store.transaction(self._pool) as conn:
            self._since = await level_changes.here(conn, now=self._clock())
        self._told.clear()

    def reload(self) -> None:
        """Let everybody load all levels anew."""
        self._listeners.tell_desks("levels", {"reload": True})

    async def step(self) -> None:
        """Wait until levels may have changed and tell those that have."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STALE_EVERY_S):
                await self.due.wait()
        if self._since is None:
            return
        self.due.clear()
        try:
            rows = await self._changed(self._since)
        except BaseException:
            self.due.set()
            raise
        await asyncio.sleep(AFTER_RELOAD_S if self._tell(rows) > MANY else AT_MOST_EVERY_S)

    async def _changed(self, since: Since) -> Sequence[LevelRow]:
        judged = self._judged
        async with store.transaction(self._pool) as conn:
            rows, until = await level_changes.changed(
                conn,
                since,
                now=self._clock(),
                stale_after=self._settings.stale_after,
                also=judged,
            )
        self._since, self._judged = until, self._judged - judged
        return rows

    def _tell(self, rows: Sequence[LevelRow]) -> int:
        """Tell what is new among the rows and return how many that are."""
        new = [told for told in map(self._row, rows) if self._told.get(told[0]) != told]
        if new:
            self._told.update((told[0], told) for told in new)
            self._columns.changed()
            if len(new) > MANY:
                self.reload()
            else:
                self._listeners.tell_desks("levels", {"rows": new})
        return len(new)

    def _row(self, row: LevelRow) -> Told:
        health = None
        if row.has_sensor and self._worse is not None:
            health = str(HEALTHS[self._worse.get(row.bin_id, OK)])
        return row.bin_id, row.fill_pct, row.trust, row.measured_at_s, health

    async def healths(self) -> Mapping[str, int]:
        """Return the bins whose sensor is not OK, as last looked through."""
        async with self._judging:
            return await self._judge() if self._worse is None else self._worse

    async def healths_step(self) -> None:
        """Look through all sensors and tell where one does otherwise than before."""
        async with self._judging:
            await self._judge()
        await asyncio.sleep(HEALTHS_EVERY_S)

    async def _judge(self) -> Mapping[str, int]:
        before = self._worse
        worse = await worse_than_ok(
            self._pool,
            now=self._clock(),
            limits=self._settings.trust_limits,
            # whoever asks for all bins right after the start waits for the first time
            rests=0.0 if before is None else RESTS,
        )
        self._worse = worse
        if before is not None and before != worse:
            changed = dict(before.items() ^ worse.items())
            self._judged = self._judged | changed.keys()
            self._columns.changed()
            self._listeners.tell_desks("sensors", {})
            self.due.set()
        return worse

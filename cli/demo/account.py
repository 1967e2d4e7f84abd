"""The demo's account: what was published, stored, planned and emptied, taken from the database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import store
from core.plans import Plan
from core.readings import RejectReason
from simulators.account import Progress
from simulators.messages import Expected
from store import readings, rejected
from store.reports import emptyings_between


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Readings are distinct ones: sent twice or redelivered counts once."""

    published: int
    stored: int
    set_aside: int
    set_aside_by_reason: Mapping[RejectReason, int]
    duplicates: int
    """Readings sent a second time, stored once."""
    bins: int
    bins_due: int
    bins_on_rounds: int
    left_out: Mapping[str, int]
    rounds: int
    distance_km: float
    travel_source: str
    stops_done: int
    stops_skipped: int
    marks_sent_twice: int
    bins_emptied: int
    fill_at_pickup_pct: float | None
    ready_s: float

    @property
    def balanced(self) -> bool:
        """Whether published = stored + set aside, the sum that must always hold."""
        return self.published == self.stored + self.set_aside

    def as_dict(self) -> dict[str, Any]:
        """Return the account for programs."""
        return {**asdict(self), "balanced": self.balanced}


async def readings_accounted_for(
    conn: store.Connection,
) -> tuple[int, Mapping[RejectReason, int]]:
    """Count both in one snapshot: a replay in between must not move a reading out of sight."""
    await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    return await readings.count(conn), await rejected.count(conn)


async def take_account(
    pool: store.Pool, progress: Progress, plan: Plan, *, since: datetime, now: datetime
) -> Account:
    """Add up one demo: readings from the database, the plan as made, emptyings since ``since``."""
    async with store.transaction(pool) as conn:
        stored, aside = await readings_accounted_for(conn)
        emptied, fill_pct = await emptyings_between(conn, since, now)
    left_out: dict[str, int] = {}
    for out in plan.left_out:
        left_out[out.reason] = left_out.get(out.reason, 0) + 1
    published = progress.account
    return Account(
        published=published.readings,
        stored=stored,
        set_aside=sum(aside.values()),
        set_aside_by_reason=aside,
        duplicates=published.counts[Expected.DUPLICATE],
        bins=plan.bins_considered,
        bins_due=plan.bins_due,
        bins_on_rounds=plan.bins_on_rounds,
        left_out=left_out,
        rounds=len(plan.rounds),
        distance_km=round(plan.distance_m / 1000, 1),
        travel_source=plan.travel_source or "",
        stops_done=progress.crews.done,
        stops_skipped=progress.crews.skipped,
        marks_sent_twice=progress.crews.sent_twice,
        bins_emptied=emptied,
        fill_at_pickup_pct=None if fill_pct is None else round(fill_pct, 1),
        ready_s=round((now - since).total_seconds(), 1),
    )

"""One policy through one seed's days: know, choose, drive, empty, account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from evidence.contents import Contents, Emptying
from evidence.known import Known
from evidence.planning import Driven, Planner
from evidence.policies import Morning, Policy, Sight, turns
from evidence.sensing import PERFECT, SensorDiary, diaries
from evidence.setting import SLOT_S, SLOTS_PER_DAY, Setting
from routing.outlook import Chances, Learnt, columns, learn

WARM_UP_AT_SLOT = 9 * 3600 // SLOT_S
"""In the warm-up the day's bins are emptied at 9 h; nothing of it is counted."""
HISTORY = timedelta(days=28)
STALE_AFTER = timedelta(hours=48)
LEARN_EVERY_DAYS = 7
"""The product learns for every plan; how a bin fills hardly changes within a week."""
NEXT_ROUND = timedelta(days=1)
BEGIN_PCT = (2.0, 60.0)


@dataclass(kw_only=True, slots=True)
class Run:
    """What one policy did in one seed's counted days.

    ``overflow_h`` are the hours bins stood full, ``excess_l`` what came while they did. What was
    in the bins at the beginning and came since is what was collected and is there at the end.
    """

    policy: str
    seed: int
    days: int
    distance_m: int = 0
    work_s: int = 0
    rounds: int = 0
    left_out: int = 0
    skipped: int = 0
    overflow_h: float = 0.0
    excess_l: float = 0.0
    begin_l: float = 0.0
    came_l: float = 0.0
    end_l: float = 0.0
    emptyings: list[Emptying] = field(default_factory=list)
    km_by_day: list[float] = field(default_factory=list)
    bins_by_day: list[int] = field(default_factory=list)


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """The run was asked to stop before its end."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Chance:
    """All that happens by chance in one seed, drawn ahead: the same for every policy.

    ``remains_l`` (n, d) what an emptying on that day leaves; ``blocked`` (n, d) where the crew
    cannot get at the bin.
    """

    seed: int
    contents: Callable[[Sight], Contents]
    diaries: Callable[[Sight], Sequence[SensorDiary] | None]
    remains_l: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    blocked: np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def draw(setting: Setting, seed: int) -> Chance:
    """Draw one seed's deposits, sensors and mishaps."""
    n, days = len(setting.bins), setting.days.total
    deposited = setting.deposits.draw(seed, days)
    rng = np.random.default_rng(np.random.SeedSequence([seed, 3]))
    capacity_l = setting.capacity_l
    begin_l = rng.uniform(*BEGIN_PCT, n) / 100 * capacity_l
    remains_l = rng.uniform(*setting.remains_pct, (n, days)) / 100 * capacity_l[:, None]
    blocked = rng.random((n, days)) < setting.skipped_share

    def seen(sight: Sight) -> Sequence[SensorDiary] | None:
        if sight is Sight.REPORTS:
            return None
        sensing = PERFECT if sight is Sight.TRUTH else setting.sensing
        return diaries(sensing, bins=n, days=days, seed=seed)

    def contents(sight: Sight) -> Contents:
        # who sees the truth does not count bags
        known = replace(deposited, told_litres=None) if sight is Sight.TRUTH else deposited
        return Contents(known, capacity_l=capacity_l, begin_l=begin_l)

    return Chance(
        seed=seed,
        contents=contents,
        diaries=seen,
        remains_l=remains_l,
        blocked=blocked,
    )


class Simulation:
    """One policy in one seed."""

    def __init__(self, setting: Setting, policy: Policy, planner: Planner, chance: Chance) -> None:
        self._setting = setting
        self._policy = policy
        self._planner = planner
        self._chance = chance
        self._contents = chance.contents(policy.sight)
        self._known = Known(
            setting.bins,
            chance.diaries(policy.sight),
            setting.days,
            stale_after=STALE_AFTER,
            history=HISTORY,
        )
        self._run = Run(policy=policy.key, seed=chance.seed, days=setting.days.counted)
        self._counting = False
        self._learnt: Learnt | None = None
        self._learnt_on = 0
        self._count_slot = setting.days.count_from * SLOTS_PER_DAY

    def run(self, on_day: Callable[[], None]) -> Run:
        """Live through all days; ``on_day`` is called after each and may raise Stopped."""
        days = self._setting.days
        for day in range(days.total):
            if day == days.count_from:
                self._begin_to_count()
            if day < days.warm_up:
                self._warm_up(day)
            else:
                self._work(day)
            on_day()
        self._close(days.total * SLOTS_PER_DAY)
        return self._run

    def _begin_to_count(self) -> None:
        self._counting = True
        self._run.begin_l = float(self._contents.total_l(self._count_slot).sum())
        # what lies beside the bins already came before
        self._run.excess_l = -float(self._contents.excess_l(self._count_slot).sum())

    def _warm_up(self, day: int) -> None:
        slot = day * SLOTS_PER_DAY + WARM_UP_AT_SLOT
        for bin_ in np.flatnonzero(turns(self._setting, day)):
            self._empty(int(bin_), slot, day)

    def _work(self, day: int) -> None:
        setting, today = self._setting, self._setting.days.first + timedelta(days=day)
        now = setting.depot.at_local(today, setting.plan_at)
        wanted = self._policy.wanted(self._morning(day, now), setting)
        driven = self._planner.rounds(wanted, day=today, now=now)
        for visit in sorted(driven.visits, key=lambda v: v.at):
            # a round may end after midnight; it is emptied on the day it was planned for
            slot = min(setting.days.slot(visit.at), setting.days.total * SLOTS_PER_DAY)
            if self._chance.blocked[visit.bin, day]:
                self._run.skipped += self._counting
            else:
                self._empty(visit.bin, slot, day)
        if self._counting:
            self._count(driven)

    def _morning(self, day: int, now: datetime) -> Morning:
        setting, known = self._setting, self._known
        slot = setting.days.slot(now)
        for bin_ in range(len(setting.bins)):
            known.hear(self._contents, bin_, slot)
        begins = min(v.shift_start for v in setting.vehicles)
        round_at = max(now, setting.depot.at_local(now.date(), begins))
        return Morning(
            day=day,
            now=now,
            chances=Chances.of(
                round_at,
                interval=NEXT_ROUND,
                shift_s=max(v.shift_s for v in setting.vehicles),
            ),
            levels=known.levels(now),
            learnt=lambda: self._learn(day, now),
            emptied_at=[known.emptied_at(i) for i in range(len(setting.bins))],
        )

    def _learn(self, day: int, now: datetime) -> Learnt:
        """Return how the bins fill, as learnt from all that is known, at most some days ago."""
        if self._learnt is None or day - self._learnt_on >= LEARN_EVERY_DAYS:
            self._learnt = learn(self._setting.bins, columns(self._known.histories(now)), now=now)
            self._learnt_on = day
        return self._learnt

    def _empty(self, bin_: int, slot: int, day: int) -> None:
        self._known.hear(self._contents, bin_, slot)
        remains_l = float(self._chance.remains_l[bin_, day])
        emptying, full_at = self._contents.empty(bin_, slot, remains_l=remains_l)
        self._known.mark(bin_, self._setting.days.at(slot))
        if self._counting:
            self._run.emptyings.append(emptying)
            self._run.excess_l += emptying.excess_l
            overflowed = max(0, slot - max(full_at, self._count_slot))
            self._run.overflow_h += overflowed * SLOT_S / 3600

    def _count(self, driven: Driven) -> None:
        run = self._run
        run.distance_m += driven.distance_m
        run.work_s += driven.work_s
        run.rounds += driven.rounds
        run.left_out += driven.left_out
        run.km_by_day.append(driven.distance_m / 1000)
        run.bins_by_day.append(len(driven.visits))

    def _close(self, end: int) -> None:
        """Count what is still in and beside the bins at the end."""
        run, contents = self._run, self._contents
        overflowed = contents.overflowed_slots(self._count_slot, end)
        run.overflow_h += float(overflowed.sum()) * SLOT_S / 3600
        run.excess_l += float(contents.excess_l(end).sum())
        run.end_l = float(contents.total_l(end).sum())
        run.came_l = contents.came_l(self._count_slot, end)

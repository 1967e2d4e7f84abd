"""The policies that are compared: which bins each of them wants on a morning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.levels import Level
from core.plans import DueReason
from core.plans import Policy as Rule
from core.rules.due import Aims, Known, Wanted
from evidence.setting import Setting
from routing.choice import choose
from routing.outlook import Chances, Learnt, outlooks

ROUND_DAYS = (1, 2, 3, 7, 14)
"""How often a schedule empties a bin: daily to fortnightly."""
SCHEDULE_FILL_PCT = 60.0
"""A schedule's interval is the longest of them in which a bin usually stays below this."""


class Sight(StrEnum):
    """What a policy gets to see of the bins."""

    SENSORS = "sensors"
    """What sensors tell, as bad as they are, and crews' marks."""
    REPORTS = "reports"
    """Crews' marks alone."""
    TRUTH = "truth"
    """Every hour the truth, to the percent, and crews' marks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Morning:
    """What is known when a day is planned. ``day`` counts from the simulation's first.

    ``learnt`` gives how the bins fill, for policies that forecast; ``emptied_at`` (n) when crews
    have emptied each bin, oldest first.
    """

    day: int
    now: datetime
    chances: Chances
    levels: Sequence[Level]
    learnt: Callable[[], Learnt]
    emptied_at: Sequence[Sequence[datetime]]


class Policy(Protocol):
    """A rule that says each morning which bins are wanted."""

    @property
    def key(self) -> str:
        """Short name for files."""
        ...

    @property
    def title(self) -> str:
        """Name for tables."""
        ...

    @property
    def rule(self) -> str:
        """What it does, for people."""
        ...

    @property
    def sight(self) -> Sight:
        """What it gets to see."""
        ...

    def wanted(self, morning: Morning, setting: Setting) -> tuple[Wanted, ...]:
        """Return the bins to be emptied, those that have to be and those that are worth a way."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedSchedule:
    """Each bin every so many days, neighbours on the same day, however full."""

    key: str = "fixed"
    title: str = "Fixed schedule"
    sight: Sight = Sight.REPORTS

    @property
    def rule(self) -> str:
        """Say what it does."""
        return (
            "every bin every 1, 2, 3, 7 or 14 days: the longest of these in which it usually stays "
            f"below {SCHEDULE_FILL_PCT:.0f} %; neighbours on the same day"
        )

    def wanted(self, morning: Morning, setting: Setting) -> tuple[Wanted, ...]:
        """Return the bins whose turn it is."""
        return _all(morning, np.flatnonzero(turns(setting, morning.day)), DueReason.SCHEDULED)


@dataclass(frozen=True, kw_only=True, slots=True)
class AsRecorded:
    """The bins that were really emptied on each day, driven by the same lorries."""

    key: str = "recorded"
    title: str = "As it was"
    rule: str = "the bins that the record shows as emptied on each day"
    sight: Sight = Sight.REPORTS

    def wanted(self, morning: Morning, setting: Setting) -> tuple[Wanted, ...]:
        """Return the bins of the record's day."""
        if setting.recorded is None:
            return ()
        rows = np.flatnonzero(setting.recorded[:, morning.day])
        return _all(morning, rows, DueReason.SCHEDULED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fullest:
    """Every day the same number of bins: those that will be full soonest, wherever they stand.

    The baseline of Wouda, Aerts-Veenstra and van Foreest 2024: the level known now and the bin's
    usual rate give the hours until it is full. Theirs does not plan for the breaks that crews take
    at the depot.
    """

    number: int
    sight: Sight = Sight.SENSORS
    plans_breaks: bool = True

    @property
    def key(self) -> str:
        """Short name."""
        return f"fullest-{self.number}" + ("" if self.plans_breaks else "-whole-days")

    @property
    def title(self) -> str:
        """Name for tables."""
        return f"Fullest {self.number}" + ("" if self.plans_breaks else ", breaks not planned")

    @property
    def rule(self) -> str:
        """Say what it does."""
        breaks = "; rounds of a whole day, from which crews come home to rest"
        return f"every day the {self.number} bins that will be full soonest" + (
            "" if self.plans_breaks else breaks
        )

    def wanted(self, morning: Morning, setting: Setting) -> tuple[Wanted, ...]:
        """Return those bins."""
        usual = np.maximum(setting.usual_pct_per_day, 1e-6)
        days_left = (100 - _expected_pct(morning, usual)) / usual
        rows = np.argsort(days_left, kind="stable")[: self.number]
        return _all(morning, rows, DueReason.OVER_THRESHOLD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Brimful:
    """The product's own choice, under one of its rules and with one setting of the dial."""

    key: str
    title: str
    choice: Rule
    dial_m: float
    ahead_m: float = 0.0
    sight: Sight = Sight.SENSORS

    @property
    def is_on_dial(self) -> bool:
        """Tell whether it is one of the dial's settings, seen by the sensors there are."""
        return self.choice is Rule.PRIZE and self.sight is Sight.SENSORS

    @property
    def rule(self) -> str:
        """Say what it does."""
        rule = _RULES[self.choice].format(dial=f"{self.dial_m / 1000:g} km")
        ahead = ""
        if self.choice is Rule.PRIZE and self.ahead_m:
            ahead = f"; up to {self.ahead_m:.0f} m for a bin that is fetched ahead of its time"
        return rule + ahead + _SIGHTS[self.sight]

    def wanted(self, morning: Morning, setting: Setting) -> tuple[Wanted, ...]:  # noqa: ARG002 - a policy's form
        """Return what the product chooses of the same levels, samples and marks."""
        known = {
            level.bin.bin_id: Known(emptied_at=emptied[-1])
            for level, emptied in zip(morning.levels, morning.emptied_at, strict=True)
            if emptied
        }
        aims = Aims(policy=self.choice, dial_m=round(self.dial_m), ahead_m=round(self.ahead_m))
        expected = outlooks(
            morning.levels, morning.learnt(), morning.chances, schedule=aims.schedule
        )
        choice = choose(
            morning.levels, expected, aims=aims, round_at=morning.chances.round_at, known=known
        )
        return choice.wanted


_RULES = {
    Rule.PRIZE: "due bins, and others where {dial} times their probability of overflowing is more "
    "than the way to them",
    Rule.DUE_ONLY: "due bins and no others",
    Rule.THRESHOLD: "bins at their threshold, now or before the next round",
    Rule.FIXED_SCHEDULE: "bins whose turn has come",
}
_SIGHTS = {
    Sight.SENSORS: "",
    Sight.REPORTS: "; no bin has a sensor, the crews' marks are all there is",
    Sight.TRUTH: "; sensors without a fault that tell the truth every hour",
}


def turns(setting: Setting, day: int) -> NDArray[np.bool_]:
    """(n,) whose turn it is on a day of the schedule."""
    every, offset = schedule(setting)
    turn: NDArray[np.bool_] = day % every == offset
    return turn


def schedule(setting: Setting) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) each bin's interval in days, and the day within it.

    Bins of one stream and interval are cut into as many sectors around the depot as the interval
    has days, so that a day's bins stand together: a schedule as a good foreman draws it.
    """
    usual = np.maximum(setting.usual_pct_per_day, 1e-6)
    choices = np.array(ROUND_DAYS)
    fits = choices[None, :] * usual[:, None] <= SCHEDULE_FILL_PCT
    every = choices[np.maximum(0, fits.sum(axis=1) - 1)]
    offset = np.zeros(len(usual), dtype=np.int64)
    angle = _angles(setting)
    streams = np.array([b.stream for b in setting.bins])
    for stream in np.unique(streams):
        for days in ROUND_DAYS:
            rows = np.flatnonzero((streams == stream) & (every == days))
            rows = rows[np.argsort(angle[rows], kind="stable")]
            offset[rows] = np.arange(len(rows)) * days // max(1, len(rows))
    return every, offset


def _angles(setting: Setting) -> NDArray[np.float64]:
    """(n,) the direction of each bin, seen from the bins' middle."""
    positions = [b.position for b in setting.bins]
    lon = np.array([p.lon for p in positions if p is not None])
    lat = np.array([p.lat for p in positions if p is not None])
    wide = np.cos(np.radians(lat.mean()))
    angles: NDArray[np.float64] = np.arctan2(lat - lat.mean(), (lon - lon.mean()) * wide)
    return angles


def _expected_pct(morning: Morning, pct_per_day: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) each bin's level, carried on at its usual rate; a bin without one counts as full."""
    expected = np.full(len(morning.levels), 100.0)
    for i, level in enumerate(morning.levels):
        if level.fill_pct is not None and level.measured_at is not None:
            days = max(0.0, (morning.chances.round_at - level.measured_at).total_seconds() / 86_400)
            expected[i] = min(100.0, level.fill_pct + pct_per_day[i] * days)
    return expected


def _all(morning: Morning, rows: NDArray[np.int64], reason: DueReason) -> tuple[Wanted, ...]:
    """Return bins that have to be emptied."""
    return tuple(
        Wanted(
            level=(level := morning.levels[int(i)]),
            reason=reason,
            expected_fill_pct=min(100.0, 50.0 if level.fill_pct is None else level.fill_pct),
            overflow_probability=0.0,
        )
        for i in rows
    )


def without_sensors(policy: Brimful) -> Brimful:
    """Return the same policy where no bin has a sensor."""
    return replace(policy, key="reports-alone", title="Brimful, reports alone", sight=Sight.REPORTS)


def with_truth(policy: Brimful) -> Brimful:
    """Return the same policy with sensors that never err."""
    return replace(policy, key="perfect", title="Brimful, perfect sensors", sight=Sight.TRUTH)

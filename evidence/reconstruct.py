"""From what a bin showed to what was thrown into it: litres by quarter of an hour.

Only rises say something, and only below SATURATED_PCT: a full bin hides what people would still
throw in, and over a long gap an emptying may have gone unseen. There the bin's own mean rate
stands in, by the hours of the day and week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.readings import Reading, Trust
from core.rules.follow import follow
from core.rules.track import Track
from core.rules.trust_limits import DEFAULT_LIMITS
from evidence.deposits import slot_weights
from evidence.history_file import RecordedBin
from evidence.setting import SLOT_S, SLOTS_PER_DAY, Days

SATURATED_PCT = 90.0
LONGEST_GAP = timedelta(hours=48)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What came between two moments, percent; None: nobody can say.

    Where the bin was full at the end, ``at_least_pct`` came, and perhaps more that it hid.
    ``seen`` is False over a gap in the record.
    """

    begin: datetime
    end: datetime
    gain_pct: float | None
    at_least_pct: float = 0.0
    seen: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a bin's record shows: steps in order of time, and when it was emptied."""

    steps: Sequence[Step]
    emptied_at: Sequence[datetime]

    @property
    def pct_per_day(self) -> float | None:
        """Mean gain over the steps that say something; None without a day of them.

        Those that ended in a full bin are the fastest, so leaving them out would tell too little:
        the larger counts of the mean without them and the least that the mean with them can be.
        """
        return max(
            _mean_rate([s for s in self.steps if s.gain_pct is not None]),
            _mean_rate([s for s in self.steps if s.gain_pct is not None or s.at_least_pct > 0]),
            key=lambda rate: -1.0 if rate is None else rate,
        )


def _mean_rate(steps: Sequence[Step]) -> float | None:
    seconds = sum((s.end - s.begin).total_seconds() for s in steps)
    if seconds < 86_400:
        return None
    gain = sum(s.at_least_pct if s.gain_pct is None else s.gain_pct for s in steps)
    return gain / seconds * 86_400


def shown(bin_: RecordedBin) -> Shown:
    """Return a bin's steps and emptyings."""
    return _from_collections(bin_) if bin_.collections else _from_levels(bin_)


def _from_collections(bin_: RecordedBin) -> Shown:
    steps = []
    for before, after in pairwise(bin_.collections):
        if after.at <= before.at:
            continue
        gain_pct = after.before_pct - before.after_pct
        full = after.before_pct >= SATURATED_PCT
        steps.append(
            Step(
                begin=before.at,
                end=after.at,
                gain_pct=None if full or gain_pct < 0 else gain_pct,
                at_least_pct=max(0.0, gain_pct) if full else 0.0,
            )
        )
    return Shown(steps=steps, emptied_at=[c.at for c in bin_.collections])


def _from_levels(bin_: RecordedBin) -> Shown:
    """Follow the levels with the product's trust rules; noise falls within the envelope."""
    levels, emptied_at = _trusted(bin_)
    emptied = set(emptied_at)
    steps: list[Step] = []
    highest = levels[0][1] if levels else 0.0
    for (begin, before_pct), (end, after_pct) in pairwise(levels):
        gap = end - begin > LONGEST_GAP
        if end in emptied or gap or before_pct >= SATURATED_PCT:
            highest = after_pct
            steps.append(Step(begin=begin, end=end, gain_pct=None, seen=not gap))
        else:
            steps.append(Step(begin=begin, end=end, gain_pct=max(0.0, after_pct - highest)))
            highest = max(highest, after_pct)
    return Shown(steps=steps, emptied_at=emptied_at)


def _trusted(bin_: RecordedBin) -> tuple[list[tuple[datetime, float]], list[datetime]]:
    track = Track(bin_id=bin_.bin_id)
    trusted: list[tuple[datetime, float]] = []
    emptied_at: list[datetime] = []
    doubted: tuple[datetime, float] | None = None
    for at, pct in bin_.levels:
        reading = Reading(
            sensor_id=bin_.bin_id, bin_id=bin_.bin_id, measured_at=at, received_at=at,
            fill_pct=pct, trust=Trust.TRUSTED, raw_fill_pct=pct,
        )  # fmt: skip
        step = follow(track, reading, DEFAULT_LIMITS)
        track = step.track
        if step.confirmed_at is not None and doubted is not None:
            trusted.append(doubted)
        doubted = None
        if step.trust is Trust.TRUSTED:
            trusted.append((at, pct))
        else:
            doubted = (at, pct)
        if step.emptied is not None and step.emptied.emptied_at not in emptied_at[-1:]:
            emptied_at.append(step.emptied.emptied_at)
        if step.revoked_at is not None and emptied_at and emptied_at[-1] == step.revoked_at:
            emptied_at.pop()
    return trusted, emptied_at


def litres(
    records: Sequence[Shown], capacity_l: NDArray[np.float64], rate: NDArray[np.float64], days: Days
) -> NDArray[np.float64]:
    """(n, s) the litres of every slot of ``days``; ``rate`` (n,) percent a day stands in."""
    weights = np.concatenate([slot_weights(day) for day in range(days.total)])
    total = len(weights)
    upto = np.concatenate([[0.0], np.cumsum(weights)])
    found = np.empty((len(records), total))
    begin_of_all = days.at(0)
    for i, record in enumerate(records):
        pct = weights * rate[i]
        for step in record.steps:
            gain_pct = step.gain_pct
            if gain_pct is None:
                gain_pct = step.at_least_pct
                if gain_pct <= rate[i] * (step.end - step.begin).total_seconds() / 86_400:
                    continue
            begin = (step.begin - begin_of_all).total_seconds() / SLOT_S
            end = (step.end - begin_of_all).total_seconds() / SLOT_S
            first, last = max(0, int(begin)), min(total, int(np.ceil(end)))
            if last <= first or end <= begin:
                continue
            _spread(pct, weights, upto, (begin, end), gain_pct=gain_pct, rate=float(rate[i]))
        found[i] = np.maximum(0.0, pct) / 100 * capacity_l[i]
    return found


def _spread(
    pct: NDArray[np.float64],
    weights: NDArray[np.float64],
    upto: NDArray[np.float64],
    step: tuple[float, float],
    *,
    gain_pct: float,
    rate: float,
) -> None:
    """Put a step's gain in place of the mean rate, over its slots and parts of slots."""
    total, (begin, end) = len(weights), step
    slots = np.arange(max(0, int(begin)), min(total, int(np.ceil(end))))
    share = np.minimum(slots + 1, end) - np.maximum(slots, begin)
    here = share * weights[slots]
    # a step may begin before the days or end after them: its weight there is a mean day's
    outside = max(0.0, -begin) + max(0.0, end - total)
    whole = here.sum() + outside * upto[-1] / total
    if whole > 0:
        pct[slots] += here * (gain_pct / whole - rate)


def emptied_days(records: Sequence[Shown], days: Days) -> NDArray[np.bool_]:
    """(n, d) which bin was emptied on which day."""
    found = np.zeros((len(records), days.total), dtype=np.bool_)
    for i, record in enumerate(records):
        for at in record.emptied_at:
            day = days.slot(at) // SLOTS_PER_DAY
            if 0 <= day < days.total:
                found[i, day] = True
    return found

"""What is expected of every bin of a depot: its level, its forecast, the day's two chances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from core.bins import Bin
from core.forecasts import ForecastBasis, Outlook
from core.levels import Level, Sample
from core.rules.due import DEFAULT_SCHEDULE
from routing.forecast.fit import UTC_ZONE, fit
from routing.forecast.forecaster import Forecaster
from routing.forecast.histories import BinOf, Floats, Histories, Ints, histories

AREA_DEG = 0.01
"""Bins within so many degrees (about a kilometre) count as of one area."""
OWN_HISTORY_H = 48.0
"""Watched for less, a bin is forecast from others more than from itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chances:
    """The moments a plan is about: when its round begins, and when a lorry may come again."""

    round_at: datetime
    next_chance_at: datetime

    @classmethod
    def of(cls, round_at: datetime, *, interval: timedelta, shift_s: int) -> Self:
        """Return the chances of a round; ``shift_s`` is the longest shift of its vehicles.

        A bin's next chance is not when the next round leaves the depot but when it comes by: on
        average in the middle of it, after hours in which bins fill fastest.
        """
        return cls(
            round_at=round_at,
            next_chance_at=round_at + interval + timedelta(seconds=shift_s / 2),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Learnt:
    """How a depot's bins fill, as known at some moment, and how far that can be relied on."""

    forecaster: Forecaster
    index: Mapping[str, int]

    def which(self, levels: Sequence[Level]) -> Ints:
        """Return the forecaster's numbers of these bins."""
        return np.array([self.index[level.bin.bin_id] for level in levels], dtype=np.int64)


def learn(
    bins: Sequence[Bin],
    samples: Mapping[str, tuple[Ints, Floats]],
    *,
    now: datetime,
    zone: ZoneInfo = UTC_ZONE,
) -> Learnt:
    """Learn from the trusted samples by bin_id: seconds since 1970 UTC, and percent.

    A bin without any is taken as its neighbours.
    """
    history = as_histories(bins, samples)
    return Learnt(
        forecaster=fit(history, now_s=seconds(now), zone=zone),
        index={bin_.bin_id: n for n, bin_ in enumerate(bins)},
    )


def columns(samples: Mapping[str, Sequence[Sample]]) -> dict[str, tuple[Ints, Floats]]:
    """Return samples as they are learnt from, by bin_id."""
    return {
        bin_id: (
            np.array([seconds(s.measured_at) for s in some], dtype=np.int64),
            np.array([s.fill_pct for s in some], dtype=np.float64),
        )
        for bin_id, some in samples.items()
    }


def as_histories(bins: Sequence[Bin], samples: Mapping[str, tuple[Ints, Floats]]) -> Histories:
    """Return bins and their samples for the forecast."""
    return histories(
        [BinOf(bin_id=b.bin_id, stream=b.stream, area=area(b)) for b in bins],
        {bin_id: (at_s, np.clip(fill, 0.0, 100.0)) for bin_id, (at_s, fill) in samples.items()},
    )


def area(bin_: Bin) -> str | None:
    """Return the name of a bin's surroundings; None where nobody knows where it stands."""
    if bin_.position is None:
        return None
    return f"{bin_.position.lon // AREA_DEG:.0f} {bin_.position.lat // AREA_DEG:.0f}"


def seconds(at: datetime) -> int:
    """Return seconds since 1970 UTC."""
    return int(at.timestamp())


def outlooks(
    levels: Sequence[Level],
    learnt: Learnt,
    chances: Chances,
    *,
    schedule: timedelta = DEFAULT_SCHEDULE,
) -> list[Outlook]:
    """Return what is expected of each bin, beside ``levels``; all must have been learnt.

    A bin without a level is taken to have been emptied one ``schedule`` before the round.
    """
    if not levels:
        return []
    which = learnt.which(levels)
    since, fill = known_levels(levels, seconds(chances.round_at - schedule))
    round_s, next_s = seconds(chances.round_at), seconds(chances.next_chance_at)
    at_round, at_next = np.maximum(since, round_s), np.maximum(since, next_s)
    forecaster = learnt.forecaster
    round_pct = np.minimum(100.0, fill + forecaster.expected_gain(which, since, at_round))
    next_pct = np.minimum(100.0, fill + forecaster.expected_gain(which, since, at_next))
    overflow = forecaster.overflow_probability(which, fill, since, at_next)
    full_s = forecaster.full_at(which, fill, since)
    own_h = forecaster.rates.own_h[which]
    return [
        Outlook(
            round_pct=float(round_pct[n]),
            next_pct=float(next_pct[n]),
            overflow_probability=float(overflow[n]),
            full_at=None if full_s[n] < 0 else datetime.fromtimestamp(int(full_s[n]), tz=UTC),
            basis=_basis(level, float(own_h[n])),
            checked=forecaster.check.of(int(which[n])),
        )
        for n, level in enumerate(levels)
    ]


def known_levels(levels: Sequence[Level], emptied_s: int) -> tuple[Ints, Floats]:
    """Return since when and how full each bin is known to be; else empty at ``emptied_s``."""
    since = [emptied_s if v.measured_at is None else seconds(v.measured_at) for v in levels]
    fill = [min(100.0, max(0.0, v.fill_pct or 0.0)) for v in levels]
    return np.array(since, dtype=np.int64), np.array(fill, dtype=np.float64)


def _basis(level: Level, own_h: float) -> ForecastBasis:
    if level.fill_pct is None:
        return ForecastBasis.SCHEDULE
    return ForecastBasis.HISTORY if own_h >= OWN_HISTORY_H else ForecastBasis.STREAM

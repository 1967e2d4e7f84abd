"""The town over time: what lies in each bin, what its sensor measures, who empties it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulators.fill import FillProcess, next_interval
from simulators.placing import TownBin
from simulators.town import Town

PAST_ROUND_AT = time(7)
"""Rounds of the past emptied what was due, from this local time on."""
PAST_ROUND_TAKES = timedelta(hours=5)
BATTERY_NEW_V, BATTERY_LOSS_V_PER_DAY = 3.62, 0.0004


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """What a sensor found. One of ``fill_pct`` and ``distance_mm`` is given."""

    measured_at: datetime
    fill_pct: float | None
    distance_mm: int | None
    battery_v: float
    temperature_c: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldClock:
    """Time in the town, which may run faster than ours: ``speed`` town seconds in one of ours.

    Bins fill and crews drive by the town's time; what sensors and phones send carries ours, so
    nothing is ever measured in the future.
    """

    started_at: datetime
    speed: float = 1.0

    def town_time(self, now: datetime) -> datetime:
        """Return the time it is in the town."""
        return self.started_at + (now - self.started_at) * self.speed

    def real(self, town: timedelta) -> timedelta:
        """Return how long a stretch of town time takes here."""
        return town / self.speed


class World:
    """The state of every bin. History first, bin by bin (``past``), then live (``measure``)."""

    def __init__(self, town: Town, *, begins_at: datetime) -> None:
        self.town = town
        self._zone = ZoneInfo(town.depot.timezone)
        self._bins: Mapping[str, TownBin] = {b.record.bin_id: b for b in town.bins}
        self._chance = {
            bin_id: Random(f"bin {town.seed} {bin_id}")  # noqa: S311 - a simulation
            for bin_id in self._bins
        }
        self._fill = {
            bin_id: FillProcess(
                rng=self._chance[bin_id],
                rate_pct_per_day=bin_.rate_pct_per_day,
                timezone=self._zone,
                at=begins_at,
                fill_pct=self._chance[bin_id].uniform(2, 60),
            )
            for bin_id, bin_ in self._bins.items()
        }
        self._battery_v = {
            bin_id: BATTERY_NEW_V - self._chance[bin_id].uniform(0, 0.25) for bin_id in self._bins
        }

    def past(self, bin_id: str, until: datetime) -> Iterator[Measurement]:
        """Live through a bin's days until ``until``; yields what was measured, oldest first.

        Past rounds empty it on the days on which it was due, at a moment between 7 and 12 h.
        """
        process, rng = self._fill[bin_id], self._chance[bin_id]
        next_round = self._round_after(process.at, rng)
        at = process.at + timedelta(seconds=rng.uniform(0, 7200))
        while at < until:
            while next_round <= at:
                process.advance(next_round)
                if self._was_due(bin_id):
                    process.empty()
                next_round = self._round_after(next_round, rng)
            yield self.measure(bin_id, measured_at=to_millisecond(at), town_time=at)
            at += next_interval(rng, at.astimezone(self._zone))

    def measure(self, bin_id: str, *, measured_at: datetime, town_time: datetime) -> Measurement:
        """Let a bin's sensor measure at ``town_time``, its own clock showing ``measured_at``."""
        process, geometry = self._fill[bin_id], self._bins[bin_id].record
        process.advance(town_time)
        fill_pct = process.measured_pct()
        distance_mm = None
        if geometry.empty_distance_mm is not None and geometry.full_distance_mm is not None:
            span_mm = geometry.empty_distance_mm - geometry.full_distance_mm
            distance_mm = round(geometry.empty_distance_mm - fill_pct / 100 * span_mm)
        hour = town_time.astimezone(self._zone).hour
        return Measurement(
            measured_at=measured_at,
            fill_pct=None if distance_mm is not None else fill_pct,
            distance_mm=distance_mm,
            battery_v=round(self._battery(bin_id, town_time), 2),
            temperature_c=round(12 - 7 * abs(hour - 15) / 12 + process.rng.gauss(0, 0.5), 1),
        )

    def next_measurement(self, bin_id: str, town_time: datetime) -> datetime:
        """Return when, in town time, the bin's sensor will measure again."""
        return town_time + next_interval(self._chance[bin_id], town_time.astimezone(self._zone))

    def first_live(self, bin_id: str, town_time: datetime) -> datetime:
        """Return the first live measurement: sensors do not measure all at once."""
        return town_time + timedelta(seconds=self._chance[bin_id].uniform(0, 7200))

    def empty(self, bin_id: str, *, town_time: datetime) -> None:
        """Empty a bin, as a crew does. A bin of another town is passed over."""
        if bin_id in self._fill:
            self._fill[bin_id].advance(town_time)
            self._fill[bin_id].empty()

    def fill_pct(self, bin_id: str) -> float:
        """Return the truth that no sensor knows, as of the bin's last moment."""
        return self._fill[bin_id].fill_pct

    def look(self, bin_id: str) -> float | None:
        """Return how full a bin looks, in quarters; None for a bin of another town."""
        process = self._fill.get(bin_id)
        return None if process is None else 25.0 * round(min(process.fill_pct, 100.0) / 25)

    def _was_due(self, bin_id: str) -> bool:
        bin_ = self._bins[bin_id]
        tomorrow_pct = self._fill[bin_id].fill_pct + bin_.rate_pct_per_day
        return tomorrow_pct >= bin_.record.threshold_pct

    def _round_after(self, at: datetime, rng: Random) -> datetime:
        day = at.astimezone(self._zone).date() + timedelta(days=1)
        start = datetime.combine(day, PAST_ROUND_AT, tzinfo=self._zone)
        return start.astimezone(at.tzinfo) + PAST_ROUND_TAKES * rng.random()

    def _battery(self, bin_id: str, town_time: datetime) -> float:
        days = (town_time - self.town.mounted_at).total_seconds() / 86_400
        return max(2.9, self._battery_v[bin_id] - BATTERY_LOSS_V_PER_DAY * days)


def to_millisecond(at: datetime) -> datetime:
    """Cut a time to what the sensors' clocks can show."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)

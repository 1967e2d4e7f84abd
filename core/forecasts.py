"""What is expected of a bin, and how far such expectations can be relied on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ForecastGrade(StrEnum):
    """How good this bin's forecasts have really been."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    """Often far off, or nobody knows: too few of them could be checked."""


class ForecastBasis(StrEnum):
    """What a forecast rests on."""

    HISTORY = "history"
    """The bin's own level and how it filled before."""
    STREAM = "stream"
    """The bin's own level; how it fills is taken from bins of its stream and area."""
    SCHEDULE = "schedule"
    """No level is known: it is taken to have been emptied when its turn was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """How a bin's forecasts for a day ahead compare with what was read then."""

    grade: ForecastGrade
    error_pct: float | None
    """Mean absolute error in points; None: none could be checked."""
    checks: int


UNCHECKED = Checked(grade=ForecastGrade.LOW, error_pct=None, checks=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What is expected of one bin.

    Attributes:
        round_pct: mean fill when the round begins, 0 to 100.
        next_pct: mean fill at the chance after it, 0 to 100.
        overflow_probability: that it is full before that chance, 0 to 1.
        full_at: from when on it is more likely full than not; None: not within the time looked at.
        basis: what this rests on.
        checked: how good its forecasts have been.
    """

    round_pct: float
    next_pct: float
    overflow_probability: float
    full_at: datetime | None
    basis: ForecastBasis
    checked: Checked = UNCHECKED


BAND_STEP = timedelta(hours=1)
BAND_STEPS = 73
"""From now to three days ahead: whoever looks in the evening still sees the next two days."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """What the sensor will show at a moment: with 10, 50 and 90 % it shows less."""

    at: datetime
    low_pct: float
    median_pct: float
    high_pct: float


OVERVIEW = timedelta(days=2)
OVERVIEW_STEP = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class BinForecast:
    """A bin's forecast as it is kept and shown.

    Attributes:
        made_at: by then everything it rests on was known.
        pct_per_day: what the bin gains on average.
        next_chance_at: until when ``overflow_probability`` is: the chance after the next round.
        full_at: from when on it is more likely full than not; None: not within two months.
        band_from: the moment of the bands' first entries; the next are ``band_step`` later each.
        band_step: between them; BAND_STEP but for what an older planner left.
        low_pct, median_pct, high_pct: with 10, 50 and 90 % the sensor shows less than that, as long
            as nobody empties the bin.
    """

    bin_id: str
    made_at: datetime
    basis: ForecastBasis
    checked: Checked
    pct_per_day: float
    full_at: datetime | None
    next_chance_at: datetime
    overflow_probability: float
    band_from: datetime
    low_pct: tuple[float, ...]
    median_pct: tuple[float, ...]
    high_pct: tuple[float, ...]
    band_step: timedelta = BAND_STEP

    def bands(self) -> list[Band]:
        """Return the bands' entries, in order of time."""
        return [
            Band(at=self.band_from + n * self.band_step, low_pct=a, median_pct=b, high_pct=c)
            for n, (a, b, c) in enumerate(
                zip(self.low_pct, self.median_pct, self.high_pct, strict=True)
            )
        ]

    def overview(self) -> list[Band]:
        """Return an entry for every three hours of two days."""
        begin = self.band_from
        return [
            band
            for band in self.bands()
            if band.at - begin <= OVERVIEW and not (band.at - begin) % OVERVIEW_STEP
        ]

    def ahead(self, now: datetime) -> list[Band]:
        """Return the entries for two days from ``now`` on, beginning with the one in force."""
        return [b for b in self.bands() if now - self.band_step < b.at <= now + OVERVIEW]


@dataclass(frozen=True, kw_only=True, slots=True)
class BinRequest:
    """Somebody asked that a bin is emptied with the next plan."""

    bin_id: str
    requested_at: datetime
    requested_by: str
    note: str | None = None

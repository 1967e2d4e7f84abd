"""What is known of one day of one stream, in sums: days, streams and depots add up to figures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(kw_only=True, slots=True)
class DaySums:
    """Everything a day adds to the figures. Of a round with several streams each has its share.

    Attributes:
        planned: bins on the plan in force. unmarked: those nobody marked. skipped: by reason.
        rounds: driven, by their marks. timed: those whose marks tell their hours.
        kg_weighed, kg_estimated: what was brought in. kg_timed: by the rounds that are timed.
        bins_unweighed: emptied bins of which not even an estimate is there.
        fills: emptied bins whose level before is known, and the sum of it. not_full: those
            below 100 %.
        with_hours: emptied bins that have hours. within_hours: those emptied within them.
        full_h, known_h, bin_h: hours that bins stood full, of which a level is known, at all.
        sensor_days: days of sensors that sat in a bin. sensor_days_well: with a trusted level.
        left_out: bins that were on no round, by reason.
    """

    planned: int = 0
    done: int = 0
    unmarked: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rounds: float = 0.0
    timed: float = 0.0
    distance_m: float = 0.0
    hours: float = 0.0
    kg_weighed: float = 0.0
    kg_estimated: float = 0.0
    kg_timed: float = 0.0
    bins_unweighed: int = 0
    fills: int = 0
    fill_sum: float = 0.0
    not_full: int = 0
    with_hours: int = 0
    within_hours: int = 0
    missed: int = 0
    false_done: int = 0
    full_h: float = 0.0
    known_h: float = 0.0
    bin_h: float = 0.0
    sensor_days: int = 0
    sensor_days_well: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def kg(self) -> float:
        """What was brought in, weighed or estimated."""
        return self.kg_weighed + self.kg_estimated

    def written(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "DaySums":
        """Make it of what ``written`` returned."""
        counters = {name: Counter(written[name]) for name in ("skipped", "left_out")}
        return cls(**{**written, **counters})


def added(days: Iterable[DaySums]) -> DaySums:
    """Return the sums over days, streams or depots."""
    total = DaySums()
    for day in days:
        for one in fields(DaySums):
            setattr(total, one.name, getattr(total, one.name) + getattr(day, one.name))
    return total


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A figure as it is known: without a value it says why not, never 0."""

    value: float | None
    said: str
    """From what it is known, or why it is not."""

"""The figures people report upward, each from the sums of its days, with what it is known from.

docs/figures.md defines them; brimful report goes by the same rules (core.rules.driven).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.figures import DaySums, Known
from core.rules.figures_from import (
    bins_emptied,
    false_done,
    fill_at_pickup,
    hours_per_tonne,
    km_per_tonne,
    left_out,
    missed,
    not_yet_full,
    overflow_hours,
    sensors,
    tonnes,
    within_hours,
)


class Verdict(StrEnum):
    """What a difference means."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "as before"
    NEITHER = "neither"
    """More of it is neither good nor bad."""


class Good(StrEnum):
    """Which way a figure should go."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A figure: its name, its unit, to how many digits it is told, what it means."""

    figure: str
    name: str
    unit: str
    digits: int
    good: Good
    definition: str
    of: Callable[[DaySums], Known]

    def known(self, sums: DaySums) -> Known:
        """Return it rounded to the digits it is told with."""
        found = self.of(sums)
        if found.value is None:
            return found
        return Known(value=round(found.value, self.digits), said=found.said)

    def verdict(self, now: float | None, before: float | None) -> Verdict | None:
        """Say what has become of it, both as they are told; None where one is not known."""
        if now is None or before is None:
            return None
        if now == before:
            return Verdict.SAME
        if self.good is Good.NEITHER:
            return Verdict.NEITHER
        return Verdict.BETTER if (now > before) is (self.good is Good.UP) else Verdict.WORSE


KINDS: Sequence[Kind] = (
    Kind(
        figure="bins_emptied", name="Bins emptied", unit="bins", digits=0, good=Good.NEITHER,
        definition="Stops at bins that crews marked as done, each once.", of=bins_emptied,
    ),
    Kind(
        figure="tonnes", name="Brought in", unit="t", digits=2, good=Good.NEITHER,
        definition="What crews weighed at disposal sites. Of a round that was not weighed at each "
        "unloading: level before times capacity times the stream's density, or what the plan "
        "expected.", of=tonnes,
    ),
    Kind(
        figure="fill_at_pickup", name="Fill at pick-up", unit="%", digits=1, good=Good.UP,
        definition="The last trusted level before the crew's mark, the mean over emptied bins.",
        of=fill_at_pickup,
    ),
    Kind(
        figure="km_per_tonne", name="Way for a tonne", unit="km/t", digits=1, good=Good.DOWN,
        definition="Kilometres of rounds with a mark: the planned distance, times how much longer "
        "the order of the marks is than the planned one; divided by what was brought in.",
        of=km_per_tonne,
    ),
    Kind(
        figure="hours_per_tonne", name="Work for a tonne", unit="h/t", digits=2, good=Good.DOWN,
        definition="From a round's first mark to its last with the planned ways out and home, "
        "divided by what these rounds brought in.", of=hours_per_tonne,
    ),
    Kind(
        figure="overflow_hours", name="Bins overflowing", unit="bin hours", digits=1,
        good=Good.DOWN, definition="Hours that bins stood at 100 % or over, summed over bins. A "
        "level counts until the next one and no longer than it is fresh.", of=overflow_hours,
    ),
    Kind(
        figure="on_time", name="On time", unit="%", digits=1, good=Good.UP,
        definition="Of the emptied bins whose level before is known: those that were below 100 % "
        "when the crew came.", of=not_yet_full,
    ),
    Kind(
        figure="within_hours", name="Within their hours", unit="%", digits=1, good=Good.UP,
        definition="Of the emptied bins that have hours of their own: those whose mark lies within "
        "them.", of=within_hours,
    ),
    Kind(
        figure="missed_pickups", name="Missed pick-ups", unit="bins", digits=0, good=Good.DOWN,
        definition="On a round, skipped or never marked, and no sensor shows that it was emptied.",
        of=missed,
    ),
    Kind(
        figure="done_without_drop", name="Done, level stayed", unit="bins", digits=0,
        good=Good.DOWN, definition="Marked as done, and what the sensor said afterwards is the old "
        "level.", of=false_done,
    ),
    Kind(
        figure="left_out", name="Left out", unit="bin days", digits=0, good=Good.NEITHER,
        definition="Bins that the plans in force considered and put on no round, on each day.",
        of=left_out,
    ),
    Kind(
        figure="sensors_well", name="Sensors that told a level", unit="%", digits=1, good=Good.UP,
        definition="Of the days that sensors sat in a bin from midnight to midnight: those with at "
        "least one trusted level.", of=sensors,
    ),
)  # fmt: skip

"""The figures of a run: what a council asks, defined once for the report, the CSV and the JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.days import Run
from evidence.estimates import Estimate, estimate
from evidence.factors import Factors


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One figure: its name for programs, for people, its unit and what it means."""

    key: str
    title: str
    unit: str
    digits: int
    meaning: str


MEASURES = (
    Measure(
        key="km_per_day", title="Distance", unit="km/day", digits=1,
        meaning="driven by all lorries, disposal included",
    ),
    Measure(
        key="hours_per_day", title="Work", unit="h/day", digits=1,
        meaning="from leaving the depot to being back, all lorries",
    ),
    Measure(key="rounds_per_day", title="Rounds", unit="/day", digits=2, meaning="lorries out"),
    Measure(
        key="bins_per_day", title="Bins emptied", unit="/day", digits=1,
        meaning="emptyings; stops where the crew could not get at the bin are not in it",
    ),
    Measure(
        key="fill_at_pickup_pct", title="Fill at pick-up", unit="%", digits=1,
        meaning="mean of what was there, in percent of what the bin holds; what lay beside counts",
    ),
    Measure(
        key="service_pct", title="Service level", unit="%", digits=2,
        meaning="share of the emptyings that found a bin not yet full (Wouda et al. 2024)",
    ),
    Measure(
        key="overflow_h_per_day", title="Overflow", unit="bin hours/day", digits=1,
        meaning="hours that bins stood full, over all bins",
    ),
    Measure(
        key="excess_l_per_day", title="Beside bins", unit="l/day", digits=1,
        meaning="what came while the bin was full",
    ),
    Measure(
        key="excess_l_per_overflow", title="Beside an overflowing bin", unit="l", digits=0,
        meaning="mean of what lay beside the bins that were full when emptied (Wouda et al. 2024)",
    ),
    Measure(
        key="left_out_per_day", title="Due and left out", unit="/day", digits=2,
        meaning="bins that had to be emptied and fitted on no round",
    ),
    Measure(
        key="diesel_l_per_day", title="Diesel", unit="l/day", digits=1, meaning="by the factors"
    ),
    Measure(key="co2_kg_per_day", title="CO2", unit="kg/day", digits=1, meaning="by the factors"),
    Measure(key="cost_per_day", title="Cost", unit="{currency}/day", digits=0,
            meaning="diesel, wear and crews, by the factors"),
)  # fmt: skip
SAVED = ("km_per_day", "hours_per_day", "co2_kg_per_day", "cost_per_day")
"""Measures whose saving against the baseline is told."""
FILL_CLASSES = (0.0, 25.0, 50.0, 75.0, 100.0)
"""Lower ends, percent: what can be trusted of a level are broad classes."""


def figures(run: Run, factors: Factors) -> Mapping[str, float | None]:
    """Return a run's figures by the measures' keys; None where there is nothing to divide by."""
    days = run.days
    km, hours = run.distance_m / 1000 / days, run.work_s / 3600 / days
    n = len(run.emptyings)
    overflowed = [e.excess_l for e in run.emptyings if e.fill_pct >= 100.0]
    return {
        "km_per_day": km,
        "hours_per_day": hours,
        "rounds_per_day": run.rounds / days,
        "bins_per_day": n / days,
        "fill_at_pickup_pct": sum(e.fill_pct for e in run.emptyings) / n if n else None,
        "service_pct": 100 * (1 - len(overflowed) / n) if n else None,
        "overflow_h_per_day": run.overflow_h / days,
        "excess_l_per_day": run.excess_l / days,
        "excess_l_per_overflow": sum(overflowed) / len(overflowed) if overflowed else None,
        "left_out_per_day": run.left_out / days,
        "diesel_l_per_day": factors.diesel_l(km=km, hours=hours),
        "co2_kg_per_day": factors.co2_kg(km=km, hours=hours),
        "cost_per_day": factors.cost(km=km, hours=hours),
    }


def over_seeds(
    runs: Sequence[Mapping[str, float | None]],
) -> Mapping[str, Estimate | None]:
    """Return each measure's mean over runs of one policy with different seeds."""
    return {
        measure.key: estimate([v for run in runs if (v := run[measure.key]) is not None])
        for measure in MEASURES
    }


def saving(
    baseline: Mapping[int, Mapping[str, float | None]],
    policy: Mapping[int, Mapping[str, float | None]],
    key: str,
) -> Estimate | None:
    """Return by how many percent less than the baseline, seed by seed: the same days for both."""
    pairs = [(baseline[seed][key], policy[seed][key]) for seed in sorted(baseline.keys() & policy)]
    return estimate([100 * (b - p) / b for b, p in pairs if b and p is not None])


def fill_classes(runs: Sequence[Run]) -> list[float]:
    """Return the share of emptyings, percent, by how full the bin was; the last is 100 or more."""
    fills = [e.fill_pct for run in runs for e in run.emptyings]
    if not fills:
        return [0.0] * len(FILL_CLASSES)
    ends = (*FILL_CLASSES[1:], float("inf"))
    return [
        100 * sum(low <= fill < high for fill in fills) / len(fills)
        for low, high in zip(FILL_CLASSES, ends, strict=True)
    ]

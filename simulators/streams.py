"""What the simulator assumes of each waste stream; assumptions, not measurements."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamAssumptions:
    """One stream of the invented town.

    The rates span quiet places at the edge to busy ones in the centre. Those of paper, plastic and
    glass follow 23 public containers in Prague (2023 to 2025); the densities are loose waste in
    the bin, in the order of magnitude that conversion tables of waste authorities give.
    """

    stream: str
    density_kg_per_l: float
    capacities_l: tuple[float, ...]
    quiet_pct_per_day: tuple[float, float]
    busy_pct_per_day: tuple[float, float]
    service_s: int


STREAMS = (
    StreamAssumptions(
        stream="general",
        density_kg_per_l=0.07,
        capacities_l=(240.0, 660.0, 660.0, 1100.0),
        quiet_pct_per_day=(6.0, 22.0),
        busy_pct_per_day=(20.0, 50.0),
        service_s=60,
    ),
    StreamAssumptions(
        stream="paper",
        density_kg_per_l=0.05,
        capacities_l=(1100.0, 2500.0),
        quiet_pct_per_day=(8.0, 40.0),
        busy_pct_per_day=(57.0, 120.0),
        service_s=90,
    ),
    StreamAssumptions(
        stream="plastic",
        density_kg_per_l=0.025,
        capacities_l=(1100.0, 2500.0),
        quiet_pct_per_day=(2.0, 4.5),
        busy_pct_per_day=(3.0, 5.5),
        service_s=90,
    ),
    StreamAssumptions(
        stream="glass",
        density_kg_per_l=0.28,
        capacities_l=(1500.0, 3000.0),
        quiet_pct_per_day=(4.0, 12.0),
        busy_pct_per_day=(8.0, 18.0),
        service_s=150,
    ),
)

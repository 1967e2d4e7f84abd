"""Lorries and crews for a number of bins, so that a normal day can be driven."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from core.fleet import DEFAULT_COMPACTION
from core.geo import Position
from core.registry import BreakRecord, CompartmentRecord, CrewRecord, VehicleRecord

STOPS_PER_SHIFT = 70
"""Stops one lorry is given on a normal day; a shift holds about twice as many in a small town."""
EMPTIED_AT_PCT = 70.0
"""Mean fill at which a bin is emptied; with the rate it gives the stops of a day."""
BODIES_PER_SHIFT = 2.5
"""How often a lorry can fill its body in a shift, unloading included."""
CAPACITY_KG = {"general": 7_500.0, "paper": 5_000.0, "plastic": 3_000.0, "glass": 6_000.0}
"""What a lorry for the stream carries; an assumption like the rest of the town."""
OTHER_CAPACITY_KG = 6_000.0
VOLUME_L = {"general": 20_000.0, "paper": 20_000.0, "plastic": 22_000.0, "glass": 14_000.0}
"""The room in its body; pressed waste fills it before it is too heavy, glass does not."""
OTHER_VOLUME_L = 18_000.0
BREAK = BreakRecord(earliest=time(9), latest=time(12), length_s=30 * 60, owed_after_s=6 * 3600)
"""A crew that is out for more than six hours rests."""
SHIFT_START = time(6)
SHIFT_S = 8 * 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class BinLoad:
    """What a bin asks of the fleet: ``load_kg`` and ``loose_l`` each time it is emptied."""

    stream: str
    load_kg: float
    loose_l: float
    rate_pct_per_day: float


def make_fleet(
    bins: Iterable[BinLoad], *, depot_id: str
) -> tuple[list[VehicleRecord], list[CrewRecord]]:
    """Return one lorry with a crew for each stream, and more where the bins need more.

    A lorry carries one stream: what is collected apart is not mixed again in the body.
    """
    stops_a_day: dict[str, float] = defaultdict(float)
    kg_a_day: dict[str, float] = defaultdict(float)
    body_l_a_day: dict[str, float] = defaultdict(float)
    for bin_ in bins:
        # nobody empties the same bin twice a day
        stops = min(1.0, bin_.rate_pct_per_day / EMPTIED_AT_PCT)
        stops_a_day[bin_.stream] += stops
        kg_a_day[bin_.stream] += stops * bin_.load_kg
        pressed = DEFAULT_COMPACTION.get(bin_.stream, 1.0)
        body_l_a_day[bin_.stream] += stops * bin_.loose_l / pressed
    vehicles, crews = [], []
    for stream in sorted(stops_a_day):
        capacity_kg = CAPACITY_KG.get(stream, OTHER_CAPACITY_KG)
        volume_l = VOLUME_L.get(stream, OTHER_VOLUME_L)
        lorries = max(
            1,
            math.ceil(stops_a_day[stream] / STOPS_PER_SHIFT),
            math.ceil(kg_a_day[stream] / (capacity_kg * BODIES_PER_SHIFT)),
            math.ceil(body_l_a_day[stream] / (volume_l * BODIES_PER_SHIFT)),
        )
        for number in range(1, 1 + lorries):
            slug = f"{stream}-{number}"
            vehicles.append(
                VehicleRecord(
                    vehicle_id=f"lorry-{slug}",
                    name=f"Lorry {stream} {number}",
                    depot_id=depot_id,
                    capacity_kg=capacity_kg,
                    streams=[stream],
                    compartments=[CompartmentRecord(streams=[stream], volume_l=volume_l)],
                    shift_start=SHIFT_START,
                    shift_s=SHIFT_S,
                    breaks=[BREAK],
                )
            )
            crews.append(
                CrewRecord(
                    crew_id=f"crew-{slug}",
                    name=f"Crew {stream} {number}",
                    vehicle_id=f"lorry-{slug}",
                )
            )
    return vehicles, crews


def middle(
    positions: Iterable[tuple[float | None, float | None]], *, otherwise: Position
) -> Position:
    """Return the mean of the known (lon, lat), where an invented depot stands.

    Right for a town, not for bins around the date line.
    """
    placed = [(lon, lat) for lon, lat in positions if lon is not None and lat is not None]
    if not placed:
        return otherwise
    return Position(
        lon=round(sum(lon for lon, _ in placed) / len(placed), 6),
        lat=round(sum(lat for _, lat in placed) / len(placed), 6),
    )

"""Where the bins of an invented town stand, which they are and how fast they fill."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from core.geo import Position
from core.registry import BinRecord
from simulators.streams import STREAMS, StreamAssumptions
from simulators.streets import StreetMap, along

DISTANCE_SHARE = 0.3
"""Share of the sensors that report the distance to the content and no fill."""
OLD_TOWN_FROM = 0.55
"""How central a place in the town's middle part is."""
type Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
ACCESS_NOTES = (
    "Gate code 4711, close it behind you",
    "In the yard, second entrance; key at the bakery",
    "Only from the north: the lane is one-way",
    "School: not between 07:30 and 08:15",
    "Low archway, 3.1 m",
    "Behind the market hall; stalls on Saturdays",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TownBin:
    """A bin as registered, its sensor, the street it stands on, and how fast it really fills.

    ``rate_pct_per_day`` is the truth that Brimful has to find out.
    """

    record: BinRecord
    sensor_id: str
    street: int
    rate_pct_per_day: float


def place_bins(rng: Random, n: int, streets: StreetMap, *, depot_id: str) -> list[TownBin]:
    """Stand ``n`` bins along the streets; recycling streams share a place, as they do outside."""
    places = [i for i, street in enumerate(streets.streets) if not street.bridge]
    bounds = _bounds(streets)
    found: list[TownBin] = []
    while len(found) < n:
        street, share = rng.choice(places), rng.uniform(0.1, 0.9)
        alone = rng.random() < 0.7
        together = [STREAMS[0]] if alone else STREAMS[1:]
        for i, stream in enumerate(together[: n - len(found)]):
            found.append(
                _make_bin(
                    rng,
                    number=len(found) + 1,
                    stream=stream,
                    streets=streets,
                    depot_id=depot_id,
                    bounds=bounds,
                    on=street,
                    share=min(0.95, share + 0.03 * i),
                )
            )
    return found


def _make_bin(
    rng: Random,
    *,
    number: int,
    stream: StreamAssumptions,
    streets: StreetMap,
    depot_id: str,
    bounds: Bounds,
    on: int,
    share: float,
) -> TownBin:
    street = streets.streets[on]
    start, end = streets.crossings[street.start], streets.crossings[street.end]
    position = along(start, end, share, aside_m=6.0)
    capacity_l = rng.choice(stream.capacities_l)
    geometry: Mapping[str, int] = {}
    if rng.random() < DISTANCE_SHARE:
        # a taller bin holds more; the lid's sensor looks down and stops short of the blind zone
        empty_mm = round(900 + 0.35 * capacity_l, -1)
        geometry = {"empty_distance_mm": int(empty_mm), "full_distance_mm": 280}
    return TownBin(
        record=BinRecord(
            bin_id=f"bin-{number:05d}",
            name=f"{street.name} {1 + round(share * 60)} ({stream.stream})",
            stream=stream.stream,
            district=_district(position, bounds),
            capacity_l=capacity_l,
            threshold_pct=rng.choice((70.0, 80.0, 80.0, 80.0, 85.0)),
            depot_id=depot_id,
            **at(position),
            **geometry,
            service_s=stream.service_s,
            access_note=rng.choice(ACCESS_NOTES) if rng.random() < 0.08 else None,
        ),
        sensor_id=f"sensor-{number:05d}",
        street=on,
        rate_pct_per_day=_rate(rng, stream, _centrality(position, bounds)),
    )


def _rate(rng: Random, stream: StreamAssumptions, centrality: float) -> float:
    """Draw a fill rate: towards the stream's busy range in the middle of the town."""
    low = stream.quiet_pct_per_day[0] + centrality * (
        stream.busy_pct_per_day[0] - stream.quiet_pct_per_day[0]
    )
    high = stream.quiet_pct_per_day[1] + centrality * (
        stream.busy_pct_per_day[1] - stream.quiet_pct_per_day[1]
    )
    return round(rng.uniform(low, high), 2)


def _bounds(streets: StreetMap) -> Bounds:
    lons = [p.lon for p in streets.crossings.values()]
    lats = [p.lat for p in streets.crossings.values()]
    return min(lons), min(lats), max(lons), max(lats)


def _centrality(place: Position, bounds: Bounds) -> float:
    """Return 1 in the very middle, 0 from two thirds of the way to the town's edge."""
    west, south, east, north = bounds
    off = max(
        abs(2 * place.lon - west - east) / (east - west),
        abs(2 * place.lat - south - north) / (north - south),
    )
    return max(0.0, 1 - 1.5 * off)


def _district(place: Position, bounds: Bounds) -> str:
    """Name the part of town: the middle, or where it lies from there."""
    if _centrality(place, bounds) > OLD_TOWN_FROM:
        return "Old Town"
    west, south, east, north = bounds
    eastwards = (2 * place.lon - west - east) / (east - west)
    northwards = (2 * place.lat - south - north) / (north - south)
    if abs(eastwards) > abs(northwards):
        return "Eastside" if eastwards > 0 else "Westside"
    return "Northside" if northwards > 0 else "Southside"


def at(position: Position) -> dict[str, float]:
    """Return the two fields of a registry record that say where it is."""
    return {"lon": position.lon, "lat": position.lat}

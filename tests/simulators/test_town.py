from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from core.geo import Position, haversine_m
from simulators.streets import StreetMap, make_streets
from simulators.town import CENTRE, Town, make_town
from tests.simulators.parts import chance

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def town(bins: int = 300, seed: int = 1) -> Town:
    return make_town(seed=seed, bins=bins, now=NOW)


def test_the_same_seed_makes_the_same_town_and_another_seed_another() -> None:
    assert town() == town()
    assert town().bins != town(seed=2).bins
    assert town().streets.crossings != town(seed=2).streets.crossings


def test_now_moves_the_mounting_and_nothing_else() -> None:
    later = make_town(seed=1, bins=300, now=NOW + timedelta(days=3))
    assert later.mounted_at - town().mounted_at == timedelta(days=3)
    assert later.bins == town().bins


@pytest.mark.parametrize("bins", [1, 30, 300, 3_000])
def test_every_crossing_can_be_reached(bins: int) -> None:
    streets = town(bins).streets
    assert reachable(streets, without_bridges=False) == set(streets.crossings)


@pytest.mark.parametrize("seed", range(5))
def test_the_river_is_crossed_on_a_few_bridges_and_nowhere_else(seed: int) -> None:
    streets = make_streets(chance(seed), columns=15, rows=14, centre=CENTRE)
    bridges = [street for street in streets.streets if street.bridge]
    assert 2 <= len(bridges) <= 4
    for street in streets.streets:
        ends = streets.crossings[street.start], streets.crossings[street.end]
        crosses = sum(cross(*ends, *stretch) for stretch in pairwise(streets.river))
        assert crosses == street.bridge, street
    assert reachable(streets, without_bridges=True) < set(streets.crossings)


@pytest.mark.parametrize("bins", [1, 30, 300, 3_000])
def test_the_registry_fits_together_and_lorries_take_every_stream(bins: int) -> None:
    made = town(bins)
    registry = made.registry()
    assert len(registry.bins) == len(registry.sensors) == bins
    streams = {b.stream for b in registry.bins}
    assert streams <= {s for v in registry.vehicles for s in v.streams}
    assert streams <= {s for d in registry.disposal_sites for s in d.streams}
    assert Counter(c.vehicle_id for c in registry.crews) == Counter(
        v.vehicle_id for v in registry.vehicles
    )
    assert {b.depot_id for b in registry.bins} == {d.depot_id for d in registry.depots}
    assert all(s.mounted_at < NOW - timedelta(days=14) for s in registry.sensors)
    assert type(registry).model_validate_json(registry.model_dump_json()) == registry


def test_a_larger_town_has_more_lorries() -> None:
    fleets = [len(town(bins).vehicles) for bins in (30, 300, 3_000)]
    assert fleets == sorted(fleets)
    assert fleets[0] == 4
    assert fleets[2] >= 10


def test_bins_stand_beside_their_street() -> None:
    made = town()
    for bin_ in made.bins:
        street = made.streets.streets[bin_.street]
        assert not street.bridge
        assert street.name in bin_.record.name
        assert bin_.record.lon is not None
        assert bin_.record.lat is not None
        at = Position(lon=bin_.record.lon, lat=bin_.record.lat)
        start, end = made.streets.crossings[street.start], made.streets.crossings[street.end]
        detour_m = haversine_m(start, at) + haversine_m(at, end) - haversine_m(start, end)
        assert 0 <= detour_m < 10


def test_some_bins_report_distances_and_some_have_access_notes() -> None:
    bins = [b.record for b in town().bins]
    with_geometry = sum(b.empty_distance_mm is not None for b in bins) / len(bins)
    assert 0.2 < with_geometry < 0.4
    assert any(b.access_note for b in bins)


@pytest.mark.parametrize("bins", [0, -1, 20_001])
def test_a_town_of_impossible_size_is_refused(bins: int) -> None:
    with pytest.raises(ValueError, match="1 to 20000 bins"):
        town(bins)


def reachable(streets: StreetMap, *, without_bridges: bool) -> set[int]:
    neighbours: dict[int, set[int]] = {n: set() for n in streets.crossings}
    for street in streets.streets:
        if not (street.bridge and without_bridges):
            neighbours[street.start].add(street.end)
            neighbours[street.end].add(street.start)
    found, to_visit = {0}, [0]
    while to_visit:
        for n in neighbours[to_visit.pop()] - found:
            found.add(n)
            to_visit.append(n)
    return found


def cross(a: Position, b: Position, c: Position, d: Position) -> bool:
    """Tell whether the stretches a-b and c-d cross."""

    def left(p: Position, q: Position, r: Position) -> bool:
        return (q.lon - p.lon) * (r.lat - p.lat) > (q.lat - p.lat) * (r.lon - p.lon)

    return left(a, b, c) != left(a, b, d) and left(c, d, a) != left(c, d, b)

"""What signs do to a town, and the extract that a road engine reads."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import osmium
import pytest

from simulators.osm import write_osm
from simulators.streets import Street
from simulators.town import Town, make_town
from simulators.traffic import UNDERPASS_M

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LORRY_M = 3.6


def town(bins: int = 300, seed: int = 1) -> Town:
    return make_town(seed=seed, bins=bins, now=NOW)


def open_to_lorries(streets: Iterable[Street]) -> list[Street]:
    return [s for s in streets if not s.closed and (s.max_height_m or LORRY_M) >= LORRY_M]


def reached(streets: Iterable[Street], start: int, *, backwards: bool) -> set[int]:
    ways: dict[int, set[int]] = defaultdict(set)
    for s in streets:
        ways[s.start].add(s.end)
        if not s.one_way:
            ways[s.end].add(s.start)
    if backwards:
        turned: dict[int, set[int]] = defaultdict(set)
        for here, theres in ways.items():
            for there in theres:
                turned[there].add(here)
        ways = turned
    seen, waiting = {start}, [start]
    while waiting:
        for there in ways[waiting.pop()] - seen:
            seen.add(there)
            waiting.append(there)
    return seen


@pytest.mark.parametrize(("bins", "seed"), [(1, 1), (30, 2), (300, 1), (300, 5), (3_000, 3)])
def test_a_lorry_reaches_every_crossing_from_every_other(bins: int, seed: int) -> None:
    made = town(bins, seed).streets
    streets = open_to_lorries(made.streets)
    for backwards in (False, True):
        assert reached(streets, 0, backwards=backwards) == set(made.crossings)


def test_there_are_signs_and_none_closes_a_street_with_bins() -> None:
    made = town()
    streets = made.streets.streets
    assert 0.1 * len(streets) < sum(s.one_way for s in streets) < 0.2 * len(streets)
    assert [s.max_height_m for s in streets if s.max_height_m is not None] == [UNDERPASS_M] * 3
    assert sum(s.closed for s in streets) == 1
    assert all(s.bridge for s in streets if s.closed)
    with_bins = [streets[b.street] for b in made.bins]
    assert open_to_lorries(with_bins) == with_bins
    assert town() == town()
    assert town(seed=2).streets != made.streets


def test_the_extract_holds_the_streets_with_their_signs(tmp_path: Path) -> None:
    made = town().streets
    path = tmp_path / "town.osm.pbf"
    write_osm(made, path)
    nodes: dict[int, tuple[float, float]] = {}
    ways: dict[int, tuple[list[int], dict[str, str]]] = {}
    for found in osmium.FileProcessor(str(path)):
        if isinstance(found, osmium.osm.Node):
            nodes[found.id] = found.lon, found.lat
        elif isinstance(found, osmium.osm.Way):
            ways[found.id] = [n.ref for n in found.nodes], {t.k: t.v for t in found.tags}
    for number, place in made.crossings.items():
        assert nodes[1 + number] == pytest.approx((place.lon, place.lat))
    assert sum("highway" in tags for _, tags in ways.values()) == len(made.streets)
    for number, street in enumerate(made.streets):
        ends, tags = ways[1 + number]
        assert ends == [1 + street.start, 1 + street.end]
        assert tags["name"] == street.name
        assert (tags.get("oneway") == "yes") is street.one_way
        assert (tags.get("access") == "no") is street.closed
        assert tags.get("maxheight") == ("2.8" if street.max_height_m else None)
    before = path.read_bytes()
    write_osm(made, path)
    assert path.read_bytes() == before


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((OSError, RuntimeError)):
        write_osm(town(30).streets, tmp_path / "no" / "such" / "town.osm.pbf")

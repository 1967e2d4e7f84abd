"""Ways to empty a body: which sites, in which order, when."""

from core.geo import Position
from core.vehicles import Compartment, Vehicle
from routing.problem.disposals import MOST_WAYS, covers
from tests.routing.worlds import built, due, hours, later, site, vehicle

PAPER, GLASS, PLASTIC = (frozenset({s}) for s in ("paper", "glass", "plastic"))


def names(body: frozenset[frozenset[str]], **takes: frozenset[str]) -> set[str]:
    sites = [site(site_id, streams=streams) for site_id, streams in takes.items()]
    return {"+".join(s.disposal_site_id for s in cover) for cover in covers(body, sites)}


def test_one_site_that_takes_all_or_several_that_do_together() -> None:
    body = frozenset({PAPER, GLASS})
    assert names(body, all=PAPER | GLASS, p=PAPER, g=GLASS, x=PLASTIC) == {"all", "p+g"}
    assert names(body, p=PAPER) == set()
    assert names(body) == set()


def test_what_is_mixed_in_one_compartment_needs_one_site() -> None:
    assert names(frozenset({PAPER | GLASS}), p=PAPER, g=GLASS) == set()


def test_no_site_is_visited_in_vain() -> None:
    body = frozenset({PAPER, GLASS, PLASTIC})
    found = names(body, pg=PAPER | GLASS, g=GLASS, l=PLASTIC, p=PAPER)
    assert found == {"pg+l", "g+l+p"}


def split() -> Vehicle:
    parts = (Compartment(streams=PAPER), Compartment(streams=GLASS))
    return vehicle(streams=PAPER | GLASS, compartments=parts)


def test_both_orders_are_ways_with_all_times_inside() -> None:
    sites = [site("p"), site("g", streams=GLASS, position=Position(lon=14.46, lat=50.09))]
    problem = built([due()], vehicles=[split()], sites=sites).problem
    assert {tuple(s.disposal_site_id for s in way.sites) for way in problem.ways} == {
        ("p", "g"),
        ("g", "p"),
    }
    way = problem.ways[0]
    assert way.after_s == (0, 900 + way.drive_s)
    assert way.takes_s == 900 + way.drive_s + 900
    assert way.distance_m > 0


def test_a_site_with_two_openings_is_two_ways() -> None:
    open_twice = site(opening_hours=(hours("06:00", "08:00"), hours("10:00", "12:00")))
    problem = built([due()], vehicles=[vehicle()], sites=[open_twice]).problem
    assert [way.begin for way in problem.ways] == [
        (later(hours=6), later(hours=8)),
        (later(hours=10), later(hours=12)),
    ]


def test_of_very_many_ways_the_shortest_are_kept() -> None:
    sites = [
        site(f"{kind}-{n}", streams=streams, position=Position(lon=14.4 + n / 100, lat=50.1))
        for kind, streams in (("p", PAPER), ("g", GLASS))
        for n in range(6)
    ]
    ways = built([due()], vehicles=[split()], sites=sites).problem.ways
    assert len(ways) == MOST_WAYS
    assert sum(way.drive_s == 0 for way in ways) == 12

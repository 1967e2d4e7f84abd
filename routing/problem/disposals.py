"""Ways to empty a whole body: at one site, or at several one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise, permutations

from core.fleet import DisposalSite
from core.hours import Span, clipped, merged, open_spans
from core.vehicles import Vehicle
from routing.problem.ground import Ground
from routing.travel import UNREACHABLE_S

MOST_SITES = 3
"""More sites one after the other are not thought of."""
MOST_WAYS = 24
"""Of many ways for the same body the shortest inside are kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Sites in order, and for which vehicles together they take everything.

    ``begin`` is when the first may begin. ``after_s`` is each site's begin after the first's,
    ``takes_s`` all of it, driving between included.
    """

    sites: tuple[DisposalSite, ...]
    nodes: tuple[int, ...]
    vehicle_ids: frozenset[str]
    begin: Span
    after_s: tuple[int, ...]
    takes_s: int
    drive_s: int
    distance_m: int


def ways(
    vehicles: Sequence[Vehicle], sites: Sequence[DisposalSite], ground: Ground
) -> tuple[Way, ...]:
    """Return every way that may be used on the day, one for each span in which it is open."""
    by_body: dict[frozenset[frozenset[str]], set[str]] = {}
    for vehicle in vehicles:
        body = frozenset(part.streams for part in vehicle.body)
        by_body.setdefault(body, set()).add(vehicle.vehicle_id)
    found: dict[tuple[str, ...], set[str]] = {}
    by_id = {site.disposal_site_id: site for site in sites}
    for body, vehicle_ids in by_body.items():
        orders = sorted(
            (
                order
                for cover in covers(body, sites)
                for order in permutations(cover)
                if _inside(order, ground)[0] < UNREACHABLE_S
            ),
            key=lambda order: _inside(order, ground),
        )
        for order in orders[:MOST_WAYS]:
            ids = tuple(site.disposal_site_id for site in order)
            found.setdefault(ids, set()).update(vehicle_ids)
    return tuple(
        way
        for ids, vehicle_ids in found.items()
        for way in _open([by_id[i] for i in ids], vehicle_ids, ground)
    )


def covers(
    body: frozenset[frozenset[str]], sites: Sequence[DisposalSite]
) -> Iterator[tuple[DisposalSite, ...]]:
    """Yield the sets of sites that take every compartment, none of them in vain.

    What is mixed in one compartment needs one site that takes all of it.
    """
    takes = [frozenset(part for part in body if part <= site.streams) for site in sites]
    useful = [i for i, parts in enumerate(takes) if parts]
    smaller: list[frozenset[int]] = []
    for n in range(1, 1 + min(MOST_SITES, len(body))):
        complete = [
            frozenset(chosen)
            for chosen in combinations(useful, n)
            if frozenset[frozenset[str]]().union(*(takes[i] for i in chosen)) == body
            and not any(less < frozenset(chosen) for less in smaller)
        ]
        for chosen in complete:
            yield tuple(sites[i] for i in sorted(chosen))
        smaller += complete


def _inside(order: Sequence[DisposalSite], ground: Ground) -> tuple[int, int]:
    """Return seconds and metres driven between the sites."""
    nodes = [ground.places.sites[site.disposal_site_id] for site in order]
    return (
        sum(int(ground.travel.drive_s[leg]) for leg in pairwise(nodes)),
        sum(int(ground.travel.distance_m[leg]) for leg in pairwise(nodes)),
    )


def _open(order: Sequence[DisposalSite], vehicle_ids: set[str], ground: Ground) -> Iterator[Way]:
    nodes = [ground.places.sites[site.disposal_site_id] for site in order]
    after_s, clock_s = [], 0
    begins: tuple[Span, ...] = (ground.within,)
    for i, site in enumerate(order):
        clock_s += int(ground.travel.drive_s[nodes[i - 1], nodes[i]]) if i else 0
        after_s.append(clock_s)
        # the first has to begin so that this one is open when its turn comes
        back = timedelta(seconds=clock_s)
        spans = open_spans(site.opening_hours, ground.day, ground.zone, within=ground.within)
        shifted = [(begin - back, end - back) for begin, end in spans]
        begins = merged([part for span in begins for part in clipped(shifted, span)])
        clock_s += site.service_s
    drive_s, distance_m = _inside(order, ground)
    for begin in begins:
        yield Way(
            sites=tuple(order),
            nodes=tuple(nodes),
            vehicle_ids=frozenset(vehicle_ids),
            begin=begin,
            after_s=tuple(after_s),
            takes_s=clock_s,
            drive_s=drive_s,
            distance_m=distance_m,
        )

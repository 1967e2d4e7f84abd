"""What traffic signs make of a town: one-way streets, low underpasses, a closed bridge."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from random import Random

from simulators.streets import Street, StreetMap

ONE_WAY_SHARE = 0.15
"""Share of the streets that may be driven in one direction; as in Malta's towns."""
UNDERPASS_SHARE = 0.01
UNDERPASS_M = 2.8
"""Too low for any lorry, high enough for the cars that are routed beside it."""
_DETOUR_MOST = 12
"""Streets of the longest detour that is looked for around a sign: it is around a few blocks."""
type _Ways = Mapping[int, Collection[int]]


def with_traffic(rng: Random, streets: StreetMap, *, with_bins: Collection[int]) -> StreetMap:
    """Return the town with signs; a lorry still reaches every crossing from every other.

    A street with bins (``with_bins``: their numbers) is never closed to lorries.
    """
    made = list(streets.streets)
    ways = _driven(made)
    _close_a_bridge(rng, made, ways)
    quiet = [i for i, s in enumerate(made) if not s.bridge and i not in with_bins]
    rng.shuffle(quiet)
    wanted = max(1, round(UNDERPASS_SHARE * len(made)))
    _put_up(made, ways, quiet, wanted, lambda s: replace(s, max_height_m=UNDERPASS_M))
    open_ = [i for i, s in enumerate(made) if not s.bridge and s.max_height_m is None]
    rng.shuffle(open_)
    _put_up(made, ways, open_, round(ONE_WAY_SHARE * len(made)), _one_way(rng))
    return replace(streets, streets=made)


def _one_way(rng: Random) -> Callable[[Street], Street]:
    def signed(street: Street) -> Street:
        if rng.random() < 0.5:
            street = replace(street, start=street.end, end=street.start)
        return replace(street, one_way=True)

    return signed


def _close_a_bridge(rng: Random, streets: list[Street], ways: dict[int, set[int]]) -> None:
    """Close one bridge where there are others."""
    bridges = [i for i, street in enumerate(streets) if street.bridge]
    if len(bridges) > 1:
        number = rng.choice(bridges)
        start, end = streets[number].start, streets[number].end
        _forbid(ways, start, end)
        _forbid(ways, end, start)
        if _reaches(ways, start, end, most=len(ways)) and _reaches(
            ways, end, start, most=len(ways)
        ):
            streets[number] = replace(streets[number], closed=True)
        else:
            _allow(ways, start, end)
            _allow(ways, end, start)


def _put_up(
    streets: list[Street],
    ways: dict[int, set[int]],
    places: Sequence[int],
    wanted: int,
    signed: Callable[[Street], Street],
) -> None:
    """Put a sign at ``wanted`` of the places, where a short detour leads around it."""
    for number in places:
        if wanted == 0:
            return
        street = signed(streets[number])
        forbidden = [(street.end, street.start)]
        if not street.one_way:
            forbidden.append((street.start, street.end))
        for here, there in forbidden:
            _forbid(ways, here, there)
        if all(_reaches(ways, here, there, most=_DETOUR_MOST) for here, there in forbidden):
            streets[number] = street
            wanted -= 1
        else:
            for here, there in forbidden:
                _allow(ways, here, there)


def _driven(streets: Sequence[Street]) -> dict[int, set[int]]:
    ways: dict[int, set[int]] = defaultdict(set)
    for street in streets:
        ways[street.start].add(street.end)
        ways[street.end].add(street.start)
    return ways


def _forbid(ways: dict[int, set[int]], here: int, there: int) -> None:
    ways[here].discard(there)


def _allow(ways: dict[int, set[int]], here: int, there: int) -> None:
    ways[here].add(there)


def _reaches(ways: _Ways, start: int, end: int, *, most: int) -> bool:
    """Return whether ``end`` is at most so many streets from ``start``."""
    seen, waiting = {start}, deque([(start, 0)])
    while waiting:
        here, streets = waiting.popleft()
        if here == end:
            return True
        if streets < most:
            for there in ways[here]:
                if there not in seen:
                    seen.add(there)
                    waiting.append((there, streets + 1))
    return False

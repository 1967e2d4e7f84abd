"""What lies between the streets of an invented town: the river's water, parks, houses, its name.

Drawn from the streets alone, without chance of its own: the same streets give the same scenery.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.geo import Position
from simulators.streets import METRES_PER_DEGREE, SPACING_M, StreetMap, along

NAME = "Brimstead"
RIVER = "Brim"
RIVER_HALF_M = 20.0
_PARK_EVERY = 11
"""Of the blocks so many are one park."""
_BACK_M = 9.0
"""From the middle of the street to a house's front or a park's fence."""
_DEPTH_M = 11.0
_HOUSES = 4
"""On each side of a block."""
type Ring = Sequence[Position]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """An area, or a place where ``ring`` is a single one, with its tags as in OpenStreetMap."""

    ring: Ring
    tags: Mapping[str, str]


def scenery(streets: StreetMap) -> Iterator[Piece]:
    """Yield what is not a street, the water first."""
    yield _river(streets.river)
    middle = streets.river[len(streets.river) // 2]
    yield Piece(ring=[middle], tags={"place": "town", "name": NAME})
    for number, (column, corners) in enumerate(_blocks(streets)):
        # the river's line begins a column west of the town
        near = streets.river[column + 1 : column + 3]
        middle, centre = _centre(near), _centre(corners)
        if min(_apart_m(centre, at) for at in (*near, middle)) < SPACING_M * 0.75:
            continue  # on the bank
        if number * 7 % _PARK_EVERY == 3:
            park = [_inwards(c, centre, _BACK_M) for c in corners]
            yield Piece(ring=park, tags={"leisure": "park", "name": f"Park {1 + number}"})
        else:
            yield Piece(ring=corners, tags={"landuse": "residential"})
            yield from _houses(corners)


def _river(line: Sequence[Position]) -> Piece:
    banks: list[list[Position]] = []
    for aside_m in (RIVER_HALF_M, -RIVER_HALF_M):
        bank = [along(a, b, 0.0, aside_m=aside_m) for a, b in pairwise(line)]
        banks.append([*bank, along(line[-2], line[-1], 1.0, aside_m=aside_m)])
    right, left = banks
    return Piece(
        ring=[*right, *reversed(left)],
        tags={"natural": "water", "water": "river", "name": RIVER},
    )


def _blocks(streets: StreetMap) -> Iterator[tuple[int, list[Position]]]:
    """Yield each block: its column from the west, its four corners counter-clockwise."""
    columns = streets.columns
    for number in sorted(streets.crossings):
        corners = (number, number + 1, number + 1 + columns, number + columns)
        if (number + 1) % columns and corners[2] in streets.crossings:
            yield number % columns, [streets.crossings[corner] for corner in corners]


def _houses(corners: Sequence[Position]) -> Iterator[Piece]:
    for side, (start, end) in enumerate(pairwise([*corners, corners[0]])):
        for n in range(_HOUSES):
            # the corner belongs to one of its two streets
            first, last = 0.18 + n * 0.165, 0.18 + n * 0.165 + 0.12 + 0.03 * ((n + side) % 2)
            front, back = -_BACK_M, -_BACK_M - _DEPTH_M
            yield Piece(
                ring=[
                    along(start, end, first, aside_m=front),
                    along(start, end, last, aside_m=front),
                    along(start, end, last, aside_m=back),
                    along(start, end, first, aside_m=back),
                ],
                tags={"building": "yes"},
            )


def _centre(corners: Sequence[Position]) -> Position:
    return Position(
        lon=sum(c.lon for c in corners) / len(corners),
        lat=sum(c.lat for c in corners) / len(corners),
    )


def _inwards(corner: Position, centre: Position, by_m: float) -> Position:
    share = by_m * math.sqrt(2) / max(1.0, _apart_m(corner, centre))
    return along(corner, centre, share)


def _apart_m(a: Position, b: Position) -> float:
    east = (b.lon - a.lon) * math.cos(math.radians(a.lat))
    return math.hypot(east, b.lat - a.lat) * METRES_PER_DEGREE

"""The streets of an invented town: slightly irregular blocks and a river with few bridges."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from core.geo import Position

SPACING_M = 110.0
"""Mean length of a block's side."""
JITTER = 0.15
"""How far a crossing is off the grid, as a share of the spacing; streets never swap sides."""
MISSING_SHARE = 0.12
"""Share of streets between two crossings that were never built."""
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Street:
    """A stretch between two crossings, driven in both directions unless it says otherwise.

    ``one_way``: from start to end only. ``max_height_m``: of an underpass. ``closed``: to all.
    """

    start: int
    end: int
    name: str
    bridge: bool = False
    one_way: bool = False
    max_height_m: float | None = None
    closed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StreetMap:
    """Crossings by number, the streets between them, and the river's middle line.

    Crossings are counted row by row, ``columns`` in each.
    """

    columns: int
    crossings: Mapping[int, Position]
    streets: Sequence[Street]
    river: Sequence[Position]


def make_streets(rng: Random, *, columns: int, rows: int, centre: Position) -> StreetMap:
    """Draw a town of ``columns`` x ``rows`` crossings around ``centre``.

    Every crossing can be reached from every other, over a bridge where the river lies between.
    Needs at least 4 columns and 4 rows.
    """
    banks = _river_rows(rng, columns, rows)
    crossings = {
        _number(column, row, columns): _place(
            column + rng.uniform(-JITTER, JITTER),
            row + rng.uniform(-JITTER, JITTER),
            columns,
            rows,
            centre,
        )
        for row in range(rows)
        for column in range(columns)
    }
    bridges = _bridge_columns(rng, columns)
    possible = _possible_streets(columns, rows, banks, bridges)
    rng.shuffle(possible)
    river = [
        _place(column, banks[column] + 0.5, columns, rows, centre) for column in range(columns)
    ]
    return StreetMap(
        columns=columns,
        crossings=crossings,
        streets=_leave_some_out(rng, possible, len(crossings)),
        # the river comes from somewhere and goes on
        river=[
            _place(-1, banks[0] + 0.5, columns, rows, centre),
            *river,
            _place(columns, banks[-1] + 0.5, columns, rows, centre),
        ],
    )


def along(start: Position, end: Position, share: float, *, aside_m: float = 0.0) -> Position:
    """Return the place a ``share`` of the way from start to end, ``aside_m`` right of it."""
    lon_scale = math.cos(math.radians(start.lat)) * METRES_PER_DEGREE
    east_m = (end.lon - start.lon) * lon_scale
    north_m = (end.lat - start.lat) * METRES_PER_DEGREE
    length_m = math.hypot(east_m, north_m) or 1.0
    east_m, north_m = (
        east_m * share + aside_m * north_m / length_m,
        north_m * share - aside_m * east_m / length_m,
    )
    return Position(
        lon=round(start.lon + east_m / lon_scale, 6),
        lat=round(start.lat + north_m / METRES_PER_DEGREE, 6),
    )


def _river_rows(rng: Random, columns: int, rows: int) -> list[int]:
    """Return for each column the row the river flows beyond; it bends by at most one."""
    row = rows // 2 - 1
    found = []
    for _ in range(columns):
        found.append(row)
        row = min(rows - 3, max(1, row + rng.choice((-1, 0, 0, 1))))
    return found


def _bridge_columns(rng: Random, columns: int) -> set[int]:
    n = max(2, columns // 8)
    width = columns / n
    return {min(columns - 1, int(width * (i + rng.uniform(0.2, 0.8)))) for i in range(n)}


def _possible_streets(
    columns: int, rows: int, banks: Sequence[int], bridges: set[int]
) -> list[Street]:
    found = []
    for row in range(rows):
        for column in range(columns):
            here = _number(column, row, columns)
            south = row <= banks[column]
            if column + 1 < columns and south == (row <= banks[column + 1]):
                found.append(
                    Street(start=here, end=here + 1, name=f"{_NAMES[row % len(_NAMES)]} Street")
                )
            if row + 1 < rows:
                crosses = south != (row + 1 <= banks[column])
                if crosses and column not in bridges:
                    continue
                tree = _NAMES[::-1][column % len(_NAMES)]
                found.append(
                    Street(
                        start=here,
                        end=here + columns,
                        name=f"{tree} Bridge" if crosses else f"{tree} Lane",
                        bridge=crosses,
                    )
                )
    return found


def _leave_some_out(rng: Random, possible: Sequence[Street], crossings: int) -> list[Street]:
    """Drop some streets and never one that the town would fall apart without (Kruskal 1956)."""
    root = list(range(crossings))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    kept = []
    for street in possible:
        start, end = find(street.start), find(street.end)
        joins = start != end
        root[start] = end
        if joins or street.bridge or rng.random() > MISSING_SHARE:
            kept.append(street)
    return sorted(kept, key=lambda s: (s.start, s.end))


def _number(column: int, row: int, columns: int) -> int:
    return row * columns + column


def _place(column: float, row: float, columns: int, rows: int, centre: Position) -> Position:
    lon_scale = math.cos(math.radians(centre.lat)) * METRES_PER_DEGREE
    return Position(
        lon=round(centre.lon + (column - (columns - 1) / 2) * SPACING_M / lon_scale, 6),
        lat=round(centre.lat + (row - (rows - 1) / 2) * SPACING_M / METRES_PER_DEGREE, 6),
    )


_NAMES = (
    "Alder", "Ash", "Aspen", "Beech", "Birch", "Cedar", "Cherry", "Elder", "Elm", "Fir", "Hazel",
    "Holly", "Hornbeam", "Juniper", "Larch", "Lime", "Maple", "Medlar", "Oak", "Pear", "Pine",
    "Plum", "Poplar", "Quince", "Rowan", "Spruce", "Sycamore", "Walnut", "Willow", "Yew",
)  # fmt: skip

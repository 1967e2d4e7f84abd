"""Small towns of a few streets, written down as OpenStreetMap XML by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from core.geo import Position

WEST, SOUTH, STEP = 7.2, 54.6, 0.002
"""In the sea off a country that drives on the right; a block is some 130 m x 220 m."""


def at(column: float, row: float) -> Position:
    """Return the place at a column and row of the map."""
    return Position(lon=round(WEST + column * STEP, 7), lat=round(SOUTH + row * STEP, 7))


def written(
    path: Path,
    nodes: Mapping[int, tuple[float, float]],
    ways: Mapping[int, tuple[Sequence[int], Mapping[str, str]]],
) -> Path:
    """Write nodes by column and row, and ways with their tags."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6" generator="a test">']
    for number, (column, row) in nodes.items():
        place = at(column, row)
        lines.append(f'<node id="{number}" version="1" lat="{place.lat}" lon="{place.lon}"/>')
    for number, (refs, tags) in ways.items():
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines += [f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items()]
        lines.append("</way>")
    path.write_text("\n".join([*lines, "</osm>", ""]), encoding="utf-8")
    return path


def ladder(path: Path) -> Path:
    """Two long streets and four lanes between them, and an island without a bridge.

        11 --- 12 --- 13 --- 14      North Street
        |West  |Low   |One   |East   (Low Lane: maxheight 2.5; One Lane: up only)
        1 ---- 2 ---- 3 ---- 4       South Street

    The island (21 - 22) lies 10 blocks to the north.
    """
    nodes = {1 + c: (c, 0) for c in range(4)} | {11 + c: (c, 1) for c in range(4)}
    nodes |= {21: (0, 11), 22: (1, 11)}
    street = {"highway": "residential"}
    return written(
        path,
        nodes,
        {
            100: ([1, 2, 3, 4], {**street, "name": "South Street"}),
            101: ([11, 12, 13, 14], {**street, "name": "North Street"}),
            110: ([1, 11], {**street, "name": "West Lane"}),
            111: ([2, 12], {**street, "name": "Low Lane", "maxheight": "2.5"}),
            112: ([3, 13], {**street, "name": "One Lane", "oneway": "yes"}),
            113: ([4, 14], {**street, "name": "East Lane"}),
            120: ([21, 22], {**street, "name": "Island Road"}),
        },
    )

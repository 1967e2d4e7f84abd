"""The sea, from coastlines: land is on the left of every coastline of OpenStreetMap.

https://wiki.openstreetmap.org/wiki/Tag:natural%3Dcoastline
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, unary_union

type Coordinate = tuple[float, float]
type Bounds = tuple[float, float, float, float]
"""West, south, east, north."""

_ASIDE = 1e-6
"""Degrees beside a coastline at which the side is looked at: a tenth of a metre."""
_BEYOND = 0.25
"""An extract of islands alone gets so much more sea around it, as a share of its size."""


def sea(coast: Sequence[Sequence[Coordinate]], bounds: Bounds) -> list[Polygon]:
    """Return the sea within bounds.

    A coast that the extract's edge cuts is closed with the box: its loose ends are led to the
    nearest side. A coast whose ends meet nothing, and no coast at all, give no sea.
    """
    lines = [LineString(way) for way in coast if len(way) > 1]
    if not lines:
        return []
    merged = shapely.line_merge(MultiLineString(lines), directed=True)
    whole = [line for line in getattr(merged, "geoms", [merged]) if not line.is_empty]
    around = _around(whole, bounds)
    frame = box(*around)
    led = [_led(line, around) for line in whole]
    noded = unary_union([frame.exterior, *led])
    # what was led to the box is no coast: it says nothing about sides
    sides = _Sides(whole)
    faces = [f for f in polygonize(noded) if frame.contains(f.representative_point())]
    return [face for face in faces if sides.is_sea(face)]


def _around(coast: Sequence[LineString], bounds: Bounds) -> Bounds:
    """Return the box to close the coast with: larger where nothing of the coast reaches it."""
    west, south, east, north = bounds
    if not all(line.is_ring for line in coast):
        return bounds
    low_x, low_y, high_x, high_y = shapely.total_bounds(coast)
    wide, high = _BEYOND * (east - west), _BEYOND * (north - south)
    return (
        min(west, low_x) - wide,
        min(south, low_y) - high,
        max(east, high_x) + wide,
        max(north, high_y) + high,
    )


def _led(line: LineString, bounds: Bounds) -> LineString:
    """Return a line whose loose ends within the box go on to its nearest side."""
    if line.is_ring:
        return line
    points = list(line.coords)
    return LineString([*_out(points[0], bounds), *points, *_out(points[-1], bounds)])


def _out(end: Coordinate, bounds: Bounds) -> list[Coordinate]:
    west, south, east, north = bounds
    x, y = end
    if not (west < x < east and south < y < north):
        return []
    sides = [(west, y), (east, y), (x, south), (x, north)]
    return [min(sides, key=lambda side: abs(side[0] - x) + abs(side[1] - y))]


class _Sides:
    """Knows for a face between coastlines on which side of them it lies."""

    def __init__(self, coast: Iterable[LineString]) -> None:
        self._segments = [pair for line in coast for pair in pairwise(line.coords)]
        self._known = set(self._segments)
        self._tree = shapely.STRtree([LineString(pair) for pair in self._segments])

    def is_sea(self, face: Polygon) -> bool:
        """Return whether a face is to the right of the coastlines around it."""
        right = left = 0
        # the face itself is on the left of its rings, turned like this
        turned = shapely.orient_polygons(face)
        for start, end in _segments(turned):
            left += (start, end) in self._known
            right += (end, start) in self._known
        if left == right:
            return self._looked_at(face)
        return right > left

    def _looked_at(self, face: Polygon) -> bool:
        """Look beside each coastline that runs along the face: all of them were cut by the box."""
        right = left = 0
        for at in self._tree.query(face, predicate="intersects"):
            (x0, y0), (x1, y1) = self._segments[at]
            along: BaseGeometry = LineString(self._segments[at]).intersection(face.exterior)
            if along.length == 0:
                continue
            middle = along.centroid
            scale = _ASIDE / max(abs(x1 - x0), abs(y1 - y0))
            aside_x, aside_y = (y1 - y0) * scale, (x0 - x1) * scale
            right += face.contains(Point(middle.x + aside_x, middle.y + aside_y))
            left += face.contains(Point(middle.x - aside_x, middle.y - aside_y))
        return right > left


def _segments(face: Polygon) -> Iterator[tuple[Coordinate, Coordinate]]:
    for ring in (face.exterior, *face.interiors):
        yield from pairwise(ring.coords)

"""Reads an extract once and writes what is on the map, a line of GeoJSON for each thing."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from core.errors import InvalidInputError
from maps import kinds
from maps.coast import Bounds, Coordinate, sea
from maps.kinds import CLOSEST, Kind, Tags

SIMULATED = "brimful simulate"
"""The generator of extracts of invented towns."""
_MANY_BYTES = 400_000_000
"""From here on places of nodes are kept in a file instead of in memory."""
_CHECKED_EVERY = 2_000
_DIGITS = 6
"""Of coordinates: a tenth of a metre."""
_NAMED_AREAS = {"water": "water_names", "areas": "area_names"}
_NOWHERE = shapely.Point()
_VISIBLE_PIXELS = 6.0
"""An area that is smaller than this on the screen is not drawn."""
_METRES_PER_PIXEL = 156_543.0
"""At zoom 0 on the equator, with tiles of 256 pixels."""


@dataclass(kw_only=True)
class Read:
    """What was read. ``bounds``: around everything drawn; ``things``: by layer."""

    bounds: Bounds
    data_at: datetime | None
    simulated: bool
    things: dict[str, int] = field(default_factory=dict)


def read_extract(
    extract: Path,
    out: Path,
    *,
    room: Path,
    stopped: Callable[[], bool] = lambda: False,
) -> Read:
    """Write what an extract holds for the map to ``out``; ``room``: a folder for what is large.

    Raises InvalidInputError: no such file, no extract, one without a street; OSError of ``out``.
    Returns early, with what there is so far, once it is ``stopped``.
    """
    if not extract.is_file():
        raise InvalidInputError(f"{extract}: there is no such file")
    try:
        with out.open("w", encoding="utf-8") as file:
            reading = _Reading(file, stopped)
            return reading.whole(extract, room)
    except (RuntimeError, ValueError) as error:
        # osmium's own errors are these: of the format, the XML, the compression
        raise InvalidInputError(f"{extract}: not an OpenStreetMap extract: {error}") from error


class _Reading:
    """One walk through an extract."""

    def __init__(self, file: TextIO, stopped: Callable[[], bool]) -> None:
        self._file = file
        self._stopped = stopped
        self._things: dict[str, int] = {}
        self._coast: list[list[Coordinate]] = []
        self._low = [math.inf, math.inf]
        self._high = [-math.inf, -math.inf]
        self._newest: datetime | None = None
        self._areas = osmium.geom.GeoJSONFactory()

    def whole(self, extract: Path, room: Path) -> Read:
        borders = _borders(extract)
        storage = "flex_mem"
        if extract.stat().st_size > _MANY_BYTES:
            storage = f"sparse_file_array,{room / 'places'}"
        found = (
            osmium.FileProcessor(str(extract))
            .with_locations(storage)
            .with_areas(osmium.filter.KeyFilter(*kinds.AREA_KEYS))
            .with_filter(osmium.filter.KeyFilter(*kinds.KEYS))
        )
        for number, thing in enumerate(found):
            if number % _CHECKED_EVERY == 0 and self._stopped():
                break
            self._take(thing, borders)
        if "roads" not in self._things and not self._stopped():
            raise InvalidInputError(f"{extract}: there is no street in it")
        header = _header(extract)
        box = _box(header)
        for face in sea(self._coast, box or self._bounds):
            self._write(
                Kind(layer="water", from_zoom=0, properties={"kind": "sea"}),
                shapely.to_geojson(face),
            )
        return Read(
            bounds=self._bounds,
            data_at=_moment(header.get("osmosis_replication_timestamp")) or _known(self._newest),
            simulated=header.get("generator") == SIMULATED,
            things=self._things,
        )

    @property
    def _bounds(self) -> Bounds:
        return (self._low[0], self._low[1], self._high[0], self._high[1])

    def _take(self, thing: Any, borders: Mapping[int, int]) -> None:  # noqa: ANN401 - of osmium
        tags: Tags = dict(thing.tags)
        if self._newest is None or thing.timestamp > self._newest:
            self._newest = thing.timestamp
        if isinstance(thing, osmium.osm.Way):
            self._way(thing, tags, borders)
        elif isinstance(thing, osmium.osm.Area):
            self._area(thing, tags)
        elif isinstance(thing, osmium.osm.Node) and (kind := kinds.of_point(tags)):
            self._write(kind, _point(thing.location.lon, thing.location.lat))

    def _way(self, way: osmium.osm.Way, tags: Tags, borders: Mapping[int, int]) -> None:
        lines = kinds.of_line(tags, border_level=borders.get(way.id))
        is_coast = tags.get("natural") == "coastline"
        if not lines and not is_coast:
            return
        for part in _parts(way):
            if is_coast:
                self._coast.append(part)
            for kind in lines:
                if kind.layer == "roads":
                    self._stretch(part)
                self._write(kind, _line(part))

    def _stretch(self, part: list[Coordinate]) -> None:
        for axis in (0, 1):
            self._low[axis] = min(self._low[axis], *(at[axis] for at in part))
            self._high[axis] = max(self._high[axis], *(at[axis] for at in part))

    def _area(self, area: osmium.osm.Area, tags: Tags) -> None:
        kind, number = kinds.of_area(tags), kinds.address(tags)
        if kind is None and number is None:
            return
        try:
            geometry = self._areas.create_multipolygon(area)
        except RuntimeError:
            return  # its ways do not close, or lie outside the extract
        # most are houses without a number, and need no more than their walls
        name = tags.get("name") if kind is not None and kind.layer in _NAMED_AREAS else None
        sized = kind is not None and kind.from_zoom is None
        place = shapely.from_geojson(geometry) if sized or name or number else _NOWHERE
        if kind is not None:
            from_zoom = kind.from_zoom
            if from_zoom is None:
                from_zoom = visible_from(place.bounds)
            self._write(
                Kind(layer=kind.layer, from_zoom=from_zoom, properties=kind.properties), geometry
            )
            if name is not None:
                told = {**kind.properties, "name": name}
                self._label(_NAMED_AREAS[kind.layer], told, from_zoom, place)
        if number is not None:
            self._label("addresses", number.properties, CLOSEST, place)

    def _label(
        self,
        layer: str,
        properties: Mapping[str, kinds.Value],
        from_zoom: int,
        place: BaseGeometry,
    ) -> None:
        at = place.representative_point()
        # a name needs more room than the thing itself
        closer = min(CLOSEST, from_zoom + 2)
        self._write(Kind(layer=layer, from_zoom=closer, properties=properties), _point(at.x, at.y))

    def _write(self, kind: Kind, geometry: str) -> None:
        self._things[kind.layer] = self._things.get(kind.layer, 0) + 1
        where = json.dumps({"layer": kind.layer, "minzoom": kind.from_zoom})
        told = json.dumps(dict(kind.properties), ensure_ascii=False)
        self._file.write(
            f'{{"type":"Feature","tippecanoe":{where},"properties":{told},"geometry":{geometry}}}\n'
        )


def visible_from(bounds: Bounds) -> int:
    """Return the zoom from which an area within these bounds is worth drawing."""
    west, south, east, north = bounds
    across = max((east - west) * math.cos(math.radians(south)), north - south) * 111_320
    if across <= 0:
        return CLOSEST
    scale = _METRES_PER_PIXEL * math.cos(math.radians(south)) * _VISIBLE_PIXELS / across
    return max(0, min(CLOSEST, math.ceil(math.log2(scale)))) if scale > 1 else 0


def _borders(extract: Path) -> dict[int, int]:
    """Return the ways that borders consist of, each with the highest border's level."""
    found: dict[int, int] = {}
    relations = osmium.FileProcessor(str(extract), osmium.osm.RELATION).with_filter(
        osmium.filter.TagFilter(("boundary", "administrative"))
    )
    for relation in relations:
        level = kinds.border(dict(relation.tags))
        if level is None or not isinstance(relation, osmium.osm.Relation):
            continue
        for member in relation.members:
            if member.type == "w":
                found[member.ref] = min(level, found.get(member.ref, level))
    return found


def _header(extract: Path) -> osmium.io.Header:
    with osmium.io.Reader(str(extract), osmium.osm.NOTHING) as reader:
        return reader.header()


def _box(header: osmium.io.Header) -> Bounds | None:
    box = header.box()
    if not box.valid():
        return None
    return (
        box.bottom_left.lon,
        box.bottom_left.lat,
        box.top_right.lon,
        box.top_right.lat,
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def _known(moment: datetime | None) -> datetime | None:
    """Extracts without times have the year 1970 everywhere."""
    return None if moment is None or moment.year == 1970 else moment


def _parts(way: osmium.osm.Way) -> Iterator[list[Coordinate]]:
    """Return the stretches of a way whose nodes are in the extract."""
    part: list[Coordinate] = []
    for node in way.nodes:
        if node.location.valid():
            part.append((round(node.lon, _DIGITS), round(node.lat, _DIGITS)))
        else:
            if len(part) > 1:
                yield part
            part = []
    if len(part) > 1:
        yield part


def _line(part: list[Coordinate]) -> str:
    return json.dumps({"type": "LineString", "coordinates": part})


def _point(lon: float, lat: float) -> str:
    at = [round(lon, _DIGITS), round(lat, _DIGITS)]
    return json.dumps({"type": "Point", "coordinates": at})

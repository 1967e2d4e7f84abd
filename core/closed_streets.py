"""What a file of closed streets says: CSV rows or GeoJSON features, each with its dates."""

import csv
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

COLUMNS = ("way_id", "lon", "lat", "to_lon", "to_lat", "from", "until", "note")
_PLACES = COLUMNS[1:5]
_GEOMETRIES: Mapping[str, Callable[[Any], Any]] = {
    "Point": lambda place: [[place]],
    "LineString": lambda line: [line],
    "MultiLineString": lambda lines: lines,
}
"""How the coordinates of each are lines."""
type Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure:
    """A closed street: a way of OpenStreetMap, the street at a place, or a stretch along a line.

    ``where`` names the row. ``first`` and ``last`` day, both included; None: for ever.
    """

    where: str
    way_id: int | None = None
    line: Line = ()
    first: date | None = None
    last: date | None = None
    note: str = ""

    def holds_on(self, day: date) -> bool:
        """Return whether it is closed on this day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, kw_only=True, slots=True)
class Closures:
    """What could be read, and what is wrong with the rest: row and field, for people."""

    closures: tuple[Closure, ...] = ()
    faults: tuple[str, ...] = ()


class _FaultError(Exception):
    """A field of a row that cannot be used."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")


def parse_closures(name: str, text: str) -> Closures:
    """Read the text of a file of closed streets; ``name`` is what faults call it.

    A text that begins with { or [ is JSON, any other is CSV.
    """
    is_json = text.lstrip().startswith(("{", "["))
    return _read_geojson(name, text) if is_json else _read_csv(name, text)


def _read_csv(name: str, text: str) -> Closures:
    rows = csv.DictReader(text.splitlines(), skipinitialspace=True)
    header = [column.strip() for column in rows.fieldnames or ()]
    rows.fieldnames = header
    if unknown := [column for column in header if column not in COLUMNS]:
        fault = f"{name} line 1: no such column: {', '.join(unknown)}; there are: "
        return Closures(faults=(fault + ", ".join(COLUMNS),))
    if not {"way_id", "lon"} & set(header):
        return Closures(faults=(f"{name} line 1: needs a column way_id, or lon and lat",))
    return _gathered(
        ((f"{name} line {rows.line_num}", row) for row in rows if any(row.values())), _of_row
    )


def _read_geojson(name: str, text: str) -> Closures:
    try:
        features = list(json.loads(text)["features"])
    except (ValueError, TypeError, KeyError):
        return Closures(faults=(f"{name}: is no GeoJSON FeatureCollection",))
    return _gathered(
        ((f"{name} feature {i}", feature) for i, feature in enumerate(features, 1)), _of_feature
    )


def _gathered(
    rows: Iterable[tuple[str, Any]], read: Callable[[str, Any], Sequence[Closure]]
) -> Closures:
    closures: list[Closure] = []
    faults: list[str] = []
    for where, row in rows:
        try:
            closures += read(where, row)
        except _FaultError as fault:
            faults.append(f"{where}, {fault}")
    return Closures(closures=tuple(closures), faults=tuple(faults))


def _of_row(where: str, row: Mapping[str | None, Any]) -> Sequence[Closure]:
    if None in row:
        raise _FaultError("columns", "there are more values than columns")
    given = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    line: Line = ()
    if any(given[name] for name in _PLACES):
        line = (_place(given["lon"], given["lat"], ("lon", "lat")),)
    if given["to_lon"] or given["to_lat"]:
        line = (*line, _place(given["to_lon"], given["to_lat"], ("to_lon", "to_lat")))
    return [_closure(where, given["way_id"], line, given)]


def _of_feature(where: str, feature: object) -> Sequence[Closure]:
    if not isinstance(feature, dict):
        raise _FaultError("feature", "is no object")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise _FaultError("properties", "are no object")
    given = {name: "" if (v := properties.get(name)) is None else str(v) for name in COLUMNS}
    lines = _lines(feature.get("geometry"))
    way_id = given["way_id"]
    if way_id:
        return [_closure(where, way_id, (), given)]
    return [_closure(where, "", line, given) for line in lines or [()]]


def _lines(geometry: object) -> Sequence[Line]:
    if geometry is None:
        return []
    if not isinstance(geometry, dict):
        raise _FaultError("geometry", "is no object")
    kind, places = str(geometry.get("type")), geometry.get("coordinates")
    if kind not in _GEOMETRIES:
        raise _FaultError("geometry", f"{kind} is not one of {', '.join(_GEOMETRIES)}")
    try:
        return [
            tuple(_place(place[0], place[1], ("coordinates", "coordinates")) for place in line)
            for line in _GEOMETRIES[kind](places)
        ]
    except (TypeError, IndexError, KeyError):
        raise _FaultError("coordinates", "must be lon and lat in brackets") from None


def _closure(where: str, way_id: str, line: Line, given: Mapping[str, str]) -> Closure:
    if bool(way_id) == bool(line):
        raise _FaultError("way_id", "give a way_id, or lon and lat: one of them")
    if way_id and not (way_id.isdecimal() and int(way_id) < 2**63):
        raise _FaultError("way_id", f"{way_id!r} is no number of a way")
    first, last = _day(given, "from"), _day(given, "until")
    if first is not None and last is not None and last < first:
        raise _FaultError("until", f"{last} is before {first}")
    return Closure(
        where=where,
        way_id=int(way_id) if way_id else None,
        line=line,
        first=first,
        last=last,
        note=given["note"],
    )


def _place(lon: object, lat: object, names: tuple[str, str]) -> tuple[float, float]:
    found = []
    for value, most, name in ((lon, 180, names[0]), (lat, 90, names[1])):
        try:
            degrees = float(str(value))
        except ValueError:
            degrees = math.nan
        if not abs(degrees) <= most:
            raise _FaultError(name, f"{value!r} is not between -{most} and {most} degrees")
        found.append(degrees)
    return found[0], found[1]


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given[name].strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _FaultError(name, f"{text!r} is not a day: write it as 2026-03-02") from None

"""What an object of OpenStreetMap is on the map: its layer, its properties, from which zoom on.

The layers and their properties are a contract with the style (docs/map.md). Tags are those of
https://wiki.openstreetmap.org/wiki/Map_features.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

type Tags = Mapping[str, str]
type Value = str | int

CLOSEST = 14
"""The highest zoom there are tiles of; closer ones are drawn from it."""
KEYS = (
    "highway", "railway", "waterway", "natural", "landuse", "leisure", "building", "boundary",
    "place", "addr:housenumber",
)  # fmt: skip
"""Objects with none of these keys are not on the map."""
AREA_KEYS = ("natural", "waterway", "landuse", "leisure", "building", "highway")
"""Those of them that areas made of several ways have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """Where a thing is drawn. ``from_zoom``: None where the size of an area decides."""

    layer: str
    from_zoom: int | None = CLOSEST
    properties: Mapping[str, Value] = field(default_factory=dict)


_ROADS = {
    "motorway": ("motorway", 5), "trunk": ("trunk", 6), "primary": ("primary", 7),
    "secondary": ("secondary", 9), "tertiary": ("tertiary", 10), "unclassified": ("minor", 12),
    "residential": ("minor", 12), "living_street": ("minor", 12), "road": ("minor", 12),
    "pedestrian": ("minor", 13), "busway": ("service", 13), "service": ("service", 13),
    "track": ("path", 13), "path": ("path", 13), "footway": ("path", 13), "cycleway": ("path", 13),
    "bridleway": ("path", 13), "steps": ("path", 13),
}  # fmt: skip
_RAILWAYS = {"rail": 9, "light_rail": 11, "narrow_gauge": 11, "tram": 13, "subway": 13}
_WATERWAYS = {"river": 8, "canal": 10, "stream": 13, "ditch": 14, "drain": 14}
_AREAS = {
    ("landuse", "residential"): "residential", ("landuse", "commercial"): "industrial",
    ("landuse", "industrial"): "industrial", ("landuse", "retail"): "industrial",
    ("landuse", "forest"): "wood", ("natural", "wood"): "wood", ("natural", "scrub"): "wood",
    ("landuse", "grass"): "grass", ("landuse", "meadow"): "grass",
    ("landuse", "village_green"): "grass", ("natural", "grassland"): "grass",
    ("landuse", "allotments"): "grass", ("landuse", "recreation_ground"): "park",
    ("leisure", "park"): "park", ("leisure", "garden"): "park", ("leisure", "golf_course"): "park",
    ("leisure", "nature_reserve"): "park", ("leisure", "playground"): "park",
    ("landuse", "cemetery"): "cemetery", ("leisure", "pitch"): "pitch",
}  # fmt: skip
_WATER = {
    ("natural", "water"): "lake", ("landuse", "reservoir"): "lake", ("landuse", "basin"): "lake",
    ("waterway", "riverbank"): "river", ("waterway", "dock"): "lake", ("natural", "bay"): "",
}  # fmt: skip
_PLACES = {
    "city": 4, "town": 7, "village": 9, "suburb": 10, "quarter": 11, "hamlet": 12, "locality": 13,
    "neighbourhood": 13,
}  # fmt: skip
_LEVELS = {2: 0, 3: 4, 4: 4, 5: 6, 6: 8}
"""Administrative levels whose borders are drawn, and from which zoom."""


def of_line(tags: Tags, *, border_level: int | None = None) -> list[Kind]:
    """Say what a way is as a line; ``border_level``: of the border it is a part of."""
    found = []
    if tags.get("area") != "yes" and (road := _road(tags)) is not None:
        found.append(road)
    railway = tags.get("railway", "")
    if railway in _RAILWAYS and tags.get("tunnel") != "yes":
        from_zoom = _RAILWAYS[railway] if "service" not in tags else 13
        found.append(Kind(layer="rail", from_zoom=from_zoom, properties={"kind": railway}))
    waterway = tags.get("waterway", "")
    if waterway in _WATERWAYS and tags.get("tunnel") in {None, "no"}:
        kind = {"kind": waterway, **_named(tags)}
        found.append(Kind(layer="waterways", from_zoom=_WATERWAYS[waterway], properties=kind))
    level = border_level if border_level is not None else border(tags)
    at_sea = tags.get("maritime") == "yes" or tags.get("natural") == "coastline"
    if level is not None and not at_sea:
        found.append(
            Kind(layer="boundaries", from_zoom=_LEVELS[level], properties={"level": level})
        )
    return found


def border(tags: Tags) -> int | None:
    """Return the level of an administrative border that is drawn; None for everything else."""
    if tags.get("boundary") != "administrative":
        return None
    level = tags.get("admin_level", "")
    return int(level) if level.isdecimal() and int(level) in _LEVELS else None


def of_area(tags: Tags) -> Kind | None:
    """Say what an area is on the map."""
    if tags.get("building", "no") != "no":
        return Kind(layer="buildings")
    for (key, value), kind in _WATER.items():
        if tags.get(key) == value and kind:
            water = "river" if tags.get("water") in {"river", "canal"} else kind
            return Kind(layer="water", from_zoom=None, properties={"kind": water})
    for (key, value), kind in _AREAS.items():
        if tags.get(key) == value:
            return Kind(layer="areas", from_zoom=None, properties={"kind": kind})
    if tags.get("highway") in {"pedestrian", "service"} and tags.get("area") == "yes":
        return Kind(layer="areas", properties={"kind": "square"})
    return None


def of_point(tags: Tags) -> Kind | None:
    """Say what a node is on the map: the name of a place, or a house number."""
    place = tags.get("place", "")
    if place in _PLACES and "name" in tags:
        population = tags.get("population", "")
        people = int(population) if population.isdecimal() else 0
        return Kind(
            layer="places",
            from_zoom=_PLACES[place],
            properties={"kind": place, "name": tags["name"], "people": people},
        )
    return address(tags)


def address(tags: Tags) -> Kind | None:
    """Return the house number of a building or a door."""
    number = tags.get("addr:housenumber")
    return None if number is None else Kind(layer="addresses", properties={"number": number})


def _road(tags: Tags) -> Kind | None:
    highway = tags.get("highway", "")
    known = _ROADS.get(highway.removesuffix("_link"))
    if known is None:
        return None
    kind, from_zoom = known
    link = highway.endswith("_link")
    properties: dict[str, Value] = {"kind": kind, **_named(tags)}
    implied = int(kind == "motorway" or tags.get("junction") == "roundabout")
    direction = _ONE_WAY.get(tags.get("oneway", ""), implied)
    if direction and kind != "path":
        properties["oneway"] = direction
    for fact in ("bridge", "tunnel"):
        if tags.get(fact, "no") != "no":
            properties[fact] = 1
    if tags.get("access") in {"no", "private"}:
        properties["closed"] = 1
    return Kind(
        layer="roads", from_zoom=max(from_zoom, 11) if link else from_zoom, properties=properties
    )


_ONE_WAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1, "no": 0, "false": 0, "0": 0}


def _named(tags: Tags) -> dict[str, Value]:
    name = tags.get("name") or tags.get("ref")
    return {} if name is None else {"name": name}

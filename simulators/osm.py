"""The streets of an invented town as an OpenStreetMap extract, for a real road engine."""

from collections.abc import Mapping
from pathlib import Path

import osmium

from simulators.streets import Street, StreetMap

_WIDE_EVERY = 4
"""Of the names of streets so many are one of a wider street."""
type Tags = Mapping[str, str]


def write_osm(streets: StreetMap, path: Path) -> None:
    """Write the streets as a .osm.pbf file; the same streets give the same bytes.

    Node 1 + n is crossing n, way 1 + n is street n. Raises OSError or RuntimeError (osmium's)
    where the file cannot be written.
    """
    wide = set(sorted({s.name for s in streets.streets})[::_WIDE_EVERY])
    writer = osmium.SimpleWriter(str(path), overwrite=True)
    try:
        for number, place in sorted(streets.crossings.items()):
            writer.add_node(osmium.osm.mutable.Node(id=1 + number, location=(place.lon, place.lat)))
        for number, street in enumerate(streets.streets):
            writer.add_way(
                osmium.osm.mutable.Way(
                    id=1 + number,
                    nodes=[1 + street.start, 1 + street.end],
                    tags=dict(_tags(street, wide=street.name in wide)),
                )
            )
    finally:
        writer.close()


def _tags(street: Street, *, wide: bool) -> Tags:
    tags = {
        "highway": "secondary" if wide or street.bridge else "residential",
        "name": street.name,
    }
    if street.bridge:
        tags["bridge"] = "yes"
    if street.one_way:
        tags["oneway"] = "yes"
    if street.max_height_m is not None:
        tags["maxheight"] = f"{street.max_height_m:g}"
    if street.closed:
        tags["access"] = "no"
    return tags

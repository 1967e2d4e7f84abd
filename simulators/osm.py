"""An invented town as an OpenStreetMap extract, for a real road engine and a real map."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium

from simulators.scenery import Piece, scenery
from simulators.streets import Street, StreetMap

GENERATOR = "brimful simulate"
"""Says to whoever reads the extract that there is no such town."""

_WIDE_EVERY = 4
"""Of the names of streets so many are one of a wider street."""
type Tags = Mapping[str, str]


def write_osm(streets: StreetMap, path: Path) -> None:
    """Write streets and scenery as a .osm.pbf file; the same streets give the same bytes.

    Node 1 + n is crossing n, way 1 + n is street n; what is no street has higher numbers. Raises
    OSError or RuntimeError (osmium's) where the file cannot be written.
    """
    wide = set(sorted({s.name for s in streets.streets})[::_WIDE_EVERY])
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    writer = osmium.SimpleWriter(str(path), header=header, overwrite=True)
    pieces = list(scenery(streets))
    try:
        for number, place in sorted(streets.crossings.items()):
            writer.add_node(osmium.osm.mutable.Node(id=1 + number, location=(place.lon, place.lat)))
        rings = _write_places(writer, pieces, first=1 + max(streets.crossings) + 1)
        for number, street in enumerate(streets.streets):
            writer.add_way(
                osmium.osm.mutable.Way(
                    id=1 + number,
                    nodes=[1 + street.start, 1 + street.end],
                    tags=dict(_tags(street, wide=street.name in wide)),
                )
            )
        for number, (ring, piece) in enumerate(zip(rings, pieces, strict=True)):
            if len(ring) > 1:
                writer.add_way(
                    osmium.osm.mutable.Way(
                        id=1 + len(streets.streets) + number,
                        nodes=[*ring, ring[0]],
                        tags=dict(piece.tags),
                    )
                )
    finally:
        writer.close()


def _write_places(
    writer: osmium.SimpleWriter, pieces: Sequence[Piece], *, first: int
) -> list[range]:
    """Write the corners of pieces; a piece that is one place has its tags there."""
    rings = []
    for piece in pieces:
        ring = range(first, first + len(piece.ring))
        first = ring.stop
        rings.append(ring)
        tags = dict(piece.tags) if len(ring) == 1 else {}
        for number, place in zip(ring, piece.ring, strict=True):
            writer.add_node(
                osmium.osm.mutable.Node(id=number, location=(place.lon, place.lat), tags=tags)
            )
    return rings


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

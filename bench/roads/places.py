"""The real road networks that are measured on, built once and kept between runs."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from bench.shared_files import shared_folder
from core.geo import Position
from routing.roads.building import build_roads


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A road network, and where its lorries start."""

    name: str
    extract: str
    depot: Position


MALTA = Place(name="Malta", extract="malta", depot=Position(lon=14.4620, lat=35.8903))
"""The depot is Wasteserv's at Mriehel."""
PORTO = Place(name="Porto", extract="porto", depot=Position(lon=-8.6045, lat=41.1500))
"""No depot is known in the extract: a place in the middle of it."""
PLACES = (MALTA, PORTO)


def extract_of(place: Place) -> Path:
    """Return its extract among the shared files."""
    return shared_folder() / "data" / "roads" / f"{place.extract}.osm.pbf"


def bins_of(place: Place) -> Path:
    """Return the file of its real bins."""
    return shared_folder() / "data" / "roads" / f"{place.extract}_real_bins.geojson"


def built(place: Place, kept: Path) -> Path:
    """Return its road data below ``kept``, built where it is not there. Raises BrimfulError."""
    return asyncio.run(build_roads(extract_of(place), out=kept / place.extract))

"""The demo's roads: the town's own streets, through the same engine as a real town's."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from routing.roads.building import Wishes, build_roads
from routing.roads.data import RoadData
from simulators.osm import write_osm
from simulators.streets import StreetMap

EXTRACT = "town.osm.pbf"
_MANY_STREETS = 1_000
"""From here on preparing them for quick answers takes longer than the answers of one plan."""


async def build_town_roads(streets: StreetMap, out: Path, *, told: Callable[[str], None]) -> str:
    """Write the town's streets down, build them for a lorry, and return what there is to say.

    Raises RoadsError.
    """
    await asyncio.to_thread(_write, streets, out)
    folder = await build_roads(
        out / EXTRACT,
        out=out,
        wishes=Wishes(algorithm="CH" if len(streets.streets) < _MANY_STREETS else "MLD"),
        on_progress=lambda step, share: told(step if share is None else f"{step} {share:.0%}"),
    )
    km = RoadData.read(folder).manifest.street_km
    one_way = sum(s.one_way for s in streets.streets)
    low = sum(s.max_height_m is not None for s in streets.streets)
    return (
        f"{km:.0f} km of streets in OSRM, {one_way} one-way, {low} with a low underpass, "
        f"{sum(s.closed for s in streets.streets)} bridge closed"
    )


def _write(streets: StreetMap, out: Path) -> None:
    out.mkdir(exist_ok=True)
    write_osm(streets, out / EXTRACT)

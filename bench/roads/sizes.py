"""How long tables and ways take, and the memory of the process they come from."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.roads.detours import reachable, sample
from bench.roads.places import Place
from routing.roads.local import LocalRoads

WAY_STOPS = 50
_MIB = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """One table of N x N, and a round's way with line and turn steps."""

    place: str
    n: int
    table_s: float
    table_processor_s: float
    """Of the engine: what is left of table_s where other work goes on."""
    way_s: float
    way_steps: int
    engine_mib: float


async def sizes(place: Place, folder: Path, wanted: Sequence[int], *, seed: int) -> Sequence[Size]:
    """Measure tables of so many places, each with an engine of its own."""
    found = []
    for n in wanted:
        positions = [place.depot, *sample(folder, n - 1, seed)]
        kerb = [False, *[True] * (n - 1)]
        async with LocalRoads.opened(folder) as roads:
            spent = await roads.processor_s()
            began = time.perf_counter()
            table = await roads.table(positions, kerb=kerb)
            table_s = time.perf_counter() - began
            spent = await roads.processor_s() - spent
            driven_to = reachable(table.drive_s)[: WAY_STOPS + 1]
            began = time.perf_counter()
            way = await roads.way(
                [positions[i] for i in driven_to], kerb=[kerb[i] for i in driven_to]
            )
            way_s = time.perf_counter() - began
            peak = await roads.peak_memory_bytes()
        found.append(
            Size(
                place=place.name,
                n=n,
                table_s=table_s,
                table_processor_s=spent,
                way_s=way_s,
                way_steps=sum(len(leg.steps) for leg in way.legs),
                engine_mib=peak / _MIB,
            )
        )
    return found

"""Road data with streets closed: which segments that is, and the data prepared without them."""

import asyncio
import hashlib
import itertools
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import gettempdir

import numpy as np
from numpy.typing import NDArray

from core.closed_streets import Closure, Closures
from routing.roads.building import prepare, write_manifest
from routing.roads.closures import read_closures
from routing.roads.data import BASE, MANIFEST, RoadData
from routing.roads.flat import METRES_PER_DEGREE, Flat
from routing.roads.folders import disk_errors, put, unfinished
from routing.roads.streets import Streets

POINT_M = 25.0
"""A place closes the street next to it, which may be so far."""
ALONG_M = 15.0
"""A line closes the streets that run beside it, so near and about in its direction."""
_SAMPLE_M = 8.0
_PARALLEL_COS = np.cos(np.radians(35))
_KEPT = 4
"""Data with closures that are kept for the next time."""
_SPEEDS = "closed.csv"


@dataclass(frozen=True, kw_only=True, slots=True)
class Closed:
    """Data to drive on, and what of the file could not be used, for people."""

    data: RoadData
    faults: tuple[str, ...] = ()


async def closed_on(
    data: RoadData, file: Path | None, day: date, *, also: Closures | None = None
) -> Closed:
    """Return the data without the streets that the file, and ``also``, close on ``day``.

    It is kept beside the data, named by its content, so that the same closures cost nothing the
    next time. Raises RoadsError where it cannot be made.
    """
    nothing = Closures()
    in_file = nothing if file is None else await asyncio.to_thread(read_closures, file)
    also = also or nothing
    wanted = [c for c in (*in_file.closures, *also.closures) if c.holds_on(day)]
    streets = await asyncio.to_thread(Streets.read, data.folder)
    closed, faults = await asyncio.to_thread(closed_segments, streets, wanted)
    faults = (*in_file.faults, *also.faults, *faults)
    if not closed.any():
        return Closed(data=data, faults=faults)
    return Closed(data=await _without(data, streets, closed), faults=faults)


def closed_segments(
    streets: Streets, closures: Sequence[Closure]
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Return for each segment whether it is closed, and the closures that meet no street."""
    closed = np.zeros(len(streets.way), dtype=np.bool_)
    faults = []
    for closure in closures:
        if closure.way_id is not None:
            met = streets.way == closure.way_id
            fault = f"way_id: {closure.way_id} is no street in the road data"
        elif len(closure.line) == 1:
            met = _at(streets, closure.line[0])
            fault = f"lon: no street is within {POINT_M:.0f} m of this place"
        else:
            met = _along(streets, np.array(closure.line))
            fault = f"lon: no street runs along this line within {ALONG_M:.0f} m"
        closed |= met
        if not met.any():
            faults.append(f"{closure.where}, {fault}")
    return closed, tuple(faults)


def _at(streets: Streets, place: tuple[float, float]) -> NDArray[np.bool_]:
    met = np.zeros(len(streets.way), dtype=np.bool_)
    here = np.array([place])
    near = _near(streets, here, POINT_M)
    if len(near):
        away_m = Flat.around(here).distance_m(here[0], streets.lonlat[near])
        if away_m.min() <= POINT_M:
            met[near[away_m.argmin()]] = True
    return met


def _along(streets: Streets, line: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the segments beside a line (K, 2): what is nearest to it at one of its places."""
    met = np.zeros(len(streets.way), dtype=np.bool_)
    near = _near(streets, line, ALONG_M)
    if not len(near):
        return met
    flat = Flat.around(line)
    ends = flat.metres(streets.lonlat[near])
    ahead = ends[:, 1] - ends[:, 0]
    ahead /= np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    for start, end in itertools.pairwise(line):
        stretch = flat.metres(end) - flat.metres(start)
        length_m = float(np.hypot(*stretch))
        if length_m == 0:
            continue
        parallel = np.abs(ahead @ (stretch / length_m)) >= _PARALLEL_COS
        if not parallel.any():
            continue
        beside = near[parallel]
        samples = max(2, int(np.ceil(length_m / _SAMPLE_M)))
        # between the ends: at an end it is the crossing's other streets that are as near
        for share in (np.arange(samples) + 0.5) / samples:
            away_m = flat.distance_m(start + share * (end - start), streets.lonlat[beside])
            if away_m.min() <= ALONG_M:
                met[beside[away_m.argmin()]] = True
    return met


def _near(streets: Streets, line: NDArray[np.float64], limit_m: float) -> NDArray[np.int64]:
    """Return the numbers of the segments whose box comes near the line's."""
    lat = float(line[:, 1].mean())
    margin = limit_m / METRES_PER_DEGREE / np.array([np.cos(np.radians(lat)), 1.0])
    low, high = line.min(axis=0) - margin, line.max(axis=0) + margin
    boxes = streets.lonlat
    inside = ((boxes.max(axis=1) >= low) & (boxes.min(axis=1) <= high)).all(axis=1)
    found: NDArray[np.int64] = np.flatnonzero(inside)
    return found


async def _without(data: RoadData, streets: Streets, closed: NDArray[np.bool_]) -> RoadData:
    pairs = streets.nodes[closed]
    lines = [f"{a},{b},0\n{b},{a},0\n" for a, b in sorted(map(tuple, pairs.tolist()))]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
    out = _beside(data.folder)
    prefix = f"{data.folder.name}-closed-"
    target = out / f"{prefix}{digest}"
    if not (target / MANIFEST).exists():
        with unfinished(out) as folder:
            with disk_errors():
                await asyncio.to_thread(_copy, data.folder, folder)
                (folder / _SPEEDS).write_text("".join(lines), encoding="utf-8")
            await prepare(
                folder / BASE,
                data.manifest.algorithm,
                lambda _step, _share: None,
                speeds=folder / _SPEEDS,
            )
            count = len(np.unique(streets.way[closed]))
            write_manifest(folder, data.manifest.model_copy(update={"closed": count}))
            put(folder, target)
    os.utime(target)
    _forget(out, prefix)
    return RoadData.read(target)


def _beside(folder: Path) -> Path:
    """Return where data with closures goes: beside the data, or where only that can be read."""
    if os.access(folder.parent, os.W_OK):
        return folder.parent
    return Path(gettempdir()) / f"brimful-roads-{os.geteuid()}"


def _copy(source: Path, folder: Path) -> None:
    for path in source.iterdir():
        if path.name != MANIFEST:
            shutil.copy2(path, folder / path.name)


def _forget(out: Path, prefix: str) -> None:
    """Remove all but the data with closures that were used last."""
    held = sorted(out.glob(f"{prefix}*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in held[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)

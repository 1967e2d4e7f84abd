"""Builds road data from an extract: cached by content, whole or not at all."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import InvalidInputError
from routing.roads import programs
from routing.roads.data import BASE, FORMAT, MANIFEST, Algorithm, Manifest
from routing.roads.folders import disk_errors, point, put, unfinished
from routing.roads.profile import LORRY, VehicleClass, profile_content, profile_text
from routing.roads.streets import Streets, read_streets

type Progress = Callable[[str, float | None], None]
"""Hears the step it is at, and the share of it that is done where that is known."""
_LARGE_COMPONENT = 1000
"""Roads that hang together with fewer nodes are an island nobody snaps to while others are there;
OSRM's own default."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """How to build: for which lorries, by which of OSRM's algorithms.

    CH answers tables ten times faster; MLD takes new closures in a second instead of the time that
    contracting takes (10 s for Malta, minutes for a large city).
    """

    vehicle: VehicleClass = LORRY
    algorithm: Algorithm = "CH"
    threads: int | None = None


async def build_roads(
    extract: Path,
    *,
    out: Path,
    wishes: Wishes | None = None,
    on_progress: Progress = lambda _step, _share: None,
) -> Path:
    """Return the folder of data for an extract, made where it is not there yet.

    It is named by the lorries' class below ``out``; made anew, the name points to the new data and
    the old is removed. Raises InvalidInputError (the extract) and RoadsError (the disk, OSRM).
    """
    wishes = wishes or Wishes()
    on_progress("reading the extract", None)
    sha256 = await asyncio.to_thread(_sha256, extract)
    content = f"{FORMAT} {programs.version()} {wishes.algorithm} {sha256}\n"
    content += profile_content(wishes.vehicle)
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    target = out / f"{wishes.vehicle.name}-{digest}"
    if not (target / MANIFEST).exists():
        streets = await asyncio.to_thread(read_streets, extract)
        with unfinished(out) as folder:
            await _make(extract, folder, wishes, on_progress, streets=streets, sha256=sha256)
            put(folder, target)
    point(out / wishes.vehicle.name, target)
    return out / wishes.vehicle.name


async def _make(
    extract: Path,
    folder: Path,
    wishes: Wishes,
    on_progress: Progress,
    *,
    streets: Streets,
    sha256: str,
) -> None:
    profile = folder / "profile.lua"
    profile.write_text(
        profile_text(wishes.vehicle, osrm_profiles=programs.profiles()), encoding="utf-8"
    )
    with disk_errors():
        await asyncio.to_thread(streets.save, folder)
    on_progress("extracting the roads", None)
    large = min(_LARGE_COMPONENT, max(2, len(streets.way) // 10))
    await programs.run(
        "extract",
        "--profile",
        profile,
        "--output",
        folder / BASE,
        "--small-component-size",
        str(large),
        *_threads(wishes.threads),
        # OSRM takes the format from the ending, which a link to the file keeps
        extract,
    )
    await prepare(folder / BASE, wishes.algorithm, on_progress, threads=wishes.threads)
    write_manifest(
        folder,
        Manifest(
            osrm=programs.version(),
            algorithm=wishes.algorithm,
            profile=wishes.vehicle.name,
            vehicle=str(wishes.vehicle),
            extract=extract.name,
            extract_sha256=sha256,
            built_at=datetime.now(UTC),
            bounds=streets.bounds,
            street_km=round(streets.length_m() / 1000, 1),
        ),
    )


async def prepare(
    base: Path,
    algorithm: Algorithm,
    on_progress: Progress,
    *,
    speeds: Path | None = None,
    threads: int | None = None,
) -> None:
    """Make extracted roads answer quickly; ``speeds``: OSRM's segment speed file."""
    more = [*_threads(threads), *([] if speeds is None else ["--segment-speed-file", str(speeds)])]
    if algorithm == "CH":
        on_progress("contracting", 0.0)
        told = lambda share: on_progress("contracting", share)  # noqa: E731 - only passed on
        await programs.run("contract", base, *more, told=told)
        return
    if speeds is None:
        on_progress("partitioning", None)
        await programs.run("partition", base, *_threads(threads))
    on_progress("customizing", None)
    await programs.run("customize", base, *more)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say what a folder holds; the last thing that is written."""
    with disk_errors():
        (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _sha256(extract: Path) -> str:
    try:
        with extract.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInputError(f"{extract}: cannot be read: {error.strerror}") from error


def _threads(threads: int | None) -> list[str]:
    return [] if threads is None else ["--threads", str(threads)]

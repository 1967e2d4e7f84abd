"""Builds the base map from an extract: cached by content, whole or not at all."""

import asyncio
import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from core.errors import InvalidInputError
from maps import cutting
from maps.about import FILE, FORMAT, About
from maps.errors import MapError
from maps.reading import Read, read_extract
from maps.workplace import disk_errors, put, unfinished

type Progress = Callable[[str, float | None], None]
"""Hears the step it is at, and the share of it that is done where that is known."""

OPENSTREETMAP = (
    '<a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener">'
    "© OpenStreetMap contributors</a>"
)
SIMULATED = "A simulated town: no real place"


async def build_map(
    extract: Path,
    *,
    out: Path,
    on_progress: Progress = lambda _step, _share: None,
) -> Path:
    """Return the map of an extract, in the folder ``out``; made where it is not there yet.

    A server that has the old one open goes on with it until it takes up the new one. Raises
    InvalidInputError (the extract) and MapError (the disk, tippecanoe).
    """
    on_progress("reading the extract", None)
    sha256 = await asyncio.to_thread(_sha256, extract)
    made_from = hashlib.sha256(f"{FORMAT} {cutting.version()} {sha256}".encode()).hexdigest()[:16]
    target = out / FILE
    if _made_from(target) == made_from:
        return target
    with unfinished(out) as folder:
        things = folder / "things.geojsonl"
        read = await _read(extract, things, folder)
        about = About(
            made_from=made_from,
            source=extract.name,
            data_at=read.data_at,
            built_at=datetime.now(UTC),
            bounds=read.bounds,
            attribution=SIMULATED if read.simulated else OPENSTREETMAP,
            things=read.things,
        )
        on_progress("cutting tiles", 0.0)
        await cutting.cut(
            things,
            folder / FILE,
            room=folder,
            attribution=about.attribution,
            description=about.model_dump_json(),
            told=lambda share: on_progress("cutting tiles", share),
        )
        put(folder / FILE, target)
    return target


async def _read(extract: Path, things: Path, room: Path) -> Read:
    """Read in a thread, which gives up when we are cancelled."""
    stop = threading.Event()
    try:
        with disk_errors():
            return await asyncio.to_thread(
                read_extract, extract, things, room=room, stopped=stop.is_set
            )
    finally:
        stop.set()


def _made_from(path: Path) -> str | None:
    try:
        return About.read(path).made_from
    except MapError:
        return None


def _sha256(extract: Path) -> str:
    try:
        with extract.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInputError(f"{extract}: cannot be read: {error.strerror}") from error

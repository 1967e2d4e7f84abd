"""Which base map there is: the settings' own, or the first of what can be had without asking."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from api.basemap.archive import Archive, Bounds
from core.errors import InvalidInputError
from core.logs import get_logger
from core.settings import Settings

FILE = "map.pmtiles"
"""What `brimful map build` and `brimful roads build` call it in the folder they are given."""
LAYERS = frozenset({"roads", "water", "places"})
"""Layers that the style draws; a file without any of them was made for another style."""
HOW = "whoever runs Brimful can build them: brimful map build EXTRACT.osm.pbf"

type Kind = Literal["streets", "tiles", "plain"]

_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ground:
    """What is drawn under bins and rounds. ``note``: what people should know where it is little."""

    kind: Kind
    archive: Archive | None = None
    template: str | None = None
    attribution: str | None = None
    note: str | None = None

    @property
    def revision(self) -> str:
        """Another one means another map."""
        return self.archive.revision if self.archive else self.kind

    @property
    def bounds(self) -> Bounds | None:
        """The box around the streets, where that is known."""
        if self.archive is None:
            return None
        told = self.made.get("bounds")
        if not isinstance(told, list) or len(told) != 4:
            return self.archive.bounds
        west, south, east, north = map(float, told)
        return west, south, east, north

    @property
    def zooms(self) -> tuple[int, int]:
        """The lowest and highest zoom there are tiles of."""
        return self.archive.zooms if self.archive else (0, 19)

    @property
    def made(self) -> Mapping[str, Any]:
        """What `brimful map build` says of the file; nothing where another program made it."""
        try:
            told = json.loads(self.archive.metadata["description"]) if self.archive else {}
        except (KeyError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}


class Grounds:
    """The base map of an application, looked for when it is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: Archive | None = None
        self._told: str | None = None
        self._turn = asyncio.Lock()

    async def ground(self) -> Ground:
        """Return what there is now: a map that was built anew counts from the next request."""
        async with self._turn:
            return await asyncio.to_thread(self._find)

    def _find(self) -> Ground:
        settings = self._settings
        if settings.map is not None:
            return self._streets(settings.map)
        if settings.map_tiles is not None:
            return Ground(
                kind="tiles",
                template=settings.map_tiles,
                attribution=settings.map_tiles_attribution,
            )
        beside = _beside_roads(settings.roads)
        if beside is not None:
            return self._streets(beside)
        return Ground(kind="plain", note=f"There are no streets to draw; {HOW}")

    def _streets(self, path: Path) -> Ground:
        path = path / FILE if path.is_dir() else path
        try:
            if self._open is None or self._open.path != path or self._open.changed:
                self._open = _ours(Archive.open(path))
                self._told = None
        except InvalidInputError as error:
            if self._told != str(error):
                _log.warning("the base map cannot be used", error=str(error))
            self._told = str(error)
            if self._open is None:
                return Ground(kind="plain", note=f"The map's file cannot be used; {HOW}")
        return Ground(
            kind="streets",
            archive=self._open,
            attribution=self._open.metadata.get("attribution"),
        )


def _ours(archive: Archive) -> Archive:
    if not archive.layers & LAYERS:
        raise InvalidInputError(f"{archive.path}: holds none of the layers {sorted(LAYERS)}")
    return archive


def _beside_roads(roads: str | None) -> Path | None:
    """Return the map that was built with the roads, in their folder or the one above."""
    if roads is None or roads.startswith(("http://", "https://")):
        return None
    return next((f for f in (Path(roads) / FILE, Path(roads).parent / FILE) if f.is_file()), None)

"""A folder of built road data: what is in it, and whether it can be used."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from core.geo import Position
from routing.roads import programs
from routing.roads.errors import RoadsError

MANIFEST = "roads.json"
BASE = "roads.osrm"
"""What OSRM's files begin with."""
FORMAT = 1
type Algorithm = Literal["CH", "MLD"]
_TO_DO = "make it with: brimful roads build EXTRACT"


class Manifest(BaseModel):
    """What a folder was made of; written last, so that a folder with it is whole."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    osrm: str
    algorithm: Algorithm
    profile: str
    vehicle: str
    """The lorry's size, for people."""
    extract: str
    """Name of the extract's file."""
    extract_sha256: str
    built_at: datetime
    bounds: tuple[float, float, float, float]
    """West, south, east, north of its streets."""
    street_km: float
    closed: int = 0
    """Ways of OpenStreetMap that are closed in it, whole or in part."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RoadData:
    """Built data that can be used."""

    folder: Path
    manifest: Manifest

    @property
    def base(self) -> Path:
        """The path OSRM's programs and library take."""
        return self.folder / BASE

    @property
    def source(self) -> str:
        """What to tell people of times that come from here."""
        made = self.manifest
        closed = f", {made.closed} closed street(s) left out" if made.closed else ""
        return f"roads of {made.extract} for {made.vehicle}{closed} (OSRM {made.osrm})"

    def covers(self, position: Position) -> bool:
        """Return whether a place lies within the box around the streets."""
        west, south, east, north = self.manifest.bounds
        return west <= position.lon <= east and south <= position.lat <= north

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what is in a folder, or in the only folder of data in it.

        Raises RoadsError where there is none, several, or one that this program cannot use.
        """
        folder = _only(folder)
        try:
            text = (folder / MANIFEST).read_text("utf-8")
            manifest = Manifest.model_validate_json(text)
        except OSError as error:
            raise RoadsError(f"{folder}: no road data ({error.strerror}); {_TO_DO}") from error
        except ValidationError as error:
            raise RoadsError(f"{folder}: {MANIFEST} cannot be read; {_TO_DO}") from error
        if manifest.format != FORMAT or manifest.osrm != programs.version():
            raise RoadsError(
                f"{folder}: built by OSRM {manifest.osrm}, and this is {programs.version()}; "
                f"{_TO_DO}"
            )
        return cls(folder=folder.resolve(), manifest=manifest)


def _only(folder: Path) -> Path:
    if (folder / MANIFEST).exists():
        return folder
    if not folder.is_dir():
        raise RoadsError(f"{folder}: there is no such folder; {_TO_DO}")
    # what a build is known by is a link; what it points to is named by its content
    named = sorted(p for p in folder.iterdir() if p.is_symlink() and (p / MANIFEST).exists())
    if not named:
        raise RoadsError(f"{folder}: there is no road data in it; {_TO_DO}")
    if len(named) > 1:
        names = ", ".join(p.name for p in named)
        raise RoadsError(f"{folder}: holds several ({names}): name one of them")
    return named[0]

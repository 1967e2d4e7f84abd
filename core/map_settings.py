"""The settings of the base map: the streets under bins and rounds on every screen."""

import re
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

# Nothing that would end a directive of the content security policy the address goes into.
_TEMPLATE = re.compile(r"https?://[A-Za-z0-9.\-_\[\]:]+/[^\s;,'\"]*")


class MapSettings(BaseSettings):
    """The part of the settings that says where streets are drawn from."""

    map: Path | None = Field(
        default=None,
        description="The base map: the file or folder that `brimful map build` made. Empty: "
        "BRIMFUL_MAP_TILES, else the map that `brimful roads build` put beside the roads, else "
        "a plain ground.",
    )
    map_tiles: str | None = Field(
        default=None,
        description="Address of your own server of raster tiles, with {z}, {x} and {y} in it. "
        "The screens ask no other host for anything, and this one only where it is set.",
    )
    map_tiles_attribution: str | None = Field(
        default=None,
        description="What that server's owner wants shown on the map; HTML may be in it.",
    )

    @field_validator("map", "map_tiles", "map_tiles_attribution", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        """A variable cannot hold "nothing"; an empty one means it."""
        return None if value == "" else value

    @field_validator("map_tiles")
    @classmethod
    def _template(cls, value: str | None) -> str | None:
        """Refuse what is no template of an address."""
        if value is None:
            return None
        if not _TEMPLATE.fullmatch(value) or not all(p in value for p in ("{z}", "{x}", "{y}")):
            raise ValueError("write it like https://tiles.town.example/{z}/{x}/{y}.png")
        return value

    @property
    def map_tiles_origin(self) -> str | None:
        """Scheme, host and port of the tile server, as a content security policy names it."""
        return None if self.map_tiles is None else "/".join(self.map_tiles.split("/")[:3])

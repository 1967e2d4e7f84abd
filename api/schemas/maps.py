"""The base map, as screens ask about it."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.basemap.source import Ground

TILES = "/map/tiles/{z}/{x}/{y}"
"""Where this server's own tiles are."""


class MapInfo(BaseModel):
    """What the base map is, where it is, and whom to thank for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "streets",
                    "tiles": TILES,
                    "attribution": "© OpenStreetMap contributors",
                    "bounds": [14.18, 35.79, 14.58, 36.09],
                    "min_zoom": 0,
                    "max_zoom": 14,
                    "source": "malta.osm.pbf",
                    "data_at": "2026-02-27T21:20:00Z",
                    "built_at": "2026-03-01T09:00:00Z",
                    "revision": "3f0c9d2ab41d7e60",
                    "note": None,
                }
            ]
        }
    )

    kind: Literal["streets", "tiles", "plain"] = Field(
        description="streets: vector tiles of this server; tiles: pictures of a tile server that "
        "the operator named; plain: nothing but a ground."
    )
    tiles: str | None = Field(description="Where the tiles are, with {z}, {x} and {y} in it.")
    attribution: str | None = Field(description="To be shown on the map; HTML may be in it.")
    bounds: tuple[float, float, float, float] | None = Field(
        description="West, south, east, north of what the map covers, where that is known."
    )
    min_zoom: int
    max_zoom: int = Field(description="Closer than this the tiles of this zoom are drawn larger.")
    source: str | None = Field(description="Name of the extract the map was built from.")
    data_at: datetime | None = Field(description="How old the extract's newest data is.")
    built_at: datetime | None = Field(description="When the map was built from it.")
    revision: str = Field(description="Another one means another map.")
    note: str | None = Field(description="What to tell people where there are no streets.")

    @classmethod
    def of(cls, ground: Ground) -> Self:
        """Say what a ground is."""
        made = ground.made
        low, high = ground.zooms
        return cls(
            kind=ground.kind,
            tiles=TILES if ground.archive else ground.template,
            attribution=ground.attribution,
            bounds=ground.bounds,
            min_zoom=low,
            max_zoom=high,
            source=made.get("source"),
            data_at=made.get("data_at"),
            built_at=made.get("built_at"),
            revision=ground.revision,
            note=ground.note,
        )


class MapStyle(BaseModel):
    """A style of MapLibre (style specification, version 8); without fonts or pictures to fetch."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 8,
                    "name": "plain, light",
                    "metadata": {"brimful:kind": "plain"},
                    "sources": {},
                    "layers": [
                        {
                            "id": "ground",
                            "type": "background",
                            "paint": {"background-color": "#eef1ee"},
                        }
                    ],
                }
            ]
        }
    )

    version: Literal[8] = 8
    name: str
    metadata: dict[str, Any] = Field(description="What GET /map/info says, with brimful: before.")
    sources: dict[str, Any]
    layers: list[dict[str, Any]]

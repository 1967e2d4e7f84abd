"""The style of the base map: what MapLibre draws of a ground, in which order and colour."""

from typing import Any

from api.basemap.layers import layers
from api.basemap.palette import PALETTES, Scheme
from api.basemap.source import Ground
from api.schemas.maps import MapInfo, MapStyle

SOURCE = "map"


def style(ground: Ground, scheme: Scheme) -> MapStyle:
    """Return the style of a ground, without fonts or pictures to fetch."""
    palette = PALETTES[scheme]
    about = MapInfo.of(ground)
    drawn: list[dict[str, Any]] = [
        {"id": "ground", "type": "background", "paint": {"background-color": palette.ground}}
    ]
    sources: dict[str, Any] = {}
    if about.tiles is not None:
        sources[SOURCE] = {
            "tiles": [about.tiles],
            "minzoom": about.min_zoom,
            "maxzoom": about.max_zoom,
            "attribution": about.attribution or "",
            # the sea reaches further than the streets
            **({"bounds": ground.archive.bounds} if ground.archive else {}),
        }
    if ground.kind == "streets":
        sources[SOURCE]["type"] = "vector"
        drawn += layers(palette, SOURCE)
    if ground.kind == "tiles":
        sources[SOURCE] |= {"type": "raster", "tileSize": 256}
        drawn.append({"id": "tiles", "type": "raster", "source": SOURCE})
    return MapStyle(
        name=f"{ground.kind}, {scheme}",
        metadata={
            f"brimful:{name}": value for name, value in about.model_dump(mode="json").items()
        },
        sources=sources,
        layers=drawn,
    )

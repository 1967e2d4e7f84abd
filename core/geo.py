"""Positions on the earth and distances between them."""

import math
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_008.8
"""Mean earth radius R1 of the GRS 80 ellipsoid (Moritz 2000)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """A place in WGS84 degrees; always (lon, lat), as GeoJSON has it."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(
                f"position lon={self.lon} lat={self.lat} is not on the earth: "
                "lon must be within -180..180 and lat within -90..90 (are they swapped?)"
            )


def haversine_m(a: Position, b: Position) -> float:
    """Great-circle distance in metres (Sinnott 1984, "Virtues of the Haversine")."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2)
    h = half_lat**2 + math.cos(lat_a) * math.cos(lat_b) * half_lon**2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))

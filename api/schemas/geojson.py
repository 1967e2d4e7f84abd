"""Bins as a GeoJSON FeatureCollection (RFC 7946)."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_FEATURE: dict[str, Any] = {
    "type": "Feature",
    "id": "old-town-17",
    "geometry": {"type": "Point", "coordinates": [14.4208, 50.088]},
    "properties": {
        "bin_id": "old-town-17",
        "name": "Dlouha 17",
        "stream": "paper",
        "capacity_l": 3000,
        "threshold_pct": 80,
        "depot_id": "holesovice",
        "in_service": True,
        "fill_pct": 87.5,
        "measured_at": "2026-03-02T06:15:00Z",
        "age_s": 5400,
        "trust": "fresh",
        "source": "sensor",
    },
}


class Point(BaseModel):
    """A GeoJSON point: coordinates are [lon, lat]."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class BinFeature(BaseModel):
    """A bin; its properties are flat, as map programs expect them."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Point
    properties: dict[str, Any]


class BinFeatures(BaseModel):
    """Bins on a map. Those without a position are not features, only counted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"type": "FeatureCollection", "features": [_FEATURE], "without_position": 3}
            ]
        }
    )

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[BinFeature]
    without_position: int = Field(
        description="How many bins the filters match that have no position."
    )

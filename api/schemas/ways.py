"""The way of a round: for a phone that leads along it, and for maps."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from core.plans import Round
from core.rounds_geojson import rounds_geojson
from core.ways import Leg

_ROUND = "2b6f0d4e-90a1-4be4-8c4e-0c54e8a4e0a7"
STEP_EXAMPLE: dict[str, Any] = {
    "maneuver": "turn",
    "modifier": "left",
    "street": "Dlouha",
    "ref": None,
    "distance_m": 120,
    "drive_s": 21.4,
    "lon": 14.4208,
    "lat": 50.088,
    "bearing_deg": 270,
    "driving_side": "right",
    "exit_number": None,
}
LEG_EXAMPLE: dict[str, Any] = {
    "polyline": "_ccp~A_sdoZ_XwQgEg^",
    "distance_m": 840,
    "drive_s": 152,
    "steps": [STEP_EXAMPLE],
}


class StepOut(BaseModel):
    """One instruction, as structure: the phone words it in its own language."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [STEP_EXAMPLE]})

    maneuver: str = Field(description="OSRM's word: depart, turn, roundabout, arrive, ...")
    modifier: str | None = Field(description="OSRM's word: left, slight right, uturn, ...")
    street: str = Field(description="Name of the street that follows; empty without one.")
    ref: str | None = Field(description="Its number.")
    distance_m: int = Field(description="From here to the next instruction.")
    drive_s: float
    lon: float
    lat: float
    bearing_deg: int = Field(description="Direction after it, clockwise from north.")
    driving_side: str
    exit_number: int | None = Field(description="Which exit of a roundabout.")


class LegOut(BaseModel):
    """The way to one stop."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [LEG_EXAMPLE]})

    polyline: str = Field(
        description="Encoded with six decimals, latitude first (polyline6); empty where nothing is "
        "driven."
    )
    distance_m: int
    drive_s: int
    steps: list[StepOut]

    @classmethod
    def of(cls, leg: Leg) -> Self:
        """Write down a leg."""
        return cls.model_validate(leg)


class RoundFeature(BaseModel):
    """A round's way (a LineString), or one of its stops (a Point); properties are flat."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: dict[str, Any]


class RoundFeatures(BaseModel):
    """A plan's rounds on a map."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "FeatureCollection",
                    "attribution": "© OpenStreetMap contributors",
                    "features": [
                        {
                            "type": "Feature",
                            "id": _ROUND,
                            "geometry": {
                                "type": "LineString",
                                "coordinates": [[14.4208, 50.088], [14.4211, 50.0884]],
                            },
                            "properties": {
                                "round_id": _ROUND,
                                "vehicle_id": "lorry-1",
                                "crew_id": "crew-1",
                                "distance_m": 48200,
                                "drive_s": 9300,
                                "bins": 31,
                                "way": "roads",
                            },
                        }
                    ],
                }
            ]
        }
    )

    type: Literal["FeatureCollection"] = "FeatureCollection"
    attribution: str | None = Field(description="What a map has to show beside it.")
    features: list[RoundFeature]

    @classmethod
    def of(cls, rounds: list[Round]) -> Self:
        """Write down rounds with their ways."""
        return cls.model_validate(rounds_geojson(rounds))

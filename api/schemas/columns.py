"""All bins as columns: the same position in every list is the same bin."""

from pydantic import BaseModel, ConfigDict, Field


class BinColumns(BaseModel):
    """All bins with their levels, a list for each field, in order of bin_id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "now_s": 1772438400,
                    "bin_id": ["old-town-17", "old-town-18"],
                    "name": ["Dlouha 17", "Dlouha 18"],
                    "lon": [14.4208, None],
                    "lat": [50.088, None],
                    "streams": ["paper"],
                    "stream": [0, 0],
                    "depots": ["north"],
                    "depot": [0, 0],
                    "areas": ["Old Town"],
                    "area": [0, None],
                    "fill_pct": [83.0, None],
                    "trusts": ["fresh", "stale", "untrusted", "no_level"],
                    "trust": [0, 3],
                    "measured_at_s": [1772434800, None],
                    "has_sensor": [1, 0],
                    "healths": ["silent", "ok"],
                    "health": [1, None],
                    "threshold_pct": [80, 80],
                    "in_service": [1, 1],
                }
            ]
        }
    )

    now_s: int = Field(description="When the answer last became another, seconds since 1970.")
    bin_id: list[str]
    name: list[str]
    lon: list[float | None] = Field(description="null while nobody has said where the bin stands.")
    lat: list[float | None]
    streams: list[str]
    stream: list[int] = Field(description="Position in `streams`.")
    depots: list[str]
    depot: list[int] = Field(description="Position in `depots`.")
    areas: list[str]
    area: list[int | None] = Field(
        description="Position in `areas`, the bins' districts in the registry; null without one."
    )
    fill_pct: list[float | None] = Field(description="null where no level is known.")
    trusts: list[str]
    trust: list[int] = Field(description="Position in `trusts`.")
    measured_at_s: list[int | None] = Field(description="Seconds since 1970.")
    has_sensor: list[int] = Field(description="1 where a sensor is mounted now, else 0.")
    healths: list[str]
    health: list[int | None] = Field(
        description="Position in `healths` of the worst of the bin's sensors; null without one."
    )
    threshold_pct: list[float]
    in_service: list[int] = Field(description="1 or 0.")


class BinHistory(BaseModel):
    """A bin's levels, oldest first, a list for each field."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "measured_at_s": [1772427600, 1772434800],
                    "fill_pct": [81.5, 83.0],
                    "trust": [0, 0],
                    "trusts": ["trusted", "not_measured", "spike"],
                    "source": [0, 0],
                    "sources": ["sensor", "crew"],
                    "readings": 2,
                }
            ]
        }
    )

    measured_at_s: list[int] = Field(description="Seconds since 1970.")
    fill_pct: list[float]
    trust: list[int] = Field(
        description="Position in `trusts`: trusted, or why the reading is not believed."
    )
    trusts: list[str]
    source: list[int] = Field(description="Position in `sources`: a sensor, or a crew by eye.")
    sources: list[str]
    readings: int = Field(description="How many levels there are in that time.")

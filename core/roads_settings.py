"""The settings of roads: where driving times come from, and what counts as reached."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class RoadsSettings(BaseSettings):
    """The part of the settings that the road engine reads."""

    roads: str | None = Field(
        default=None,
        description="Where driving times come from: the folder that `brimful roads build` made, "
        "or the address of an osrm-routed (http://...). Empty: straight lines, marked loudly.",
    )
    roads_kerb_side: bool = Field(
        default=True,
        description="A lorry stops at a bin with its own kerb side. false: on either side, "
        "and the crew crosses the street.",
    )
    roads_snap_limit_m: Annotated[float, Field(gt=0, le=10_000)] = Field(
        default=100.0,
        description="A bin further than this from every road that a lorry can use is left out.",
    )
    roads_closed: Path | None = Field(
        default=None,
        description="File of closed streets (CSV or GeoJSON, docs/roads.md), for data in a "
        "folder. Empty: none are closed.",
    )
    roads_timeout_s: Annotated[float, Field(gt=0, le=600)] = Field(
        default=30.0, description="Longest wait for one answer of an osrm-routed."
    )

    @field_validator("roads", "roads_closed", mode="before")
    @classmethod
    def _nothing(cls, value: object) -> object:
        """A variable cannot hold "nothing"; an empty one means it."""
        return None if value == "" else value

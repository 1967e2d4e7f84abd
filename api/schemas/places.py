"""A position, as it stands in every answer."""

from pydantic import BaseModel, ConfigDict, Field


class PositionOut(BaseModel):
    """A place in WGS84 degrees."""

    model_config = ConfigDict(from_attributes=True)

    lon: float = Field(examples=[14.4208])
    lat: float = Field(examples=[50.088])

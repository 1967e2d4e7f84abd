"""The settings of the photos that crews take."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class PhotoSettings(BaseSettings):
    """The part of the settings that bounds what photos take."""

    photo_max_bytes: Annotated[int, Field(ge=100_000, le=20_971_520)] = Field(
        default=5_242_880,
        description="Largest photo a phone may send. What is kept is smaller: a JPEG of at most "
        "1600 by 1600 pixels.",
    )
    photos_keep_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        default=365,
        description="The API removes photos older than this, once a day.",
    )
    photos_max_mb: Annotated[int, Field(ge=1, le=10_000_000)] = Field(
        default=10_000,
        description="Megabytes that all photos may take; the oldest beyond that are removed, too.",
    )

    @property
    def photos_keep(self) -> timedelta:
        """How long a photo is kept."""
        return timedelta(days=self.photos_keep_days)

    @property
    def photos_max_bytes(self) -> int:
        """What all photos may take."""
        return self.photos_max_mb * 1_000_000

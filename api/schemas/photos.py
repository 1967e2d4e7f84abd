"""Photos as they are answered."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from store.photos import Photo


class PhotoOut(BaseModel):
    """A photo that is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "photo_id": "9a0c6a5e-0d7a-4c1e-8d53-4e1f7a0b9c01",
                    "stop_id": "7f3f7d0e-55c1-4a55-8f0a-3b0b1f4f3c11",
                    "width": 1200,
                    "height": 1600,
                    "size_bytes": 284113,
                }
            ]
        }
    )

    photo_id: UUID
    stop_id: UUID
    width: int = Field(description="Pixels.")
    height: int
    size_bytes: int = Field(description="Of the JPEG that is kept.")

    @classmethod
    def of(cls, photo: Photo) -> Self:
        """Write down what is kept of a photo."""
        return cls(
            photo_id=photo.photo_id,
            stop_id=photo.stop_id,
            width=photo.width,
            height=photo.height,
            size_bytes=len(photo.jpeg),
        )

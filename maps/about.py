"""What a file of tiles says of itself: from which extract, when, for whom to thank."""

import re
from datetime import datetime
from pathlib import Path
from typing import Self

from pmtiles.reader import MmapSource, Reader
from pydantic import BaseModel, ConfigDict, ValidationError

from maps.errors import MapError

FILE = "map.pmtiles"
"""The name of the map in the folder it is built in."""
FORMAT = 1
_TO_DO = "make it with: brimful map build EXTRACT"


class About(BaseModel):
    """The file's description, which is written with its tiles."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    made_from: str
    """A digest of everything the tiles depend on."""
    source: str
    """Name of the extract's file."""
    data_at: datetime | None
    built_at: datetime
    bounds: tuple[float, float, float, float]
    """West, south, east, north of its streets."""
    attribution: str
    things: dict[str, int]
    """How many there are in each layer."""

    @property
    def thanks(self) -> str:
        """The attribution without its markup."""
        return re.sub(r"<[^>]*>", "", self.attribution)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it from a file, or from the map in a folder; raises MapError without one."""
        path = path / FILE if path.is_dir() else path
        try:
            with path.open("rb") as file:
                described = Reader(MmapSource(file)).metadata()["description"]
            return cls.model_validate_json(described)
        except OSError as error:
            raise MapError(f"{path}: no map ({error.strerror}); {_TO_DO}") from error
        except ValidationError as error:
            raise MapError(f"{path}: not made by Brimful; {_TO_DO}") from error
        except Exception as error:
            # whatever bytes that are no such file make the reader raise
            raise MapError(f"{path}: not a .pmtiles file, or a broken one; {_TO_DO}") from error

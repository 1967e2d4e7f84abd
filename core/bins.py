"""Bins, the sensors in them, and when which sensor was mounted in which bin."""

from dataclasses import dataclass
from datetime import datetime

from core.geo import Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Geometry:
    """How a distance from the sensor under the lid becomes a fill; it belongs to the bin.

    ``empty_distance_mm`` is measured to the floor of the empty bin, ``full_distance_mm`` to the
    content of a bin that counts as 100 % full.
    """

    empty_distance_mm: int
    full_distance_mm: int

    def __post_init__(self) -> None:
        if not 0 <= self.full_distance_mm < self.empty_distance_mm:
            raise ValueError(
                f"geometry needs 0 <= full_distance_mm < empty_distance_mm, "
                f"got full {self.full_distance_mm} and empty {self.empty_distance_mm}"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """A container at a place. ``position`` is None while nobody has said where it stands."""

    bin_id: str
    name: str
    stream: str
    capacity_l: float
    threshold_pct: float
    depot_id: str
    position: Position | None
    geometry: Geometry | None = None
    service_s: int = 60
    access_note: str | None = None
    in_service: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Mounting:
    """A sensor sat in a bin from ``mounted_at`` until ``unmounted_at`` (None: still does).

    History belongs to the bin: a reading goes to the bin its sensor sat in when it measured.
    """

    sensor_id: str
    bin_id: str
    mounted_at: datetime
    unmounted_at: datetime | None
    geometry: Geometry | None

    def covers(self, at: datetime) -> bool:
        """Tell whether the sensor sat in the bin at that moment."""
        return self.mounted_at <= at and (self.unmounted_at is None or at < self.unmounted_at)

"""Bins, the sensors in them, and when which sensor was mounted in which bin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.geo import Position
from core.hours import Hours
from core.vehicles import VehicleSize


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """How what a sensor says becomes a fill; it belongs to the bin, whatever sensor sits in it.

    ``empty_distance_mm`` is measured from the sensor to the floor of the empty bin,
    ``full_distance_mm`` to the content of a bin that counts as 100 % full; both or neither. What is
    nearer than ``blind_zone_mm`` the sensor cannot see. ``vendor_full_pct`` is what the device's
    own "100 %" means, in percent of what the bin may hold.

    Versions count from 1 in each bin. Of those with ``valid_from`` at or before a moment, the
    greatest version counts for it: a correction may reach back, and nothing is overwritten.
    """

    version: int
    valid_from: datetime
    empty_distance_mm: int | None = None
    full_distance_mm: int | None = None
    blind_zone_mm: int = 0
    vendor_full_pct: float = 100.0

    def __post_init__(self) -> None:
        if (self.empty_distance_mm is None) != (self.full_distance_mm is None):
            raise ValueError("give empty_distance_mm and full_distance_mm together or neither")
        if (
            self.empty_distance_mm is not None
            and self.full_distance_mm is not None
            and not 0 <= self.full_distance_mm < self.empty_distance_mm
        ):
            raise ValueError(
                f"calibration needs 0 <= full_distance_mm < empty_distance_mm, "
                f"got full {self.full_distance_mm} and empty {self.empty_distance_mm}"
            )
        if self.blind_zone_mm < 0 or not 0 < self.vendor_full_pct <= 200:
            raise ValueError(
                f"calibration needs blind_zone_mm >= 0 and 0 < vendor_full_pct <= 200, "
                f"got {self.blind_zone_mm} and {self.vendor_full_pct}"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """A container at a place. ``position`` is None while nobody has said where it stands.

    ``service_s`` is the time at the bin, ``walk_m`` what the crew walks from the lorry to it.
    Emptying begins within ``windows`` (none: at any time). Bins of one ``site_id`` and stream are
    emptied one after the other by one vehicle.
    """

    bin_id: str
    name: str
    stream: str
    capacity_l: float
    threshold_pct: float
    depot_id: str
    position: Position | None
    calibration: Calibration | None = None
    service_s: int = 60
    access_note: str | None = None
    in_service: bool = True
    walk_m: float = 0.0
    site_id: str | None = None
    windows: tuple[Hours, ...] = ()
    max_vehicle_size: VehicleSize | None = None
    pinned_vehicle_id: str | None = None
    forbidden_vehicle_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure:
    """A street that is shut at hours, said by the bins on it: nobody may stand there then.

    From ``first_day`` to ``last_day`` (both included, None: without end), by the local clock.
    """

    closure_id: str
    name: str
    hours: tuple[Hours, ...]
    bin_ids: frozenset[str] = frozenset()
    site_ids: frozenset[str] = frozenset()
    first_day: date | None = None
    last_day: date | None = None

    def concerns(self, bin_: Bin) -> bool:
        """Tell whether the bin stands on this street."""
        return bin_.bin_id in self.bin_ids or bin_.site_id in self.site_ids

    def counts_on(self, day: date) -> bool:
        """Tell whether the street is shut on this day at all."""
        return (self.first_day is None or self.first_day <= day) and (
            self.last_day is None or day <= self.last_day
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Mounting:
    """A sensor sat in a bin from ``mounted_at`` until ``unmounted_at`` (None: still does).

    History belongs to the bin: a reading goes to the bin its sensor sat in when it measured.
    """

    sensor_id: str
    bin_id: str
    mounted_at: datetime
    unmounted_at: datetime | None
    calibrations: Sequence[Calibration] = ()
    """The bin's, by version."""

    def covers(self, at: datetime) -> bool:
        """Tell whether the sensor sat in the bin at that moment."""
        return self.mounted_at <= at and (self.unmounted_at is None or at < self.unmounted_at)

    def calibration_at(self, at: datetime) -> Calibration | None:
        """Return the bin's calibration that counts for that moment."""
        return calibration_at(self.calibrations, at)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownSensor:
    """A registered sensor: its make and model, and where it sat when."""

    sensor_id: str
    device: str
    """As ``brimful decode --list`` names it; ``native`` where it sends JSON."""
    mountings: Sequence[Mounting]

    def mounting_at(self, at: datetime) -> Mounting | None:
        """Return where the sensor sat at that moment."""
        for mounting in self.mountings:
            if mounting.covers(at):
                return mounting
        return None


def calibration_at(calibrations: Sequence[Calibration], at: datetime) -> Calibration | None:
    """Return the greatest version that is valid by ``at``; ``calibrations`` come by version."""
    for calibration in reversed(calibrations):
        if calibration.valid_from <= at:
            return calibration
    return None

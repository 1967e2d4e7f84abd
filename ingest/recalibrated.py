"""What a recalibration is asked for, and what it tells afterwards."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.bins import Calibration
from core.errors import InvalidInputError
from core.levels import Level
from core.plausible import EARLIEST
from core.readings import Reading, Trust

SAME_PCT = 0.001
"""The column holds 7 digits: a smaller difference is no change of the fill."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What is to be another in a bin's calibration; None leaves it as it counts now."""

    bin_id: str
    since: datetime = EARLIEST
    empty_distance_mm: int | None = None
    full_distance_mm: int | None = None
    blind_zone_mm: int | None = None
    vendor_full_pct: float | None = None
    note: str | None = None

    @property
    def says_nothing(self) -> bool:
        """Tell whether the bin's readings are only computed anew, as it is calibrated."""
        return (
            self.empty_distance_mm is None
            and self.full_distance_mm is None
            and self.blind_zone_mm is None
            and self.vendor_full_pct is None
        )

    def applied_to(self, standing: Calibration | None, *, version: int) -> Calibration:
        """Return the corrected calibration.

        Raises InvalidInputError, which names the bin, where the distances do not fit together.
        """
        base = standing or Calibration(version=version, valid_from=self.since)
        changes = {
            name: value
            for name in (
                "empty_distance_mm",
                "full_distance_mm",
                "blind_zone_mm",
                "vendor_full_pct",
            )
            if (value := getattr(self, name)) is not None
        }
        try:
            return replace(base, version=version, valid_from=self.since, **changes)
        except ValueError as error:
            raise InvalidInputError(f"bin {self.bin_id}: {error}") from error


@dataclass(kw_only=True, slots=True)
class Changes:
    """How readings differ from what they were; one after the other, so that memory stays flat."""

    readings: int = 0
    changed: int = 0
    """In fill, in trust or in calibration version."""
    fill_changed: int = 0
    fill_moved_pct: float = 0.0
    """Sum of the changes in fill, up and down."""
    fill_largest_pct: float = 0.0
    """The change farthest from 0, with its sign."""
    trust: Counter[tuple[Trust, Trust]] = field(default_factory=Counter)
    """How many changed from which trust to which."""

    @property
    def fill_mean_pct(self) -> float:
        """The mean of the changes in fill, over those that changed."""
        return self.fill_moved_pct / self.fill_changed if self.fill_changed else 0.0

    def take(self, was: Reading, now: Reading) -> bool:
        """Count a reading; tell whether it has to be written."""
        self.readings += 1
        changed = was.calibration_version != now.calibration_version
        if (was.fill_pct is None) != (now.fill_pct is None):
            changed = True
        elif was.fill_pct is not None and now.fill_pct is not None:
            change_pct = now.fill_pct - was.fill_pct
            if abs(change_pct) > SAME_PCT:
                changed = True
                self.fill_changed += 1
                self.fill_moved_pct += change_pct
                if abs(change_pct) > abs(self.fill_largest_pct):
                    self.fill_largest_pct = change_pct
        if was.trust is not now.trust:
            changed = True
            self.trust[was.trust, now.trust] += 1
        self.changed += changed
        return changed


@dataclass(frozen=True, kw_only=True, slots=True)
class Recalibrated:
    """What became of one bin."""

    bin_id: str
    since: datetime
    version: int | None
    """The calibration that counts now; None where the bin has none."""
    added: bool
    """That version is new."""
    replaced: tuple[int, ...]
    """Versions that counted for some later time and that the new one covers."""
    changes: Changes
    emptyings_added: int
    """Emptyings that its readings show now and did not before ..."""
    emptyings_revoked: int
    """... and the other way round."""
    before: Level
    after: Level

"""A measurement: what a device said at one moment, before anyone asked what it means for a bin."""

from datetime import datetime

from core.readings import Kind, NoLevelReason
from core.records import record


@record
class Measurement:
    """What a device said; every field is None where it said nothing.

    ``measured_at`` is None where the device has no clock: then the network's time counts.
    ``no_level_reason`` is given exactly where there is neither ``fill_pct`` nor ``distance_mm``;
    a source that writes a number and says in the same breath that it is void gives both.
    """

    kind: Kind = Kind.READING
    measured_at: datetime | None = None
    fill_pct: float | None = None
    distance_mm: int | None = None
    battery_pct: float | None = None
    battery_v: float | None = None
    temperature_c: float | None = None
    tilted: bool | None = None
    no_level_reason: NoLevelReason | None = None

"""How real histories look as CSV: which column says what, and what the numbers mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from zoneinfo import ZoneInfo

from core.geo import Position

FIELDS = (
    "bin_id",
    "measured_at",
    "fill_pct",
    "stream",
    "lon",
    "lat",
    "threshold_pct",
    "capacity_l",
    "name",
    "note",
)
REQUIRED = ("bin_id", "measured_at", "fill_pct")


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvFormat:
    """What a file's columns mean.

    ``columns`` maps our field names to the file's. ``scale`` is the value that means 100 %, for
    fill and threshold alike. ``timezone`` and ``time_of_day`` complete times without them.
    ``capacity_l`` and ``stream`` are assumed for every bin of which the file does not say them.
    """

    columns: Mapping[str, str]
    scale: float = 100.0
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    time_of_day: time = time(6)
    depot_timezone: str = "UTC"
    depot_at: Position = field(default_factory=lambda: Position(lon=0, lat=0))
    """Where the invented depot stands when no bin has a position."""
    capacity_l: float = 240.0
    stream: str = "general"
    stream_in_name: Mapping[str, str] = field(default_factory=dict)
    """Words in a bin's name that tell its stream, where no column does."""
    faulty_at_zero: frozenset[str] = frozenset()
    """Words in ``note`` that make a level of 0 a fault of the sensor."""
    prefix: str = ""
    """Goes before the file's ids, so that two files' bins do not become one."""


WYNDHAM = CsvFormat(
    columns={
        "bin_id": "serialNumber",
        "measured_at": "timestamp",
        "fill_pct": "latestFullness",
        "threshold_pct": "fullnessThreshold",
        "lon": "longitude",
        "lat": "latitude",
        "name": "description",
        "note": "reason",
    },
    # an alert of an empty bin is about the sensor: 258 of this file's 532 alerts
    faulty_at_zero=frozenset({"ALERT"}),
    scale=10.0,
    # the file gives dates only; 6 in the morning there is before the day's collection
    timezone=ZoneInfo("Australia/Melbourne"),
    time_of_day=time(6),
    depot_timezone="Australia/Melbourne",
    # the inner bin of such a street compactor; the file does not say
    capacity_l=120.0,
    # G and R stand in the names; that they mean garbage and recycling is our reading
    stream_in_name={" R ": "recycling", " G ": "general"},
    prefix="wyndham-",
)
PRAGUE = CsvFormat(
    columns={
        "bin_id": "container_id",
        "measured_at": "measured_at_utc",
        "fill_pct": "percent_calculated",
        "stream": "stream",
    },
    timezone=ZoneInfo("UTC"),
    depot_timezone="Europe/Prague",
    # the file gives no positions: somewhere in the city
    depot_at=Position(lon=14.42, lat=50.08),
    capacity_l=2_500.0,
    prefix="prague-",
)
FORMATS: Mapping[str, CsvFormat] = {
    "wyndham": WYNDHAM,
    "prague": PRAGUE,
    "csv": CsvFormat(columns={name: name for name in FIELDS}),
}


def parse_map(base: CsvFormat, texts: list[str]) -> CsvFormat:
    """Read ``bin_id=container_id`` and the like; raises ValueError saying what is possible."""
    columns = dict(base.columns)
    for text in texts:
        ours, equals, theirs = text.partition("=")
        if ours not in FIELDS or not equals or not theirs:
            raise ValueError(
                f"--map {text!r} must be FIELD=COLUMN, FIELD one of {', '.join(FIELDS)}"
            )
        columns[ours] = theirs
    return replace(base, columns=columns)

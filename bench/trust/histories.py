"""The real histories as what each sensor said, in order of time."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.shared_files import shared_folder
from core.measurements import Measurement
from core.readings import NoLevelReason

PRAGUE, WYNDHAM = "Prague", "Wyndham"
_MELBOURNE = ZoneInfo("Australia/Melbourne")
_MORNING = time(6)
"""Wyndham's file gives dates only; the lorries come later in the day."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One measurement and its time; it arrived at once, for the files say nothing else."""

    at: datetime
    measurement: Measurement
    is_alert: bool = False


@dataclass(frozen=True, kw_only=True)
class History:
    """All that one sensor said in its bin."""

    city: str
    stream: str
    bin_id: str
    said: tuple[Said, ...]


def data_folder(given: Path | None) -> Path:
    """Return the folder that holds ``fill/``: given, of BRIMFUL_SHARED_DATA, or beside us."""
    return given or shared_folder() / "data"


def histories(data: Path) -> list[History]:
    """Read both cities. Raises FileNotFoundError where a file is missing."""
    return [*_prague(data / "fill" / "prague" / "fill.csv.gz"), *_wyndham(data)]


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _prague(path: Path) -> list[History]:
    by_bin: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for row in _rows(path):
        by_bin[row["stream"], row["container_id"]].append(
            Said(
                at=datetime.fromisoformat(row["measured_at_utc"]),
                measurement=Measurement(fill_pct=float(row["percent_calculated"])),
            )
        )
    return [
        History(city=PRAGUE, stream=stream, bin_id=bin_id, said=_in_order(said))
        for (stream, bin_id), said in by_bin.items()
    ]


def _wyndham(data: Path) -> list[History]:
    """Levels 0 to 10 of street bins; an alert without a level is a fault of the sensor."""
    by_bin: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for row in _rows(data / "fill" / "wyndham" / "fill.csv.gz"):
        day = datetime.fromisoformat(row["timestamp"]).date()
        fill_pct, alert = 10.0 * float(row["latestFullness"]), row["reason"] == "ALERT"
        # R and G in the names: that they mean recycling and garbage is our reading
        stream = "recycling" if " R " in row["description"] else "general"
        by_bin[stream, row["serialNumber"]].append(
            Said(
                at=datetime.combine(day, _MORNING, _MELBOURNE).astimezone(UTC),
                measurement=Measurement(
                    fill_pct=fill_pct,
                    no_level_reason=NoLevelReason.SENSOR_FAULT if alert and not fill_pct else None,
                ),
                is_alert=alert,
            )
        )
    return [
        History(city=WYNDHAM, stream=stream, bin_id=bin_id, said=_in_order(said))
        for (stream, bin_id), said in by_bin.items()
    ]


def _in_order(said: list[Said]) -> tuple[Said, ...]:
    return tuple(sorted(said, key=lambda one: one.at))

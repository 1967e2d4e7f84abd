"""A history file as a whole: its bins, its bad rows, and its readings in order of time.

Two passes: the first reads the file once, judges every row and sorts the readings into temporary
files; the second gives them in order. Memory does not grow with the file.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from core.errors import InvalidInputError
from core.plausible import EARLIEST
from core.registry import (
    BinRecord,
    DepotRecord,
    DisposalSiteRecord,
    Registry,
    SensorRecord,
    StreamRecord,
)
from simulators.csv_cells import Row
from simulators.csv_formats import CsvFormat
from simulators.csv_rows import BadRow, open_text, read_rows
from simulators.fleet import BinLoad, make_fleet, middle
from simulators.spool import ROWS_PER_RUN, Spooled, sorted_by_time
from simulators.streams import STREAMS

BAD_ROWS_KEPT = 20
"""So many bad rows are shown; all are counted."""
ASSUMED_RATE_PCT_PER_DAY = 30.0
"""For the size of the invented fleet only."""
DEFAULT_THRESHOLD_PCT = 80.0
DEFAULT_DENSITY_KG_PER_L = 0.07
MOUNTED_BEFORE = timedelta(days=1)


@dataclass(kw_only=True)
class History:
    """What the first pass found. ``readings`` can be read once, oldest first."""

    format_: CsvFormat
    rows: int = 0
    bad_rows: int = 0
    bad_examples: list[BadRow] = field(default_factory=list)
    bins: dict[str, Row] = field(default_factory=dict)
    """The newest row of each bin."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    last_line: int = 0
    """Where the last reading is."""
    before_last_at: datetime | None = None
    """When the reading before the last moment was taken."""
    per_day: Counter[date] = field(default_factory=Counter)
    """Good rows of each day in UTC."""
    readings: Iterator[Spooled] = field(default_factory=lambda: iter(()))

    def note(self, row: Row) -> None:
        """Count a good row."""
        self.rows += 1
        known = self.bins.get(row.bin_id)
        if known is None or row.measured_at >= known.measured_at:
            self.bins[row.bin_id] = row
        self.first_at = min(row.measured_at, self.first_at or row.measured_at)
        self.per_day[row.measured_at.date()] += 1
        if self.last_at is None or row.measured_at > self.last_at:
            self.before_last_at = self.last_at
            self.last_at, self.last_line = row.measured_at, row.line
        elif row.measured_at < self.last_at:
            self.before_last_at = max(row.measured_at, self.before_last_at or row.measured_at)

    def note_bad(self, bad: BadRow) -> None:
        """Count a row that cannot be used."""
        self.bad_rows += 1
        if len(self.bad_examples) < BAD_ROWS_KEPT:
            self.bad_examples.append(bad)


@contextmanager
def open_history(
    path: Path, format_: CsvFormat, *, rows_per_run: int = ROWS_PER_RUN
) -> Iterator[History]:
    """Read a file whole (first pass) and offer its readings in order of time (second pass).

    Raises InvalidInputError for a file that cannot be read, lacks a column or has no good row.
    """
    history = History(format_=format_)
    with (
        open_text(path) as text,
        sorted_by_time(_good_rows(text, history), rows_per_run=rows_per_run) as readings,
    ):
        if not history.rows:
            told = "".join(f"\n  {bad}" for bad in history.bad_examples[:5])
            raise InvalidInputError(f"{path}: none of {history.bad_rows} rows is a reading{told}")
        history.readings = readings
        yield history


def _good_rows(text: TextIO, history: History) -> Iterator[Row]:
    for row in read_rows(text, history.format_):
        if isinstance(row, BadRow):
            history.note_bad(row)
        else:
            history.note(row)
            yield row


def registry(history: History, *, shift: timedelta) -> Registry:
    """Make what the file's bins need to be registered, with an invented depot and lorries.

    Bins stand at their real places, with the file's thresholds; one sensor of the same id sits in
    each since before the shifted history begins. Depot, disposal site and lorries stand near the
    bins' middle and say in their names that they are invented.
    """
    fmt = history.format_
    rows = sorted(history.bins.values(), key=lambda row: row.bin_id)
    depot_id = f"{fmt.prefix}invented-depot"
    density = {s.stream: s.density_kg_per_l for s in STREAMS}
    loads = [
        BinLoad(
            stream=row.stream,
            load_kg=(row.capacity_l or fmt.capacity_l)
            * density.get(row.stream, DEFAULT_DENSITY_KG_PER_L),
            loose_l=row.capacity_l or fmt.capacity_l,
            rate_pct_per_day=ASSUMED_RATE_PCT_PER_DAY,
        )
        for row in rows
    ]
    vehicles, crews = make_fleet(loads, depot_id=depot_id)
    streams = sorted({row.stream for row in rows})
    depot_at = middle([(row.lon, row.lat) for row in rows], otherwise=fmt.depot_at)
    first_at = history.first_at
    assert first_at is not None  # noqa: S101 - open_history refuses a file without rows
    return Registry(
        streams=[
            StreamRecord(stream=s, density_kg_per_l=density[s]) for s in streams if s in density
        ],
        depots=[
            DepotRecord(
                depot_id=depot_id,
                name="Invented depot",
                lon=depot_at.lon,
                lat=depot_at.lat,
                timezone=fmt.depot_timezone,
            )
        ],
        disposal_sites=[
            DisposalSiteRecord(
                disposal_site_id=f"{fmt.prefix}invented-disposal-site",
                name="Invented disposal site",
                lon=depot_at.lon,
                lat=depot_at.lat,
                streams=streams,
            )
        ],
        vehicles=[
            v.model_copy(
                update={
                    "vehicle_id": f"{fmt.prefix}invented-{v.vehicle_id}",
                    "name": f"Invented {v.name.lower()}",
                }
            )
            for v in vehicles
        ],
        crews=[
            c.model_copy(
                update={
                    "crew_id": f"{fmt.prefix}invented-{c.crew_id}",
                    "name": f"Invented {c.name.lower()}",
                    "vehicle_id": f"{fmt.prefix}invented-{c.vehicle_id}",
                }
            )
            for c in crews
        ],
        bins=[
            BinRecord(
                bin_id=row.bin_id,
                name=row.name or row.bin_id,
                stream=row.stream,
                capacity_l=row.capacity_l or fmt.capacity_l,
                depot_id=depot_id,
                threshold_pct=row.threshold_pct or DEFAULT_THRESHOLD_PCT,
                lon=row.lon,
                lat=row.lat,
            )
            for row in rows
        ],
        sensors=[
            SensorRecord(
                sensor_id=row.bin_id,
                bin_id=row.bin_id,
                mounted_at=max(EARLIEST, first_at + shift - MOUNTED_BEFORE),
            )
            for row in rows
        ],
    )

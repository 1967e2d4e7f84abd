"""Reads what a file records of its bins: levels over time, or collections with before and after."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from core.errors import InvalidInputError
from core.geo import Position
from simulators.csv_formats import FORMATS as LEVELS
from simulators.csv_rows import BadRow, open_text, read_rows

FORMATS = ("edinburgh", "prague", "wyndham", "csv")
MOST_ROWS = 5_000_000
BAD_ROWS_SHOWN = 5
MOST_BAD_SHARE = 0.05
EDINBURGH_COLUMNS = ("slot", "ctname", "address", "t", "before", "after", "vol_l")
EDINBURGH_STREAM = "general"
"""All of that file is "Mixed"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """A bin emptied: how full it was before and after, percent."""

    at: datetime
    before_pct: float
    after_pct: float
    litres: float


@dataclass(kw_only=True, slots=True)
class RecordedBin:
    """One bin of a file: either ``levels`` (time, percent) or ``collections``, oldest first.

    ``place`` groups bins that stand together where there are no positions.
    """

    bin_id: str
    stream: str
    place: str
    position: Position | None = None
    capacity_l: float | None = None
    threshold_pct: float | None = None
    levels: list[tuple[datetime, float]] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)


@dataclass(kw_only=True)
class HistoryFile:
    """A file's bins by id, and its rows that cannot be used."""

    form: str
    bins: dict[str, RecordedBin] = field(default_factory=dict)
    rows: int = 0
    bad_rows: int = 0
    bad_examples: list[BadRow] = field(default_factory=list)

    def note_bad(self, bad: BadRow) -> None:
        """Count a row that cannot be used."""
        self.bad_rows += 1
        if len(self.bad_examples) < BAD_ROWS_SHOWN:
            self.bad_examples.append(bad)


def read_history(form: str, path: Path) -> HistoryFile:
    """Read a file; raises InvalidInputError that names line and column of what is wrong.

    Some bad rows are passed over and counted; a file where more than 5 % are is refused.
    """
    if form not in FORMATS:
        raise InvalidInputError(f"--history {form!r} is no format; there are: {', '.join(FORMATS)}")
    history = HistoryFile(form=form)
    for row in _edinburgh(path, history) if form == "edinburgh" else _levels(form, path, history):
        if row is not None:
            history.note_bad(row)
        history.rows += 1
        if history.rows > MOST_ROWS:
            raise InvalidInputError(f"{path}: has more than {MOST_ROWS:,} rows: part it")
    examples = "".join(f"\n  {bad}" for bad in history.bad_examples)
    if not history.bins:
        raise InvalidInputError(f"{path}: none of {history.rows} rows can be used{examples}")
    if history.bad_rows > MOST_BAD_SHARE * history.rows:
        raise InvalidInputError(
            f"{path}: {history.bad_rows} of {history.rows} rows cannot be used; put it right "
            f"first{examples}"
        )
    for bin_ in history.bins.values():
        bin_.levels.sort()
        bin_.collections.sort(key=lambda c: c.at)
    return history


def _levels(form: str, path: Path, history: HistoryFile) -> Iterator[BadRow | None]:
    with open_text(path) as text:
        for row in read_rows(text, LEVELS[form]):
            if isinstance(row, BadRow):
                yield row
                continue
            bin_ = history.bins.get(row.bin_id)
            if bin_ is None:
                capacity_l = row.capacity_l or LEVELS[form].capacity_l
                bin_ = history.bins[row.bin_id] = RecordedBin(
                    bin_id=row.bin_id,
                    stream=row.stream,
                    place=row.bin_id,
                    capacity_l=capacity_l,
                    threshold_pct=row.threshold_pct,
                )
            if row.lon is not None and row.lat is not None:
                bin_.position = Position(lon=row.lon, lat=row.lat)
            if not row.faulty:
                bin_.levels.append((row.measured_at, row.fill_pct))
            yield None


def _edinburgh(path: Path, history: HistoryFile) -> Iterator[BadRow | None]:
    with open_text(path) as text:
        reader = csv.DictReader(text)
        missing = [c for c in EDINBURGH_COLUMNS if c not in (reader.fieldnames or ())]
        if missing:
            raise InvalidInputError(
                f"{path}: has no column {', '.join(missing)}: is it the file of collections?"
            )
        for cells in reader:
            try:
                slot, collection = cells["slot"], _collection(cells)
            except _CellError as error:
                yield BadRow(line=reader.line_num, column=error.column, problem=error.problem)
                continue
            bin_ = history.bins.setdefault(
                slot,
                RecordedBin(
                    bin_id=f"edinburgh-{slot}",
                    stream=EDINBURGH_STREAM,
                    place=cells["address"].strip().lstrip("0123456789 "),
                ),
            )
            bin_.collections.append(collection)
            yield None


class _CellError(Exception):
    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column
        self.problem = problem


def _collection(cells: dict[str, str]) -> Collection:
    if not cells["slot"]:
        raise _CellError("slot", "is empty")
    try:
        at = datetime.fromisoformat(cells["t"]).replace(tzinfo=UTC)
    except ValueError:
        raise _CellError("t", f"{cells['t']!r} is no time") from None
    before, after = _number(cells, "before", 100), _number(cells, "after", 100)
    if after > before:
        raise _CellError("after", f"{after:g} is more than the {before:g} before")
    return Collection(
        at=at, before_pct=before, after_pct=after, litres=_number(cells, "vol_l", 60_000)
    )


def _number(cells: dict[str, str], column: str, most: float) -> float:
    text = cells[column] or ""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise _CellError(column, f"{text!r} is not within 0 and {most:g}")
    return number

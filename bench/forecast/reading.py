"""A file of fill histories of any city: every row that can be used, and why the others cannot."""

import csv
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

from core.errors import InvalidInputError
from core.plausible import is_within_bounds
from routing.forecast.histories import BinOf, Histories, histories
from simulators.csv_formats import CsvFormat
from simulators.csv_rows import open_text

NO_STREAM = "unknown"
BAD_ROWS_SHOWN = 20
_REQUIRED = ("bin_id", "measured_at", "fill_pct")
_USED = (*_REQUIRED, "stream", "name", "note")
_DELIMITERS = ",;\t|"
_DATE_CHARACTERS = 10


@dataclass(kw_only=True)
class Read:
    """What a file holds.

    Attributes:
        history: every bin's levels; of several at one moment the file's last one.
        rows: how many there are below the header, empty lines not counted.
        bad: how many of them cannot be used.
        bad_shown: the first of these, as "line N, column C: why".
        same_moment: rows replaced by a later one of the same bin and moment.
    """

    history: Histories
    rows: int = 0
    bad: int = 0
    bad_shown: list[str] = field(default_factory=list)
    same_moment: int = 0


class _BadCellError(Exception):
    def __init__(self, column: str, why: str) -> None:
        super().__init__(f"column {column}: {why}")


def read(path: Path, format_: CsvFormat) -> Read:
    """Read a CSV file, gzipped or not, in any order of rows.

    Raises InvalidInputError when it cannot be read at all, when a needed column is missing, or when
    not one row can be used.
    """
    with open_text(path) as text:
        return _read(text, path, format_)


def _read(text: TextIO, path: Path, format_: CsvFormat) -> Read:
    rows = csv.reader(text, delimiter=_delimiter(text))
    places = _places(_header(rows, path), path, format_)
    times: dict[str, list[int]] = defaultdict(list)
    fills: dict[str, list[float]] = defaultdict(list)
    streams: dict[str, str] = {}
    found = Read(history=histories((), {}))
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows, None)
            if cells is None:
                break
            if not any(cell.strip() for cell in cells):
                continue
            found.rows += 1
            bin_id, at_s, fill_pct, stream = _row(cells, places, format_)
        except (csv.Error, _BadCellError) as error:
            found.bad += 1
            if len(found.bad_shown) < BAD_ROWS_SHOWN:
                found.bad_shown.append(f"line {line}, {error}")
            continue
        times[bin_id].append(at_s)
        fills[bin_id].append(fill_pct)
        streams.setdefault(bin_id, stream)
    if not times:
        why = f"; {found.bad_shown[0]}" if found.bad_shown else ""
        raise InvalidInputError(f"{path}: not one row can be used of {found.rows}{why}")
    bins = [BinOf(bin_id=bin_id, stream=stream) for bin_id, stream in streams.items()]
    found.history = histories(bins, {b: (times[b], fills[b]) for b in streams})
    found.same_moment = found.rows - found.bad - len(found.history.at_s)
    return found


def _delimiter(text: TextIO) -> str:
    header = text.readline()
    text.seek(0)
    return max(_DELIMITERS, key=header.count)


def _header(rows: Iterator[list[str]], path: Path) -> list[str]:
    try:
        return [cell.strip() for cell in next(rows, [])]
    except csv.Error as error:
        raise InvalidInputError(f"{path}: the header cannot be read: {error}") from error


def _places(header: Sequence[str], path: Path, format_: CsvFormat) -> Mapping[str, int]:
    lower = [name.lower() for name in header]
    wanted = {ours: format_.columns.get(ours, ours) for ours in _USED}
    places = {
        ours: lower.index(theirs.lower())
        for ours, theirs in wanted.items()
        if theirs.lower() in lower
    }
    if missing := [wanted[ours] for ours in _REQUIRED if ours not in places]:
        shown = " ".join(", ".join(header).split()).encode(errors="replace").decode()[:300]
        raise InvalidInputError(
            f"{path}: has no column {', '.join(missing)}; its columns are {shown or 'none'}: say "
            "which is which with --map FIELD=COLUMN"
        )
    return places


def _row(
    cells: Sequence[str], places: Mapping[str, int], format_: CsvFormat
) -> tuple[str, int, float, str]:
    if len(cells) <= max(places[ours] for ours in _REQUIRED):
        raise _BadCellError("(whole row)", f"has only {len(cells)} cells")
    values = {ours: cells[at].strip() for ours, at in places.items() if at < len(cells)}
    bin_id = values["bin_id"]
    if not bin_id:
        raise _BadCellError("bin_id", "is empty")
    fill_pct = _fill(values["fill_pct"], format_.scale)
    if fill_pct == 0 and values.get("note", "") in format_.faulty_at_zero:
        raise _BadCellError("fill_pct", f"0 with the note {values['note']} is a sensor's fault")
    name = f" {values.get('name', '')} "
    by_name = next((s for word, s in format_.stream_in_name.items() if word in name), NO_STREAM)
    stream = values.get("stream") or by_name
    return bin_id, _seconds(values["measured_at"], format_), fill_pct, stream


def _fill(text: str, scale: float) -> float:
    try:
        fill_pct = 100 * float(text) / scale
    except ValueError:
        raise _BadCellError("fill_pct", f"{text[:50]!r} is no number") from None
    if not math.isfinite(fill_pct) or not 0 <= fill_pct <= 100:
        raise _BadCellError("fill_pct", f"{text[:50]} is not within 0 and {scale:g}")
    return fill_pct


def _seconds(text: str, format_: CsvFormat) -> int:
    try:
        at = datetime.fromisoformat(text)
        if len(text) == _DATE_CHARACTERS:
            at = datetime.combine(at.date(), format_.time_of_day)
        if at.tzinfo is None:
            at = at.replace(tzinfo=format_.timezone)
        if is_within_bounds(at):
            return int(at.timestamp())
    except (ValueError, OverflowError):
        pass
    raise _BadCellError("measured_at", f"{text[:50]!r} is no time: write 2026-03-02T06:15:00+01:00")

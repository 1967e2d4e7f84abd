"""Reads a history file row by row; a bad row says what is wrong with it and is passed over."""

import csv
import gzip
import io
import math
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from core.errors import InvalidInputError
from simulators.csv_formats import REQUIRED, CsvFormat

SNIFFED_CHARACTERS = 16_384
DELIMITERS = ",;\t|"
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_STREAM = re.compile(r"[a-z][a-z0-9_]{0,31}")
_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One measurement as a file gives it. ``name`` is empty and positions None where unsaid."""

    line: int
    bin_id: str
    measured_at: datetime
    fill_pct: float
    stream: str
    name: str = ""
    lon: float | None = None
    lat: float | None = None
    threshold_pct: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row that cannot be used, and why; ``line`` counts from 1, the header included."""

    line: int
    column: str
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.problem}"


class _CellError(Exception):
    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a CSV file, gzipped or not, as UTF-8; bytes that are none become question marks.

    Raises InvalidInputError when the file cannot be read.
    """
    try:
        with path.open("rb") as raw:
            gzipped = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            with gzip.GzipFile(fileobj=raw) if gzipped else raw as data:
                yield io.TextIOWrapper(data, encoding="utf-8-sig", errors="replace", newline="")
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInputError(f"{path}: cannot be read: {error}") from error


def read_rows(text: TextIO, format_: CsvFormat) -> Iterator[Row | BadRow]:
    """Yield every row in the file's order.

    Raises InvalidInputError when a column that is needed is missing.
    """
    reader = csv.reader(text, _dialect(text), strict=False)
    header = [cell.strip() for cell in _next(reader) or []]
    places = _places(header, format_)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield BadRow(line=line, column="(whole row)", problem=str(error))
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            yield BadRow(
                line=line,
                column="(whole row)",
                problem=f"{len(cells)} cells where the header has {len(header)}",
            )
            continue
        try:
            yield _row(
                line, {ours: cells[place].strip() for ours, place in places.items()}, format_
            )
        except _CellError as error:
            column = format_.columns.get(error.field, error.field)
            yield BadRow(line=line, column=column, problem=error.problem)


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise InvalidInputError(f"the header cannot be read: {error}") from error


def _dialect(text: TextIO) -> type[csv.Dialect]:
    """Find the delimiter in the header; quotes and the rest are as RFC 4180 has them."""
    if not text.seekable():
        return csv.excel
    header = text.read(SNIFFED_CHARACTERS).partition("\n")[0]
    text.seek(0)

    class Found(csv.excel):
        delimiter = max(DELIMITERS, key=header.count) if header else ","

    return Found


def _places(header: list[str], format_: CsvFormat) -> dict[str, int]:
    found = {
        ours: header.index(theirs) for ours, theirs in format_.columns.items() if theirs in header
    }
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        wanted = ", ".join(f"{format_.columns.get(name, name)!r} for {name}" for name in missing)
        raise InvalidInputError(
            f"the file has no column {wanted}; its columns are {', '.join(header) or 'none'}: "
            "say which is which with --map FIELD=COLUMN"
        )
    return found


def _row(line: int, cells: dict[str, str], format_: CsvFormat) -> Row:
    name = cells.get("name", "")
    lon, lat = _degrees(cells, "lon", 180), _degrees(cells, "lat", 90)
    if (lon is None) != (lat is None):
        raise _CellError("lon" if lon is None else "lat", "is empty where the other is given")
    threshold = cells.get("threshold_pct", "")
    return Row(
        line=line,
        bin_id=_bin_id(cells["bin_id"], format_),
        measured_at=_time(cells["measured_at"], format_),
        fill_pct=_percent("fill_pct", cells["fill_pct"], format_),
        stream=_stream(cells, name, format_),
        name=name[:200],
        lon=lon,
        lat=lat,
        threshold_pct=_percent("threshold_pct", threshold, format_) if threshold else None,
    )


def _bin_id(text: str, format_: CsvFormat) -> str:
    bin_id = format_.prefix + text
    if not text or not _SLUG.fullmatch(bin_id):
        raise _CellError(
            "bin_id", f"{text!r} is no id: letters, digits and _ . : - (at most 64) are"
        )
    return bin_id


def _time(text: str, format_: CsvFormat) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if _DATE_ONLY.fullmatch(text):
            at = datetime.combine(at.date(), format_.time_of_day)
        if at.tzinfo is None:
            at = at.replace(tzinfo=format_.timezone)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _CellError(
            "measured_at", f"{text!r} is no time; write 2026-03-02T06:15:00+01:00 or 2026-03-02"
        ) from None


def _percent(field: str, text: str, format_: CsvFormat) -> float:
    number = _number(field, text)
    pct = 100 * number / format_.scale
    if not 0 <= pct <= 100 or (field == "threshold_pct" and pct == 0):
        raise _CellError(field, f"{text} is not within 0 and {format_.scale:g}")
    return round(pct, 4)


def _degrees(cells: dict[str, str], field: str, most: int) -> float | None:
    text = cells.get(field, "")
    if not text:
        return None
    number = _number(field, text)
    if not -most <= number <= most:
        raise _CellError(field, f"{text} is not within -{most} and {most}")
    return number


def _number(field: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _CellError(field, f"{text!r} is no number" if text else "is empty")
    return number


def _stream(cells: dict[str, str], name: str, format_: CsvFormat) -> str:
    stream = cells.get("stream") or next(
        (stream for word, stream in format_.stream_in_name.items() if word in f" {name} "),
        format_.stream,
    )
    stream = stream.lower().replace(" ", "_").replace("-", "_")
    if not _STREAM.fullmatch(stream):
        raise _CellError("stream", f"{stream!r} is no stream: a to z, 0 to 9 and _ (at most 32)")
    return stream

"""What the cells of one row mean; a cell that means nothing says why."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from core.plausible import EARLIEST, LATEST, is_within_bounds
from simulators.csv_formats import CsvFormat

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_STREAM = re.compile(r"[a-z][a-z0-9_]{0,31}")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
MOST_LITRES = 60_000.0
_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")


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
    capacity_l: float | None = None
    faulty: bool = False
    """The source says that its sensor was broken."""


class CellError(Exception):
    """One cell cannot be used; ``field`` is our name for its column."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


def row_of(line: int, cells: dict[str, str], format_: CsvFormat) -> Row:
    """Read a row from its cells by our field names; raises CellError."""
    _refuse_broken_text(cells)
    name = cells.get("name", "")
    lon, lat = _degrees(cells, "lon", 180), _degrees(cells, "lat", 90)
    if (lon is None) != (lat is None):
        raise CellError("lon" if lon is None else "lat", "is empty where the other is given")
    threshold = cells.get("threshold_pct", "")
    fill_pct = _percent("fill_pct", cells["fill_pct"], format_)
    return Row(
        line=line,
        bin_id=_bin_id(cells["bin_id"], format_),
        measured_at=_time(cells["measured_at"], format_),
        fill_pct=fill_pct,
        stream=_stream(cells, name, format_),
        name=name[:200],
        lon=lon,
        lat=lat,
        threshold_pct=_percent("threshold_pct", threshold, format_) if threshold else None,
        capacity_l=_capacity_l(cells.get("capacity_l", "")),
        faulty=fill_pct == 0 and cells.get("note", "") in format_.faulty_at_zero,
    )


def _refuse_broken_text(cells: dict[str, str]) -> None:
    for field, text in cells.items():
        if "\x00" in text:
            raise CellError(field, f"{text[:200]!r} has a NUL character")
        try:
            text.encode()
        except UnicodeEncodeError:  # bytes that were no UTF-8 are read as lone surrogates
            raise CellError(field, "is not UTF-8: save the file as UTF-8") from None


def _bin_id(text: str, format_: CsvFormat) -> str:
    bin_id = format_.prefix + text
    if not text or not _SLUG.fullmatch(bin_id):
        raise CellError(
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
        if is_within_bounds(at):
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError(
            "measured_at", f"{text!r} is no time; write 2026-03-02T06:15:00+01:00 or 2026-03-02"
        ) from None
    raise CellError("measured_at", f"{text!r} is not within {EARLIEST.year} and {LATEST.year}")


def _percent(field: str, text: str, format_: CsvFormat) -> float:
    number = _number(field, text)
    pct = 100 * number / format_.scale
    if not 0 <= pct <= 100 or (field == "threshold_pct" and pct == 0):
        raise CellError(field, f"{text} is not within 0 and {format_.scale:g}")
    return round(pct, 4)


def _capacity_l(text: str) -> float | None:
    if not text:
        return None
    litres = _number("capacity_l", text)
    if not 0 < litres <= MOST_LITRES:
        raise CellError("capacity_l", f"{text} is not within 0 and {MOST_LITRES:g}")
    return litres


def _degrees(cells: dict[str, str], field: str, most: int) -> float | None:
    text = cells.get(field, "")
    if not text:
        return None
    number = _number(field, text)
    if not -most <= number <= most:
        raise CellError(field, f"{text} is not within -{most} and {most}")
    return number


def _number(field: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        hint = ": decimals need a point" if _DECIMAL_COMMA.fullmatch(text) else ""
        raise CellError(field, f"{text!r} is no number{hint}" if text else "is empty")
    return number


def _stream(cells: dict[str, str], name: str, format_: CsvFormat) -> str:
    stream = cells.get("stream") or next(
        (stream for word, stream in format_.stream_in_name.items() if word in f" {name} "),
        format_.stream,
    )
    stream = stream.lower().replace(" ", "_").replace("-", "_")
    if not _STREAM.fullmatch(stream):
        raise CellError("stream", f"{stream!r} is no stream: a to z, 0 to 9 and _ (at most 32)")
    return stream

"""Reads a history file row by row; a bad row says what is wrong with it and is passed over."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from core.errors import InvalidInputError
from simulators.csv_cells import CellError, Row, row_of
from simulators.csv_formats import REQUIRED, CsvFormat

SNIFFED_CHARACTERS = 16_384
DELIMITERS = ",;\t|"
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row that cannot be used, and why; ``line`` counts from 1, the header included."""

    line: int
    column: str
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.problem}"


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
            yield row_of(
                line, {ours: cells[place].strip() for ours, place in places.items()}, format_
            )
        except CellError as error:
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

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
HEADER_SHOWN = 500
DELIMITERS = ",;\t|"
LINES_PER_ROW_MAX = 20
"""A quoted cell may hold line breaks; more of them than this are a quote that was never closed."""
_GZIP_MAGIC = b"\x1f\x8b"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF_16 = "looks like UTF-16: save it as UTF-8"


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
    """Open a CSV file, gzipped or not, as UTF-8; bytes that are none become lone surrogates.

    Raises InvalidInputError when the file cannot be read or is UTF-16.
    """
    try:
        with path.open("rb") as raw:
            gzipped = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            with gzip.GzipFile(fileobj=raw) if gzipped else raw as data:
                mark = data.read(2)
                data.seek(0)
                if mark in _UTF_16_MARKS:
                    raise InvalidInputError(f"{path}: {_UTF_16}")
                yield io.TextIOWrapper(
                    data, encoding="utf-8-sig", errors="surrogateescape", newline=""
                )
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInputError(f"{path}: cannot be read: {error}") from error


def read_rows(text: TextIO, format_: CsvFormat) -> Iterator[Row | BadRow]:
    """Yield every row in the file's order.

    Raises InvalidInputError when a column that is needed is missing.
    """
    reader = csv.reader(text, _dialect(text), strict=False)
    header = [cell.strip() for cell in _next(reader) or []]
    if any("\x00" in cell for cell in header):
        raise InvalidInputError(f"the header has NUL characters; the file {_UTF_16}")
    places = _places(header, format_, lines=reader.line_num)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            hint = _open_quote(line, reader.line_num)
            yield BadRow(line=line, column="(whole row)", problem=f"{error}{hint}")
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        problem = _whole_row(line, reader.line_num, cells=len(cells), wanted=len(header))
        if problem is not None:
            yield BadRow(line=line, column="(whole row)", problem=problem)
            continue
        try:
            yield row_of(
                line, {ours: cells[place].strip() for ours, place in places.items()}, format_
            )
        except CellError as error:
            column = format_.columns.get(error.field, error.field)
            yield BadRow(line=line, column=column, problem=error.problem)


def _whole_row(line: int, last_line: int, *, cells: int, wanted: int) -> str | None:
    """Return what is wrong with a row before its cells are looked at."""
    hint = _open_quote(line, last_line)
    if cells != wanted:
        return f"{cells} cells where the header has {wanted}{hint}"
    if last_line - line >= LINES_PER_ROW_MAX:
        return f"is too long{hint}"
    return None


def _open_quote(line: int, last_line: int) -> str:
    if last_line <= line:
        return ""
    return f'; it goes on to line {last_line}: is a quote (") in it never closed?'


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


def _places(header: list[str], format_: CsvFormat, *, lines: int) -> dict[str, int]:
    found = {
        ours: header.index(theirs) for ours, theirs in format_.columns.items() if theirs in header
    }
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        wanted = ", ".join(f"{format_.columns.get(name, name)!r} for {name}" for name in missing)
        columns = " ".join(", ".join(header).split()).encode(errors="replace").decode()
        raise InvalidInputError(
            f"the file has no column {wanted}; its columns are {columns[:HEADER_SHOWN] or 'none'}: "
            f"say which is which with --map FIELD=COLUMN{_header_hint(header, lines)}"
        )
    return found


def _header_hint(header: list[str], lines: int) -> str:
    try:
        "".join(header).encode()
    except UnicodeEncodeError:
        return "; the header is not UTF-8: save the file as UTF-8"
    return _open_quote(1, lines)

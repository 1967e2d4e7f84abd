"""The CSV file of ``brimful recalibrate --csv``: one row, one bin's correction."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from cli.csv_file import csv_lines
from core.plausible import EARLIEST, bounded, without_nul
from core.registry import Slug
from core.sensors import Mistake
from ingest.recalibrated import Correction

NOTE_MAX_CHARS = 500

type Millimetres = Annotated[int, Field(ge=0, le=20_000)]
type Percent = Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)]
type Note = Annotated[str, Field(max_length=NOTE_MAX_CHARS), AfterValidator(without_nul)]


def _none_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _written_as_a_date(value: object) -> object:
    """Refuse plain numbers: pydantic would take them for seconds since 1970."""
    if isinstance(value, str) and value.strip()[4:5] != "-":
        raise ValueError("must be RFC 3339 text, for example 2026-03-02T06:15:00Z")
    return value


type _Since = Annotated[AwareDatetime, BeforeValidator(_written_as_a_date), AfterValidator(bounded)]


class CorrectionRow(BaseModel):
    """One row; an empty cell leaves the value as it counts now."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    bin_id: Slug
    empty_distance_mm: Annotated[Millimetres | None, BeforeValidator(_none_if_empty)] = None
    full_distance_mm: Annotated[Millimetres | None, BeforeValidator(_none_if_empty)] = None
    blind_zone_mm: Annotated[Millimetres | None, BeforeValidator(_none_if_empty)] = None
    vendor_full_pct: Annotated[Percent | None, BeforeValidator(_none_if_empty)] = None
    since: Annotated[_Since | None, BeforeValidator(_none_if_empty)] = None
    note: Annotated[Note | None, BeforeValidator(_none_if_empty)] = None

    def correction(self) -> Correction:
        """Return what the row asks for; without ``since`` for all history."""
        return Correction(**{**self.model_dump(), "since": self.since or EARLIEST})


COLUMNS = tuple(CorrectionRow.model_fields)


def read_corrections(file: Path) -> tuple[Mapping[int, Correction], Sequence[Mistake]]:
    """Read a file: corrections by the line they stand on, and every mistake with its place.

    Commas or semicolons part the cells; the first line names the columns, in any order. Raises
    InvalidInputError for a file that cannot be read at all.
    """
    lines = csv_lines(file)
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    found: dict[int, Correction] = {}
    mistakes: list[Mistake] = []
    stands: dict[str, int] = {}
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        mistakes += _header_mistakes(header)
        for cells in () if mistakes else reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = reader.line_num
            row = _row(header, cells, line)
            if not isinstance(row, Correction):
                mistakes += row
            elif (first := stands.setdefault(row.bin_id, line)) != line:
                mistakes.append(_wrong(line, f"{row.bin_id} stands on line {first} too", "bin_id"))
            else:
                found[line] = row
    except csv.Error as error:
        mistakes.append(_wrong(reader.line_num, f"is no CSV: {error}"))
    return found, mistakes


def _header_mistakes(header: Sequence[str]) -> Iterator[Mistake]:
    wanted = f"the first line names the columns {', '.join(COLUMNS)}; only bin_id has to be there"
    if "bin_id" not in header:
        yield _wrong(1, f"no column bin_id: {wanted}")
    for name in sorted(set(header) - set(COLUMNS)):
        yield _wrong(1, f"unknown column {name!r}: {wanted}")
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield _wrong(1, f"column {name!r} stands twice")


def _row(header: Sequence[str], cells: Sequence[str], line: int) -> Correction | list[Mistake]:
    if len(cells) != len(header):
        return [_wrong(line, f"{len(cells)} cells where the first line names {len(header)}")]
    try:
        return CorrectionRow.model_validate(dict(zip(header, cells, strict=True))).correction()
    except ValidationError as error:
        return [
            _wrong(line, e["msg"].removeprefix("Value error, "), str(e["loc"][0]))
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]


def _wrong(line: int, text: str, column: str | None = None) -> Mistake:
    return Mistake(line=line, column=column, text=text)

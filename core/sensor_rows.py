"""The rows of a CSV file for ``brimful sensor import``."""

import csv
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
)

from core.plausible import bounded
from core.registry import Slug
from core.sensors import Mistake, Wish

COLUMNS = ("sensor_id", "device", "bin_id", "mounted_at")
ROWS_MAX = 100_000


def _none_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _written_as_a_date(value: object) -> object:
    """Refuse plain numbers: pydantic would take them for seconds since 1970."""
    if isinstance(value, str) and value.strip()[4:5] != "-":
        raise ValueError("give the time as RFC 3339 text, for example 2026-03-02T06:15:00Z")
    return value.strip() if isinstance(value, str) else value


class SensorRow(BaseModel):
    """One row of the CSV file; an empty cell is None."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    sensor_id: str
    device: Annotated[str | None, BeforeValidator(_none_if_empty)] = None
    """None: as it is registered, ``native`` for a new one."""
    bin_id: Annotated[Slug | None, BeforeValidator(_none_if_empty)] = None
    """None: it is not mounted by this row."""
    mounted_at: Annotated[
        Annotated[AwareDatetime, BeforeValidator(_written_as_a_date), AfterValidator(bounded)]
        | None,
        BeforeValidator(_none_if_empty),
    ] = None


def read_rows(lines: Sequence[str]) -> tuple[Sequence[Wish], Sequence[Mistake]]:
    """Read the lines of a CSV file: what each row wishes, and every mistake in it.

    The first line names the columns, in any order; commas or semicolons part the cells. A row with
    a mistake is a wish too where its cells can be told apart, so that what is wrong with the rest
    of it can be found: nothing may be stored of a file with mistakes.
    """
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    wishes: list[Wish] = []
    mistakes: list[Mistake] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        mistakes += _header_mistakes(header)
        if mistakes:
            return [], mistakes
        for n, cells in enumerate(reader):
            if n >= ROWS_MAX:
                mistakes.append(
                    _whole(reader.line_num, f"more than {ROWS_MAX} rows: part the file")
                )
                break
            if any(cell.strip() for cell in cells):
                wish, found = _read_row(header, cells, reader.line_num)
                wishes += wish
                mistakes += found
    except csv.Error as error:
        mistakes.append(_whole(reader.line_num, f"is no CSV: {error}"))
    return wishes, mistakes


def _header_mistakes(header: Sequence[str]) -> Iterator[Mistake]:
    wanted = (
        f"the first line names the columns {', '.join(COLUMNS)}; all but sensor_id may be left out"
    )
    if "sensor_id" not in header:
        yield _whole(1, f"no column sensor_id: {wanted}")
    for name in sorted(set(header) - set(COLUMNS)):
        yield _whole(1, f"unknown column {name!r}: {wanted}")
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield _whole(1, f"column {name!r} stands twice")


def _read_row(
    header: Sequence[str], cells: Sequence[str], line: int
) -> tuple[Sequence[Wish], Sequence[Mistake]]:
    """Return what the row wishes, as far as it can be read, and its mistakes."""
    if len(cells) != len(header):
        wrong = f"{len(cells)} cells where the first line names {len(header)}"
        return [], [_whole(line, wrong)]
    said = dict(zip(header, cells, strict=True))
    mistakes = []
    try:
        row = SensorRow.model_validate(said)
    except ValidationError as error:
        mistakes = [
            Mistake(line=line, column=str(e["loc"][0]), text=e["msg"].removeprefix("Value error, "))
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        unread = {mistake.column for mistake in mistakes}
        row = SensorRow.model_validate({n: cell for n, cell in said.items() if n not in unread})
    wish = Wish(
        sensor_id=row.sensor_id,
        device=row.device,
        bin_id=row.bin_id,
        at=row.mounted_at,
        line=line,
        unread=frozenset(mistake.column for mistake in mistakes if mistake.column is not None),
    )
    return [wish], mistakes


def _whole(line: int, text: str) -> Mistake:
    return Mistake(line=line, column=None, text=text)

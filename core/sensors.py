"""Sensors as an operator keeps them: names, and the rows of a CSV file for ``sensor import``."""

import csv
import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
)

from core.broker_access import SERVICE_USERS
from core.plausible import bounded
from core.registry import Slug
from core.wire import SENSOR_ID_PATTERN

NATIVE = "native"
"""The device that sends JSON of its own; all others are decoded from their bytes."""
COLUMNS = ("sensor_id", "device", "bin_id", "mounted_at")
ROWS_MAX = 100_000

_DEV_EUI = re.compile(r"[0-9a-f]{16}")
_NATIVE_ID = re.compile(SENSOR_ID_PATTERN.removeprefix("^").removesuffix("$"))


def normal_sensor_id(text: str, device: str) -> str:
    """Return the name under which a sensor's messages are looked up.

    A sensor that speaks through a network server is named by its DevEUI, 16 hexadecimal digits in
    lower case; it may be typed as labels print it, with capitals, spaces, dashes or colons. A
    native sensor is named as it names itself in its topic.

    Raises ValueError that says what is wrong.
    """
    text = text.strip()
    if device != NATIVE:
        return _dev_eui(text)
    if _NATIVE_ID.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is no sensor_id: 1 to 64 letters, digits or any of _ . : - beginning with a "
            "letter or digit"
        )
    if text in SERVICE_USERS:
        raise ValueError(f"{text!r} is the name of a service at the broker: take another one")
    return text


def _dev_eui(text: str) -> str:
    bare = re.sub(r"[-:. ]", "", text.lower())
    if _DEV_EUI.fullmatch(bare) is None:
        raise ValueError(
            f"{text!r} is no DevEUI: it has 16 hexadecimal digits ({len(bare)} characters here); "
            "it is printed on the sensor and shown by the network server"
        )
    return bare


def possible_ids(text: str) -> Sequence[str]:
    """Return what a registered sensor may be called that someone has typed so, likeliest first."""
    text = text.strip()
    bare = re.sub(r"[-:. ]", "", text.lower())
    return (text, bare) if bare != text and _DEV_EUI.fullmatch(bare) else (text,)


def known_device(name: str, devices: Collection[str]) -> str:
    """Return the device's name as it is; raises ValueError with near names for an unknown one."""
    if name in devices:
        return name
    near = difflib.get_close_matches(name.lower().replace("_", "-"), sorted(devices), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`brimful decode --list` names all"
    raise ValueError(f"{name!r} is no device that Brimful knows: {hint}")


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants of a sensor; ``line`` and column names are for pointing at mistakes."""

    sensor_id: str
    """As it was typed."""
    device: str | None = None
    bin_id: str | None = None
    at: datetime | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """What is wrong in a file and where; ``column`` is None for a whole row or file."""

    line: int
    column: str | None
    text: str

    def __str__(self) -> str:
        """Say it as ``line 3, device: ...``."""
        place = f"line {self.line}" if self.column is None else f"line {self.line}, {self.column}"
        return f"{place}: {self.text}"


def read_rows(lines: Sequence[str]) -> tuple[Sequence[Wish], Sequence[Mistake]]:
    """Read the lines of a CSV file: what each row wishes, and every mistake in it.

    The first line names the columns, in any order; commas or semicolons part the cells.
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
        for cells in reader:
            if len(wishes) + len(mistakes) >= ROWS_MAX:
                mistakes.append(
                    _whole(reader.line_num, f"more than {ROWS_MAX} rows: part the file")
                )
                break
            if any(cell.strip() for cell in cells):
                found = _read_row(header, cells, reader.line_num)
                if isinstance(found, Wish):
                    wishes.append(found)
                else:
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


def _read_row(header: Sequence[str], cells: Sequence[str], line: int) -> Wish | list[Mistake]:
    if len(cells) != len(header):
        return [_whole(line, f"{len(cells)} cells where the first line names {len(header)}")]
    try:
        row = SensorRow.model_validate(dict(zip(header, cells, strict=True)))
    except ValidationError as error:
        return [
            Mistake(line=line, column=str(e["loc"][0]), text=e["msg"].removeprefix("Value error, "))
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    return Wish(
        sensor_id=row.sensor_id,
        device=row.device,
        bin_id=row.bin_id,
        at=row.mounted_at,
        line=line,
    )


def _whole(line: int, text: str) -> Mistake:
    return Mistake(line=line, column=None, text=text)

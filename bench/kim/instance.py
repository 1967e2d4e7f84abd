"""A `*_stop.txt` file of the waste collection set: five rules, a depot, landfills and stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FEET_IN_A_MILE = 5280
HOUR_S, MINUTE_S = 3600, 60

_DEPOT, _STOP, _LANDFILL = 0, 1, 2
_RULES = (
    "vehicle capacity",
    "yardage allowed for a vehicle per day",
    "stops allowed for a vehicle per day",
    "lunch time duration",
    "speed",
)
_COLUMNS = (
    "Stop_ID",
    "X",
    "Y",
    "Early_St_Time",
    "Late_St_Time",
    "Svice_Time",
    "Load",
    "Stop_Type",
)


class KimError(ValueError):
    """A file that cannot be read as an instance of the set; the text names file, line and field."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Kim:
    """p places in the file's order; times in seconds after midnight.

    Attributes:
        name: the file's name without `_stop.txt`.
        capacity_yd: most that is on board.
        day_load_yd: most that one vehicle collects in the day.
        day_stops: most stops of one vehicle in the day.
        lunch_s: its length; it begins between 11:00 and 12:00.
        speed_mph: of every drive.
        number: (p,) the file's own stop numbers.
        position_ft: (p, 2).
        window_s: (p, 2) service begins within; the depot's: the vehicle is out within.
        service_s: (p,).
        load_yd: (p,) 0 at depot and landfills.
        depot: index of the depot.
        landfills: their indices.
        stops: the indices of the regular stops.
    """

    name: str
    capacity_yd: float
    day_load_yd: float
    day_stops: int
    lunch_s: float
    speed_mph: float
    number: tuple[int, ...]
    position_ft: NDArray[np.float64]
    window_s: NDArray[np.float64]
    service_s: NDArray[np.float64]
    load_yd: NDArray[np.float64]
    depot: int
    landfills: tuple[int, ...]
    stops: tuple[int, ...]

    @property
    def feet_per_s(self) -> float:
        """The speed in the units of the distances."""
        return self.speed_mph * FEET_IN_A_MILE / HOUR_S

    def distance_ft(self) -> NDArray[np.float64]:
        """Return the Manhattan distances between all places; (p, p)."""
        apart = np.abs(self.position_ft[:, None, :] - self.position_ft[None, :, :])
        manhattan: NDArray[np.float64] = apart.sum(axis=2)
        return manhattan


def read(path: Path) -> Kim:
    """Read a file of the set.

    Raises:
        KimError: it cannot be read; the text names file, line and field.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise KimError(f"{path}: {error.strerror or error}") from error
    lines = [(n, line.split()) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) < len(_RULES) + 2:
        raise KimError(f"{path.name}: five lines of rules, a heading and the stops belong there")
    rules = [
        _figure(path.name, n, name, words[0])
        for name, (n, words) in zip(_RULES, lines, strict=False)
    ]
    for name, value, (n, words) in zip(_RULES, rules, lines, strict=False):
        if value < 0 or (value == 0 and name != _RULES[3]):
            raise KimError(f"{path.name}, line {n}, {name}: {words[0]} is not above 0")
    table = [(n, words) for n, words in lines[len(_RULES) :] if not _is_heading(words)]
    return _instance(path, rules, table)


def _is_heading(words: Sequence[str]) -> bool:
    return words[0].strip('"').upper().startswith("STOP_ID")


def _instance(path: Path, rules: Sequence[float], table: Sequence[tuple[int, list[str]]]) -> Kim:
    file = path.name
    rows, seen = [], set()
    for n, words in table:
        if len(words) != len(_COLUMNS):
            told = f"{len(_COLUMNS)} columns belong on the line, there are {len(words)}"
            raise KimError(f"{file}, line {n}, {_COLUMNS[0]}: {told}")
        row = _row(file, n, words)
        if row[0] in seen:
            raise KimError(f"{file}, line {n}, {_COLUMNS[0]}: {words[0]} stands there twice")
        seen.add(row[0])
        rows.append(row)
    figures = np.array(rows, dtype=np.float64)
    kinds = figures[:, 7]
    depots = np.flatnonzero(kinds == _DEPOT)
    if len(depots) != 1:
        raise KimError(f"{file}, {_COLUMNS[7]}: one depot (0) belongs there, not {len(depots)}")
    landfills = np.flatnonzero(kinds == _LANDFILL)
    if not len(landfills):
        raise KimError(f"{file}, {_COLUMNS[7]}: there is no landfill (2)")
    return Kim(
        name=file.removesuffix(".txt").removesuffix("_stop"),
        capacity_yd=rules[0],
        day_load_yd=rules[1],
        day_stops=int(rules[2]),
        lunch_s=rules[3],
        speed_mph=rules[4],
        number=tuple(int(row[0]) for row in rows),
        position_ft=figures[:, 1:3],
        window_s=figures[:, 3:5],
        service_s=figures[:, 5],
        load_yd=np.where(kinds == _STOP, figures[:, 6], 0.0),
        depot=int(depots[0]),
        landfills=tuple(int(i) for i in landfills),
        stops=tuple(int(i) for i in np.flatnonzero(kinds == _STOP)),
    )


def _row(file: str, line: int, words: Sequence[str]) -> tuple[float, ...]:
    row = [_figure(file, line, name, word) for name, word in zip(_COLUMNS, words, strict=True)]
    if row[0] != int(row[0]):
        raise KimError(f"{file}, line {line}, {_COLUMNS[0]}: {words[0]} is not a whole number")
    if row[7] not in {_DEPOT, _STOP, _LANDFILL}:
        raise KimError(f"{file}, line {line}, {_COLUMNS[7]}: {words[7]} is not 0, 1 or 2")
    for column in (5, 6):
        if row[column] < 0:
            raise KimError(f"{file}, line {line}, {_COLUMNS[column]}: {words[column]} is below 0")
    row[3] = _clock_s(file, line, _COLUMNS[3], words[3], row[3], is_late=False)
    row[4] = _clock_s(file, line, _COLUMNS[4], words[4], row[4], is_late=True)
    if row[3] > row[4]:
        told = f"{words[4]} is before {words[3]}"
        raise KimError(f"{file}, line {line}, {_COLUMNS[4]}: {told}")
    return tuple(row)


def _figure(file: str, line: int, name: str, word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        raise KimError(f"{file}, line {line}, {name}: {word!r} is not a number") from None
    if not np.isfinite(value):
        raise KimError(f"{file}, line {line}, {name}: {word!r} is not a finite number")
    return value


def _clock_s(file: str, line: int, name: str, word: str, value: float, *, is_late: bool) -> float:
    """Return HHMM as seconds after midnight; 2400 is the day's end.

    One stop of the set opens at 875: no minute of a clock. Read as hours and 75 minutes or as
    hundredths of an hour, the narrower window holds under both.
    """
    hours, minutes = divmod(value, 100)
    if value < 0 or value != int(value) or value > 2400:
        raise KimError(f"{file}, line {line}, {name}: {word!r} is not a time HHMM")
    if minutes >= MINUTE_S and is_late:
        return hours * HOUR_S + minutes / 100 * HOUR_S
    return hours * HOUR_S + minutes * MINUTE_S

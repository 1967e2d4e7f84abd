"""The parts of a VRPLIB file: `KEY : value` lines and sections of numbers, with their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.vrp.instance import InstanceError
from bench.vrp.rules import Floats

type Row = tuple[int, tuple[str, ...]]
"""Number of the line, and what stands on it."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a file says, not yet understood; every key and section with its line."""

    file: str
    keys: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    sections: Mapping[str, tuple[int, Sequence[Row]]] = field(default_factory=dict)

    def fault(self, line: int, name: str, text: str) -> InstanceError:
        """Return the error that names file, line and field."""
        return InstanceError(f"{self.file}, line {line}, {name}: {text}")

    def text(self, key: str) -> str | None:
        """Return a key's value, None where the file does not have it."""
        return self.keys[key][1] if key in self.keys else None

    def number(self, key: str) -> float | None:
        """Return a key's number, None where the file does not have it."""
        if key not in self.keys:
            return None
        line, value = self.keys[key]
        return self._number(line, key, value)

    def whole(self, key: str) -> int | None:
        """Return a key's whole number above 0, None where the file does not have it."""
        value = self.number(key)
        if value is None:
            return None
        if value != int(value) or value < 1:
            line, shown = self.keys[key]
            raise self.fault(line, key, f"{shown!r} is not a whole number above 0")
        return int(value)

    def table(self, name: str, rows: int, columns: int) -> Floats | None:
        """Return a section of `number value ...` lines as (rows, columns), by the numbers."""
        if name not in self.sections:
            return None
        start, found = self.sections[name]
        table = np.full((rows, columns), np.nan)
        for line, words in found:
            if len(words) != columns + 1:
                told = f"{columns + 1} figures belong on the line, there are {len(words)}"
                raise self.fault(line, name, told)
            row = self.index(line, name, words[0], rows)
            if not np.isnan(table[row, 0]):
                raise self.fault(line, name, f"number {words[0]} stands there twice")
            table[row] = [self._number(line, name, word) for word in words[1:]]
        missing = np.flatnonzero(np.isnan(table[:, 0]))
        if len(missing):
            raise self.fault(start, name, f"number {missing[0] + 1} of {rows} is missing")
        return table

    def lists(self, name: str, rows: int, places: int) -> tuple[tuple[int, ...], ...] | None:
        """Return a section of `number place ...` lines: for each number its places, from 0."""
        if name not in self.sections:
            return None
        start, found = self.sections[name]
        lists: dict[int, tuple[int, ...]] = {}
        for line, words in found:
            row = self.index(line, name, words[0], rows)
            lists[row] = tuple(self.index(line, name, word, places) for word in words[1:])
        missing = next((row for row in range(rows) if row not in lists), None)
        if missing is not None:
            raise self.fault(start, name, f"number {missing + 1} of {rows} is missing")
        return tuple(lists[row] for row in range(rows))

    def index(self, line: int, name: str, word: str, size: int) -> int:
        """Return a number of the file, from 1, as an index from 0."""
        value = self._number(line, name, word)
        if value != int(value) or not 1 <= value <= size:
            raise self.fault(line, name, f"{word!r} is not a number from 1 to {size}")
        return int(value) - 1

    def flat(self, name: str) -> list[float]:
        """Return all figures of a section, however they are broken into lines."""
        _, found = self.sections[name]
        return [self._number(line, name, word) for line, words in found for word in words]

    def line_of(self, name: str) -> int:
        """Return where a key or a section stands; 1 where it does not."""
        if name in self.sections:
            return self.sections[name][0]
        return self.keys[name][0] if name in self.keys else 1

    def _number(self, line: int, name: str, word: str) -> float:
        try:
            value = float(word)
        except ValueError:
            raise self.fault(line, name, f"{word!r} is not a number") from None
        if not np.isfinite(value):
            raise self.fault(line, name, f"{word!r} is not a finite number")
        return value


def take_apart(file: str, lines: Sequence[str]) -> Parts:
    """Return the parts of a file.

    Raises:
        InstanceError: a line belongs to nothing, or a part stands there twice.
    """
    keys: dict[str, tuple[int, str]] = {}
    sections: dict[str, tuple[int, list[Row]]] = {}
    parts = Parts(file=file, keys=keys, sections=sections)
    current: list[Row] | None = None
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line:
            continue
        name = line.rstrip(": \t").upper()
        if name == "EOF":
            break
        if name.endswith("_SECTION"):
            if name in sections:
                raise parts.fault(number, name, "the section stands there twice")
            current = []
            sections[name] = (number, current)
        elif ":" in line:
            key, _, value = line.partition(":")
            keys.setdefault(key.strip().upper(), (number, value.strip().strip('"')))
            current = None
        elif current is not None:
            current.append((number, tuple(line.split())))
        else:
            raise parts.fault(number, line.split()[0], "neither `KEY : value` nor in a section")
    return parts

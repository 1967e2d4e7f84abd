"""The way a lorry takes along the streets: legs with their line and turn steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PRECISION = 1_000_000
"""Lines are encoded with six decimals, as coordinates of OpenStreetMap nearly have (seven)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One instruction: what to do at a place, and the stretch that follows.

    ``maneuver`` and ``modifier`` are OSRM's words (turn, roundabout, ...; left, slight right, ...):
    structure and no text, so that a phone words it in its own language. ``exit_number`` counts a
    roundabout's exits. ``bearing_deg`` is the direction of travel after it, clockwise from north.
    """

    maneuver: str
    modifier: str | None
    street: str
    ref: str | None
    distance_m: int
    drive_s: float
    lon: float
    lat: float
    bearing_deg: int
    driving_side: str
    exit_number: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """The way from one stop to the next. ``polyline`` is encoded, see decode(); may be empty."""

    polyline: str
    distance_m: int
    drive_s: int
    steps: tuple[Step, ...] = ()

    @property
    def line(self) -> list[tuple[float, float]]:
        """The line as (lon, lat) pairs."""
        return decode(self.polyline)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """The legs between N positions, N - 1 of them, and where they come from."""

    legs: tuple[Leg, ...]
    source: str


def encode(line: Iterable[Sequence[float]]) -> str:
    """Return (lon, lat) pairs as an encoded polyline with six decimals.

    The algorithm is Google's "Encoded Polyline Algorithm Format", latitude first in it, with the
    precision that OSRM calls polyline6.
    """
    out: list[str] = []
    before = (0, 0)
    for lon, lat in line:
        here = (round(lat * PRECISION), round(lon * PRECISION))
        for new, old in zip(here, before, strict=True):
            value = (new - old) << 1
            value = ~value if new < old else value
            while value >= 0x20:
                out.append(chr((0x20 | (value & 0x1F)) + 63))
                value >>= 5
            out.append(chr(value + 63))
        before = here
    return "".join(out)


def decode(polyline: str) -> list[tuple[float, float]]:
    """Return the (lon, lat) pairs of an encoded polyline. Raises ValueError where it is cut off."""
    values: list[int] = []
    value = shift = 0
    for letter in polyline:
        chunk = ord(letter) - 63
        value |= (chunk & 0x1F) << shift
        shift += 5
        if chunk < 0x20:
            values.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    if shift or len(values) % 2:
        raise ValueError("the encoded line is cut off")
    lat = lon = 0
    line = []
    for d_lat, d_lon in zip(values[::2], values[1::2], strict=True):
        lat, lon = lat + d_lat, lon + d_lon
        line.append((lon / PRECISION, lat / PRECISION))
    return line


def joined(lines: Iterable[Sequence[tuple[float, float]]]) -> list[tuple[float, float]]:
    """Return one line of several that follow each other; a place that stands twice is kept once."""
    whole: list[tuple[float, float]] = []
    for line in lines:
        for place in line:
            if not whole or whole[-1] != place:
                whole.append(place)
    return whole

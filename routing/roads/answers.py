"""What OSRM answers, in-process and by HTTP alike, as our tables and legs."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ways import Leg, Step, decode, encode, joined
from routing.travel import UNREACHABLE_S

type Coordinates = list[tuple[float, float]]
"""(lon, lat) pairs, as OSRM takes them."""
SIDES = {True: "curb", False: "unrestricted"}
"""OSRM's words for how a place is approached."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Some rows of a table: drive_s, distance_m (rows, columns) int32, and where both ends are.

    snapped_m (columns,) float32: how far each column's place is from the road it was put on.
    """

    drive_s: NDArray[np.int32]
    distance_m: NDArray[np.int32]
    snapped_m: NDArray[np.float32]


def rows_of(answer: Mapping[str, Any]) -> Rows:
    """Return the rows of an answer to Table.

    Times are rounded up: a plan never promises an earlier arrival than it knows.
    """
    seconds = np.array(answer["durations"], dtype=np.float64)
    metres = np.array(answer["distances"], dtype=np.float64)
    no_way = np.isnan(seconds) | np.isnan(metres)
    return Rows(
        drive_s=np.where(no_way, UNREACHABLE_S, whole_seconds(seconds)).astype(np.int32),
        distance_m=np.where(no_way, UNREACHABLE_S, np.rint(metres)).astype(np.int32),
        snapped_m=np.array([end["distance"] for end in answer["destinations"]], dtype=np.float32),
    )


def whole_seconds(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return times, which OSRM gives in tenths, rounded up; nan as 0."""
    rounded: NDArray[np.float64] = np.ceil(np.nan_to_num(seconds) - 1e-6)
    return rounded


def legs_of(answer: Mapping[str, Any]) -> list[Leg]:
    """Return the legs of an answer to Route, asked for steps and polyline6."""
    return [_leg(leg) for leg in answer["routes"][0]["legs"]]


def _leg(leg: Mapping[str, Any]) -> Leg:
    steps = list(leg["steps"])
    return Leg(
        polyline=encode(joined(decode(step["geometry"]) for step in steps)),
        distance_m=round(leg["distance"]),
        drive_s=int(whole_seconds(np.array(leg["duration"]))),
        steps=tuple(_step(step) for step in steps),
    )


def _step(step: Mapping[str, Any]) -> Step:
    maneuver = step["maneuver"]
    lon, lat = maneuver["location"]
    number = _of(maneuver, "exit")
    return Step(
        maneuver=maneuver["type"],
        modifier=_of(maneuver, "modifier"),
        street=step["name"],
        ref=_of(step, "ref"),
        distance_m=round(step["distance"]),
        drive_s=round(float(step["duration"]), 1),
        lon=lon,
        lat=lat,
        bearing_deg=int(maneuver["bearing_after"]),
        driving_side=step["driving_side"],
        exit_number=None if number is None else int(number),
    )


def _of(answer: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - what JSON holds
    # OSRM's own objects have no get()
    return answer[name] if name in answer else None  # noqa: SIM401


def stretches(n: int, most: int) -> list[tuple[int, int]]:
    """Return the begins and ends (both included) of stretches of n places that share their ends."""
    cuts = [*range(0, n - 1, most - 1), n - 1]
    return list(itertools.pairwise(cuts))


def blocks(places: range, most: int) -> list[range]:
    """Return the places in blocks of at most ``most``."""
    return [places[i : i + most] for i in range(0, len(places), most)]


def sides(kerb: Sequence[bool] | None, n: int, *, kerb_side: bool) -> list[bool]:
    """Return for each of n places whether it is approached on the kerb's side."""
    if kerb is None or not kerb_side:
        return [False] * n
    if len(kerb) != n:
        raise ValueError(f"{len(kerb)} sides for {n} places")
    return [bool(side) for side in kerb]

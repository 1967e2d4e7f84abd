"""VRPLIB files: what the sections mean (see PyVRP's page on supported VRPLIB fields)."""

from collections.abc import Sequence
from itertools import takewhile

import numpy as np

from bench.vrp.distances import PLANAR, from_matrix, straight_lines
from bench.vrp.fleets import fleet
from bench.vrp.instance import Instance
from bench.vrp.rules import Floats, Rule
from bench.vrp.sections import Parts, take_apart

_KNOWN = frozenset(
    {
        "NODE_COORD_SECTION",
        "DEMAND_SECTION",
        "DEPOT_SECTION",
        "EDGE_WEIGHT_SECTION",
        "TIME_WINDOW_SECTION",
        "SERVICE_TIME_SECTION",
        "RELEASE_TIME_SECTION",
        "PRIZE_SECTION",
        "CAPACITY_SECTION",
        "VEHICLES_DEPOT_SECTION",
        "VEHICLES_RELOAD_DEPOT_SECTION",
        "VEHICLES_MAX_RELOADS_SECTION",
        "VEHICLES_ALLOWED_CLIENTS_SECTION",
        "VEHICLES_MAX_DURATION_SECTION",
        "VEHICLES_MAX_DISTANCE_SECTION",
        "VEHICLES_FIXED_COST_SECTION",
        "DISPLAY_DATA_SECTION",
    }
)
_UNROUNDED_SETS = ("CMT", "GOLDEN", "LI_", "TAI")
"""Sets of CVRPLIB whose best known costs are of real-valued distances."""


def vrplib_form(file: str, lines: Sequence[str], rule: Rule | None) -> Instance:
    """Return the instance; the rule is the set's unless one is given.

    Raises:
        InstanceError: naming line and field.
    """
    parts = take_apart(file, lines)
    for name, (line, _) in parts.sections.items():
        if name not in _KNOWN:
            raise parts.fault(line, name, "this bench does not know the section")
    size = parts.whole("DIMENSION")
    if size is None:
        raise parts.fault(1, "DIMENSION", "is missing")
    n_depots = _depots(parts, size)
    position = parts.table("NODE_COORD_SECTION", size, 2)
    distance, implied = _distances(parts, position, size)
    demand = _column(parts, "DEMAND_SECTION", size, 0.0)
    prize = _column(parts, "PRIZE_SECTION", size, 0.0)
    release = _column(parts, "RELEASE_TIME_SECTION", size, 0.0)
    windows = parts.table("TIME_WINDOW_SECTION", size, 2)
    if windows is None:
        windows = np.tile([0.0, np.inf], (size, 1))
    else:
        _check_windows(parts, windows)
    service = _service(parts, size, n_depots)
    vehicles = fleet(parts, size=size, n_depots=n_depots, demand=demand)
    of_dimacs = bool(np.isfinite(windows[:, 1]).any() or (prize > 0).any() or any(vehicles.reloads))
    return Instance(
        name=parts.text("NAME") or file,
        rule=rule or _rule_of_set(parts.text("NAME") or file, implied, of_dimacs=of_dimacs),
        n_depots=n_depots,
        position=position,
        distance=distance,
        demand=demand,
        service=service,
        window=windows,
        release=release,
        prize=prize,
        fleet=vehicles,
    )


def _rule_of_set(name: str, implied: Rule | None, *, of_dimacs: bool) -> Rule:
    if of_dimacs and implied in {None, Rule.EXACT}:
        return Rule.DIMACS
    if implied is not None:
        return implied
    return Rule.EXACT if name.upper().startswith(_UNROUNDED_SETS) else Rule.ROUND


def _depots(parts: Parts, size: int) -> int:
    name = "DEPOT_SECTION"
    if name not in parts.sections:
        return 1
    start, rows = parts.sections[name]
    words = [(line, word) for line, words in rows for word in words]
    named = list(takewhile(lambda pair: pair[1] != "-1", words))
    if len(words) == len(named) and len(rows) == 1 and len(words) > 1:
        raise parts.fault(rows[0][0], name, "a depot stands there by position, not by number")
    depots = [parts.index(line, name, word, size) for line, word in named]
    if depots != list(range(len(depots))) or not depots:
        raise parts.fault(start, name, "the depots have to be the first places, from number 1 on")
    return len(depots)


def _distances(parts: Parts, position: Floats | None, size: int) -> tuple[Floats, Rule | None]:
    kind = (parts.text("EDGE_WEIGHT_TYPE") or "EUC_2D").upper()
    if kind == "EXPLICIT":
        return from_matrix(parts, size), None
    line = parts.line_of("EDGE_WEIGHT_TYPE")
    if kind not in PLANAR:
        raise parts.fault(line, "EDGE_WEIGHT_TYPE", f"{kind!r} is not one that can be read")
    if position is None:
        raise parts.fault(line, "NODE_COORD_SECTION", "is missing")
    return straight_lines(position), PLANAR[kind]


def _column(parts: Parts, name: str, size: int, otherwise: float) -> Floats:
    table = parts.table(name, size, 1)
    if table is None:
        return np.full(size, otherwise)
    if (table < 0).any():
        number = int(np.flatnonzero(table[:, 0] < 0)[0]) + 1
        raise parts.fault(parts.line_of(name), name, f"number {number} is below 0")
    return table[:, 0]


def _service(parts: Parts, size: int, n_depots: int) -> Floats:
    if "SERVICE_TIME_SECTION" in parts.sections:
        return _column(parts, "SERVICE_TIME_SECTION", size, 0.0)
    service = np.full(size, parts.number("SERVICE_TIME") or 0.0)
    service[:n_depots] = 0.0
    return service


def _check_windows(parts: Parts, windows: Floats) -> None:
    backwards = np.flatnonzero(windows[:, 0] > windows[:, 1])
    if len(backwards):
        early, late = windows[backwards[0]]
        told = f"number {backwards[0] + 1} closes at {late:g} before it opens at {early:g}"
        raise parts.fault(parts.line_of("TIME_WINDOW_SECTION"), "TIME_WINDOW_SECTION", told)

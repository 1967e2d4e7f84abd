"""The vehicles of a VRPLIB file; where it does not say how many, more than anybody needs."""

import math

import numpy as np

from bench.vrp.instance import Fleet
from bench.vrp.rules import Floats
from bench.vrp.sections import Parts

_SPARE_SHARE = 0.25
_SPARE = 5


def fleet(parts: Parts, *, size: int, n_depots: int, demand: Floats) -> Fleet:
    """Return the fleet of a file.

    Raises:
        InstanceError: naming line and field.
    """
    if "VEHICLES_UNIT_DISTANCE_COST" in parts.keys:
        line = parts.line_of("VEHICLES_UNIT_DISTANCE_COST")
        told = "vehicles with costs of their own for each distance are not understood"
        raise parts.fault(line, "VEHICLES_UNIT_DISTANCE_COST", told)
    capacity = parts.number("CAPACITY")
    stated = _stated_size(parts)
    lasts = parts.number("DISTANCE") or parts.number("VEHICLES_MAX_DURATION")
    reaches = parts.number("VEHICLES_MAX_DISTANCE")
    is_bounded_by_load = capacity is not None and lasts is None and reaches is None
    n_customers = size - n_depots
    count = stated or enough(demand, capacity if is_bounded_by_load else None, n_customers)
    return Fleet(
        capacity=_each(parts, "CAPACITY_SECTION", count, np.inf if capacity is None else capacity),
        depot=_homes(parts, count, n_depots),
        reloads=parts.lists("VEHICLES_RELOAD_DEPOT_SECTION", count, n_depots) or ((),) * count,
        max_reloads=_each(
            parts,
            "VEHICLES_MAX_RELOADS_SECTION",
            count,
            _or_no_limit(parts.number("VEHICLES_MAX_RELOADS")),
        ),
        allowed=_allowed(parts, count, size, n_depots),
        max_duration=_each(parts, "VEHICLES_MAX_DURATION_SECTION", count, _or_no_limit(lasts)),
        max_distance=_each(parts, "VEHICLES_MAX_DISTANCE_SECTION", count, _or_no_limit(reaches)),
        fixed_cost=_each(
            parts,
            "VEHICLES_FIXED_COST_SECTION",
            count,
            parts.number("VEHICLES_FIXED_COST") or 0.0,
        ),
        is_limited=stated is not None,
    )


def enough(demand: Floats, capacity: float | None, n_customers: int) -> int:
    """Return how many vehicles a search gets where the file leaves it open.

    A quarter more than the load needs, and five; without a capacity one for each customer.
    """
    if capacity is None:
        return n_customers
    least = math.ceil(float(demand.sum()) / capacity)
    return max(1, min(n_customers, math.ceil(least * (1 + _SPARE_SHARE)) + _SPARE))


def _stated_size(parts: Parts) -> int | None:
    stated = parts.whole("VEHICLES")
    if stated is None and "CAPACITY_SECTION" in parts.sections:
        return len(parts.sections["CAPACITY_SECTION"][1])
    return stated


def _or_no_limit(value: float | None) -> float:
    return np.inf if value is None else value


def _each(parts: Parts, section: str, count: int, otherwise: float) -> Floats:
    table = parts.table(section, count, 1)
    return np.full(count, otherwise) if table is None else table[:, 0]


def _homes(parts: Parts, count: int, n_depots: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    homes = parts.lists("VEHICLES_DEPOT_SECTION", count, n_depots)
    if homes is None:
        return np.zeros(count, dtype=np.int64)
    wrong = next((number for number, home in enumerate(homes, start=1) if len(home) != 1), None)
    if wrong is not None:
        line = parts.line_of("VEHICLES_DEPOT_SECTION")
        raise parts.fault(line, "VEHICLES_DEPOT_SECTION", f"number {wrong} needs one depot")
    return np.array([home[0] for home in homes], dtype=np.int64)


def _allowed(
    parts: Parts, count: int, size: int, n_depots: int
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    lists = parts.lists("VEHICLES_ALLOWED_CLIENTS_SECTION", count, size)
    allowed = np.ones((count, size), dtype=np.bool_)
    if lists is not None:
        allowed[:, n_depots:] = False
        for vehicle, places in enumerate(lists):
            allowed[vehicle, list(places)] = True
    return allowed

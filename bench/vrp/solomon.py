"""Solomon's own form of the instances with windows: a table of customers below the vehicles."""

from collections.abc import Sequence

import numpy as np

from bench.vrp.distances import straight_lines
from bench.vrp.instance import Fleet, Instance, InstanceError
from bench.vrp.rules import Rule

_COLUMNS = ("number", "x", "y", "demand", "ready time", "due date", "service time")


def solomon(file: str, lines: Sequence[str], rule: Rule | None) -> Instance:
    """Return the instance (Solomon 1987; the same form for Gehring and Homberger 1999).

    Raises:
        InstanceError: naming line and field.
    """
    rows: list[tuple[int, list[float]]] = []
    for number, text in enumerate(lines, start=1):
        words = text.split()
        if words and words[0].lstrip("-").replace(".", "").isdigit():
            rows.append((number, [_figure(file, number, word) for word in words]))
    if not rows or len(rows[0][1]) != 2:
        raise InstanceError(f"{file}, line 1, VEHICLE: number and capacity are missing")
    (line, (count, capacity)), *table = rows
    if count < 1 or count != int(count):
        raise InstanceError(f"{file}, line {line}, NUMBER: {count:g} is not a number of vehicles")
    for position, (at, row) in enumerate(table):
        if len(row) != len(_COLUMNS):
            told = f"{len(_COLUMNS)} figures belong on the line, there are {len(row)}"
            raise InstanceError(f"{file}, line {at}, CUSTOMER: {told}")
        if row[0] != position:
            told = f"number {position} is missing, {row[0]:g} stands there"
            raise InstanceError(f"{file}, line {at}, CUST NO.: {told}")
        if row[4] > row[5]:
            told = f"closes at {row[5]:g} before it opens at {row[4]:g}"
            raise InstanceError(f"{file}, line {at}, DUE DATE: {told}")
    if len(table) < 2:
        raise InstanceError(f"{file}, line {line}, CUSTOMER: there are no customers")
    figures = np.array([row for _, row in table])
    vehicles, size = int(count), len(figures)
    return Instance(
        name=lines[0].strip() or file,
        rule=rule or Rule.DIMACS,
        n_depots=1,
        position=figures[:, 1:3],
        distance=straight_lines(figures[:, 1:3]),
        demand=figures[:, 3],
        service=figures[:, 6],
        window=figures[:, 4:6],
        release=np.zeros(size),
        prize=np.zeros(size),
        fleet=Fleet(
            capacity=np.full(vehicles, capacity),
            depot=np.zeros(vehicles, dtype=np.int64),
            reloads=((),) * vehicles,
            max_reloads=np.full(vehicles, np.inf),
            allowed=np.ones((vehicles, size), dtype=np.bool_),
            max_duration=np.full(vehicles, np.inf),
            max_distance=np.full(vehicles, np.inf),
            fixed_cost=np.zeros(vehicles),
            is_limited=True,
        ),
    )


def _figure(file: str, line: int, word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise InstanceError(f"{file}, line {line}: {word!r} is not a number") from None

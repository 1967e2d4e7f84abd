"""A .sol file: routes and what they cost by their publisher's count."""

import re
from dataclasses import dataclass
from pathlib import Path

from bench.vrp.instance import Instance, InstanceError
from bench.vrp.referee import judge
from bench.vrp.rules import Rule

_ROUTE = re.compile(r"^\s*route\s*#?\s*\d+\s*:(.*)$", re.IGNORECASE)
_COST = re.compile(r"^\s*cost\s*:?\s*([-+0-9.eE]+)\s*$", re.IGNORECASE)
_TENTHS = 10
_WHOLE_AGREES = 1e-6
_EXACT_AGREES = 0.06
"""A published cost of real-valued distances is given to one decimal, or to two."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What a .sol file says; ``cost`` in its publisher's units."""

    routes: tuple[tuple[int, ...], ...]
    cost: float


@dataclass(frozen=True, kw_only=True)
class Published:
    """The best known cost and how its publisher counts.

    Attributes:
        cost: as printed.
        rule: under which the .sol file's own routes cost that.
        per_shown: counted units in one printed unit (DIMACS tenths printed as tenths, or as ones).
    """

    cost: float
    rule: Rule
    per_shown: int


def read_solution(path: Path) -> Solution:
    """Return a .sol file's routes and cost.

    Raises:
        InstanceError: naming line and field.
    """
    routes: list[tuple[int, ...]] = []
    cost: float | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if route := _ROUTE.match(line):
            try:
                routes.append(tuple(int(word) for word in route[1].split()))
            except ValueError as error:
                raise InstanceError(f"{path.name}, line {number}, Route: {error}") from None
        elif stated := _COST.match(line):
            cost = float(stated[1])
    if cost is None:
        raise InstanceError(f"{path.name}, line 1, Cost: is missing")
    return Solution(routes=tuple(routes), cost=cost)


def published(instance: Instance, solution: Solution) -> Published | None:
    """Find the rule under which the published routes cost what the publisher says.

    The set's own rule is tried first. None: under no rule they do; then the figure says nothing.
    """
    if not solution.routes:
        return None
    for rule in (instance.rule, *(r for r in Rule if r is not instance.rule)):
        cost = judge(counted_by(instance, rule), solution.routes).cost
        agrees = _EXACT_AGREES if rule is Rule.EXACT else _WHOLE_AGREES
        for per_shown in (1, _TENTHS):
            if abs(cost / per_shown - solution.cost) < agrees:
                return Published(cost=solution.cost, rule=rule, per_shown=per_shown)
    return None


def counted_by(instance: Instance, rule: Rule) -> Instance:
    """Return the same instance under another rule."""
    return Instance(**{**vars(instance), "rule": rule})
